"""Reading a table that somebody made elsewhere: CSV in several encodings, XLSX; line by line, within bounds.

A file that is too long, too wide or odd is refused with a sentence before it fills the memory (RELIABILITY 2.5,
Import bomb). What `core.files` refuses of a workbook (macros, links, bombs) is refused before this reads it.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from xml.parsers import expat

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from core.actions import Incomplete
from core.files import check
from core.files.kinds import LIMIT
from core.files.scanner import scan

ROWS = 50_000  # lines with facts: a register of an organisation; a file of more is divided
COLUMNS = 200
CELL = 10_000  # characters
CELLS = 2_000_000  # of a sheet from corner to corner, since a workbook is loaded as a whole
SAMPLE = 20
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1251": "Windows-1251",
    "koi8-r": "KOI8-R",
    "cp866": "DOS (866)",
    "cp1252": "Windows-1252",
}
DELIMITERS = (";", ",", "\t")
# A cell that a spreadsheet would run. A phone number (+375 ...) and a messenger name (@...) are none.
_FORMULA = re.compile(r"\s*(=|[+\-@]\s*[A-Za-z]\w*\s*\(|[+\-@=].*\|.*!)")
_ZIP = b"PK\x03\x04"
TOO_MUCH = frozenset({"table_too_long", "table_too_wide", "table_too_large"})


class Unreadable(Incomplete):
    """A file that cannot be taken as a table. The sentence names the line where there is one, never its content."""

    def __init__(self, sentence: str, code: str = "table_unreadable"):
        super().__init__(code, sentence, fields={"file": [sentence]})


@dataclass(frozen=True)
class Line:
    """One line: its number in the file, its cells (texts and dates), and which cells hold formulas."""

    number: int
    cells: list
    formulas: frozenset[int] = field(default_factory=frozenset)


def receive(upload) -> tuple[str, bytes]:
    """Return (csv or xlsx, content) of an upload. Raises FileRefused, Unreadable."""
    content = upload.read(LIMIT + 1)
    if getattr(upload, "too_large", False) or len(content) > LIMIT:
        raise Unreadable(
            _("The file is larger than %(most)s MB. Divide it into smaller files.") % {"most": LIMIT // 1024 // 1024},
            "table_too_large",
        )
    if content.startswith(_ZIP):
        upload.seek(0)
        return "xlsx", check(upload, kinds=frozenset({"xlsx"})).content
    scan(content)
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00\r\n\t ;,"):
        raise Unreadable(_("This file is empty. Choose another one."), "table_empty")
    if not _may_be_text(content):
        raise Unreadable(_("This is neither a CSV nor an XLSX file. Save the table in one of them."), "table_kind")
    return "csv", content


def guess(kind: str, content: bytes) -> dict:
    """Return how the file is best read: encoding and delimiter, or the sheet; a person confirms it.

    For a workbook `sheets` are the visible ones; `hidden` says how many others there are: they are never read.
    """
    if kind == "xlsx":
        visible, hidden = _sheets(content)
        return {"sheet": visible[0] if visible else "", "sheets": visible, "hidden": hidden}
    encoding = _encoding(content)
    start = content[: 64 * 1024].decode(encoding, errors="replace")
    return {"encoding": encoding, "delimiter": _delimiter(start)}


def lines(kind: str, content: bytes, reading: dict) -> Iterator[Line]:
    """Yield the lines that hold anything, the heads first. Raises Unreadable at the first thing out of bounds."""
    found = _xlsx(content, reading) if kind == "xlsx" else _csv(content, reading)
    count = 0
    for line in found:
        if not any(line.cells):
            continue
        if len(line.cells) > COLUMNS and any(line.cells[COLUMNS:]):
            raise _too_wide()
        count += 1
        if count > ROWS + 1:
            raise _too_long()
        yield Line(line.number, line.cells[:COLUMNS], line.formulas)


def table(kind: str, content: bytes, reading: dict) -> tuple[Line, Iterator[Line]]:
    """Return the line of the heads and the lines after it. A title above the heads is stepped over."""
    found = lines(kind, content, reading)
    first = list(islice(found, 2))
    if not first:
        raise Unreadable(_("This file is empty. Choose another one."), "table_empty")
    if len(first) == 2 and _filled(first[0]) == 1 and _filled(first[1]) > 1:
        return first[1], found
    return first[0], (line for part in (first[1:], found) for line in part)


def _filled(line: Line) -> int:
    return sum(1 for cell in line.cells if cell not in ("", None))


def measure(kind: str, content: bytes, reading: dict) -> None:
    """Refuse a file that is too long or too wide before anybody works on it; other faults may be of the guess.

    Stops at the first line too many. Raises Unreadable.
    """
    try:
        if kind == "xlsx":
            _Guard(content, reading["sheet"])
        else:
            for _line in lines(kind, content, reading):
                pass
    except Unreadable as unreadable:
        if unreadable.code in TOO_MUCH:
            raise


def _too_long() -> Unreadable:
    most = number_format(ROWS, force_grouping=True)
    return Unreadable(
        _("The file has more than %(most)s lines. Divide it into smaller files.") % {"most": most}, "table_too_long"
    )


def _too_many_cells() -> Unreadable:
    return Unreadable(
        _("The sheet is too large. Keep the columns that you want to import, or save it as CSV."), "table_too_large"
    )


def _too_wide() -> Unreadable:
    return Unreadable(
        _("The file has more than %(most)s columns. Keep those that you want to import.") % {"most": COLUMNS},
        "table_too_wide",
    )


def _may_be_text(content: bytes) -> bool:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    sample = content[:4096]
    return b"\x00" not in sample or _encoding(content) in {"utf-16-le", "utf-16-be"}


def _encoding(content: bytes) -> str:
    """Return the likely encoding: by its mark, by zero bytes, by being UTF-8, else the one of Cyrillic Windows."""
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    sample = content[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 8 and odd > 8 * even:
        return "utf-16-le"
    if even > len(sample) // 8 and even > 8 * odd:
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        # A few broken signs in a UTF-8 file are not another encoding: mostly its longer signs are whole.
        text = content[: 256 * 1024].decode("utf-8", errors="replace")
        whole = sum(1 for sign in text if "\u0400" <= sign <= "\u04ff" or "\u0600" <= sign <= "\u06ff")
        return "utf-8" if whole > 4 * text.count("\ufffd") else "cp1251"
    return "utf-8"


def _delimiter(start: str) -> str:
    first = [line for line in start.splitlines()[:SAMPLE] if line.strip()]

    def fits(sign: str) -> tuple:
        widths = [len(row) for row in csv.reader(first, delimiter=sign)] or [1]
        return (widths.count(max(set(widths), key=widths.count)) if max(widths) > 1 else 0, max(widths))

    try:
        return max(DELIMITERS, key=fits)
    except csv.Error:
        return ";"


def _csv(content: bytes, reading: dict) -> Iterator[Line]:
    encoding = reading["encoding"]
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="ignore")
        raise Unreadable(
            _("Line %(line)s holds signs that do not fit this encoding. Choose another one, or save the file as UTF-8.")
            % {"line": before.count("\n") + 1},
            "table_encoding",
        ) from None
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=reading["delimiter"])
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Unreadable(
                _("Line %(line)s cannot be read: a cell is far too long, or a quotation mark is not closed.")
                % {"line": number}
            ) from None
        if cells is None:
            return
        _bounded(cells, number)
        yield Line(number, cells, frozenset(at for at, cell in enumerate(cells) if _FORMULA.match(cell)))


def _bounded(cells: list, number: int) -> None:
    if any(len(cell) > CELL for cell in cells if isinstance(cell, str)):
        raise Unreadable(
            _("Line %(line)s has a cell with more than %(most)s characters. Shorten it.")
            % {"line": number, "most": CELL},
            "table_cell_too_long",
        )


def _sheets(content: bytes) -> tuple[list[str], int]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            found = book.sheets_metadata
    except CalamineError:
        raise _damaged() from None
    visible = [sheet.name for sheet in found if sheet.visible == SheetVisibleEnum.Visible]
    return visible, len(found) - len(visible)


def _xlsx(content: bytes, reading: dict) -> Iterator[Line]:
    formulas = _Guard(content, reading["sheet"]).formulas
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            sheet = book.get_sheet_by_name(reading["sheet"])
            left = sheet.start[1] if sheet.start else 0
            for number, row in enumerate(sheet.iter_rows(), start=1):
                cells = [""] * left + [_value(cell) for cell in row]
                _bounded(cells, number)
                yield Line(number, cells, formulas.get(number, frozenset()))
    except CalamineError:
        raise _damaged() from None


def _value(cell) -> str | date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if cell is not None else ""


def _damaged() -> Unreadable:
    return Unreadable(_("This workbook is damaged. Save it again and choose the new file."))


class _Guard:
    """Looks through a sheet before it is loaded: how far it reaches, and where formulas stand.

    A sheet of two cells in opposite corners is a small file, and 17 thousand million cells once it is loaded.
    """

    def __init__(self, content: bytes, sheet: str):
        self.formulas: dict[int, set[int]] = {}
        self.row = self.column = self.rows = self.widest = 0
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            part = _part_of(archive, sheet)
            parser = expat.ParserCreate()
            parser.StartElementHandler = self._start
            try:
                with archive.open(part) as stream:
                    parser.ParseFile(stream)
            except (expat.ExpatError, ValueError):
                raise _damaged() from None

    def _start(self, name: str, attributes: dict) -> None:
        element = name.rpartition(":")[2]
        if element == "row":
            self.rows += 1
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
            if max(self.row, self.rows) > ROWS + SAMPLE:
                raise _too_long()
            self._bounded()
        elif element == "c":
            self.column = _column(attributes["r"]) if "r" in attributes else self.column + 1
            if self.column > COLUMNS:
                raise _too_wide()
            if self.column > self.widest:
                self.widest = self.column
                self._bounded()
        elif element == "f":
            self.formulas.setdefault(self.row, set()).add(self.column - 1)

    def _bounded(self) -> None:
        if self.row * self.widest > CELLS:
            raise _too_many_cells()


def _column(reference: str) -> int:
    number = 0
    for sign in reference:
        if not sign.isalpha():
            break
        number = number * 26 + ord(sign.upper()) - 64
    return number


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part that a sheet's name leads to, through the workbook's relations."""
    ids, parts = {}, {}

    def in_workbook(name: str, attributes: dict) -> None:
        if name.rpartition(":")[2] == "sheet":
            ids[attributes.get("name", "")] = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), ""
            )

    def in_relations(_name: str, attributes: dict) -> None:
        parts[attributes.get("Id", "")] = attributes.get("Target", "")

    for part, handler in (("xl/workbook.xml", in_workbook), ("xl/_rels/workbook.xml.rels", in_relations)):
        parser = expat.ParserCreate()
        parser.StartElementHandler = handler
        parser.Parse(archive.read(part), True)
    target = parts.get(ids.get(sheet, ""), "")
    found = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    if not target or found not in archive.namelist():
        raise _damaged()
    return found
