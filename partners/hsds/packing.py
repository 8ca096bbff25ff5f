"""The public directory as an HSDS CSV data package: what `import_hsds` reads, so that one can be made of the other."""

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db.models import Q, QuerySet

from core.tables import defused
from partners.hsds.history import COLUMNS, of_services
from partners.hsds.publishing import PUBLIC, open_places, published, publishers
from partners.hsds.reading import NUMBER
from partners.hsds.tables import TABLES, Column
from partners.models import Attribute, ServiceAtLocation


def rows_of(name: str, *, at: datetime) -> QuerySet:
    """Return the public rows of one table, in the order of their ids. Needs `acting(PUBLIC)`."""
    model = TABLES[name].model
    services, organisations, places = published(at).values("pk"), publishers(at).values("pk"), open_places()
    pairs = ServiceAtLocation.objects.filter(service_id__in=services, location_id__in=places).values("pk")
    linked = Q(service_id__in=services) | Q(location_id__in=places) | Q(service_at_location_id__in=pairs)
    public = {
        "organization": lambda: Q(pk__in=organisations),
        "service": lambda: Q(pk__in=services),
        "location": lambda: Q(pk__in=places) & (Q(organisation=None) | Q(organisation_id__in=organisations)),
        "service_at_location": lambda: Q(pk__in=pairs),
        "address": lambda: Q(location_id__in=places),
        "phone": lambda: Q(organisation_id__in=organisations) | linked,
        "schedule": lambda: linked,
        "service_area": lambda: Q(service_id__in=services),
        "required_document": lambda: Q(service_id__in=services),
        "attribute": lambda: Q(link_id__in=services) | Q(link_id__in=organisations) | Q(link_id__in=places),
    }
    rows = model.objects.visible_to(PUBLIC) if name == "location" else model.objects.all()
    rows = rows.filter(taxonomy_term__isnull=False) if model is Attribute else rows
    return rows.filter(public[name]()).order_by("pk") if name in public else rows.order_by("pk")


def write(folder: Path, *, at: datetime) -> Iterator[tuple[str, int]]:
    """Write one CSV file for each table that has rows; yields (table, rows written). Needs `acting(PUBLIC)`.

    Cells that a spreadsheet would run as a formula begin with an apostrophe, which `reading.py` takes off again.
    """
    for name, table in TABLES.items():
        if name == "metadata":
            continue  # ours and what was kept, in one file
        rows, count = rows_of(name, at=at), 0
        if not rows.exists():
            continue
        with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.name for column in table.columns])
            for row in rows.iterator(chunk_size=1000):
                writer.writerow([_cell(_value(row, column)) for column in table.columns])
                count += 1
        yield name, count
    if count := _write_history(folder / TABLES["metadata"].file, at):
        yield "metadata", count


def _write_history(path: Path, at: datetime) -> int:
    """Write the history of the public services, if there is any; returns how many lines."""
    rows, count = published(at).select_related("organisation").order_by("pk").iterator(chunk_size=1000), 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        while some := list(islice(rows, 1000)):
            for lines in of_services(some).values():
                writer.writerows([_cell(line[name]) for name in COLUMNS] for line in lines)
                count += len(lines)
    if not count:
        path.unlink()
    return count


def _value(row, column: Column):
    """HSDS wants some descriptions that nobody has written: the name is one."""
    value = getattr(row, column.target)
    return row.name if column.required and column.name == "description" and not value else value


def _cell(value) -> str:
    text = "" if value is None else str(value)
    return text if NUMBER.fullmatch(text) else defused(text)
