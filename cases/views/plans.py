"""The plan of a case: goals with their tasks, appointments, follow-ups, and that the person agreed to it."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions.appointments import add_appointment, change_appointment, set_attendance
from cases.actions.goals import add_goal, agree_plan, change_goal
from cases.actions.plans import WRITTEN, add_task, change_task, finish_task, reopen_task
from cases.forms.plans import (
    AgreeForm,
    AppointmentChangeForm,
    AppointmentForm,
    AttendanceForm,
    GoalChangeForm,
    GoalForm,
    TaskChangeForm,
    TaskForm,
)
from cases.models import Appointment, Case, Goal, Need, PlanAgreement, Task
from cases.states import OPEN
from cases.views.assessed import checked_words
from cases.views.frame import frame
from cases.views.planned import appointment_lines, goal_cards, progress_words, task_lines
from core import trail
from core.faces import attempt, attempt_edit, demand, speaks, visible_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _case_or_404(request, pk) -> Case:
    return visible_or_404(Case.objects.select_related("person"), request.actor, pk=pk)


@require_safe
def plan(request, case_pk):
    """Show goals with their tasks (what is overdue first), tasks without a goal, and appointments."""
    actor, now = request.actor, timezone.now()
    case = _case_or_404(request, case_pk)
    goals = list(Goal.objects.visible_to(actor).filter(case=case).order_by("created_at", "pk"))
    tasks = list(Task.objects.visible_to(actor).filter(case=case).select_related("assignee").order_by("created_at"))
    needs = {need.pk: need for need in Need.objects.visible_to(actor).filter(case=case)}
    meetings = Appointment.objects.visible_to(actor).filter(case=case).select_related("member")
    meetings = list(meetings.order_by("-starts_at", "pk")[:50])
    agreed = PlanAgreement.objects.visible_to(actor).filter(case=case).order_by("-agreed_on", "-at").first()
    seen = [row.field_class for row in (*goals, *tasks, *meetings, *needs.values())]
    trail.read(case, subject="case", field_class=max(seen, default=2), actor=actor, at=now)
    runs = case.status in OPEN
    context = frame(case, actor, at=now, part="plan") | {
        "goals": goal_cards(goals, tasks, needs, at=now),
        "loose": task_lines([task for task in tasks if task.goal_id is None], at=now),
        "appointments": appointment_lines(meetings, at=now),
        "progress": progress_words(tasks),
        "agreed": agreed,
        "checked": checked_words(agreed, actor),
        "stale": agreed is not None and {goal.pk for goal in goals if goal.status == "open"} - set(agreed.goals),
        "may": {
            "write": actor.may("case.write") and runs,
            "task": actor.may("task.write") and runs,
            "finish": actor.may("task.write"),
        },
    }
    return render(request, "cases/plan.html", context)


def _ask(request, case, form, *, title, verb, done, door, lead=""):
    """Show one form of the plan; when it is complete, ask the door once, and go back to the plan."""
    asked = attempt(request, form, lambda: door(timezone.now()))
    if asked.done:
        messages.success(request, done)
        return redirect("cases:plan", case_pk=case.pk)
    context = {"form": form, "edit": None, "title": title, "verb": verb, "lead": lead}
    context |= frame(case, request.actor, at=timezone.now(), part="plan")
    return render(request, "cases/plan_form.html", context, status=asked.status)


def _sent(request):
    return request.POST if request.method == "POST" else None


@GET_POST
@speaks
def goal(request, case_pk):
    """Add a goal."""
    demand(request.actor, "case.write")
    case = _case_or_404(request, case_pk)
    form = GoalForm(_sent(request), case=case, actor=request.actor)

    def door(at):
        add_goal(case, actor=request.actor, at=at, **form.cleaned_data)

    return _ask(request, case, form, title=_("Add a goal"), verb=_("Add goal"), done=_("Goal added"), door=door)


@GET_POST
@speaks
def change(request, pk):
    """Change a goal, or say that it is reached."""
    demand(request.actor, "case.write")
    row = visible_or_404(Goal, request.actor, pk=pk)
    case = _case_or_404(request, row.case_id)

    def door(edit):
        told = {"actor": request.actor, "at": timezone.now(), "version": edit.based_on}
        change_goal(row.pk, **told, **edit.form.cleaned_data)

    words = {"title": _("Change a goal"), "verb": _("Save goal"), "done": _("Goal changed")}
    return _change(request, case, row, make=GoalChangeForm, of=_fields(GoalChangeForm), door=door, **words)


@GET_POST
@speaks
def change_a_task(request, task_pk):
    """Change a task that somebody wrote."""
    demand(request.actor, "task.write")
    row = visible_or_404(Task.objects.filter(case__isnull=False, kind__in=WRITTEN), request.actor, pk=task_pk)
    case = _case_or_404(request, row.case_id)
    make = partial(TaskChangeForm, case=case, actor=request.actor)

    def door(edit):
        told = {"actor": request.actor, "at": timezone.now(), "version": edit.based_on}
        change_task(row.pk, **told, **edit.form.facts())

    words = {"title": _("Change a task"), "verb": _("Save task"), "done": _("Task changed")}
    return _change(request, case, row, make=make, of=TaskChangeForm.of, door=door, **words)


@GET_POST
@speaks
def change_an_appointment(request, pk):
    """Change an appointment that is planned."""
    demand(request.actor, "task.write")
    row = visible_or_404(Appointment, request.actor, pk=pk)
    case = _case_or_404(request, row.case_id)
    make = partial(AppointmentChangeForm, case=case, actor=request.actor)

    def door(edit):
        told = {"actor": request.actor, "at": timezone.now(), "version": edit.based_on}
        change_appointment(row.pk, **told, **edit.form.facts())

    words = {"title": _("Change an appointment"), "verb": _("Save appointment"), "done": _("Appointment changed")}
    return _change(request, case, row, make=make, of=AppointmentChangeForm.of, door=door, **words)


def _fields(form):
    return lambda row: {name: getattr(row, name) for name in form.base_fields}


def _change(request, case, row, *, make, of, door, title, verb, done):
    """Show a form over what stands; who was second sees both versions (core.edits)."""

    def read():
        fresh = visible_or_404(type(row), request.actor, pk=row.pk)
        return of(fresh), fresh.version

    asked, edit = attempt_edit(request, make, read, door)
    if asked.done:
        messages.success(request, done)
        return redirect("cases:plan", case_pk=case.pk)
    trail.read(case, subject="case", field_class=row.field_class, actor=request.actor, at=timezone.now())
    context = {"form": edit.form, "edit": edit, "title": title, "verb": verb, "lead": ""}
    context |= frame(case, request.actor, at=timezone.now(), part="plan")
    return render(request, "cases/plan_form.html", context, status=asked.status)


@GET_POST
@speaks
def agree(request, case_pk):
    """Record that the person agreed to the plan."""
    demand(request.actor, "case.write")
    case = _case_or_404(request, case_pk)
    today = timezone.localdate(timezone.now())
    form = AgreeForm(_sent(request), initial={"agreed_on": today})

    def door(at):
        agree_plan(case, actor=request.actor, at=at, **form.cleaned_data)

    return _ask(
        request,
        case,
        form,
        title=_("The person agreed to the plan"),
        lead=_("Read the goals together first. The person may say no to any of them."),
        verb=_("Note the agreement"),
        done=_("Agreement noted"),
        door=door,
    )


@GET_POST
@speaks
def task(request, case_pk):
    """Add a task to a case, under a goal where one is chosen."""
    demand(request.actor, "task.write")
    case = _case_or_404(request, case_pk)
    first = {"goal": request.GET.get("goal", "")}
    form = TaskForm(_sent(request), case=case, actor=request.actor, initial=first)

    def door(at):
        add_task(case, actor=request.actor, at=at, **form.facts())

    return _ask(request, case, form, title=_("Add a task"), verb=_("Add task"), done=_("Task added"), door=door)


@GET_POST
@speaks
def appointment(request, case_pk):
    """Make an appointment."""
    demand(request.actor, "task.write")
    case = _case_or_404(request, case_pk)
    form = AppointmentForm(_sent(request), case=case, actor=request.actor)

    def door(at):
        add_appointment(case, actor=request.actor, at=at, **form.facts())

    return _ask(
        request,
        case,
        form,
        title=_("Make an appointment"),
        lead=_("You are reminded the day before. Tell the person only in the safe way noted above."),
        verb=_("Make appointment"),
        done=_("Appointment made"),
        door=door,
    )


@GET_POST
@speaks
def attendance(request, pk):
    """Say what came of an appointment, or move it to another time."""
    demand(request.actor, "task.write")
    row = visible_or_404(Appointment, request.actor, pk=pk)
    case = _case_or_404(request, row.case_id)
    form = AttendanceForm(_sent(request))

    def door(at):
        set_attendance(row.pk, actor=request.actor, at=at, **form.facts())

    return _ask(request, case, form, title=_("What came of it?"), verb=_("Save"), done=_("Noted"), door=door)


@require_POST
@speaks
def finish(request, task_pk):
    """Mark a task as done; the message offers to take it back."""
    demand(request.actor, "task.write")
    row = visible_or_404(Task, request.actor, pk=task_pk)
    finish_task(row.pk, actor=request.actor, at=timezone.now())
    undo = reverse("cases:reopen_task", args=[row.pk])
    messages.success(request, _("Task marked as done"), extra_tags=f"undo:{undo}")
    return _back(request, row)


@require_POST
@speaks
def reopen(request, task_pk):
    """Take back that a task is done."""
    demand(request.actor, "task.write")
    row = visible_or_404(Task, request.actor, pk=task_pk)
    reopen_task(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The task is open again"))
    return _back(request, row)


def _back(request, row):
    if not row.case_id or request.POST.get("back") == "home":
        return redirect("home")
    if request.POST.get("back") == "plan":
        return redirect("cases:plan", case_pk=row.case_id)
    return redirect("cases:detail", pk=row.case_id)
