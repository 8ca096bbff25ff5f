"""Assessments: begun from the last one, saved as one goes, completed once (DOMAIN 6)."""

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.answers import store
from cases.actions.risk import ask_to_look_over, look_at_risk
from cases.actions.sight import sees_all
from cases.determinants import ANSWERS, LEVELS, RESTRICTED, SENSITIVE, TOOL, TOOL_VERSION, factors
from cases.facts import checking
from cases.models import Assessment, Case, Determinants
from cases.states import OPEN, REVIEW_DAYS
from core import events
from core.actions import NotNow, action
from core.actors import NOBODY
from core.edits import check_version

WORDS_LIMIT, WISHES_LIMIT = 4000, 2000


@action("assessment.start", permission="case.write")
def start_assessment(case, *, actor, at) -> Assessment:
    """Begin an assessment with the answers of the last completed one, to be asked again.

    Where a draft exists, that one is returned and nothing is begun. Returns the Assessment.
    Raises Case.DoesNotExist, NotPermitted (not_named), NotNow (case_closed).
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=case.pk)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    sees_all(case, actor)
    rows = Assessment.objects.visible_to(actor).filter(case=case)
    if rows.filter(completed_at=None).exists():
        raise NotNow("draft_exists", _("An assessment is begun already. Go on with that one."))
    last = rows.order_by("-completed_at").first()
    row = Assessment(
        id=uuid4(),
        organisation_id=case.organisation_id,
        case=case,
        tool=TOOL,
        tool_version=TOOL_VERSION,
        previous=last,
        assessor_id=None if actor.member_id == NOBODY else actor.member_id,
        held_on=timezone.localdate(at),
        wishes=last.wishes if last else "",
        started_at=at,
    )
    row.save(force_insert=True)
    before = {part.field_class: part for part in Determinants.objects.visible_to(actor).filter(assessment=last)}
    for field_class in (SENSITIVE, RESTRICTED):
        former = before.get(field_class)
        Determinants(
            id=uuid4(),
            organisation_id=case.organisation_id,
            case=case,
            assessment=row,
            field_class=field_class,
            answers=dict(former.answers) if former else {},
            words=dict(former.words) if former else {},
        ).save(force_insert=True)
    events.record("assessment.started", actor=actor, at=at, about=row.pk, case_id=case.pk)
    return row


@action("assessment.save", permission="case.write")
def save_assessment(
    assessment_id,
    *,
    actor,
    at,
    field_class=SENSITIVE,
    answers=None,
    words=None,
    wishes=None,
    held_on=None,
    version=None,
) -> Assessment:
    """Save a page of a draft: answers by factor and words by level of one field class; what is not given stays.

    Returns the Assessment. Raises Assessment.DoesNotExist, NotPermitted (not_named), NotNow (assessment_completed,
    changed_since where `version` is not the present one), Incomplete.
    """
    row = _draft(assessment_id, actor)
    check_version(row, version)
    part = Determinants.objects.visible_to(actor).get(assessment=row, field_class=field_class)
    with checking() as facts:
        for code, answer in (answers or {}).items():
            factor = factors().get(code)
            if factor is None or factor.field_class != field_class:
                facts.wrong(code, _("This is not asked here."))
            else:
                facts.choice(code, answer, ANSWERS)
        texts = {
            level: facts.text(f"words_{level}", text, limit=WORDS_LIMIT, lines=True)
            for level, text in (words or {}).items()
        }
        for level in set(texts) - set(LEVELS):
            facts.wrong(f"words_{level}", _("This is not asked here."))
        if wishes is not None:
            row.wishes = facts.text("wishes", wishes, limit=WISHES_LIMIT, lines=True)
        if held_on is not None:
            if held_on > timezone.localdate(at):
                facts.wrong("held_on", _("This day has not come yet."))
            row.held_on = held_on
    part.answers = {code: answer for code, answer in (part.answers | (answers or {})).items() if answer != "not_asked"}
    part.words = part.words | texts
    part.save(update_fields=["answers", "words"])
    row.version += 1
    row.save(update_fields=["wishes", "held_on", "version"])
    events.record("assessment.saved", actor=actor, at=at, about=row.pk, case_id=row.case_id)
    return row


@action("assessment.complete", permission="case.write")
def complete_assessment(assessment_id, *, actor, at, risk_level, reason="", next_on=None, extra=None) -> Assessment:
    """Complete a draft: it is not changed any more. The level that the assessor sees becomes the case's, or waits.

    Args: `risk_level` and `reason` as `look_at_risk` takes them; `next_on` may come before the day that the level
    asks for, not after it; `extra` are answers to own questions (cases.actions.answers).
    Returns the Assessment. Raises as `save_assessment`, NotNow (nothing_asked).
    """
    row = _draft(assessment_id, actor)
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=row.case_id)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    parts = list(Determinants.objects.visible_to(actor).filter(assessment=row))
    answers = {code: answer for part in parts for code, answer in part.answers.items()}
    if not answers and not any(text for part in parts for text in part.words.values()):
        raise NotNow("nothing_asked", _("Nothing is answered yet. Begin with one question."))
    review = look_at_risk(
        case, actor=actor, at=at, wanted=risk_level, reason=reason, answers=answers, assessment=row, next_on=next_on
    )
    row.risk_level, row.next_due_on, row.completed_at = risk_level, review.next_on, at
    row.version += 1
    row.save(update_fields=["risk_level", "next_due_on", "completed_at", "version"])
    store("assessment", row, extra, actor=actor, at=at)
    if review.state != "waiting":  # else the supervisor looks at it already
        ask_to_look_over(case, actor=actor, at=at, kind="assessment", about=row.pk)
    events.record("assessment.completed", actor=actor, at=at, about=row.pk, case_id=case.pk, risk=case.risk_level)
    return row


def review_days(level: str) -> int:
    """Return after how many days a case of this level is looked at again."""
    return REVIEW_DAYS[level]


def _draft(assessment_id, actor) -> Assessment:
    rows = Assessment.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case")
    row = rows.get(pk=assessment_id)
    if row.completed_at is not None:
        raise NotNow("assessment_completed", _("This assessment is completed. Start a new one to correct it."))
    sees_all(row.case, actor)
    return row
