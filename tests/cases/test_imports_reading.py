"""Reading tables from outside: encodings, delimiters, dates, formulas; and files that would fill the memory."""

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.imports import mapping, reading
from cases.imports.checking import Odd, read_date
from core.actions import Incomplete
from core.tables import xlsx_pieces
from tests.house.sources import ROOT

TEXT = "Имя;Пол;Дата рождения\nАмина Хайдари;ж;08.03.1999\nОльга Ковалёва;ж;1987\n"


def read(content: bytes, name="t.csv", **how):
    kind, content = reading.receive(SimpleUploadedFile(name, content))
    guessed = reading.guess(kind, content)
    heads, lines = reading.table(kind, content, guessed | how)
    return guessed, heads.cells, list(lines)


def book(*rows, sheet="Sheet1", hidden=False, formulas=()) -> bytes:
    out = io.BytesIO()
    file = xlsxwriter.Workbook(out)
    page = file.add_worksheet(sheet)
    day = file.add_format({"num_format": "dd.mm.yyyy"})
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                page.write_datetime(number, column, value, day)
            else:
                page.write(number, column, value)
    for row, column, text in formulas:
        page.write_formula(row, column, text)
    if hidden:
        file.add_worksheet("Secret").hide()
    file.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("codec", "mark", "named"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16", b"", "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("cp1251", b"", "cp1251"),
    ],
)
def test_the_encoding_is_found(codec, mark, named):
    guessed, heads, lines = read(mark + TEXT.encode(codec))
    assert (guessed["encoding"], guessed["delimiter"]) == (named, ";")
    assert heads == ["Имя", "Пол", "Дата рождения"]
    assert lines[0].cells[0] == "Амина Хайдари"
    assert [line.number for line in lines] == [2, 3]


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_the_sign_between_the_cells_is_found(sign):
    guessed, heads, _lines = read(TEXT.replace(";", sign).encode())
    assert guessed["delimiter"] == sign
    assert len(heads) == 3


def test_bytes_that_do_not_fit_are_named_with_their_line():
    content = TEXT.encode() + "Иван;м;".encode() + b"\xff\xfe\xfa" + b"\n" + TEXT.encode() * 5
    with pytest.raises(reading.Unreadable) as refused:
        read(content)
    assert "Line 4" in refused.value.sentence
    assert "Иван" not in refused.value.sentence


def test_cells_with_quotes_line_breaks_and_delimiters_stay_whole():
    _guessed, _heads, lines = read(b'name,note\n"A, B","one\ntwo ""x"""\n')
    assert lines[0].cells == ["A, B", 'one\ntwo "x"']


def test_a_title_above_the_heads_is_stepped_over():
    _guessed, heads, lines = read(b"Register 2019\nname,sex\nAmina,f\n", delimiter=",")
    assert heads == ["name", "sex"]
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("cell", "is_formula"),
    [
        ("=1+1", True),
        (" =HYPERLINK(A1)", True),
        ("@SUM(A1)", True),
        ("+cmd|' /C calc'!A0", True),
        ("+375 (29) 111-22-33", False),
        ("@amina_k", False),
        ("-", False),
    ],
)
def test_a_formula_is_told_from_a_phone_number_and_a_messenger_name(cell, is_formula):
    _guessed, _heads, lines = read(f'name\tcontact\nA\t"{cell}"\n'.encode())
    assert bool(lines[0].formulas) == is_formula


def test_a_workbook_gives_dates_whole_numbers_and_the_places_of_formulas():
    content = book(
        ["name", "born", "year", "sum"], ["Amina", datetime(1999, 3, 8), 1999, ""], ["Olga", "", 1987.0, ""],
        formulas=[(1, 3, "=1+1"), (2, 0, "=A2")], hidden=True,
    )  # fmt: skip
    guessed, heads, lines = read(content, "t.xlsx")
    assert (guessed["sheets"], guessed["hidden"]) == (["Sheet1"], 1)
    assert heads == ["name", "born", "year", "sum"]
    assert lines[0].cells[:3] == ["Amina", date(1999, 3, 8), "1999"]
    assert [sorted(line.formulas) for line in lines] == [[3], [0]]
    assert [line.number for line in lines] == [2, 3]


def test_a_list_that_we_wrote_can_be_read():
    content = b"".join(xlsx_pieces([["Confidential"], ["name", "sex"], ["Amina", "f"]]))
    _guessed, heads, lines = read(content, "t.xlsx")
    assert heads == ["name", "sex"]
    assert lines[0].cells == ["Amina", "f"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2001-03-08", (date(2001, 3, 8), "day")),
        ("08.03.2001", (date(2001, 3, 8), "day")),
        ("8/3/2001", (date(2001, 3, 8), "day")),
        ("2001-03", (date(2001, 3, 1), "month")),
        ("03.2001", (date(2001, 3, 1), "month")),
        ("2001", (date(2001, 1, 1), "year")),
        ("2001 г.р.", (date(2001, 1, 1), "year")),
        ("около 1990", (date(1990, 1, 1), "estimated")),
        ("~1990", (date(1990, 1, 1), "estimated")),
        (date(2001, 3, 8), (date(2001, 3, 8), "day")),
    ],
)
def test_dates_are_read_with_their_precision(written, expected):
    assert read_date(written) == expected


@pytest.mark.parametrize("written", ["31.02.2001", "01.01.01", "yesterday", "36592", "2001-13-01"])
def test_what_is_no_date_is_refused(written):
    with pytest.raises(Odd):
        read_date(written)


def test_the_order_of_day_and_month_is_the_one_that_was_chosen():
    assert read_date("03/08/2001", "mdy") == (date(2001, 3, 8), "day")


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        (["Full name", "Sex", "Date of birth"], ["full_name", "sex", "birth_date"]),
        (["ФИО", "Пол", "Дата рождения", "Гражданство"], ["full_name", "sex", "birth_date", "citizenships"]),
        (["Прозвішча", "Імя", "Грамадзянства"], ["family", "given", "citizenships"]),
        (["organisation_id", "№"], []),
    ],
)
def test_heads_are_recognised_in_three_languages(heads, fields):
    assert list(mapping.guess(heads).values()) == fields


@pytest.mark.parametrize(
    ("list_", "word", "code"),
    [
        ("sex", "ж", "female"),
        ("sex", "Мужской", "male"),
        ("countries", "афганистан", "AF"),
        ("countries", "Afghanistan", "AF"),
        ("risk_level", "Высокі", "high"),
        ("need_category", "Юридическая помощь", "legal"),
    ],
)
def test_words_are_codes_in_three_languages(list_, word, code):
    assert mapping.dictionary(list_)[mapping.plain(word)] == code


def refused(content: bytes, name="t.csv") -> str:
    with pytest.raises(Incomplete) as found:
        read(content, name)
    return found.value.code


def test_files_out_of_bounds_are_refused():
    wide = (",".join(f"c{n}" for n in range(10_000)) + "\n" + "x," * 9_999 + "x\n").encode()
    assert refused(wide) == "table_too_wide"
    assert refused(b"name\n" + b"A\n" * (reading.ROWS + 1)) == "table_too_long"
    assert refused(b"name,note\nA," + b"x" * 50_000 + b"\n") == "table_cell_too_long"
    # Which of the two depends on the limit that other readers have set in the csv module.
    assert refused(b'name,note\nA,"' + b"x" * 9_000_000 + b"\n") in {"table_unreadable", "table_cell_too_long"}
    assert refused(b"name\n" + b"x" * 11_000_000) == "table_too_large"
    assert refused(b"") == "table_empty"
    assert refused(b"MZ\x00\x01\x02" * 100) == "table_kind"
    assert len(read(b"name,n\n" + b"A,1\n" * reading.ROWS)[2]) == reading.ROWS


def sparse() -> bytes:
    """A small workbook with cells in opposite corners."""
    content, out = b"".join(xlsx_pieces([["a", "b"]])), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
                part = part.replace(b"</sheetData>", far)
            new.writestr(name, part)
    return out.getvalue()


def test_a_sparse_workbook_is_refused_before_it_is_loaded():
    assert refused(sparse(), "t.xlsx") == "table_too_long"


MEASURE = """
import io, sys
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from cases.imports import reading
from core.actions import Incomplete
content = open(sys.argv[1], "rb").read()
try:
    kind, content = reading.receive(SimpleUploadedFile(sys.argv[1], content))
    heads, lines = reading.table(kind, content, reading.guess(kind, content))
    sum(1 for line in lines)
except Incomplete as refusal:
    # Not ru_maxrss, which begins with what the parent held.
    most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(refusal.code, int(most.split()[1]) // 1024)
"""


@pytest.mark.parametrize(
    ("name", "code"),
    [("rows.csv", "table_too_long"), ("wide.csv", "table_too_large"), ("sparse.xlsx", "table_too_long"),
     ("rows.xlsx", "file_bomb")],
)  # fmt: skip
def test_a_million_rows_are_refused_in_less_than_512_megabytes(tmp_path, name, code):
    path = tmp_path / name
    if name == "rows.csv":
        path.write_bytes(b"name;sex\n" + b"Amina;f\n" * 1_000_000)
    elif name == "wide.csv":
        path.write_bytes(b"name;note\n" + b"Amina;" + b"x" * 100_000_000)
    elif name == "sparse.xlsx":
        path.write_bytes(sparse())
    else:
        path.write_bytes(b"".join(xlsx_pieces(["Amina", "f"] for _ in range(150_000))))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found, megabytes = done.stdout.split()
    assert found == code
    assert int(megabytes) <= 512
