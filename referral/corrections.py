"""Entries of the directory that an answer shows to be wrong: noticed at a decline, set right with one tap."""

from uuid import uuid4

from django.utils.translation import gettext as _

from core import events
from core.actions import NotNow, action, not_permitted
from partners.actions import edit_service, set_capacity, verify_service
from partners.models import Capacity, Service
from referral.models import Correction, Referral
from referral.models.links import ANSWERS

CAPACITY, RULES = "capacity", "rules"
# Why somebody declined -> the column of the entry that should then say so, and what.
SAYS: dict[str, tuple[str, object]] = {
    "no_capacity": (CAPACITY, "no_capacity"),
    "service_suspended": ("status", "temporarily closed"),
    "service_not_provided": ("accepts_referrals", False),
    "no_interpretation": ("interpreter", False),
    # What exactly is wrong only its keeper knows: the rules let somebody through whom the service does not take.
    **dict.fromkeys(("not_eligible", "out_of_area", "no_mandate"), (RULES, "look")),
}


def propose(event, *, actor, at) -> None:
    """Keep what the directory should say after a decline, where it says something else (reaction to the event).

    Whoever declined need not be the one who keeps the entry, so nothing is changed yet.
    """
    column, value = SAYS.get(event.facts.get("reason"), ("", None))
    if not column or actor.may(ANSWERS):  # by a link: nobody there keeps the entry in Waymark
        return
    referral = Referral.objects.visible_to(actor).select_related("service").get(pk=event.referral_id)
    service = referral.service
    waits = Correction.objects.visible_to(actor).filter(service=service, column=column, settled_at=None)
    if present(service, column) == value or waits.exists():
        return
    row = Correction(
        id=uuid4(),
        organisation_id=referral.receiver_id,
        service=service,
        referral_id=referral.pk,
        reason=event.facts["reason"],
        column=column,
        value=value,
        proposed_at=at,
    )
    row.save(force_insert=True)
    _record("correction.proposed", row, actor=actor, at=at)


def present(service: Service, column: str):
    """Return what the entry says now; None for the rules, which are more than one column."""
    if column == RULES:
        return None
    if column == CAPACITY:
        return Capacity.objects.filter(service=service).values_list("status", flat=True).first()
    return getattr(service, column)


def may_settle(row: Correction, actor) -> bool:
    """Return whether this actor keeps that part of the entry."""
    return actor.may("capacity.set" if row.column == CAPACITY else "service.manage")


@action("correction.settle", permission="")
def settle(correction_id, *, actor, at, take: bool) -> Correction:
    """Set an entry of one's own right as proposed (`take`), or say that it is right as it is.

    Rules are set right in the entry itself; taking that proposal confirms the entry as it then is.

    Raises Correction.DoesNotExist, NotNow (settled), and what `set_capacity` and `edit_service` raise.
    """
    row = Correction.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=correction_id)
    if not may_settle(row, actor):
        raise not_permitted()
    if row.settled_at is not None:
        raise NotNow("settled", _("Somebody has looked at this already."))
    if take and row.column == CAPACITY:
        set_capacity(row.service_id, actor=actor, at=at, status=row.value)
    elif take and row.column == RULES:
        verify_service(row.service_id, actor=actor, at=at)
    elif take:
        edit_service(row.service_id, actor=actor, at=at, **{row.column: row.value})
    row.settled_at, row.taken = at, take
    row.save(update_fields=["settled_at", "taken"])
    _record("correction.settled", row, actor=actor, at=at, taken=take)
    return row


def _record(kind: str, row: Correction, *, actor, at, **facts) -> None:
    events.record(
        kind,
        actor=actor,
        at=at,
        about=row.pk,
        organisations=[row.organisation_id],
        service_id=row.service_id,
        column=row.column,
        **facts,
    )
