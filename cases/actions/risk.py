"""The risk level of a case: raised at once, lowered only with a supervisor, looked at again in time (DOMAIN 3, 6)."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.approvals import ask_approval, decides, drop_approvals
from cases.actions.sight import sees_all
from cases.determinants import floor, higher, is_lower
from cases.facts import checking
from cases.models import Assessment, Case, Determinants, RiskReview
from cases.models.approvals import APPROVED
from cases.reminders import plan_reminders
from cases.states import OPEN, REVIEW_DAYS, SUPERVISED_RISKS
from core import events
from core.actions import NotNow, action
from core.actors import NOBODY

CONFIRMS = "case.reassign"  # the verb that marks who answers for a team


def look_at_risk(case, *, actor, at, wanted, reason="", answers=None, assessment=None, next_on=None) -> RiskReview:
    """Write a look at the danger into a locked case and plan the next one; used inside doors.

    The level rises at once. One lower than the case's, or than `answers` mean at least, holds only when the actor
    answers for the team; else it waits for a supervisor, and meanwhile the higher level holds.
    Returns the RiskReview. Raises Incomplete.
    """
    former = case.risk_level
    day = timezone.localdate(at)
    with checking() as facts:
        facts.code("risk_level", wanted, "risk_level")
        least = floor(answers or {})
        known = wanted in REVIEW_DAYS
        lower = known and (is_lower(wanted, former) or bool(least and is_lower(wanted, least)))
        required = _("Write why the danger is less than before, or than the signs say.") if lower else ""
        words = facts.text("reason", reason, limit=2000, lines=True, required=required)
        if next_on is not None and known and not day < next_on <= day + timedelta(days=REVIEW_DAYS[wanted]):
            facts.wrong("next_on", _("Choose a day within the time that this level allows."))
    waits = lower and not actor.may(CONFIRMS)
    level = wanted if not waits else higher(former, least or former)
    latest = day + timedelta(days=REVIEW_DAYS[level])
    review = RiskReview(
        id=uuid4(),
        organisation_id=case.organisation_id,
        case=case,
        assessment=assessment,
        former=former,
        wanted=wanted,
        level=level,
        reason=words,
        member_id=None if actor.member_id == NOBODY else actor.member_id,
        at=at,
        next_on=min(next_on or latest, latest),
        state="waiting" if waits else "set",
    )
    for former_look in RiskReview.objects.visible_to(actor).filter(case=case, state="waiting"):
        drop_approvals("risk_downgrade", about=former_look.pk, actor=actor, at=at)  # this look replaces it
    review.save(force_insert=True)
    if waits:
        ask_approval(case, actor=actor, at=at, kind="risk_downgrade", about=review.pk, note=words)
    case.risk_level, case.review_due_on = level, review.next_on
    case.version += 1
    case.save(update_fields=["risk_level", "review_due_on", "version", "updated_at"])
    plan_reminders("review", about=case.pk, case=case, on=case.review_due_on, at=at)
    if level != former:
        events.record(
            "case.risk_changed", actor=actor, at=at, about=case.pk, case_id=case.pk, former=former, risk=level
        )
    return review


@action("case.review", permission="case.write")
def review_case(case_id, *, actor, at, reason="", next_on=None) -> RiskReview:
    """Say that one has looked again and nothing changed; plans the next review.

    Returns the RiskReview. Raises Case.DoesNotExist, NotPermitted (not_named), NotNow (case_closed, assess_first),
    Incomplete.
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=case_id)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    sees_all(case, actor)
    last = last_completed(case, actor)
    if last is None:
        raise NotNow("assess_first", _("There is no assessment yet that could be reviewed. Start one."))
    review = look_at_risk(case, actor=actor, at=at, wanted=case.risk_level, reason=reason, next_on=next_on)
    events.record("case.reviewed", actor=actor, at=at, about=case.pk, case_id=case.pk, risk=case.risk_level)
    return review


def last_completed(case, actor) -> Assessment | None:
    """Return the last completed assessment of a case."""
    rows = Assessment.objects.visible_to(actor).filter(case=case, completed_at__isnull=False)
    return rows.order_by("-completed_at", "-started_at", "-pk").first()


def answers_of(assessment, actor) -> dict[str, str]:
    """Return the answers of an assessment, as far as the actor may see them."""
    parts = Determinants.objects.visible_to(actor).filter(assessment=assessment)
    return {code: answer for part in parts for code, answer in part.answers.items()}


@decides("risk_downgrade")
def downgrade_decided(approval, *, actor, at) -> None:
    """Let the lower level hold when a supervisor confirmed it; keep the higher one when not."""
    review = RiskReview.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=approval.about)
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=review.case_id)
    if approval.status != APPROVED:
        review.state = "refused"
        review.save(update_fields=["state"])
        return
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    former = case.risk_level
    review.state, review.level = "confirmed", review.wanted
    review.next_on = timezone.localdate(at) + timedelta(days=REVIEW_DAYS[review.wanted])
    review.save(update_fields=["state", "level", "next_on"])
    case.risk_level, case.review_due_on = review.wanted, review.next_on
    case.version += 1
    case.save(update_fields=["risk_level", "review_due_on", "version", "updated_at"])
    plan_reminders("review", about=case.pk, case=case, on=case.review_due_on, at=at)
    events.record(
        "case.risk_changed", actor=actor, at=at, about=case.pk, case_id=case.pk, former=former, risk=case.risk_level
    )


@decides("assessment")
@decides("plan")
def looked_over(approval, *, actor, at) -> None:
    """A supervisor looked over an assessment or a plan: the approval itself is the record, a new one corrects."""


def ask_to_look_over(case, *, actor, at, kind: str, about) -> None:
    """Ask a supervisor to look over an assessment or a plan of a case of high risk; not one's own as a supervisor."""
    if case.risk_level in SUPERVISED_RISKS and not actor.may(CONFIRMS):
        ask_approval(case, actor=actor, at=at, kind=kind, about=about)
