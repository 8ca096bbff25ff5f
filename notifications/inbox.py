"""A member's own notices: how many are new, and marking them as read. They hold no record, so no event is written."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from notifications.models import Notice


def unread(actor) -> QuerySet:
    """Return the notices that the actor has not read."""
    return Notice.objects.visible_to(actor).filter(read_at=None)


def mark_read(*, actor, at: datetime, notice_id: UUID | None = None) -> int:
    """Mark one notice of the actor as read, or all of them; return how many were new."""
    rows = unread(actor)
    return (rows if notice_id is None else rows.filter(pk=notice_id)).update(read_at=at)
