"""Files to rows: a CSV data package or compiled JSON. A row keeps where it stood."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.tables import starts_a_formula
from partners.hsds.tables import TABLES

csv.field_size_limit(10_000_000)
# "+375 17 200-00-00" and "-0.1278" begin like a formula and are none: another reader wants them as they are.
NUMBER = re.compile(r"[+-]?[0-9 ().,/-]+")
FORMULA = "begins like a formula of a spreadsheet. If it is text, put an apostrophe (') before it."


class Unreadable(Exception):
    """A file that cannot be read at all: which, where, and why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row: file, line (or JSON path), column, reason."""

    file: str
    line: str
    column: str
    reason: str

    def __str__(self):
        return f"{self.file}, line {self.line}, column {self.column}: {self.reason}"


@dataclass(slots=True)
class Row:
    """One row as read: text values by HSDS column name."""

    file: str
    line: str
    values: dict
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Directory:
    """What was found: rows by table, files that are no HSDS table, columns that Waymark does not keep."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})
    other_files: list[str] = field(default_factory=list)
    other_columns: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self):
        return sum(map(len, self.rows.values()))


def read(path: Path) -> Directory:
    """Read a folder (or one JSON file). Raises Unreadable, naming the file and the place."""
    if not path.exists():
        raise Unreadable(f"{path}: there is no such folder or file")
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    found, seen = Directory(), {}
    tables = {table.file: table for table in TABLES.values()}
    known = {file.name for file in files if file.name in tables}
    for file in files:
        if file.name in known:
            _read_csv(file, tables[file.name], found)
        elif file.suffix == ".json" and not known and file.name != "datapackage.json":
            _read_json(file, found, seen)
        elif file.suffix in {".csv", ".json"} and file.name != "datapackage.json":
            found.other_files.append(file.name)
    if not len(found):
        raise Unreadable(f"{path}: there are no HSDS tables here (organizations.csv, services.csv, ..., or JSON)")
    return found


def _text(file: Path) -> str:
    raw = file.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"{file.name}, line 1: this is UTF-16. Save the file as UTF-8.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"{file.name}, line {line}: byte {error.start} is not UTF-8. Save the file as UTF-8."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable(f"{file.name}, line {line}: a NUL character. Text must not hold one.")
    return text


def _read_csv(file: Path, table, found: Directory) -> None:
    # Not splitlines(): that would also split at form feeds and other signs inside values.
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    names = [column.name for column in table.columns]
    try:
        head = next(reader, None)
        if not head:
            raise Unreadable(f"{file.name}, line 1: the line with the column names is missing")
        head = [name.strip() for name in head]
        if len(set(head)) != len(head):
            raise Unreadable(f"{file.name}, line 1: a column name stands twice")
        missing = [column.name for column in table.columns if column.required and column.name not in head]
        if missing:
            raise Unreadable(f"{file.name}, line 1: the column {missing[0]} is missing")
        found.other_columns[file.name] = [name for name in head if name not in names]
        rows, began = found.rows[table.name], reader.line_num + 1
        for values in reader:
            if values:
                row = Row(file.name, str(began), dict(zip(head, map(_whole_text, values), strict=False)))
                row.problems += [
                    Problem(file.name, row.line, name, FORMULA)
                    for name, value in zip(head, values, strict=False)
                    if name in names and _runs(value)
                ]
                if len(values) != len(head):
                    reason = f"{len(values)} values, but the first line names {len(head)} columns"
                    row.problems.append(Problem(file.name, row.line, "(all)", reason))
                rows.append(row)
            began = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"{file.name}, line {reader.line_num}: {error}") from None


def _runs(value: str) -> bool:
    """Return whether a spreadsheet would run the cell; who publishes text puts an apostrophe before it, as we do."""
    text = value.lstrip(" \r\n")
    return starts_a_formula(text) and not NUMBER.fullmatch(text)


def _whole_text(value: str) -> str:
    """Take off the apostrophe that our own export puts before what a spreadsheet could run."""
    return value[1:] if value.startswith("'") and starts_a_formula(value[1:]) else value


# Compiled JSON: what may stand inside what, and which column of the inner row names the outer one.
_INSIDE = {
    "organization": {
        "services": ("service", "organization_id"),
        "locations": ("location", "organization_id"),
        "phones": ("phone", "organization_id"),
    },
    "service": {
        "phones": ("phone", "service_id"),
        "schedules": ("schedule", "service_id"),
        "service_areas": ("service_area", "service_id"),
        "service_at_locations": ("service_at_location", "service_id"),
        "required_documents": ("required_document", "service_id"),
    },
    "service_at_location": {
        "phones": ("phone", "service_at_location_id"),
        "schedules": ("schedule", "service_at_location_id"),
    },
    "location": {
        "addresses": ("address", "location_id"),
        "phones": ("phone", "location_id"),
        "schedules": ("schedule", "location_id"),
    },
}
# What may stand there as one object, and which column of the outer row names it.
_ONE = {
    "service": {"organization": ("organization", "organization_id")},
    "service_at_location": {"location": ("location", "location_id"), "service": ("service", "service_id")},
    "attribute": {"taxonomy_term": ("taxonomy_term", "taxonomy_term_id")},
    "taxonomy_term": {"taxonomy_detail": ("taxonomy", "taxonomy_id")},
}


_KIND_OF = {"attribute": "link_entity", "metadata": "resource_type"}  # the column that says what the outer row is


def _read_json(file: Path, found: Directory, seen: dict[tuple, Row]) -> None:
    try:
        content = json.loads(_text(file))
    except json.JSONDecodeError as error:
        raise Unreadable(f"{file.name}, line {error.lineno}, character {error.colno}: {error.msg}") from None
    except RecursionError:
        raise Unreadable(f"{file.name}: the values are nested too deeply") from None
    if isinstance(content, dict) and "contents" in content:
        content = content["contents"]
    items = content if isinstance(content, list) else [content]
    before = len(found)
    for index, item in enumerate(items):
        path = f"$[{index}]" if isinstance(content, list) else "$"
        if not isinstance(item, dict):
            raise Unreadable(f"{file.name}, {path}: an object is expected")
        if "id" not in item and "name" not in item:
            continue  # base.json and the like: about the API, no directory
        for name, where, values in _walk(_kind(file, item), path, item):
            _add(found, seen, name, Row(file.name, where, values))
    if len(found) == before:
        found.other_files.append(file.name)


def _kind(file: Path, item: dict) -> str:
    for name in ("service_at_location", "taxonomy_term", "taxonom", "organization", "service", "location"):
        if file.stem.startswith(name):
            return "taxonomy" if name == "taxonom" else name
    if "location_type" in item:
        return "location"
    return "service" if {"status", "organization", "organization_id"} & set(item) else "organization"


def _walk(name: str, path: str, item: dict) -> Iterator[tuple[str, str, dict]]:
    values = {key: value for key, value in item.items() if not isinstance(value, (dict, list))}
    for key, (inner, column) in _ONE.get(name, {}).items():
        if isinstance(item.get(key), dict):
            values.setdefault(column, item[key].get("id"))
            yield from _walk(inner, f"{path}.{key}", item[key])
    yield name, path, values
    children = {
        **_INSIDE.get(name, {}),
        "attributes": ("attribute", "link_id"),
        "metadata": ("metadata", "resource_id"),
    }
    for key, (inner, column) in children.items():
        for index, child in enumerate(item.get(key) or []):
            if isinstance(child, dict):
                linked = {_KIND_OF[inner]: name} if inner in _KIND_OF else {}
                outer = {**linked, column: item.get("id")}
                yield from _walk(inner, f"{path}.{key}[{index}]", {**child, **outer})


def _add(found: Directory, seen: dict, name: str, row: Row) -> None:
    """Keep a row; the same thing repeated in another place adds what was still empty."""
    names = {column.name for column in TABLES[name].columns}
    row.values = {key: _plain(value) for key, value in row.values.items() if key in names}
    known = seen.get((name, row.values["id"])) if row.values.get("id") else None
    if known is None:
        seen[name, row.values.get("id")] = row
        found.rows[name].append(row)
        return
    for key, value in row.values.items():
        if not known.values.get(key):
            known.values[key] = value


def _plain(value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
