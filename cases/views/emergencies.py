"""Opening a case in an emergency, and reviewing what was opened."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions.cases import colleagues_for
from cases.actions.emergencies import break_glass, end_emergency, review_emergency
from cases.forms.supervision import EmergencyForm, ReviewForm
from cases.models import Emergency
from cases.models.emergencies import BREAKS, JUSTIFIED, NOT_JUSTIFIED, REVIEWS
from cases.views.searching import by_number
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404
from core.lists import Filter, Sort, Table, coded, listed
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


REVIEWED = "reviewed"
TABLE = listed(
    Table(
        name="cases:emergencies",
        filters=(
            Filter(
                name="verdict",
                label=gettext_lazy("Review"),
                choices=lambda _actor: [
                    (REVIEWED, _("Reviewed")),
                    (JUSTIFIED, _("Justified")),
                    (NOT_JUSTIFIED, _("Not justified")),
                ],
                where=lambda value, _actor, _at: ~Q(verdict="") if value == REVIEWED else Q(verdict=value),
                otherwise=Q(verdict=""),
            ),
            coded("reason", gettext_lazy("Reason"), "emergency_reason"),
            Filter(
                name="who",
                label=gettext_lazy("By"),
                choices=lambda actor: [(member.pk, member.name) for member in colleagues_for(actor)],
                where=lambda value, _actor, _at: Q(member_id=value),
            ),
        ),
        sorts=(
            Sort(name="due", label=gettext_lazy("Due"), by=("review_due_at", "id")),
            Sort(name="opened", label=gettext_lazy("Newest"), by=("-opened_at", "id")),
        ),
        views=(
            (gettext_lazy("Waits for a review"), ""),
            (gettext_lazy("Reviewed"), "verdict=reviewed&sort=opened"),
            (gettext_lazy("Not justified"), f"verdict={NOT_JUSTIFIED}&sort=opened"),
        ),
        search=by_number("reference", label=gettext_lazy("Number of a case")),
    )
)


@GET_POST
def queue(request):
    """Show what was opened: what waits for a review, by its due time; or the reviewed ones."""
    demand(request.actor, REVIEWS)
    rows = Emergency.objects.visible_to(request.actor).select_related("member", "reviewed_by")
    found = TABLE.open(request, rows, at=timezone.now())
    context = found | {"rows": [_line(row) for row in found["page"].rows]}
    return render(request, "cases/emergencies.html", context, status=found["status"])


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
