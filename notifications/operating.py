"""Faces for who keeps the system running: figures for a person and for Prometheus. No content, no name."""

import hmac
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.dates import span
from core.faces import demand, speaks
from core.heartbeat import STALE
from core.middleware import public
from notifications.measures import exposition
from notifications.operation import figures, queue_depth
from notifications.untold import try_again

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
HERE = ("127.0.0.1", "::1")
LATE = 60  # seconds after which something that waits is worth a look
CHANNELS = {
    "email": gettext_lazy("E-mail"),
    "sms": gettext_lazy("SMS"),
    "push": gettext_lazy("Push message"),
    "webhook": gettext_lazy("Webhook"),
}
PROCESSES = {"worker": gettext_lazy("Worker"), "beat": gettext_lazy("Timetable (beat)")}
ALARMS = {
    "deadline": gettext_lazy("Time limits of referrals"),
    "reminder": gettext_lazy("Reminders of dates"),
    "request": gettext_lazy("Requests about own data"),
    "incident": gettext_lazy("Data breaches"),
}


@public
@require_safe
def metrics(request):
    """Answer Prometheus: with the token of the settings, or without one to a process of this machine only."""
    if not _may_scrape(request):
        raise Http404
    return HttpResponse(exposition(), content_type=EXPOSITION, headers={"Cache-Control": "no-store"})


def _may_scrape(request) -> bool:
    if settings.METRICS_TOKEN:
        return hmac.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {settings.METRICS_TOKEN}".encode()
        )
    # Behind a proxy every request comes from this machine: then a token is needed.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return request.META.get("REMOTE_ADDR") in HERE and not forwarded


@require_safe
def operation(request):
    """Show what waits, since when, what failed and who is silent."""
    demand(request.actor, "system.read")
    found, depth = figures(), queue_depth()
    values = {(figure.name, figure.of): figure.value for figure in found}
    context = {
        "kpis": _kpis(values, depth),
        "channels": [_channel(name, label, values) for name, label in CHANNELS.items()],
        "processes": [_process(name, label, values) for name, label in PROCESSES.items()],
        "alarms": [
            {"label": label, "count": int(values.get(("alarms_due", name), 0))} for name, label in ALARMS.items()
        ],
        "untold": int(sum(value for (name, _of), value in values.items() if name == "untold_open")),
        "failed": any(figure.name == "delivery_failed" for figure in found),
    }
    return render(request, "notifications/operation.html", context)


def _kpis(values: dict, depth: int | None) -> list[dict]:
    oldest = values.get(("outbox_oldest_seconds", ""), 0)
    deliveries = max((value for (name, _of), value in values.items() if name == "delivery_oldest_seconds"), default=0)
    tiles = (
        (_("Events that wait"), int(values.get(("outbox_waiting", ""), 0)), ""),
        (_("Oldest event"), _age(oldest), _("Late") if oldest > LATE else ""),
        (_("Oldest delivery that is due"), _age(deliveries), _("Late") if deliveries > LATE else ""),
        (_("Messages in the queue"), _("Broker is away") if depth is None else depth, ""),
    )
    return [
        {"label": label, "value": value, "unit": "", "note": note, "url": "", "current": False}
        for label, value, note in tiles
    ]


def _age(seconds: float) -> str:
    return span(timedelta(seconds=seconds)) if seconds >= 1 else "0"


def _channel(name: str, label, values: dict) -> dict:
    return {
        "label": label,
        "waiting": int(values.get(("delivery_waiting", name), 0) + values.get(("delivery_sending", name), 0)),
        "oldest": _age(values.get(("delivery_oldest_seconds", name), 0)),
        "failed": int(values.get(("delivery_failed", name), 0)),
    }


def _process(name: str, label, values: dict) -> dict:
    age = values.get(("heartbeat_age_seconds", name))
    silent = age is None or age > STALE.total_seconds()
    words = _("No sign of life yet") if age is None else _("Last sign %(span)s ago") % {"span": _age(age)}
    return {"label": label, "words": words, "tone": "red" if silent else "green", "silent": silent}


@require_POST
@speaks
def again(request):
    """Try everything that failed once more."""
    demand(request.actor, "system.read")
    try_again(actor=request.actor, at=timezone.now())
    return redirect("notifications:operation")
