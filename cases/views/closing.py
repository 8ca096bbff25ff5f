"""Closing a case: the outcome of each need, what is still open, and until when the record is kept (DOMAIN 3)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import retention
from cases.actions.moves import available_moves, move_case
from cases.forms.rights import ClosingForm
from cases.models import Case, Need, Task
from cases.models.cases import FINAL_NEEDS
from cases.views.frame import frame
from cases.words import TASK_WORDS
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def close(request, case_pk):
    """Show what became of each need and what is still open; a POST closes the case."""
    actor, now = request.actor, timezone.now()
    demand(actor, "case.write")
    case = visible_or_404(Case.objects.select_related("person"), actor, pk=case_pk)
    if "close" not in {step.name for step in available_moves(case, actor)}:
        raise Http404
    form = ClosingForm(request.POST or None)
    asked = attempt(request, form, lambda: move_case(case.pk, "close", actor=actor, at=now, **form.cleaned_data))
    if asked.done:
        waits = _("Your supervisor is asked to approve this")
        messages.success(request, _("Case closed") if asked.result.closed_at else waits)
        return redirect("cases:detail", pk=case.pk)
    context = frame(case, actor, at=now, part="overview") | {"form": form} | _state(case, actor, at=now)
    return render(request, "cases/close.html", context, status=asked.status)


def _state(case, actor, *, at) -> dict:
    needs = Need.objects.visible_to(actor).filter(case=case).order_by("identified_at", "id")
    tasks = Task.objects.visible_to(actor).filter(case=case, done_at=None).order_by("due_at", "created_at")
    until = retention.case_until(
        case.person, closed_on=timezone.localdate(at), times=retention.terms(case.organisation_id, actor=actor)
    )
    return {
        "needs": [_need(need) for need in needs],
        "tasks": [
            {
                "text": task.text if task.kind == "own" else str(TASK_WORDS[task.kind]),
                "due_at": task.due_at,
                "done_url": reverse("cases:finish", args=[task.pk]),
            }
            for task in tasks
        ],
        "until": until,
        "holds": retention.holds_on([case.person_id], actor=actor, at=at),
    }


def _need(need) -> dict:
    return {
        "label": label("need_category", need.category),
        "status": need.status,
        "final": need.status in FINAL_NEEDS,
        "waits": need.status == "in_referral",
        "settle_url": reverse("cases:settle", args=[need.pk]),
    }
