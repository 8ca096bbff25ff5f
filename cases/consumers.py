"""What follows from an event for the work on cases, after the commit, as the worker role."""

from datetime import datetime

from cases.actions.erasing import erase_requested
from cases.actions.workload import hand_over
from cases.models import Case, Grant
from cases.states import OPEN
from core import events
from core.actors import SYSTEM


def move_work(event, *, at: datetime) -> None:
    """Let the work follow a case that was given to somebody else, and what a leaving colleague leaves.

    A second delivery finds nothing to move.
    """
    if event.kind == "case.reassigned":
        hand_over(event.case_id, event.facts.get("former"), event.facts.get("caseworker"), actor=SYSTEM)
    if event.kind == "member.closed":
        _left(event.about, at=at)


def _left(member_id, *, at: datetime) -> None:
    """Give the open cases of somebody whose account was closed to their supervisors, who pass them on (INV-5)."""
    rows = Case.objects.visible_to(SYSTEM).select_for_update(of=("self",)).select_related("supervisor")
    for case in rows.filter(caseworker_id=member_id, status__in=OPEN).order_by("pk"):
        lead = case.supervisor if case.supervisor and case.supervisor.is_active else None
        to = lead.pk if lead and lead.pk != member_id else None
        case.caseworker_id = to
        case.version += 1
        case.save(update_fields=["caseworker", "version", "updated_at"])
        hand_over(case.pk, member_id, to, actor=SYSTEM)
        events.record(
            "case.reassigned",
            actor=SYSTEM,
            at=at,
            about=case.pk,
            case_id=case.pk,
            organisations={case.organisation_id},
            caseworker=to,
            former=member_id,
        )
    Grant.objects.visible_to(SYSTEM).filter(member_id=member_id, closed_at=None).update(
        closed_at=at, close_reason="left"
    )


def erase_on_request(event, *, at: datetime) -> None:
    """Erase at once what a second person approved; the sweep of the night does what could not be done now."""
    if event.kind == "request.approved":
        erase_requested(event.about, at=at)
