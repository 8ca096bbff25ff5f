"""What must stand in the record before a child is moved (INV-7; DOMAIN 5.2)."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.ages import is_minor
from cases.models import BestInterests, Relation
from core.actions import NotNow

CARERS = frozenset({"parent", "caregiver", "guardian"})
CARED_FOR = frozenset({"child", "ward"})  # the same, written in the record of the one who cares
MOVING_NEEDS = frozenset({"family_links", "return"})  # categories that may end in a journey


def has_carer(person) -> bool:
    """Return whether it is known who cares for the person: in words, or as a relation that is not separated."""
    if person.caregiver.strip():
        return True
    either = Q(person_id=person.pk) | Q(other_id=person.pk, kind__in=CARED_FOR)
    rows = Relation.objects.filter(either, ended_at=None, separated=False)
    return any(row.cares or row.other_id == person.pk or row.kind in CARERS for row in rows)


def why_child_stays(person, *, at: datetime) -> NotNow | None:
    """Return why a child may not be transferred, returned or reunited yet, as the refusal of a door; None when it may.

    A child (or who may be one, by an inexact birth date) has somebody who cares for it or is noted as unaccompanied,
    and its best interests were recorded, the last time not against the move.
    """
    if not is_minor(person, on=timezone.localdate(at)):
        return None
    if not person.unaccompanied and not has_carer(person):
        return NotNow("child_without_carer", _("Write who cares for the child, or that it is here alone, first."))
    latest = BestInterests.objects.filter(person_id=person.pk).order_by("-on", "-recorded_at").first()
    if latest is None:
        return NotNow("best_interests_missing", _("Record what is in the best interests of the child first."))
    if latest.decision == "against":
        return NotNow("best_interests_against", _("By the last decision on its best interests the child stays."))
    return None


def may_move_child(person, *, at: datetime) -> None:
    """Refuse to move a child before INV-7 is met. Raises NotNow; does nothing for an adult."""
    refusal = why_child_stays(person, at=at)
    if refusal is not None:
        raise refusal
