"""Pages of an organisation's webhooks, for its administrators."""

from django.contrib import messages
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.events import sentence
from core.faces import attempt, demand, page_of, speaks, visible_or_404
from notifications import hooks
from notifications.hooks import MANAGE
from notifications.models import Delivery, WebhookEndpoint
from notifications.settings_forms import WebhookForm

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])
WHY = {
    "": gettext_lazy("Working"),
    "paused": gettext_lazy("Stopped by hand"),
    "gone": gettext_lazy("Stopped: the address said that it is gone"),
    "failing": gettext_lazy("Stopped: nothing arrived for three days"),
}
STEPS = {
    "test": (hooks.ping, gettext_lazy("A test message is on its way.")),
    "stop": (hooks.stop, gettext_lazy("The webhook is stopped.")),
    "start": (hooks.start, gettext_lazy("The webhook works again.")),
}
STATES = {
    "waiting": gettext_lazy("Waits"),
    "sending": gettext_lazy("Is being sent"),
    "sent": gettext_lazy("Arrived"),
    "failed": gettext_lazy("Did not arrive"),
    "dropped": gettext_lazy("Not sent"),
}
TONES = {"sent": "green", "failed": "red", "waiting": "amber"}


@require_safe
def webhooks(request):
    """List the organisation's addresses."""
    demand(request.actor, MANAGE)
    rows = hooks.listed(request.actor).order_by("created_at", "pk")
    shown = [{"pk": row.pk, "host": row.host, "state": WHY[row.stopped_why], "on": row.is_active,
              "count": len(row.kinds)} for row in rows]  # fmt: skip
    return render(request, "notifications/webhooks.html", {"rows": shown})


@_GET_POST
def add(request):
    """A new address; the answer is the only page that shows its secret."""
    demand(request.actor, MANAGE)
    form = WebhookForm(request.POST or None)
    tried = attempt(request, form, lambda: hooks.add(actor=request.actor, at=timezone.now(), **form.cleaned_data))
    if tried.done:
        row, secret = tried.result
        return render(request, "notifications/webhook_secret.html", {"row": row, "secret": secret})
    context = {"form": form, "title": _("New webhook"), "button": _("Add webhook")}
    return render(request, "notifications/webhook_form.html", context, status=tried.status)


def _own(request, pk) -> WebhookEndpoint:
    demand(request.actor, MANAGE)
    return visible_or_404(hooks.listed(request.actor), request.actor, pk=pk)


@require_safe
def webhook(request, pk):
    """Show an address and the messages to it, the newest first."""
    row = _own(request, pk)
    rows = hooks.deliveries(row, request.actor).annotate(moment=Coalesce("last_try_at", "next_try_at"))
    page = page_of(request, rows.filter(moment__isnull=False), by=("-moment", "pk"))
    context = {
        "row": row,
        "state": WHY[row.stopped_why],
        "kinds": [sentence(kind) for kind in row.kinds],
        "page": page,
        "messages_sent": [_line(one) for one in page.rows],
    }
    return render(request, "notifications/webhook.html", context)


def _line(one: Delivery) -> dict:
    return {
        "pk": one.pk,
        "title": sentence(one.kind),
        "at": one.sent_at or one.moment,
        "state": STATES.get(one.status, one.status),
        "tone": TONES.get(one.status, ""),
        "attempts": one.attempts,
        "error": "" if one.status == "sent" else one.error,
        "again": one.status not in {"waiting", "sending"},
    }


@_GET_POST
def change(request, pk):
    """Another address, or other kinds."""
    row = _own(request, pk)
    form = WebhookForm(request.POST or None, initial={"url": row.url, "kinds": row.kinds})
    tried = attempt(
        request, form, lambda: hooks.change(row.pk, actor=request.actor, at=timezone.now(), **form.cleaned_data)
    )  # fmt: skip
    if tried.done:
        messages.success(request, _("Saved."))
        return redirect("notifications:webhook", row.pk)
    context = {"form": form, "title": row.host, "button": _("Save")}
    return render(request, "notifications/webhook_form.html", context, status=tried.status)


@require_POST
@speaks
def rotate(request, pk):
    """A new secret; the answer is the only page that shows it."""
    row = _own(request, pk)
    row, secret = hooks.rotate(row.pk, actor=request.actor, at=timezone.now())
    return render(request, "notifications/webhook_secret.html", {"row": row, "secret": secret})


@require_POST
@speaks
def step(request, pk, step):
    """Test, stop, start or remove."""
    row = _own(request, pk)
    if step == "remove":
        hooks.stop(row.pk, actor=request.actor, at=timezone.now(), why="removed")
        messages.success(request, _("The webhook is removed."))
        return redirect("notifications:webhooks")
    if step not in STEPS:
        raise Http404
    door, done = STEPS[step]
    door(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, done)
    return redirect("notifications:webhook", row.pk)


@require_POST
@speaks
def resend(request, pk):
    """Send one message again."""
    demand(request.actor, MANAGE)
    row = visible_or_404(Delivery.objects.filter(channel="webhook"), request.actor, pk=pk)
    hooks.resend(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The message is sent again."))
    return redirect("notifications:webhook", row.target_id)
