"""Who answers for a clock at each of its marks: one person, by name, whom both sides can call (DOMAIN 4.3)."""

from datetime import datetime

from django.utils import timezone

from cases.actions.absences import away
from core.actors import SYSTEM
from partners.models import Member
from partners.roster import active_members, who_may
from referral.models import Referral


def owner_of(referral: Referral, owner: str, *, at: datetime) -> Member | None:
    """Return who answers: of those whom the mark means, the first who is there; else of those who lead them.

    Args: `owner` as an Escalation has it. None where nobody is there. Reads as the worker role. Constant queries.
    """
    for people in _candidates(referral, owner):
        absent = set(
            away([member.pk for member in people], actor=SYSTEM, on=timezone.localdate(at)).values_list(
                "member_id", flat=True
            )
        )
        if here := [member for member in people if member.pk not in absent]:
            return min(here, key=lambda member: (member.name, member.pk))
    return None


def _candidates(referral: Referral, owner: str):
    leads = {"sender": referral.sender_id, "coordinator": None}.get(owner, referral.receiver_id)
    if owner == "assignee":
        yield _these(referral.worker_id)
        yield who_may("referral.answer", referral.receiver_id)
    if owner == "sender":
        yield _these(referral.case.caseworker_id)
        yield _these(referral.case.supervisor_id)
        yield _these(referral.sent_by_id)
    if owner == "coordinator":
        yield who_may("referral.read_status")
    else:
        yield who_may("referral.reassign", leads)


def _these(*member_ids) -> list[Member]:
    return list(active_members().filter(pk__in=[pk for pk in member_ids if pk]))
