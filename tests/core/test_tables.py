"""Tables for spreadsheets: no formula gets in by any text, nothing is hidden, and nothing piles up in memory."""

import csv
import io
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime

import pytest
from python_calamine import load_workbook

from core.tables import PIECES, csv_pieces, plain, starts_a_formula, xlsx_pieces

# OWASP, CSV injection: the first signs, also behind blanks, invisible signs and in full width.
FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "|calc", ";=1", " =1", "\u00a0=1", "\u200b=1",
    "\ufeff=1",
    "＝1+1", "＋1", "－1", "＠SUM(1)", "；=1", "｜calc", "=cmd|' /C calc'!A0", '=HYPERLINK("http://example.test/"&A1)',
    "\u2212" + "1", "\u202e=1", "-", "+375291112233",
]  # fmt: skip
PLAIN = ["", "Amina", "Амина", "أمينة", "1 = 1", "a@example.test", "'quoted", "8 029 111", "a;b", "x\n=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_csv_cell_never_begins_as_a_formula(text):
    rows = list(csv.reader(io.StringIO(b"".join(csv_pieces([[text, "next"]])).decode("utf-8-sig"))))
    assert starts_a_formula(text)
    assert rows[0][0].startswith("'")
    assert rows[0][1] == "next"


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_text_stays_as_it_is(text):
    rows = list(csv.reader(io.StringIO(b"".join(csv_pieces([[text, "next"]])).decode("utf-8-sig"), newline="")))
    assert rows == [[text, "next"]]


@pytest.mark.parametrize("text", FORMULAS)
def test_an_xlsx_cell_is_a_text_and_never_a_formula(text):
    book = b"".join(xlsx_pieces([[text]]))
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in sheet
    assert set(re.findall(r"<c ([^>]*)>", sheet)) == {'t="inlineStr"'}


def test_a_workbook_has_one_sheet_and_no_part_besides():
    book = b"".join(xlsx_pieces([["a", "b"], ["1", "2"]]))
    archive = zipfile.ZipFile(io.BytesIO(book))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
    ]
    assert "hidden" not in "".join(archive.read(name).decode() for name in archive.namelist())
    read = load_workbook(io.BytesIO(book))
    assert read.sheet_names == ["Waymark"]
    assert read.get_sheet_by_index(0).to_python() == [["a", "b"], ["1", "2"]]


def test_signs_that_no_cell_can_hold_do_not_break_the_file():
    nasty = "a\x00\x0b\x1b\ud800\uffff<b>&\"'"
    read = load_workbook(io.BytesIO(b"".join(xlsx_pieces([[nasty]])))).get_sheet_by_index(0).to_python()
    assert read == [["a�����<b>&\"'"]]
    assert b"".join(csv_pieces([[nasty]])).decode("utf-8-sig").startswith('"a�')


def test_values_become_texts_that_every_country_reads_alike():
    assert plain(date(2026, 3, 8)) == "2026-03-08"
    assert plain(datetime(2026, 3, 8, 9, 30, tzinfo=UTC)) == "2026-03-08 12:30"  # Minsk
    assert plain(None) == ""
    assert plain(7) == "7"


@pytest.mark.parametrize("form", sorted(PIECES))
def test_a_long_table_needs_no_more_memory_than_a_short_one(form):
    def peak(rows: int) -> int:
        tracemalloc.start()
        try:
            for _piece in PIECES[form]([f"{row}-{column}" for column in range(10)] for row in range(rows)):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < peak(2_000) + 1_000_000
