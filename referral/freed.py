"""A place that became free: who is next in the line of its service, told once (DOMAIN 4.1, T7)."""

from datetime import datetime

from core import events
from core.actors import SYSTEM
from partners.models import Capacity
from referral import lines
from referral.models import Referral
from referral.states import HOLDS_PLACE, S

AT_ONCE = 20  # who are told of one change


def tell(event, *, at: datetime) -> None:
    """A consumer: tell the receiver who can come now, when places were set, taken or given back or the line changed.

    Who was told is told again only after the places were gone in between. Told twice it does nothing the second time.
    """
    service_id = _concerns(event)
    capacity = service_id and Capacity.objects.filter(pk=service_id).first()
    if not capacity:
        return
    full = event.kind == "capacity.set" and event.facts["status"] == "no_capacity"
    free = 0 if full else lines.free_for(capacity)
    line = Referral.objects.visible_to(SYSTEM).filter(service_id=service_id, state=S.WAITLISTED.value)
    if not free:
        line.exclude(place_told_at=None).update(place_told_at=None)
        return
    for row in line.order_by(*lines.ORDER)[: min(free, AT_ONCE)]:
        # Claimed first: of two events at once one tells.
        if row.place_told_at is None and line.filter(pk=row.pk, place_told_at=None).update(place_told_at=at):
            _record(row, at=at)


def _concerns(event):
    """Return the service whose places or line an event may have changed, else None."""
    if event.kind == "capacity.set":
        return event.about
    if event.kind == "referral.moved_up":
        return event.facts["service_id"]
    was, now = event.facts.get("from_state"), event.facts.get("to_state")
    holds = {state.value for state in HOLDS_PLACE}
    changed = was == S.WAITLISTED or (was in holds) != (now in holds)
    return event.facts.get("service_id") if was and changed else None


def _record(row: Referral, *, at: datetime) -> None:
    events.record(
        "place.free",
        actor=SYSTEM,
        at=at,
        about=row.pk,
        case_id=row.case_id,
        referral_id=row.pk,
        organisations=[row.receiver_id],  # the sender learns of a place when the person is accepted
        urgency=row.urgency,
        field_class=row.field_class,
        service_id=row.service_id,
        sender_id=row.sender_id,
        receiver_id=row.receiver_id,
    )
