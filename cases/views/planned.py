"""Drawing a plan: goals as cards, tasks and appointments as lines."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.actions.plans import WRITTEN
from cases.codes import language_label
from cases.words import TASK_WORDS
from cases.words_plan import OWNER_WORDS
from core.codelists import label

RESTRICTED = 4


def task_words(task) -> str:
    """Return what a task is about: what somebody wrote, or what its kind is called."""
    return task.text or str(TASK_WORDS.get(task.kind, ""))


def task_lines(tasks, *, at) -> list[dict]:
    """Return tasks as lines: overdue ones first, then by their day, undated ones, and what is done at the end."""
    ordered = sorted(
        tasks, key=lambda task: (task.done_at is not None, task.due_at is None, task.due_at or task.created_at)
    )
    return [_task(task, at=at) for task in ordered]


def _task(task, *, at) -> dict:
    who = task.assignee.name if task.assignee else ""
    if task.owner != "staff":
        who = ", ".join(filter(None, [str(OWNER_WORDS[task.owner]), who]))
    return {
        "text": task_words(task),
        "who": who,
        "due_at": task.due_at,
        "created_at": task.created_at,
        "done_at": task.done_at,
        "late": task.done_at is None and task.due_at is not None and task.due_at < at,
        "priority": task.priority if task.priority != "routine" else "",
        "check_in": task.kind in {"check_in", "follow_up"},
        "restricted": task.field_class == RESTRICTED,
        "change_url": reverse("cases:change_task", args=[task.pk]) if task.kind in WRITTEN and task.case_id else "",
        "done_url": reverse("cases:finish", args=[task.pk]),
        "undo_url": reverse("cases:reopen_task", args=[task.pk]),
    }


def goal_cards(goals, tasks, needs: dict, *, at) -> list[dict]:
    """Return goals as cards: the open ones first, each with its tasks and the needs it answers."""
    under: dict = {}
    for task in tasks:
        under.setdefault(task.goal_id, []).append(task)
    cards = [
        {
            "title": goal.text,
            "needs": ", ".join(label("need_category", needs[pk].category) for pk in goal.needs if pk in needs),
            "target_on": goal.target_on,
            "late": goal.status == "open" and bool(goal.target_on) and goal.target_on < timezone.localdate(at),
            "status": goal.status,
            "status_words": label("goal_status", goal.status),
            "status_on": goal.status_on,
            "restricted": goal.field_class == RESTRICTED,
            "tasks": task_lines(under.get(goal.pk, []), at=at),
            "url": reverse("cases:change_goal", args=[goal.pk]),
            "task_url": f"{reverse('cases:task', args=[goal.case_id])}?goal={goal.pk}",
        }
        for goal in goals
    ]
    return sorted(cards, key=lambda card: card["status"] != "open")


def appointment_lines(rows, *, at) -> list[dict]:
    """Return appointments: those to come with the nearest first, then the past."""
    to_come = sorted((row for row in rows if row.attendance == "planned"), key=lambda row: row.starts_at)
    past = [row for row in rows if row.attendance != "planned"]
    return [_appointment(row, at=at) for row in (*to_come, *past)]


def _appointment(row, *, at) -> dict:
    moment = date_format(timezone.localtime(row.starts_at), "DATETIME_FORMAT")
    parts = [moment, row.place, row.with_whom, row.member.name if row.member else ""]
    if row.interpreter:
        parts.append(_("Interpreter: %(language)s") % {"language": language_label(row.interpreter)})
    return {
        "title": label("appointment_kind", row.kind),
        "meta": " · ".join(filter(None, parts)),
        "note": row.attendance_note or row.note,
        "attendance": row.attendance,
        "attendance_words": label("attendance", row.attendance),
        "unsaid": row.attendance == "planned" and row.starts_at < at,
        "restricted": row.field_class == RESTRICTED,
        "url": reverse("cases:attendance", args=[row.pk]),
        "change_url": reverse("cases:change_appointment", args=[row.pk]),
    }


def progress_words(tasks) -> str:
    """Return how many tasks are done."""
    if not tasks:
        return ""
    done = sum(task.done_at is not None for task in tasks)
    return _("%(done)s of %(all)s tasks are done.") % {"done": done, "all": len(tasks)}
