"""Every file of the corpus is taken clean or refused with a code and a sentence; nothing personal is left in it."""

import io
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.actions import NotNow
from core.files import KINDS_OF_PICTURES, LIMIT, FileRefused, check
from core.files.scanner import says_when_nothing_scans
from tests.core.corpus import CORPUS, GPS_MARK, docx, odt, pdf, picture

ROOT = Path(__file__).resolve().parents[2]
PERSONAL = (GPS_MARK, "Zahra", "Karimi", "Harbour House")
NAMES = [name for name, *_ in CORPUS]


def test_the_corpus_is_as_large_as_promised():
    assert len(CORPUS) >= 80
    assert len(set(NAMES)) == len(CORPUS)


def personal(content: bytes) -> list[str]:
    """Return what is personal in a file, its packed parts included."""
    found = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = [archive.read(name) for name in archive.namelist()]
    marks = [mark.encode() for mark in PERSONAL] + [
        b"5A6168726120",
        b"Exif\x00\x00MM",
        b"Exif\x00\x00II",
        b"<?php",
        b"<script",
    ]
    return [mark.decode() for mark in marks for part in found if mark in part]


@pytest.mark.parametrize(("name", "file", "make", "expected"), CORPUS, ids=NAMES)
def test_each_file_is_taken_clean_or_refused_with_its_own_word(name, file, make, expected):
    upload = io.BytesIO(make())
    upload.name = file
    if expected in {"pdf", "jpeg", "png", "webp", "docx", "xlsx", "odt", "txt", "csv"}:
        clean = check(upload)
        assert clean.kind == expected
        assert personal(clean.content) == []
        again = io.BytesIO(clean.content)
        again.name = file
        assert check(again).kind == expected, "what was cleaned is still a file of this kind"
    else:
        with pytest.raises(FileRefused) as refused:
            check(upload)
        assert refused.value.code == expected
        assert len(refused.value.sentence) > 20
        assert refused.value.fields["file"] == [refused.value.sentence]


def test_a_picture_keeps_its_points_and_stands_upright():
    clean = check(io.BytesIO(picture(size=(64, 48), orientation=6)))
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.size == (48, 64)
        assert dict(image.getexif()) == {}
        assert image.getpixel((5, 5))[1] > 100


def test_a_large_photo_is_made_smaller_and_still_read():
    clean = check(io.BytesIO(picture(size=(6000, 4500))))
    with Image.open(io.BytesIO(clean.content)) as image:
        assert max(image.size) <= 4000


def test_a_cleaned_pdf_opens_and_has_no_author():
    clean = check(io.BytesIO(pdf()))
    reader = pypdf.PdfReader(io.BytesIO(clean.content), strict=True)
    assert len(reader.pages) == 1
    assert not (reader.metadata.author or "").strip()
    assert not (reader.metadata.producer or "").strip()


def test_office_files_are_written_the_same_way_each_time():
    for make in (docx, odt):
        assert check(io.BytesIO(make())).content == check(io.BytesIO(make())).content
    with zipfile.ZipFile(io.BytesIO(check(io.BytesIO(odt())).content)) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED


def test_what_the_browser_says_about_type_and_length_is_not_believed():
    upload = SimpleUploadedFile("a.pdf", picture(), content_type="application/pdf")
    upload.size = 3
    assert check(upload).kind == "jpeg"
    long = SimpleUploadedFile("a.txt", b"a" * (LIMIT + 1))
    long.size = 3
    with pytest.raises(FileRefused, match="file_too_large"):
        check(long)


def test_a_place_that_takes_pictures_only_refuses_the_rest():
    with pytest.raises(FileRefused, match="file_kind_refused"):
        check(io.BytesIO(pdf()), kinds=KINDS_OF_PICTURES)


def test_nothing_is_taken_while_the_virus_check_does_not_answer(settings):
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"  # nobody listens there
    with pytest.raises(NotNow, match="file_scan_unavailable"):
        check(io.BytesIO(picture()))


def test_an_operator_is_warned_when_nothing_scans(settings):
    settings.DEMO, settings.CLAMAV_URL = False, ""
    assert [warning.id for warning in says_when_nothing_scans(None)] == ["waymark.W001"]
    settings.CLAMAV_URL = "unix:///run/clamd.sock"
    assert says_when_nothing_scans(None) == []


HEAVY = ["a pixel flood", "a flat bomb", "a nested bomb", "an XLSX with 1,048,576 rows", "an XLSX bomb",
         "parts that lie over each other", "a JPEG that says 60,000 x 60,000", "twice the limit"]  # fmt: skip
MEASURED = """
import io, sys, time
import django
from django.conf import settings
settings.configure(CLAMAV_URL="", USE_I18N=False, INSTALLED_APPS=[])
django.setup()
from core.actions import Refusal
from core.files import check
content = io.BytesIO(open(sys.argv[1], "rb").read())
began = time.process_time()
try:
    check(content)
except Refusal:
    pass
# Not ru_maxrss, which begins with what the parent held.
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - began, int(most.split()[1]) / 1024)
"""


@pytest.mark.parametrize("name", [*HEAVY, "a photo of 48 million points", "a PNG of noise"])
def test_no_file_takes_more_than_its_memory_and_time(name, tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(heavy(name))

    def limits():
        resource.setrlimit(resource.RLIMIT_AS, (1024**3, 1024**3))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)],
        cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=limits,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds <= 10
    assert megabytes <= 256


def heavy(name: str) -> bytes:
    made = {case: make for case, _file, make, _expected in CORPUS}
    if name in made:
        return made[name]()
    out = io.BytesIO()
    if name == "a PNG of noise":
        Image.effect_noise((3000, 2900), 90).save(out, "PNG", compress_level=1)
    else:
        Image.new("RGB", (8000, 6000), "navy").save(out, "JPEG")
    return out.getvalue()
