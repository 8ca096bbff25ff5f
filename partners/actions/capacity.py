"""Saying how many places are free (DOMAIN 4.1, G4)."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.actions import NotNow, action
from core.codelists import codes
from core.events import record
from partners.actions.refusals import own_service, wrong
from partners.models import Capacity

MAX_PLACES = 100_000


@action("capacity.set")
def set_capacity(
    service_id: UUID,
    *,
    actor,
    at: datetime,
    status: str,
    free: int | None = None,
    maximum: int | None = None,
    expected_on: date | None = None,
) -> Capacity:
    """Say whether a service of one's own takes people now, and how many places are free.

    `free` changes the number of places to those in use plus the free ones; `maximum` sets it outright; with
    neither the number stays. Saying it again confirms it: the time is what goes stale after 7 days (DOMAIN 4.1, G4).
    Returns the Capacity. Raises NotPermitted, Incomplete, and NotNow when fewer places are said than are in use.
    """
    if status not in codes("capacity_status"):
        raise wrong("status", "unknown_code", _("Choose one of the answers."))
    for field, number in (("free", free), ("maximum", maximum)):
        if number is not None and not 0 <= number <= MAX_PLACES:
            raise wrong(field, "out_of_range", _("Enter a number of places, 0 or more."))
    own_service(service_id, actor)
    Capacity.objects.bulk_create([Capacity(service_id=service_id, status=status, updated_at=at)], ignore_conflicts=True)
    capacity = Capacity.objects.select_for_update(of=("self",)).get(pk=service_id)
    if free is not None:
        capacity.maximum = capacity.used + free
    elif maximum is not None:
        if maximum < capacity.used:
            sentence = _("%(used)s places are in use. The number of places cannot be lower.") % {"used": capacity.used}
            raise NotNow("places_in_use", sentence, fields={"maximum": [sentence]}, used=capacity.used)
        capacity.maximum = maximum
    capacity.status, capacity.updated_at, capacity.expected_on = status, at, expected_on
    capacity.save()
    record(
        "capacity.set",
        actor=actor,
        at=at,
        about=service_id,
        status=status,
        maximum=capacity.maximum,
        used=capacity.used,
    )
    return capacity
