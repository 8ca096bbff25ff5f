"""Tasks that people write for themselves and for each other, and ticking off any task."""

from uuid import uuid4

from django.utils.translation import gettext as _

from cases.facts import checking
from cases.models import Case, Task
from core import events
from core.actions import NotNow, action
from core.actors import NOBODY
from partners.models import Member


@action("task.add", permission="task.write")
def add_task(case, *, actor, at, text, due_at=None, assignee=None) -> Task:
    """Add a task to a case, for its writer unless `assignee` (a member of the same organisation) is given.

    Returns the Task. Raises Case.DoesNotExist, Incomplete.
    """
    case = Case.objects.visible_to(actor).get(pk=case.pk)
    with checking() as facts:
        words = facts.text("text", text, limit=500, lines=True, required=_("Write what is to be done."))
        if due_at is not None and due_at < at:
            facts.wrong("due_at", _("This time has passed."))
        if assignee is not None and not _colleague(assignee, actor):
            facts.wrong("assignee", _("Choose a colleague."))
    task = Task(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        kind="own",
        text=words,
        case=case,
        assignee_id=assignee.pk if assignee else None if actor.member_id == NOBODY else actor.member_id,
        due_at=due_at,
        created_at=at,
    )
    task.save(force_insert=True)
    events.record("task.added", actor=actor, at=at, about=task.pk, case_id=case.pk)
    return task


@action("task.finish", permission="task.write")
def finish_task(task_id, *, actor, at) -> Task:
    """Mark a task as done by the actor. Raises Task.DoesNotExist, NotNow (task_done) when it is done already."""
    task = Task.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=task_id)
    if task.done_at is not None:
        raise NotNow("task_done", _("This task is done already."))
    task.done_at = at
    task.done_by_id = None if actor.member_id == NOBODY else actor.member_id
    task.save(update_fields=["done_at", "done_by"])
    events.record(
        "task.done",
        actor=actor,
        at=at,
        about=task.pk,
        case_id=task.case_id,
        referral_id=task.referral_id,
        task_kind=task.kind,
    )
    return task


def _colleague(member: Member, actor) -> bool:
    return member.organisation_id == actor.organisation_id and member.is_active
