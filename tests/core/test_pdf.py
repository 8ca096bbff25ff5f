"""Papers: what people wrote is set as text, whatever it looks like, in every script, and nothing else is read."""

import io
import re
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from core.pdf import TooLong, make

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOSTILE = [
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.1": *',
    "#panic()",
    "= A heading",
    "*bold* _and_ `raw` $x^2$ \\",
    "#set page(width: 1pt)",
    "</text>]) #eval(sys.inputs.data)",
    "@label <label> // a comment /* another",
    '"}], "sections": []}',
]


def paper(*texts, **facts) -> dict:
    rows = [["Field", text] for text in texts]
    section = {"title": "About", "lead": "", "rows": rows, "table": {"heads": [], "rows": []}, "empty": "Nothing."}
    return {
        "title": "Your data",
        "lead": [],
        "mark": "Reader",
        "page": "Page",
        "language": "en",
        "sections": [section],
    } | facts


def words(content: bytes) -> str:
    return re.sub(r"\s+", " ", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_printed_as_it_was_written(text):
    assert text in words(make("person", paper(text), at=AT))


@pytest.mark.parametrize("text", ["Зюльфия Карімава Ўладзіміраўна", "Chloé Åström", "Straße"])
def test_every_letter_of_our_languages_is_printed(text):
    assert text in words(make("person", paper(text), at=AT))


def test_arabic_script_is_set_in_its_own_face():
    content = make("person", paper("زهرا کریمی ۱۲۳"), at=AT)
    fonts = {
        font.get_object()["/BaseFont"]
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("Arabic" in name for name in fonts)
    assert "\ufffd" not in words(content)


def test_every_page_names_the_reader():
    content = make("person", paper(*(f"Line {number}" for number in range(200)), mark="Anna Reader"), at=AT)
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 2
    assert all(page.extract_text().count("Anna Reader") >= 2 for page in pages)


def test_the_same_data_makes_the_same_file():
    assert make("person", paper("x"), at=AT) == make("person", paper("x"), at=AT)


def test_a_template_is_a_name_and_no_path():
    for name in ("../pdf", "/etc/passwd", "person.typ", "none"):
        with pytest.raises(FileNotFoundError):
            make(name, paper("x"), at=AT)


def test_data_without_end_is_refused():
    with pytest.raises(TooLong):
        make("person", paper("x" * 4_000_001), at=AT)
