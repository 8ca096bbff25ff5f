"""Reading a workbook that somebody sends: its cells as texts, within limits, without formulas."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from core.files import check
from core.files.archives import bounded, read
from core.files.kinds import damaged

LARGEST = 2 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 110_000, 60  # 200 questions with 500 answers each
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_XLSX = frozenset({"xlsx"})


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: sheet, row and column as people count them; 0 and "" for the whole sheet."""

    sheet: str
    row: int
    column: str
    sentence: str


class Unreadable(ValueError):
    """A workbook with faults; nothing of it is taken over."""

    def __init__(self, *faults: Fault):
        super().__init__("unreadable")
        self.faults = list(faults)


def sheets_of(upload) -> dict[str, list[list[str]]]:
    """Return {name of the sheet in small letters: rows of texts} of an uploaded file.

    It is checked like every file (core.files); before its cells are loaded it is looked through once more, since a
    small file can claim to hold millions of them. Raises FileRefused, Unreadable.
    """
    content = check(upload, limit=LARGEST, kinds=_XLSX).content
    _look_inside(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        rows = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (CalamineError, OSError, ValueError) as error:
        raise damaged() from error
    return {name.strip().casefold(): [[_text(cell) for cell in row] for row in found] for name, found in rows.items()}


def _text(cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).strip()


def _look_inside(content: bytes) -> None:
    with bounded(content) as packed:
        called = _names_of_sheets(packed)
        faults = []
        for part in packed.namelist():
            if _SHEET.fullmatch(part):
                faults += _look_at(read(packed, part), called.get(part.rpartition("/")[2], part))
    if faults:
        raise Unreadable(*faults[:20])


def _parse(xml: bytes, start) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise damaged() from error


def _names_of_sheets(packed) -> dict[str, str]:
    """Return {file of a sheet: its name}."""
    ids, files = {}, {}

    def names(tag, attributes):
        if tag == "sheet":
            ids[attributes.get("r:id", "")] = attributes.get("name", "")

    def targets(tag, attributes):
        if tag == "Relationship":
            files[attributes.get("Id", "")] = attributes.get("Target", "").rpartition("/")[2]

    here = set(packed.namelist())
    for part, start in (("xl/workbook.xml", names), ("xl/_rels/workbook.xml.rels", targets)):
        if part in here:
            _parse(read(packed, part), start)
    return {files[key]: name for key, name in ids.items() if key in files}


def _look_at(xml: bytes, sheet: str) -> list[Fault]:
    """Return the formulas of a sheet, and the cells too far out."""
    faults: list[Fault] = []
    here = {"row": 0, "column": "A"}

    def start(tag, attributes):
        if tag == "row":
            here.update(row=int(attributes.get("r") or here["row"] + 1), column="A")
        elif tag == "c" and (cell := _CELL.fullmatch(attributes.get("r", ""))):
            here.update(row=int(cell[2]), column=cell[1])
        if tag in {"row", "c"} and (here["row"] > MOST_ROWS or _number(here["column"]) > MOST_COLUMNS):
            text = _("There is a cell far outside of the table. Delete it.")
            faults.append(Fault(sheet, here["row"], here["column"], text))
        elif tag == "f":
            text = _("This cell holds a formula. Write its value.")
            faults.append(Fault(sheet, here["row"], here["column"], text))

    _parse(xml, start)
    return faults


def _number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def letters(number: int) -> str:
    """Return the name of a column: 1 is A, 27 is AA."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found
