"""Writing tables that a spreadsheet opens: CSV and XLSX without formulas, hidden parts or a second sheet.

Both are made from nothing and written as they are read (RELIABILITY 1: a ministry of defence and a police service
sent sheets that held more than was seen). A library would keep the sheet in memory, or in plain files
on the disk; these rows may be written nowhere but into the answer. So the five small parts of a workbook are ours.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from django.utils import timezone

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STARTS_A_FORMULA = frozenset("=+-@\t\r\n|;\u2212")
LONGEST = 32_767  # characters of a cell that spreadsheets take
PIECE = 64 * 1024  # bytes that are handed over at once
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BOM = "\ufeff"  # without it Excel reads UTF-8 as the code page of the country

_NS = "http://schemas.openxmlformats.org"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_NS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_NS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_NS}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_NS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_NS}/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_NS}/spreadsheetml/2006/main" '
    f'xmlns:r="{_NS}/officeDocument/2006/relationships">'
    '<sheets><sheet name="Waymark" sheetId="1" r:id="rId1"/></sheets></workbook>',
}
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HEAD = f'{_DECLARATION}<worksheet xmlns="{_NS}/spreadsheetml/2006/main"><sheetData>'
_FOOT = "</sheetData></worksheet>"


def starts_a_formula(text: str) -> bool:
    """Return whether a spreadsheet could take the text for a formula: by its first sign, also behind blanks.

    Full-width forms count as the signs they look like, since some programs fold them.
    """
    if text[:1] in STARTS_A_FORMULA:
        return bool(text)
    for sign in text:
        if unicodedata.category(sign) in {"Zs", "Cf", "Cc", "Zl", "Zp"}:
            continue
        return unicodedata.normalize("NFKC", sign)[:1] in STARTS_A_FORMULA
    return False


def defused(text: str) -> str:
    """Return the text of a cell with an apostrophe before what could be a formula (OWASP, CSV injection)."""
    return f"'{text}" if starts_a_formula(text) else text


def plain(value) -> str:
    """Return a value as the text of a cell: dates as in ISO 8601, moments to the minute in local time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def csv_pieces(rows: Iterable[Sequence]) -> Iterator[bytes]:
    """Yield a CSV file of `rows`, piece by piece: UTF-8 with a mark, every cell in quotes.

    What could be a formula gets a leading apostrophe (OWASP, CSV injection): a phone number in international form too.
    """
    held = io.StringIO()
    held.write(_BOM)
    writer = csv.writer(held, quoting=csv.QUOTE_ALL)
    for row in rows:
        texts = [_without_controls(plain(value)) for value in row]
        writer.writerow([defused(text) for text in texts])
        if held.tell() >= PIECE:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


class _Outlet(io.RawIOBase):
    """A file that forgets what was taken from it, so that an archive needs no more memory than one piece."""

    def __init__(self):
        super().__init__()
        self.held = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.held += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self.held)
        self.held.clear()
        return taken


def xlsx_pieces(rows: Iterable[Sequence]) -> Iterator[bytes]:
    """Yield an XLSX workbook of `rows`, piece by piece: one sheet, every cell a text, no formula, nothing hidden."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, _DECLARATION + text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(_HEAD.encode())
            for row in rows:
                sheet.write(_row(row).encode())
                if len(outlet.held) >= PIECE:
                    yield outlet.take()
            sheet.write(_FOOT.encode())
    yield outlet.take()


def _row(row: Sequence) -> str:
    cells = "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_without_controls(plain(value))[:LONGEST])}</t></is></c>'
        for value in row
    )
    return f"<row>{cells}</row>"


def _without_controls(text: str) -> str:
    """Return the text without the signs that XML forbids and that no cell can show."""
    return _FORBIDDEN.sub("\ufffd", text)


PIECES = {"csv": csv_pieces, "xlsx": xlsx_pieces}
