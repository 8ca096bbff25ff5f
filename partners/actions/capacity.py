"""Saying how many places are free (DOMAIN 4.1, G4)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions import Incomplete, NotNow, Refusal, action
from core.codelists import codes
from core.events import record
from partners import reminders
from partners.actions.refusals import own_service, wrong
from partners.models import Capacity
from partners.models.upkeep import CAPACITY

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
            sentence = _(
                "%(used)s places are in use, so there cannot be fewer. Say %(used)s places and none free: nobody new "
                "is sent, and the number falls as people leave."
            ) % {"used": capacity.used}
            raise NotNow("places_in_use", sentence, fields={"maximum": [sentence]}, used=capacity.used)
        capacity.maximum = maximum
    capacity.status, capacity.updated_at, capacity.expected_on = status, at, expected_on
    capacity.save()
    _remind(capacity, actor, at)
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


@action("capacity.set_all", permission="capacity.set")
def set_capacities(entries: dict[UUID, dict], *, actor, at: datetime) -> dict[UUID, Refusal]:
    """Say the places of many services at once; each entry holds the arguments of `set_capacity`.

    One that is wrong does not keep the others from being saved. Returns {service: Refusal} of those that were not;
    raises Incomplete where nothing was said, or nothing of it could be saved.
    """
    if not entries:
        raise Incomplete("nothing_said", _("Say something of at least one service."))
    refused: dict[UUID, Refusal] = {}
    for pk in sorted(entries):
        try:
            with transaction.atomic():
                set_capacity(pk, actor=actor, at=at, **entries[pk])
        except Refusal as refusal:
            refused[pk] = refusal
    if len(refused) == len(entries):
        raise Incomplete("nothing_saved", _("Nothing was saved. Look at the marked services."), refused=refused)
    return refused


@action("capacity.confirm", permission="capacity.set")
def confirm_capacities(*, actor, at: datetime) -> int:
    """Say that all places of one's organisation are still as they were said last; return of how many services.

    Raises Incomplete where nothing was said yet.
    """
    rows = Capacity.objects.filter(service__organisation_id=actor.organisation_id, service__status="active")
    found = list(rows.select_for_update(of=("self",)).select_related("service").order_by("pk"))
    if not found:
        raise Incomplete("nothing_said", _("Nothing was said yet that could be confirmed."))
    for capacity in found:
        capacity.updated_at = at
        _remind(capacity, actor, at)
        record("capacity.set", actor=actor, at=at, about=capacity.pk, status=capacity.status,
               maximum=capacity.maximum, used=capacity.used)  # fmt: skip
    Capacity.objects.bulk_update(found, ["updated_at"])
    return len(found)


def _remind(capacity: Capacity, actor, at: datetime) -> None:
    reminders.plan(CAPACITY, about=capacity.pk, organisations=[actor.organisation_id], base_at=at, at=at)
