"""Files of persons to be compared: CSV with the columns of COLUMNS (DOMAIN 14). Pure: no Django.

`record_id`, and a given or a family name, must be there; columns that are not listed are left alone.
"""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import phonenumbers

from cases.duplicates import Likeness, Name, Record

REQUIRED = ("record_id", "given_name", "family_name")
COLUMNS = (*REQUIRED, "patronymic_or_father", "sex", "date_of_birth", "citizenship", "phone", "document")
SEXES = {"": "", "m": "m", "f": "f", "male": "m", "female": "f"}
HOME = "BY"  # where a number without a country code is read
LONGEST = 1000  # characters of a cell
SHOWN = 50  # mistakes named; the rest is counted


class WrongFile(Exception):
    """The file cannot be compared. `problems` are sentences, each with its line and column; never a value."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def phone_key(written: str) -> str:
    """Return a telephone number in one form (E.164), the bare digits where it is no number, "" where none are."""
    try:
        number = phonenumbers.parse(written, HOME)
    except phonenumbers.NumberParseException:
        return "".join(filter(str.isdigit, written))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def document_key(written: str) -> str:
    """Return a document's number without spaces, dashes and case."""
    return "".join(filter(str.isalnum, written)).upper()


def read(path: Path) -> list[Record]:
    """Read the records of a file in UTF-8. Raises WrongFile with every mistake found, OSError."""
    problems, records, seen = [], [], {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            missing = [column for column in REQUIRED if column not in (rows.fieldnames or ())]
            if missing:
                raise WrongFile([f"Line 1: the column {column} is missing." for column in missing])
            for row in rows:
                record, wrong = _record(row)
                if record and (before := seen.setdefault(record.id, rows.line_num)) != rows.line_num:
                    wrong = [("record_id", f"this record_id stands in line {before} already.")]
                problems += [f"Line {rows.line_num}, column {column}: {sentence}" for column, sentence in wrong]
                if record and not wrong:
                    records.append(record)
    except UnicodeDecodeError:
        raise WrongFile(["The file is not in UTF-8. Save it as CSV UTF-8."]) from None
    except csv.Error as error:
        raise WrongFile([f"Line {rows.line_num}: this is not CSV ({error})."]) from None
    if problems:
        more = [f"... and {len(problems) - SHOWN} more."] if len(problems) > SHOWN else []
        raise WrongFile(problems[:SHOWN] + more)
    return records


def _record(row: dict) -> tuple[Record | None, list[tuple[str, str]]]:
    if None in row or None in row.values():
        return None, [("record_id", "the row has more or fewer cells than the heading.")]
    cell = {column: (row.get(column) or "").strip() for column in COLUMNS}
    wrong = [(column, f"write {LONGEST} characters at most.") for column in COLUMNS if len(cell[column]) > LONGEST]
    if not cell["record_id"]:
        wrong.append(("record_id", "it is empty."))
    if not cell["given_name"] and not cell["family_name"]:
        wrong.append(("given_name", "write a given name or a family name."))
    born = None
    if cell["date_of_birth"]:
        try:
            born = date.fromisoformat(cell["date_of_birth"])
        except ValueError:
            wrong.append(("date_of_birth", "write the date as 1990-12-31."))
    if cell["sex"].casefold() not in SEXES:
        wrong.append(("sex", "write m, f, or nothing."))
    if wrong:
        return None, wrong
    phone, document = phone_key(cell["phone"]), document_key(cell["document"])
    names = Name(given=cell["given_name"], family=cell["family_name"], father=cell["patronymic_or_father"])
    return Record(
        id=cell["record_id"],
        names=(names,),
        born=born,
        sex=SEXES[cell["sex"].casefold()],
        citizenships=frozenset({cell["citizenship"].upper()} - {""}),
        phones=frozenset({phone} - {""}),
        documents=frozenset({document} - {""}),
    ), []


def write(path: Path, found: Iterable[tuple[Record, Record, Likeness]]) -> int:
    """Write the pairs, best first: record_id_a, record_id_b, score, reasons. Returns how many. Raises OSError."""
    rows = sorted(found, key=lambda pair: (-pair[2].score, pair[0].id, pair[1].id))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["record_id_a", "record_id_b", "score", "reasons"])
        for one, other, likeness in rows:
            out.writerow([one.id, other.id, f"{likeness.score:.4f}", " ".join(likeness.reasons)])
    return len(rows)
