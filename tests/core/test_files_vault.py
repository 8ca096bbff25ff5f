"""Where files lie: sealed, bound to their row, gone when their row is; and how they go out."""

import errno
import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from core.actions import NotNow
from core.files import LIMIT, FileRefused, check, download, vault

CONTENT = b"A statement of Zahra Karimi"
LATER = datetime.now(UTC) + timedelta(hours=2)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENTS = tmp_path / "documents"
    return settings.DOCUMENTS


def files(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_a_kept_file_is_unreadable_on_the_disk_and_comes_back_whole(folder):
    row = uuid4()
    with vault.kept(CONTENT, row=row) as name:
        pass
    (path,) = files(folder)
    assert b"Zahra" not in path.read_bytes()
    assert "Zahra" not in str(path)
    assert str(row) not in str(path)
    assert path.stat().st_mode & 0o077 == 0
    assert vault.fetch(name, row=row) == CONTENT


def test_a_file_put_in_the_place_of_another_does_not_open(folder):
    mine, other = uuid4(), uuid4()
    with vault.kept(CONTENT, row=mine) as name:
        pass
    with pytest.raises(vault.Unreadable):
        vault.fetch(name, row=other)
    (path,) = files(folder)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(vault.Unreadable):
        vault.fetch(name, row=mine)
    with pytest.raises(vault.Unreadable):
        vault.fetch(uuid4(), row=mine)


def test_a_file_whose_row_was_not_written_is_taken_away(folder):
    with pytest.raises(ZeroDivisionError), vault.kept(CONTENT, row=uuid4()):
        1 / len([path for path in files(folder) if not path.exists()])
    assert files(folder) == []


def test_a_full_disk_is_a_refusal_and_leaves_nothing(folder, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotNow, match="file_not_stored"), vault.kept(CONTENT, row=uuid4()):
        pass
    assert files(folder) == []


def test_the_sweep_takes_old_files_without_a_row_and_no_others(folder):
    names = []
    for _number in range(3):
        with vault.kept(CONTENT, row=uuid4()) as name:
            names.append(name)
    half = folder / names[0].hex[:2] / "left.half"
    half.write_bytes(b"x")
    known = {names[0]}
    assert vault.sweep(lambda asked: known & set(asked), at=datetime.now(UTC)) == 0, (
        "a young file may be about to commit"
    )
    assert vault.sweep(lambda asked: known & set(asked), at=LATER) == 3
    assert [path.stem for path in files(folder)] == [names[0].hex]


def test_a_destroyed_file_is_gone_and_destroying_it_again_is_no_error(folder):
    with vault.kept(CONTENT, row=uuid4()) as name:
        pass
    vault.destroy(name)
    vault.destroy(name)
    assert files(folder) == []


def test_equal_files_have_equal_digests_that_depend_on_the_key(settings):
    first = vault.digest(CONTENT)
    assert first == vault.digest(CONTENT)
    assert first != vault.digest(CONTENT + b".")
    settings.FIELD_KEY = "A" * 43 + "="
    assert vault.digest(CONTENT) != first


def test_a_download_is_saved_not_shown_and_its_name_says_nothing():
    answer = download(b"<script>", kind="txt", name="note")
    assert answer["Content-Disposition"].startswith('attachment; filename="note-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


def posted(size: int, number: int = 1):
    files = {f"file{part}": SimpleUploadedFile("a.txt", b"a" * size) for part in range(number)}
    return RequestFactory().post("/", files)


def test_an_upload_never_touches_the_disk(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    request = posted(LIMIT)
    upload = request.FILES["file0"]
    assert not hasattr(upload, "temporary_file_path")
    assert check(upload).kind == "txt"
    assert list(tmp_path.iterdir()) == []


def test_an_upload_over_the_limit_arrives_empty_and_is_refused():
    upload = posted(LIMIT + 1).FILES["file0"]
    assert upload.read() == b""
    with pytest.raises(FileRefused, match="file_too_large"):
        check(upload)


def test_the_limit_holds_for_all_files_of_a_request_together():
    request = posted(LIMIT // 3 * 2, number=3)
    assert [request.FILES[f"file{part}"].too_large for part in range(3)] == [False, True, True]


def test_a_request_that_is_far_too_large_is_not_even_read():
    with pytest.raises(RequestDataTooBig):
        posted(LIMIT * 2 + 1, number=2).FILES
