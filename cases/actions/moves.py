"""The lifecycle of a case: which steps an actor may take now, and taking one (DOMAIN 3)."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.approvals import ask_approval, decides, drop_approvals
from cases.actions.cases import review_due
from cases.actions.consents import end_with_case
from cases.actions.keeping import keep_closed, let_go
from cases.actions.risk import last_completed
from cases.actions.sight import sees_all
from cases.ages import is_minor
from cases.facts import checking
from cases.models import Approval, Case, Consent, Need, Task, TraffickingStatus
from cases.models.approvals import APPROVED
from cases.models.cases import FINAL_NEEDS
from cases.reminders import drop_reminders_of_case, plan_reminders
from cases.states import REOPEN_DAYS, REOPEN_REASONS, STEPS, SUPERVISED_RISKS, TOLD, Step, steps_from
from core import events
from core.actions import Incomplete, NotNow, NotPermitted, action, not_permitted

POSSIBLE_VICTIM = ("possible", "actual")  # of TraffickingStatus: PVoT and identified (DOMAIN 3)
SUPERVISES = "case.reassign"  # the verb that marks who answers for a team


def available_moves(case: Case, actor) -> list[Step]:
    """Return the steps that lead out of the case's state and that the actor's verbs include.

    A guard may still refuse one, with a sentence that says what is missing.
    """
    if case.organisation_id != actor.organisation_id:
        return []
    return [step for step in steps_from(case.status) if actor.may(step.permission)]


@action("case.move", permission="case.write")
def move_case(case_id, step, *, actor, at, **facts) -> Case:
    """Take one step of the case lifecycle.

    Args: `step` is a name of `cases.states.STEPS`; `facts` are what it needs (`reason`) and takes (`note`).
    Returns the Case; unchanged where the step waits for a supervisor's approval now (closing, DOMAIN 3).
    Raises Case.DoesNotExist, KeyError for an unknown step, NotPermitted, NotNow (wrong_state, or the guard that
    does not hold), Incomplete. Reactions to the event may refuse as well: an open referral keeps a case from
    follow-up and from closing.
    """
    wanted = STEPS[step]
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).select_related("person").get(pk=case_id)
    if not actor.may(wanted.permission):
        raise not_permitted()
    if case.status not in wanted.sources:
        raise NotNow("wrong_state", _("The case has moved on since. Look at it again."), status=case.status)
    unknown = set(facts) - {*wanted.needs, *wanted.takes}
    if unknown:
        raise Incomplete("unknown_fact", _("This step does not take these answers."), fields={n: [] for n in unknown})
    former = case.status
    if _GUARDS.get(step, _nothing)(case, actor=actor, at=at, **facts) is not None:
        case.refresh_from_db()
        return case
    case.status, case.status_since = wanted.target, at
    case.version += 1
    case.save()
    recorded = {"reason": facts["reason"]} if "reason" in facts else {}
    events.record(
        wanted.event, actor=actor, at=at, about=case.pk, case_id=case.pk, former=former, status=case.status, **recorded
    )
    return case


def _nothing(case, *, actor, at):
    """Hold and resume ask for nothing."""


def _assess(case, *, actor, at):
    let_go(case.person, case, actor=actor, at=at)  # it is more than an intake now
    if case.consent_basis != "consent":
        return
    given = Consent.objects.visible_to(actor).filter(person=case.person, purposes__contains=["case_management"])
    if not any(consent.holds(at) for consent in given):
        raise NotNow("consent_missing", _("Record the client's consent to case work first."))


def _activate(case, *, actor, at, note=""):
    if last_completed(case, actor) is None:
        raise NotNow("assessment_missing", _("Complete an assessment first: it also sets the risk level."))
    with checking() as facts:
        reason = facts.text("note", note, limit=1000, lines=True)
    if not reason and not Need.objects.visible_to(actor).filter(case=case).exists():
        raise NotNow("need_missing", _("Record at least one need first, or write why there is none."))
    case.no_need_reason = reason


def _follow_up(case, *, actor, at):
    sees_all(case, actor)
    if Need.objects.visible_to(actor).filter(case=case, status="in_referral").exists():
        raise NotNow("referral_open", _("A partner is still working on a need of this case."))


def _close(case, *, actor, at, reason="", note="", told="", told_note="") -> Approval | None:
    """Check that the case can be closed; where it needs a supervisor, ask one instead of closing (DOMAIN 3)."""
    sees_all(case, actor)
    needs = list(Need.objects.visible_to(actor).filter(case=case))
    with checking() as facts:
        case.closure_reason = facts.code("reason", reason, "case_closure_reason") if reason else ""
        if not reason:
            facts.wrong("reason", _("Choose why the case is closed."))
        required = _("Write why, in a few words.") if reason == "other" else ""
        case.closure_note = facts.text("note", note, limit=1000, lines=True, required=required)
        if told not in TOLD:
            facts.wrong("told", _("Say whether the client knows that the case is closed."))
        required = _("Write why the client was not told.") if told == "no" else ""
        case.told_note = facts.text("told_note", told_note, limit=1000, lines=True, required=required)
    if any(need.status not in FINAL_NEEDS for need in needs):
        raise NotNow("needs_open", _("Settle each need first: ask the client what became of it."))
    if Task.objects.visible_to(actor).filter(case=case, done_at=None).exists():
        raise NotNow("tasks_open", _("Finish the open tasks of this case first."))
    if _needs_supervisor(case, needs, actor, at=at) and not actor.may(SUPERVISES):
        asked = {"reason": reason, "note": note, "told": told, "told_note": told_note}
        return ask_approval(case, actor=actor, at=at, kind="closure", about=case.pk, note=note, facts=asked)
    drop_approvals("closure", about=case.pk, actor=actor, at=at)
    case.closed_at, case.review_due_on, case.client_told = at, None, told == "yes"
    drop_reminders_of_case(case, at=at)
    keep_closed(case, actor=actor, at=at)
    end_with_case(case, actor=actor, at=at)
    return None


def _needs_supervisor(case, needs, actor, *, at) -> bool:
    """A case of high risk, of a child or of a possible or identified victim of trafficking."""
    grave = case.risk_level in SUPERVISED_RISKS or is_minor(case.person, on=timezone.localdate(at))
    if grave or any(need.category == "trafficking" for need in needs):
        return True
    said = TraffickingStatus.objects.visible_to(actor).filter(case=case).order_by("-at", "-id").first()
    return said is not None and said.status in POSSIBLE_VICTIM


@decides("closure")
def close_approved(approval: Approval, *, actor, at) -> None:
    """Close the case with the reason that was asked for; sent back, it stays as it is."""
    if approval.status == APPROVED:
        move_case(approval.about, "close", actor=actor, at=at, **approval.facts)


def _reopen(case, *, actor, at, reason=""):
    if not actor.may(SUPERVISES) and (case.closed_at is None or at - case.closed_at > timedelta(days=REOPEN_DAYS)):
        raise NotPermitted("supervisor_needed", _("After 30 days a supervisor reopens a case."))
    with checking() as facts:
        facts.choice("reason", reason, REOPEN_REASONS)
    case.closed_at, case.closure_reason, case.closure_note = None, "", ""
    case.client_told, case.told_note = None, ""
    let_go(case.person, case, actor=actor, at=at)
    case.review_due_on = review_due(case.risk_level, at=at)
    plan_reminders("review", about=case.pk, case=case, on=case.review_due_on, at=at)


_GUARDS = {
    "assess": _assess,
    "activate": _activate,
    "follow_up": _follow_up,
    "close": _close,
    "reopen": _reopen,
}
