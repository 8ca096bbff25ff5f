"""The history of public entries as HSDS `metadata` (DOMAIN 15.1): which field, before, after, when; never by whom.

What changed while an entry was not public stays unpublished, and so does what HSDS does not publish of it at all.
"""

import json
from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.utils import timezone

from partners.models import Metadata, Service
from partners.models.upkeep import PUBLISHED

COLUMNS = (
    "id", "resource_id", "resource_type", "last_action_date", "last_action_type", "field_name", "previous_value",
    "replacement_value", "updated_by",
)  # fmt: skip


def of_services(rows: Iterable[Service]) -> dict[UUID, list[dict]]:
    """Return {service id: metadata, the oldest first} of published services. Needs `organisation`. Two queries."""
    bodies = {row.pk: row.organisation.name for row in rows}
    found: dict[UUID, dict[str, dict]] = {pk: {} for pk in bodies}
    for row in Metadata.objects.filter(resource_id__in=bodies, resource_type="service").order_by("last_action_date"):
        found[row.resource_id][str(row.pk)] = _kept(row, bodies[row.resource_id])
    for change in _changes(list(bodies)):
        found[change[1]][str(change[0])] = _own(change, bodies[change[1]])
    return {pk: sorted(lines.values(), key=_order) for pk, lines in found.items()}


def _order(line: dict) -> tuple:
    return line["last_action_date"], line["id"]


def _kept(row: Metadata, publisher: str) -> dict:
    return {
        "id": str(row.pk),
        "resource_id": str(row.resource_id),
        "resource_type": row.resource_type,
        "last_action_date": row.last_action_date.isoformat(),
        "last_action_type": row.last_action_type,
        "field_name": row.field_name,
        "previous_value": row.previous_value,
        "replacement_value": row.replacement_value,
        "updated_by": publisher,
    }


def _own(change: tuple, publisher: str) -> dict:
    pk, service, action, name, before, after, at = change
    return {
        "id": str(pk),
        "resource_id": str(service),
        "resource_type": "service",
        "last_action_date": timezone.localdate(at).isoformat(),
        "last_action_type": "create" if action == "create" else "update",
        "field_name": PUBLISHED[name],
        "previous_value": _text(before),
        "replacement_value": _text(after),
        "updated_by": publisher,
    }


def _text(stored: str | None) -> str:
    """Return a value of the history (JSON) as one text: lists by commas, a week of hours day by day."""
    value = None if stored is None else json.loads(stored)
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{day} {'-'.join(map(str, span))}" for day, span in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _changes(services: list[UUID]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM waymark.published_changes(%s::uuid[])", [[str(pk) for pk in services]])
        return cursor.fetchall()
