"""The days on which an organisation is closed, besides weekends and public holidays (DOMAIN 4.2)."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import action
from core.events import record
from partners.actions.refusals import wrong
from partners.models import Organisation

LONGEST = 92  # days in one closure


@action("closure.set", permission="service.manage")
def close_days(*, actor, at: datetime, first_on: date, last_on: date) -> Organisation:
    """Say that one's organisation is closed from a day to a day.

    Time limits that begin afterwards leave these days out; those that run keep their due time, as it was promised.
    Returns the Organisation. Raises Incomplete.
    """
    if last_on < first_on:
        raise wrong("last_on", "days_in_order", _("The last day comes before the first."))
    if last_on < timezone.localdate(at) or (last_on - first_on).days >= LONGEST:
        raise wrong("last_on", "out_of_range", _("Choose a last day that is to come, within three months."))
    days = [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]
    return _set(actor, at, lambda known: known | {day.isoformat() for day in days})


@action("closure.end", permission="service.manage")
def open_day(*, actor, at: datetime, day: date) -> Organisation:
    """Say that one's organisation is open on a day after all. Returns the Organisation."""
    return _set(actor, at, lambda known: known - {day.isoformat()})


def _set(actor, at: datetime, change) -> Organisation:
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=actor.organisation_id)
    row.closures = sorted(change(set(row.closures)))
    row.version += 1
    row.save(update_fields=["closures", "version", "updated_at"])
    record("closure.changed", actor=actor, at=at, about=row.pk)
    return row
