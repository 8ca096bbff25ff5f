"""Giving many cases of one worker to another: chosen in the load of the team, shown before, done, and taken back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cases.actions.reassigning import Report, reassign_many, try_many, undo_reassign
from cases.forms.supervision import ReassignManyForm
from cases.views.drawing import NO_NAME, main_names
from core.faces import attempt, demand, speaks
from core.models import Event

VERB = "case.reassign"


@require_POST
@speaks
def reassign(request):
    """Ask to whom the chosen cases go, show what would happen, then do it, and say which stayed and why."""
    actor, now = request.actor, timezone.now()
    demand(actor, VERB)
    form = ReassignManyForm(request.POST, actor=actor)
    if "caseworker" not in request.POST and form.chosen():
        return render(request, "cases/reassign_many.html", {"form": form, "done": False, "report": None})
    door = reassign_many if "confirmed" in request.POST else try_many
    asked = attempt(request, form, lambda: door(actor=actor, at=now, **form.facts()))
    done = asked.done and door is reassign_many
    if done and not (asked.result.stayed or asked.result.hidden):
        messages.success(request, _done(asked.result), extra_tags=f"undo:{_undo(asked.result)}")
        return redirect("cases:load")
    context = {"form": form, "done": done, "report": _drawn(asked.result, actor) if asked.done else None}
    return render(request, "cases/reassign_many.html", context, status=asked.status if not asked.done else 200)


@require_POST
@speaks
def undo(request, batch):
    """Give the cases back."""
    demand(request.actor, VERB)
    try:
        report = undo_reassign(batch, actor=request.actor, at=timezone.now())
    except Event.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _back(report))
    return redirect("cases:load")


def _undo(report: Report) -> str:
    return reverse("cases:undo_reassign", args=[report.batch])


def _done(report: Report) -> str:
    count = len(report.moved)
    return ngettext("%(count)d case given away", "%(count)d cases given away", count) % {"count": count}


def _back(report: Report) -> str:
    count = len(report.moved)
    return ngettext("%(count)d case is back", "%(count)d cases are back", count) % {"count": count}


def _drawn(report: Report, actor) -> dict:
    names = main_names([case.person_id for case in report.moved + [row for row, _why in report.stayed]], actor)
    return {
        "moved": [{"title": names.get(case.person_id, NO_NAME), "meta": case.reference} for case in report.moved],
        "stayed": [
            {"title": names.get(case.person_id, NO_NAME), "meta": f"{case.reference} · {why}"}
            for case, why in report.stayed
        ],
        "hidden": report.hidden,
        "undo_url": _undo(report),
    }
