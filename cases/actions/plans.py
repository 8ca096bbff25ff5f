"""Tasks that people write for themselves and for each other, ticking off any task, and taking the tick back."""

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.sight import readers
from cases.facts import checking
from cases.models import Case, Goal, Task
from cases.models.plans import OWNERS
from cases.reminders import drop_reminders, plan_reminders
from cases.states import OPEN
from core import events
from core.actions import NotNow, NotPermitted, action
from core.actors import NOBODY
from core.edits import check_version

WRITTEN = ("own", "check_in")


@action("task.add", permission="task.write")
def add_task(
    case,
    *,
    actor,
    at,
    text,
    due_at=None,
    assignee=None,
    goal=None,
    kind="own",
    priority="routine",
    owner="staff",
    referral_id=None,
    field_class=2,
) -> Task:
    """Add a task to a case, for its writer unless `assignee` (a colleague who may see the case) is given.

    Args: `kind` is "own", or "check_in" for a follow-up with the person; `goal` (a Goal of the case) gives the task
    its field class (else it is `field_class`); `owner` says who does it: staff, the client or a partner, while the
    assignee watches over it; `referral_id` is what it follows from.
    Returns the Task. Raises Case.DoesNotExist, NotNow (case_closed), Incomplete.
    """
    case = Case.objects.visible_to(actor).get(pk=case.pk)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    with checking() as facts:
        words = facts.text("text", text, limit=500, lines=True, required=_("Write what is to be done."))
        facts.choice("kind", kind, WRITTEN)
        facts.code("priority", priority, "urgency")
        facts.choice("owner", owner, OWNERS)
        if due_at is not None and due_at < at:
            facts.wrong("due_at", _("This time has passed."))
        if goal is not None and not Goal.objects.visible_to(actor).filter(pk=goal.pk, case=case).exists():
            facts.wrong("goal", _("Choose a goal of this case."))
        field_class = max(goal.field_class if goal else 2, field_class)
        if assignee is not None and not readers(case, actor, field_class=field_class).filter(pk=assignee.pk).exists():
            facts.wrong("assignee", _("Choose a colleague who may see this."))
    task = Task(
        id=uuid4(),
        organisation_id=case.organisation_id,
        kind=kind,
        text=words,
        case=case,
        goal=goal,
        field_class=field_class,
        priority=priority,
        owner=owner,
        referral_id=referral_id,
        assignee_id=assignee.pk if assignee else None if actor.member_id == NOBODY else actor.member_id,
        due_at=due_at,
        created_at=at,
    )
    task.save(force_insert=True)
    _remind(task, case, at=at)
    events.record("task.added", actor=actor, at=at, about=task.pk, case_id=case.pk)
    return task


@action("task.change", permission="task.write")
def change_task(
    task_id, *, actor, at, version=None, text, due_at=None, assignee=None, priority="routine", owner="staff"
) -> Task:
    """Change a task that a person wrote, while it is open. Args as `add_task`; `version` is the one that was read.

    Without an assignee it stays with whom it is with. Returns the Task. Raises Task.DoesNotExist, NotPermitted
    (not_written: Waymark made it), NotNow (changed_since, task_done, case_closed), Incomplete.
    """
    rows = Task.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case")
    task = rows.get(pk=task_id)
    check_version(task, version)
    if task.kind not in WRITTEN or task.case is None:
        raise NotPermitted("not_written", _("Waymark made this task by itself. Finish it, or write one of your own."))
    if task.done_at is not None:
        raise NotNow("task_done", _("This task is done already."))
    if task.case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    with checking() as facts:
        task.text = facts.text("text", text, limit=500, lines=True, required=_("Write what is to be done."))
        task.priority = facts.code("priority", priority, "urgency")
        task.owner = facts.choice("owner", owner, OWNERS)
        if due_at is not None and due_at != task.due_at and due_at < at:
            facts.wrong("due_at", _("This time has passed."))
        may_see = readers(task.case, actor, field_class=task.field_class)
        if assignee is not None and assignee.pk != task.assignee_id and not may_see.filter(pk=assignee.pk).exists():
            facts.wrong("assignee", _("Choose a colleague who may see this."))
    task.due_at, task.assignee_id = due_at, assignee.pk if assignee else task.assignee_id
    task.version += 1
    task.save(update_fields=["text", "priority", "owner", "due_at", "assignee", "version"])
    drop_reminders("task", about=task.pk, at=at)
    _remind(task, task.case, at=at)
    _record("task.changed", task, actor=actor, at=at)
    return task


@action("task.finish", permission="task.write")
def finish_task(task_id, *, actor, at) -> Task:
    """Mark a task as done by the actor. Raises Task.DoesNotExist, NotNow (task_done) when it is done already."""
    task = Task.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=task_id)
    if task.done_at is not None:
        raise NotNow("task_done", _("This task is done already."))
    task.done_at = at
    task.done_by_id = None if actor.member_id == NOBODY else actor.member_id
    task.version += 1
    task.save(update_fields=["done_at", "done_by", "version"])
    drop_reminders("task", about=task.pk, at=at)
    _record("task.done", task, actor=actor, at=at)
    return task


@action("task.reopen", permission="task.write")
def reopen_task(task_id, *, actor, at) -> Task:
    """Take back that a task is done. Raises Task.DoesNotExist, NotNow (task_open, case_closed)."""
    task = Task.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=task_id)
    if task.done_at is None:
        raise NotNow("task_open", _("This task is open already."))
    case = Case.objects.visible_to(actor).get(pk=task.case_id) if task.case_id else None
    if case is not None and case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    task.done_at, task.done_by = None, None
    task.version += 1
    task.save(update_fields=["done_at", "done_by", "version"])
    if case is not None:
        _remind(task, case, at=at)
    _record("task.reopened", task, actor=actor, at=at)
    return task


def _record(kind: str, task: Task, *, actor, at) -> None:
    events.record(
        kind,
        actor=actor,
        at=at,
        about=task.pk,
        case_id=task.case_id,
        referral_id=task.referral_id,
        task_kind=task.kind,
    )


def _remind(task: Task, case: Case, *, at) -> None:
    if task.kind in WRITTEN and task.due_at is not None:
        plan_reminders("task", about=task.pk, case=case, on=timezone.localdate(task.due_at), at=at)
