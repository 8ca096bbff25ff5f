"""Right rows into the database: COPY to a temporary table, then one INSERT ... ON CONFLICT per table."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from core.actors import acting
from partners.hsds.tables import IMPORTER, TABLES, Table


@dataclass(frozen=True)
class Count:
    """What happened to one table."""

    table: str
    read: int
    new: int
    changed: int
    wrong: int = 0

    @property
    def unchanged(self) -> int:
        return self.read - self.new - self.changed - self.wrong


def load(rows: dict[str, list[tuple]], *, progress: Callable[[int], None] = lambda number: None) -> dict[str, tuple]:
    """Write all rows in one transaction; return (new, changed) per table.

    A row that is there already with the same values is not written at all.
    """
    counts = {}
    with acting(IMPORTER), connection.cursor() as cursor:
        now = timezone.now()
        for name, table in TABLES.items():
            counts[name] = _load(cursor, table, rows[name], now) if rows[name] else (0, 0)
            progress(len(rows[name]))
    return counts


def _load(cursor, table: Table, rows: list[tuple], now) -> tuple[int, int]:
    columns = [column.target for column in table.columns]
    quoted = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {quoted} FROM {table.db_table} WITH NO DATA"  # noqa: S608
    )
    copy_rows(cursor, "incoming", columns, rows)
    extra = dict(table.new_rows)
    if table.dated:
        extra |= {"version": 1, "created_at": now, "updated_at": now}
    names = ", ".join([quoted, *(f'"{name}"' for name in extra)])
    values = ", ".join([quoted, *("%s" for _ in extra)])
    own = [column for column in columns if column != "id"]
    sets = [f'"{column}" = EXCLUDED."{column}"' for column in own]
    if table.dated:
        sets += ["version = t.version + 1", "updated_at = EXCLUDED.updated_at"]
    if table.emptied:
        sets.append(f"{table.emptied} = ''")
    before = ", ".join(f't."{column}"' for column in own)
    after = ", ".join(f'EXCLUDED."{column}"' for column in own)
    cursor.execute(
        f"WITH written AS (INSERT INTO {table.db_table} AS t ({names}) SELECT {values} FROM incoming "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(sets)} WHERE ({before}) IS DISTINCT FROM ({after}) "
        "RETURNING (xmax = 0) AS is_new) "
        "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written",
        list(extra.values()),
    )
    counted = cursor.fetchone()
    cursor.execute("DROP TABLE incoming")
    return counted


def copy_rows(cursor, into: str, columns: list[str], rows: list[tuple]) -> None:
    """COPY rows into a table; None is NULL."""
    buffer = io.StringIO()
    for row in rows:
        buffer.write("\t".join(map(_cell, row)) + "\n")
    buffer.seek(0)
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.copy_expert(f"COPY {into} ({names}) FROM STDIN", buffer)


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _cell(value) -> str:
    if value is None:
        return "\\N"
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)
