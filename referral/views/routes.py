"""Routes on pages: planned beside a draft, shown with a referral, answered when they ask."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.actions import Refusal
from core.codelists import label
from core.faces import attempt, demand, into_form, speaks, visible_or_404
from referral import guards, routing, sharing
from referral.candidates import candidates
from referral.forms import RouteForm
from referral.models import Referral, Route
from referral.states import OPEN
from referral.steering import checks, go_on, plan_route, stop_route
from referral.trail import leave_trail
from referral.views.drawing import gate_items, title_of
from referral.words_of_routes import where

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])
_KEPT = ("mode", "on_no", "on_silence", "silence", "documents_settled")
_TONES = {"accepted": "wm-green", "no": "wm-red", "silent": "wm-amber", "open": "wm-b"}


def _referral_or_404(actor, **lookup) -> Referral:
    rows = Referral.objects.visible_to(actor).select_related(
        "service", "sender", "receiver", "consent", "need__case__person__area", "case__person__area"
    )
    rows = rows.prefetch_related("case__person__names", "case__person__statuses")
    return visible_or_404(rows, actor, sender_id=actor.organisation_id, **lookup)


@_GET_POST
@speaks
def plan(request, pk):
    """Choose who is asked besides the service of a draft."""
    demand(request.actor, "referral.draft")
    referral, now = _referral_or_404(request.actor, pk=pk), timezone.now()
    fitting, _unfit = candidates(referral.need, actor=request.actor, at=now)
    offered = [row.service.pk for row in fitting if row.service.pk != referral.service_id]
    route = routing.route_of(referral, request.actor)
    stops = routing.stops_of(route, request.actor)[1:] if route else []
    initial = (
        {name: getattr(route, name) for name in ("mode", "on_no", "on_silence", "silence", "documents_settled")}
        if route
        else {}
    )
    form = RouteForm(
        request.POST or None,
        services=offered,
        chosen=[stop.service_id for stop in stops],
        initial={"mode": "single", "on_no": "ask", "on_silence": "ask", "silence": "expired"} | initial,
    )
    tried = attempt(request, form, lambda: plan_route(pk, actor=request.actor, at=now, **form.plan()))
    if tried.done:
        return redirect("referral:send", pk=pk)
    context = {"referral": referral, "title": title_of(referral), "form": form, "offered": offered}
    return render(request, "referral/route.html", context, status=tried.status)


@_GET_POST
@speaks
def answer(request, pk):
    """Decide for a route that asks: the next service, not that one, or nobody else."""
    demand(request.actor, "referral.send")
    route, now, form = visible_or_404(Route, request.actor, pk=pk), timezone.now(), forms.Form(request.POST or None)
    stops = routing.stops_of(route, request.actor)
    asked = [stop.referral_id for stop in stops if stop.referral_id]
    referral = _referral_or_404(request.actor, pk=asked[-1] if asked else None)
    status = 200
    if request.method == "POST":
        try:
            done = _answered(route, request.POST.get("answer"), actor=request.actor, at=now)
            messages.success(request, done)
            return redirect("referral:detail", pk=referral.pk)
        except Refusal as refusal:
            form.is_valid()
            into_form(form, refusal)
            status = refusal.status
    waiting = [stop for stop in stops if stop.state == "waiting"]
    leave_trail(referral, actor=request.actor, at=now)
    context = {
        "referral": referral,
        "route": _card(route, stops, referral, request.actor),
        "form": form,
        "open_still": referral.state in OPEN,
        "next": _further(route, referral, waiting[0], request.actor, now) if waiting else None,
    }
    return render(request, "referral/route_answer.html", context, status=status)


def _answered(route, answer, *, actor, at) -> str:
    if answer == "stop":
        stop_route(route.pk, actor=actor, at=at)
        return _("Route stopped")
    go_on(route.pk, actor=actor, at=at, skip=answer == "skip")
    return _("Left out") if answer == "skip" else _("The next service was asked")


def route_card(referral, actor, *, at=None) -> dict | None:
    """Return the route of a referral as cards draw it; with `at`, the checks of the further services as well."""
    route = routing.route_of(referral, actor)
    if route is None:
        return None
    stops = routing.stops_of(route, actor)
    card = _card(route, stops, referral, actor)
    if at is not None:
        waiting = [stop for stop in stops if stop.state == "waiting" and stop.referral_id is None]
        card["further"] = [_further(route, referral, stop, actor, at) for stop in waiting]
    return card


def _card(route, stops, referral, actor) -> dict:
    asks = route.state == "asks" and actor.may("referral.send")
    return {
        "sentence": where(route, stops),
        "question": label("route_question", route.question) if asks else "",
        "refusal": _refused(route) if asks else "",
        "answer_url": reverse("referral:route_answer", args=[route.pk]) if asks else "",
        "stops": [
            {
                "title": f"{stop.position}. {stop.service.label}",
                "partner": stop.service.organisation.label,
                "state": label("route_stop_state", stop.state),
                "tone": _TONES.get(stop.state, "wm-2"),
                "here": stop.referral_id == referral.pk,
                "url": reverse("referral:detail", args=[stop.referral_id])
                if stop.referral_id and stop.referral_id != referral.pk
                else "",
            }
            for stop in stops
        ],
    }


def _refused(route) -> str:
    """A code that stopped the worker, in words; the checks on the page say what mends it."""
    if route.refusal == "nobody_may_send":
        return _("Who chose this route may not send any more. Send it yourself.")
    return _("A check did not hold when the next one was to be sent.") if route.refusal else ""


def _further(route, before, stop, actor, at) -> dict:
    """Return a service that may be asked next: what blocks it now, and each line that it would see."""
    found = checks(route, before, stop.service, actor=actor, at=at)
    draft = routing.planned(before, stop.service, route, actor)
    return {
        "position": stop.position,
        "title": stop.service.label,
        "partner": stop.service.organisation.label,
        "blocked": gate_items([gate for gate in found if gate.state == guards.BLOCKED], links={}),
        "lines": [line for line in sharing.preview(draft, at=at) if line["opens"] != "never"],
    }
