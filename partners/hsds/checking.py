"""Checks of each row before anything is written; a wrong one is named with file, line, column and reason."""

import math
import re
from datetime import date
from uuid import UUID

from django.db import connection

from core.actors import acting
from partners.eligibility import MAX_AGE, OLDEST
from partners.hsds.reading import Directory, Problem, Row
from partners.hsds.tables import IMPORTER, TABLES, Column, Table
from partners.models import TaxonomyTerm

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_URL = re.compile(r"https?://[^\s/?#]+\.[^\s]+", re.IGNORECASE)
_BARE_URL = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?")
_NOTHING = {"n/a", "na", "none", "-"}
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
PLACES = (("location", 0), ("address", 1))  # which column names a place
MAX_NUMBER = 32_767  # smallint


class Wrong(Exception):
    """The reason why a value is refused."""


def check(directory: Directory) -> tuple[dict[str, list[tuple]], list[Problem]]:
    """Return the rows that are right, as tuples in the order of our columns, and what is wrong with the others.

    Reads the database only for ids that rows refer to and that the files do not hold.
    """
    problems: list[Problem] = []
    right: dict[str, dict[UUID, tuple[Row, tuple]]] = {}
    for name, table in TABLES.items():
        right[name] = _table(table, directory.rows[name], problems)
    with acting(IMPORTER):
        existing = _existing(right)
    _refuse_circles(right, problems)
    removed = True
    while removed:  # a row that goes may be one that others refer to
        removed = False
        for name, table in TABLES.items():
            for key, problem in _broken(table, right, existing).items():
                problems.append(problem)
                del right[name][key]
                removed = True
    _refuse_confidential(right, problems)
    return {name: [values for _, values in rows.values()] for name, rows in right.items()}, problems


def _table(table: Table, rows: list[Row], problems: list[Problem]) -> dict[UUID, tuple[Row, tuple]]:
    right: dict[UUID, tuple[Row, tuple]] = {}
    for row in rows:
        found, values = list(row.problems), []
        if not found:
            for column in table.columns:
                try:
                    values.append(value_of(column, row.values.get(column.name) or ""))
                except Wrong as wrong:
                    found.append(Problem(row.file, row.line, column.name, str(wrong)))
                    values.append(None)
            _ages(table, row, values, found)
        if not found and values[0] in right:
            found.append(Problem(row.file, row.line, "id", f"the id of line {right[values[0]][0].line} again"))
        if found:
            problems.extend(found)
        else:
            right[values[0]] = (row, tuple(values))
    return right


def _ages(table: Table, row: Row, values: list, found: list[Problem]) -> None:
    if table.name != "service" or found:
        return
    low, high = values[table.place("minimum_age")], values[table.place("maximum_age")]
    if low is not None and high is not None and low > high:
        found.append(Problem(row.file, row.line, "minimum_age", f"{low} is above the highest age, {high}"))
    elif low is not None and low > OLDEST:
        found.append(Problem(row.file, row.line, "minimum_age", f"nobody is {low} years old"))


def value_of(column: Column, text: str):
    """Turn the text of a cell into a value. Raises Wrong with the reason."""
    text = text.strip()
    if column.kind == "url" and text.lower() in _NOTHING:
        text = ""
    if not text:
        if column.required:
            raise Wrong("a value is required")
        return "" if column.kind in {"text", "url", "email", "code"} else None
    if _UNSEEN.search(text):
        raise Wrong("holds a control character")
    if column.kind in {"uuid"} or column.refers_to:
        return _uuid(text)
    value = _READERS.get(column.kind, lambda column, text: text)(column, text)
    if column.length and len(value) > column.length:
        raise Wrong(f"{len(value)} characters; at most {column.length} fit")
    return value


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Wrong(f"{_short(text)} is not a UUID") from None


def _date(column: Column, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"{_short(text)} is not a date (YYYY-MM-DD)") from None


def _whole(text: str) -> int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if math.isfinite(number) and number == int(number) else None


def _age(column: Column, text: str) -> int:
    number = _whole(text)
    if number is None or not 0 <= number <= MAX_AGE:
        raise Wrong(f"{_short(text)} is not an age in whole years (0 to {MAX_AGE})")
    return number


def _number(column: Column, text: str) -> int:
    number = _whole(text)
    if number is None or not 0 <= number <= MAX_NUMBER:
        raise Wrong(f"{_short(text)} is not a whole number (0 to {MAX_NUMBER})")
    return number


def _degrees(column: Column, text: str) -> float:
    limit = 90 if column.kind == "latitude" else 180
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not -limit <= number <= limit:
        raise Wrong(f"{_short(text)} is not a {column.kind} (-{limit} to {limit})")
    return number


def _url(column: Column, text: str) -> str:
    """Return the address; one written without http:// gets it, since publishers often leave it out."""
    if _URL.fullmatch(text):
        return text
    if _BARE_URL.fullmatch(text):
        return f"http://{text}"
    raise Wrong(f"{_short(text)} is not a web address")


def _email(column: Column, text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise Wrong(f"{_short(text)} is not an e-mail address")
    return text


def _code(column: Column, text: str) -> str:
    if text not in column.codes:
        raise Wrong(f"{_short(text)} is none of: {', '.join(column.codes)}")
    return text


_READERS = {
    "date": _date,
    "age": _age,
    "number": _number,
    "latitude": _degrees,
    "longitude": _degrees,
    "url": _url,
    "email": _email,
    "code": _code,
}


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _references(table: Table, values: tuple) -> list[tuple[str, str, UUID]]:
    """Return (column, table, id) of what a row refers to."""
    found = [
        (column.name, column.refers_to, values[index])
        for index, column in enumerate(table.columns)
        if column.refers_to and values[index] is not None
    ]
    if table.linked:
        kind, key = (values[table.place(name)] for name in table.linked)
        if kind in TABLES:  # what is said of a thing that we do not keep leads nowhere, and does no harm
            found.append((table.linked[1], kind, key))
    return found


def _existing(right: dict) -> dict[str, set[UUID]]:
    """Return the ids of our database among those that rows refer to and the files do not hold."""
    wanted: dict[str, set[UUID]] = {name: set() for name in TABLES}
    for name, table in TABLES.items():
        for _row, values in right[name].values():
            for _column, there, key in _references(table, values):
                wanted[there].add(key)
    found = {}
    for name, ids in wanted.items():
        missing = ids - right[name].keys()
        found[name] = (
            set(TABLES[name].model.objects.filter(pk__in=missing).values_list("pk", flat=True)) if missing else set()
        )
    return found


def _broken(table: Table, right: dict, existing: dict) -> dict[UUID, Problem]:
    broken = {}
    for key, (row, values) in right[table.name].items():
        for column, there, wanted in _references(table, values):
            if wanted not in right[there] and wanted not in existing[there]:
                reason = f"refers to the {there} {wanted}, which is not there or is wrong itself"
                broken[key] = Problem(row.file, row.line, column, reason)
                break
    return broken


def _refuse_circles(right: dict, problems: list[Problem]) -> None:
    """A term that stands above itself would never end for who walks up to the top."""
    table = TABLES["taxonomy_term"]
    place = table.place("parent_id")
    above = dict(TaxonomyTerm.objects.filter(parent__isnull=False).values_list("pk", "parent_id"))
    above |= {key: values[place] for key, (_row, values) in right[table.name].items()}
    for key in _in_circles(above) & right[table.name].keys():
        row, values = right[table.name].pop(key)
        problems.append(Problem(row.file, row.line, "parent_id", f"{values[place]} stands below {key} itself"))


def _in_circles(above: dict[UUID, UUID | None]) -> set[UUID]:
    """Return those that are met again on the way up from themselves. Each is walked over once."""
    circles: set[UUID] = set()
    done: set[UUID] = set()
    for start in above:
        path: dict[UUID, int] = {}
        here: UUID | None = start
        while here is not None and here not in done and here not in path:
            path[here] = len(path)
            here = above.get(here)
        if here is not None and here in path:
            circles |= {key for key, number in path.items() if number >= path[here]}
        done |= path.keys()
    return circles


def _refuse_confidential(right: dict, problems: list[Problem]) -> None:
    """A safe house's address never enters, whoever publishes it."""
    named = {values[position] for name, position in PLACES for _, values in right[name].values()}
    with acting(IMPORTER), connection.cursor() as cursor:
        cursor.execute("SELECT waymark.confidential_among(%s::uuid[])", [[str(pk) for pk in named]])
        hidden = {row[0] for row in cursor.fetchall()}
    if not hidden:
        return
    for name, position in PLACES:
        for key, (row, values) in list(right[name].items()):
            if values[position] in hidden:
                reason = "this place is confidential here; nothing about it is imported"
                problems.append(Problem(row.file, row.line, TABLES[name].columns[position].name, reason))
                del right[name][key]
