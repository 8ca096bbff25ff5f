"""Where services are missing: the register of unmet needs counted for planners, with nobody in it (DOMAIN 4.3, 11)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core import small_cells
from core.codelists import codes, label
from core.policies import contribute
from core.small_cells import SHOWN_FROM, TOTAL, Cell, Table
from partners.models import Area

PAST = timedelta(days=365)
# Counted apart, as one: a place or a month would say too much (R9).
SENSITIVE = {"trafficking", "gbv", "safety", "child_protection"}
HIDDEN = "c"  # R12: confidential, never 0 or blank


@dataclass(frozen=True)
class Split:
    """One table: categories of need by reason, by oblast or by month."""

    name: str
    title: object
    position: int  # in the rows of `waymark.unmet_cells`


SPLITS = (
    Split("reason", _("By reason"), 3),
    Split("area", _("By oblast"), 1),
    Split("month", _("By month in which it was recorded"), 2),
)


def unmet_rows(*, at: datetime) -> list[tuple]:
    """Return what the database tells the network's desk: (category, oblast, month, reason, organisation number)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT category, oblast, month, reason, organisation FROM waymark.unmet_cells(%s)", [at - PAST])
        return cursor.fetchall()


def tables(rows: list[tuple]) -> tuple[list[dict], str]:
    """Return the three tables, and the number of specially protected needs, which stand in none of them.

    A table is {title, columns: [words], rows: [{label, cells: ["12" or "c"]}]}, its totals last.
    """
    kept = [row for row in rows if row[0] not in SENSITIVE]
    order = [code for code in codes("need_category") if code in {row[0] for row in kept}]
    made = [_table(split, order, kept) for split in SPLITS]
    small_cells.protect(made)
    apart = [row for row in rows if row[0] in SENSITIVE]
    many = len(apart) >= SHOWN_FROM and len({row[4] for row in apart}) > 1
    shown = str(len(apart)) if many else HIDDEN if apart else "0"
    told = kept and made[0].cells[TOTAL, TOTAL].shown  # else there is nothing but hidden cells
    return [_drawn(split, one) for split, one in zip(SPLITS, made, strict=True)] if told else [], shown


def _table(split: Split, order: list[str], rows) -> Table:
    columns = sorted({row[split.position] for row in rows})
    counts, owners = Counter(), defaultdict(set)
    for row in rows:
        column = row[split.position]
        for key in ((row[0], column), (row[0], TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            counts[key] += 1
            owners[key].add(row[4])
    return small_cells.table(order, columns, {key: (count, len(owners[key])) for key, count in counts.items()})


def _drawn(split: Split, one: Table) -> dict:
    names = {area.code: area.label for area in Area.objects.filter(parent=None)} if split.name == "area" else {}
    lines = [
        {
            "label": label("need_category", row) if row != TOTAL else str(_("All")),
            "cells": _line([one.cells[row, column] for column in [*one.columns, TOTAL]]),
        }
        for row in [*one.rows, TOTAL]
    ]
    heads = [*(_head(split, code, names) for code in one.columns), str(_("All"))]
    return {"title": split.title, "columns": heads, "rows": lines}


def _line(cells: list[Cell]) -> list[str]:
    """Return a row as shown; the zeros of a hidden line would say how its few are spread (R4)."""
    whole = cells[-1].shown
    return [str(cell.count) if cell.shown and whole else HIDDEN for cell in cells]


def _head(split: Split, code: str, names: dict) -> str:
    if split.name == "reason":
        return label("unmet_reason", code)
    if split.name == "area":
        return names.get(code, str(_("Not known")))
    return date_format(date.fromisoformat(f"{code}-01"), "YEAR_MONTH_FORMAT")


_CELLS = """
-- What planners count with: kinds of need, oblasts, months and reasons of the register, organisations as numbers.
-- No need, no case, no person; only for who may read the network's figures.
CREATE OR REPLACE FUNCTION waymark.unmet_cells(since timestamptz)
    RETURNS TABLE (category text, oblast text, month text, reason text, organisation bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT u.category, coalesce(a.parent_id, a.code, ''), to_char(u.at AT TIME ZONE 'Europe/Minsk', 'YYYY-MM'),
            u.reason, dense_rank() OVER (ORDER BY u.organisation_id)
        FROM public.referral_unmetneed u LEFT JOIN public.partners_area a ON a.code = u.area_id
        WHERE waymark.may('network.read') AND u.at > since
    $$;
REVOKE ALL ON FUNCTION waymark.unmet_cells(timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION waymark.unmet_cells(timestamptz) TO waymark_app;
"""

contribute("referral_unmet_cells", lambda: _CELLS)
