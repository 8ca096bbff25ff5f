"""Messages to the person of a case: what would be sent, whether it may, and what was."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from cases.models import Appointment, Case
from core.codelists import label
from core.faces import demand, speaks, visible_or_404
from notifications.client_words import words
from notifications.clients import REASONS, ask_to_call, outlook
from notifications.models import ClientMessage
from partners.languages import language_label

SHOWN = 50
KINDS = {"appointment": gettext_lazy("Reminder of an appointment"), "call_back": gettext_lazy("Please call us back")}
STATUSES = {
    "waiting": gettext_lazy("waits for a safe hour"),
    "sending": gettext_lazy("is being sent"),
    "sent": gettext_lazy("sent"),
    "failed": gettext_lazy("did not arrive"),
    "dropped": gettext_lazy("not sent"),
}


@require_safe
def to_person(request, case_pk):
    """Show what the person would be written, whether that may be now, and what was sent."""
    demand(request.actor, "case.write")
    case, now = visible_or_404(Case.objects.select_related("person"), request.actor, pk=case_pk), timezone.now()
    found = outlook(case, at=now)
    language = found.language
    meetings = Appointment.objects.visible_to(request.actor).filter(case=case, attendance="planned", starts_at__gt=now)
    soonest = meetings.order_by("starts_at", "pk").first()
    previews = [{"title": KINDS["call_back"], "text": words("call_back", language)}]
    if soonest:
        text = words("appointment", language, starts_at=soonest.starts_at)
        previews.insert(0, {"title": KINDS["appointment"], "text": text})
    rows = ClientMessage.objects.visible_to(request.actor).filter(case=case).order_by("-created_at", "pk")[:SHOWN]
    context = {
        "case": case,
        "outlook": found,
        "language": language_label(language),
        "ways": [" · ".join(filter(None, [label("contact_channel", way.channel), way.words])) for way in found.ways],
        "safe_now": any(way.now(now) for way in found.ways),
        "previews": previews,
        "rows": [_row(row) for row in rows],
    }
    return render(request, "notifications/to_person.html", context)


def _row(row: ClientMessage) -> dict:
    parts = [label("contact_channel", row.channel) if row.channel else "", STATUSES[row.status]]
    return {
        "title": KINDS[row.kind],
        "meta": " · ".join(str(part) for part in (*parts, REASONS.get(row.why, "")) if part),
        "at": row.sent_at or row.created_at,
        "by_hand": row.asked_by_id is not None,
    }


@require_POST
@speaks
def call_back(request, case_pk):
    """Ask the person to call back."""
    demand(request.actor, "case.write")
    case = visible_or_404(Case, request.actor, pk=case_pk)
    ask_to_call(case, actor=request.actor, at=timezone.now())
    messages.success(request, _("The message leaves at the next safe hour"))
    return redirect("notifications:to_person", case_pk=case_pk)
