"""Opening a case in an emergency, and reviewing what was opened."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions.emergencies import break_glass, end_emergency, review_emergency
from cases.forms.supervision import EmergencyForm, ReviewForm
from cases.models import Emergency
from cases.models.emergencies import BREAKS, JUSTIFIED, REVIEWS
from core.codelists import label
from core.faces import attempt, demand, page_of, speaks, visible_or_404
from core.navigation import counted

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@counted("cases:emergencies")
def waiting(actor):
    """Return the openings that wait for this actor's review."""
    if not actor.may(REVIEWS):
        return Emergency.objects.none()
    return Emergency.objects.visible_to(actor).filter(verdict="").exclude(member_id=actor.member_id)


@GET_POST
@speaks
def break_(request):
    """Ask for the number and the reason; a POST opens the case for an hour."""
    demand(request.actor, BREAKS)
    form = EmergencyForm(request.POST or None)
    asked = attempt(request, form, lambda: break_glass(actor=request.actor, at=timezone.now(), **form.cleaned_data))
    if asked.done:
        messages.warning(request, _("The case is open to you for 60 minutes. Your supervisor is told now."))
        return redirect("cases:detail", pk=asked.result.case_id)
    return render(request, "cases/break_glass.html", {"form": form}, status=asked.status)


@require_POST
@speaks
def end(request, pk):
    """End one's own opening before its time."""
    emergency = visible_or_404(Emergency, request.actor, pk=pk)
    end_emergency(emergency.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The case is closed to you again"))
    return redirect("cases:list")


@require_safe
def queue(request):
    """Show what was opened: first what waits for a review, by its due time; then the reviewed ones."""
    demand(request.actor, REVIEWS)
    rows = Emergency.objects.visible_to(request.actor).select_related("member", "reviewed_by")
    page = page_of(request, rows.exclude(verdict=""), by=("-opened_at", "id"))
    context = {
        "waiting": [_line(row) for row in rows.filter(verdict="").order_by("review_due_at", "id")[:100]],
        "reviewed": [_line(row) for row in page.rows],
        "page": page,
    }
    return render(request, "cases/emergencies.html", context)


@GET_POST
@speaks
def review(request, pk):
    """Show one opening; a POST says whether it was justified."""
    actor = request.actor
    demand(actor, REVIEWS, BREAKS)
    emergency = visible_or_404(Emergency.objects.select_related("member", "reviewed_by"), actor, pk=pk)
    form = ReviewForm(request.POST or None)
    asked = attempt(
        request,
        form,
        lambda: review_emergency(emergency.pk, actor=actor, at=timezone.now(), **form.cleaned_data),
        aloud=(403,),
    )
    if asked.done:
        messages.success(request, _("Review recorded"))
        return redirect("cases:emergencies")
    context = {
        "row": emergency,
        "line": _line(emergency),
        "form": form,
        "asks": not emergency.verdict and actor.may(REVIEWS) and emergency.member_id != actor.member_id,
        "back": reverse("cases:emergencies") if actor.may(REVIEWS) else reverse("cases:list"),
        "justified": emergency.verdict == JUSTIFIED,
    }
    return render(request, "cases/emergency.html", context, status=asked.status)


def _line(row: Emergency) -> dict:
    return {
        "title": _("%(name)s opened %(reference)s") % {"name": row.member.name, "reference": row.reference},
        "meta": label("emergency_reason", row.reason),
        "url": reverse("cases:emergency", args=[row.pk]),
        "opened_at": row.opened_at,
        "due_at": row.review_due_at,
        "repeated": row.repeated,
        "verdict": row.verdict,
        "justified": row.verdict == JUSTIFIED,
    }
