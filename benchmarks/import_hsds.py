"""import_hsds against a plain COPY of the same rows into the same tables (indexes and foreign keys included)."""

import csv
import statistics
import tempfile
import time
from pathlib import Path
from uuid import UUID, uuid5

from django.db import connection, transaction

from core.access import PROTECTED
from core.actors import acting
from partners.hsds.checking import check
from partners.hsds.loading import copy_rows, load
from partners.hsds.reading import read
from partners.hsds.tables import IMPORTER, TABLES

GOAL = 10
ROUNDS = 5
REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "hsds31_directory"
ORGANISATIONS, SERVICES, PLACES = 222, 1127, 980
SPACE = UUID("6f9619ff-8b86-4d01-b42d-00c04fc964ff")


def measure() -> dict:
    """Return name, ratio, goal and details. Everything is rolled back; no organisation needs to be there."""
    with tempfile.TemporaryDirectory() as made:
        folder = REAL if REAL.is_dir() else generated(Path(made))
        rows, _problems = _checked(folder)
        imports, copies = [], []
        for _ in range(ROUNDS):
            imports.append(_timed(lambda: load(_checked(folder)[0])))
            copies.append(_timed(lambda: _copy(rows)))
    ours, plain = statistics.median(imports), statistics.median(copies)
    number = sum(map(len, rows.values()))
    return {
        "name": "import_hsds against COPY of the same rows",
        "ratio": ours / plain,
        "goal": GOAL,
        "details": f"{number} rows; import {ours:.2f} s, COPY {plain:.2f} s; median of {ROUNDS}",
    }


def _checked(folder: Path):
    return check(read(folder))


def _timed(work) -> float:
    with transaction.atomic():
        began = time.perf_counter()
        work()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the foreign keys, which a commit would check
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took


def _copy(rows) -> None:
    now = "2026-01-01T00:00:00Z"
    with acting(IMPORTER), connection.cursor() as cursor:
        for name, table in TABLES.items():
            extra = dict(table.new_rows)
            if table.dated:
                extra |= {"version": 1, "created_at": now, "updated_at": now}
            columns = [column.target for column in table.columns] + list(extra)
            target = table.db_table
            if table.model in PROTECTED:  # PostgreSQL refuses COPY into a table with policies
                target = f"plain_{name}"
                cursor.execute(f"CREATE TEMP TABLE {target} (LIKE {table.db_table} INCLUDING DEFAULTS) ON COMMIT DROP")
            copy_rows(cursor, target, columns, [(*row, *extra.values()) for row in rows[name]])
            if target != table.db_table:
                cursor.execute(f"INSERT INTO {table.db_table} SELECT * FROM {target}")


def generated(folder: Path) -> Path:
    """Write a made-up directory of the size of a real one."""

    def key(kind: str, number: int) -> str:
        return str(uuid5(SPACE, f"{kind} {number}"))

    def write(name: str, rows: list[dict]) -> None:
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    words = "Help with papers, beds, food, law and language for people who come from another country. "
    write(
        "organizations.csv",
        [{"id": key("o", n), "name": f"Organisation {n}", "description": words * 3} for n in range(ORGANISATIONS)],
    )
    write(
        "services.csv",
        [
            {
                "id": key("s", n),
                "organization_id": key("o", n % ORGANISATIONS),
                "name": f"Service {n}",
                "description": words * 2,
                "status": "active",
                "url": "http://example.org/",
                "minimum_age": n % 60,
            }
            for n in range(SERVICES)
        ],
    )
    write(
        "locations.csv",
        [
            {"id": key("l", n), "location_type": "physical", "name": f"Place {n}", "latitude": 53.9, "longitude": 27.5}
            for n in range(PLACES)
        ],
    )
    write("taxonomies.csv", [{"id": key("t", 0), "name": "Ours", "description": words}])
    write(
        "taxonomy_terms.csv",
        [
            {"id": key("tt", n), "name": f"Term {n}", "description": words, "taxonomy_id": key("t", 0)}
            for n in range(300)
        ],
    )
    write(
        "attributes.csv",
        [
            {
                "id": key("a", n),
                "link_id": key("s", n % SERVICES),
                "link_entity": "service",
                "taxonomy_term_id": key("tt", n % 300),
            }
            for n in range(8335)
        ],
    )
    write(
        "schedules.csv",
        [
            {
                "id": key("h", n),
                "service_id": key("s", n % SERVICES),
                "freq": "WEEKLY",
                "byday": "MO,TU",
                "opens_at": "09:00",
                "closes_at": "18:00",
            }
            for n in range(2298)
        ],
    )
    write(
        "service_areas.csv",
        [{"id": key("sa", n), "service_id": key("s", n % SERVICES), "name": f"Area {n % 145}"} for n in range(1996)],
    )
    return folder
