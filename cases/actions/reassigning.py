"""Giving many cases to another worker at once, and taking it back: each case whole or not at all, with a report."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.cases import reassign_case
from cases.facts import checking
from cases.models import Case
from core import events
from core.actions import NotNow, Refusal, action
from core.models import Event
from partners.models import Member

MOST = 100  # cases at once: each is asked and recorded by itself
UNDO = timedelta(hours=1)


class _Undone(Exception):
    """Takes back what was only tried."""


@dataclass
class Report:
    """What became of each case: those that moved, and those that stayed with the sentence why."""

    batch: UUID
    moved: list[Case] = field(default_factory=list)
    stayed: list[tuple[Case, str]] = field(default_factory=list)
    hidden: int = 0  # not in the actor's sight any more


@action("case.reassign_many", permission="case.reassign")
def reassign_many(case_ids, *, actor, at, caseworker, reason) -> Report:
    """Give cases to `caseworker` (a Member); one that cannot go stays as it is, the others go. One event for each.

    Returns the Report. Raises Incomplete (no case, more than MOST, unknown reason), NotNow (nothing_moved).
    """
    wanted = list(dict.fromkeys(case_ids))
    with checking() as facts:
        facts.code("reason", reason, "reassign_reason")
        if not wanted:
            facts.wrong("cases", _("Choose at least one case."))
        if len(wanted) > MOST:
            facts.wrong("cases", _("Choose %(most)d cases at most.") % {"most": MOST})
    report = _each(wanted, actor=actor, at=at, to=lambda _case: caseworker, reason=reason)
    if not report.moved:
        raise NotNow("nothing_moved", _("None of these cases can be given to this colleague."))
    return report


def try_many(case_ids, *, actor, at, caseworker, reason) -> Report:
    """Return what `reassign_many` would do, and leave nothing behind. Raises Incomplete and NotNow as it does."""
    report = None
    try:
        with transaction.atomic():
            report = reassign_many(case_ids, actor=actor, at=at, caseworker=caseworker, reason=reason)
            raise _Undone
    except _Undone:
        return report


@action("case.undo_reassign", permission="case.reassign")
def undo_reassign(batch, *, actor, at) -> Report:
    """Give the cases of one's own reassignment back to those who had them, where nobody moved them on since.

    Returns the Report. Raises Event.DoesNotExist for what is not one's own reassignment, NotNow (too_late: an hour has
    passed, or nothing can be given back).
    """
    done = Event.objects.visible_to(actor).filter(
        kind="case.reassigned", actor_member_id=actor.member_id, facts__contains={"batch": str(batch)}
    )
    former = {event.case_id: event.facts for event in done if event.at > at - UNDO}
    if not former and not done:
        raise Event.DoesNotExist
    people = Member.objects.visible_to(actor).in_bulk([facts["former"] for facts in former.values() if facts["former"]])

    def back(case):
        facts = former[case.pk]
        if str(case.caseworker_id) != facts["caseworker"]:
            raise NotNow("moved_on", _("Somebody has given this case to another colleague since."))
        if facts["former"] is None:
            raise NotNow("nobody", _("Nobody had this case before."))
        return people[UUID(facts["former"])]

    report = _each(list(former), actor=actor, at=at, to=back, reason="")
    if not report.moved:
        raise NotNow("too_late", _("This cannot be taken back any more. Give the cases one by one."))
    return report


def _each(case_ids, *, actor, at, to, reason) -> Report:
    report = Report(uuid4())
    rows = Case.objects.visible_to(actor).select_related("person", "caseworker").in_bulk(case_ids)
    report.hidden = len(case_ids) - len(rows)
    for pk in sorted(rows):  # one order of locks for everybody
        case = rows[pk]
        try:
            with transaction.atomic(), events.counted():
                reassign_case(pk, actor=actor, at=at, caseworker=to(case), reason=reason, batch=report.batch)
        except Refusal as refusal:
            told = [text for texts in refusal.fields.values() for text in texts]
            report.stayed.append((case, " ".join(told) or refusal.sentence))
        else:
            report.moved.append(case)
    return report
