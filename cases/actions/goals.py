"""Goals of a plan, and that the person agreed to it (DOMAIN 3)."""

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.risk import ask_to_look_over
from cases.facts import checking
from cases.models import Case, Goal, Need, PlanAgreement
from cases.states import OPEN
from core import events
from core.actions import NotNow, action
from core.actors import NOBODY
from core.edits import check_version


@action("goal.add", permission="case.write")
def add_goal(case, *, actor, at, text, needs=(), target_on=None) -> Goal:
    """Add a goal for needs of the case (ids); its field class is the highest of theirs.

    Returns the Goal. Raises Case.DoesNotExist, NotNow (case_closed), Incomplete.
    """
    case = _open_case(case.pk, actor)
    with checking() as facts:
        words = facts.text("text", text, limit=500, lines=True, required=_("Write what the person wants to reach."))
        chosen = _needs(case, needs, actor, facts)
        if target_on is not None and target_on < timezone.localdate(at):
            facts.wrong("target_on", _("This day has passed."))
    goal = Goal(
        id=uuid4(),
        organisation_id=case.organisation_id,
        case=case,
        field_class=max((need.field_class for need in chosen), default=2),
        needs=[need.pk for need in chosen],
        text=words,
        target_on=target_on,
        created_at=at,
    )
    goal.save(force_insert=True)
    events.record("goal.added", actor=actor, at=at, about=goal.pk, case_id=case.pk)
    return goal


@action("goal.change", permission="case.write")
def change_goal(goal_id, *, actor, at, text, status, target_on=None, version=None) -> Goal:
    """Change the words, the day or the status of a goal.

    Returns the Goal. Raises Goal.DoesNotExist, NotNow (case_closed, changed_since), Incomplete.
    """
    goal = Goal.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=goal_id)
    _open_case(goal.case_id, actor)
    check_version(goal, version)
    with checking() as facts:
        goal.text = facts.text("text", text, limit=500, lines=True, required=_("Write what the person wants to reach."))
        facts.code("status", status, "goal_status")
    if status != goal.status:
        goal.status, goal.status_on = status, timezone.localdate(at)
    goal.target_on = target_on
    goal.version += 1
    goal.save(update_fields=["text", "status", "status_on", "target_on", "version"])
    events.record("goal.changed", actor=actor, at=at, about=goal.pk, case_id=goal.case_id, status=status)
    return goal


@action("plan.agree", permission="case.write")
def agree_plan(case, *, actor, at, agreed_on, interpreter=False) -> PlanAgreement:
    """Record that the person agreed to the plan as it stands, on a day.

    Returns the PlanAgreement. Raises Case.DoesNotExist, NotNow (case_closed, no_goal), Incomplete.
    """
    case = _open_case(case.pk, actor)
    goals = list(Goal.objects.visible_to(actor).filter(case=case, status="open").values_list("pk", flat=True))
    if not goals:
        raise NotNow("no_goal", _("Add a goal first: there is nothing yet to agree to."))
    with checking() as facts:
        if agreed_on is None or agreed_on > timezone.localdate(at):
            facts.wrong("agreed_on", _("This day has not come yet."))
    row = PlanAgreement(
        id=uuid4(),
        organisation_id=case.organisation_id,
        case=case,
        agreed_on=agreed_on,
        goals=goals,
        interpreter=bool(interpreter),
        member_id=None if actor.member_id == NOBODY else actor.member_id,
        at=at,
    )
    row.save(force_insert=True)
    ask_to_look_over(case, actor=actor, at=at, kind="plan", about=row.pk)
    events.record("plan.agreed", actor=actor, at=at, about=row.pk, case_id=case.pk)
    return row


def _open_case(case_id, actor) -> Case:
    case = Case.objects.visible_to(actor).get(pk=case_id)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    return case


def _needs(case, wanted, actor, facts) -> list[Need]:
    found = list(Need.objects.visible_to(actor).filter(case=case, pk__in=list(wanted)))
    if len(found) != len(set(wanted)):
        facts.wrong("needs", _("Choose needs of this case."))
    return found
