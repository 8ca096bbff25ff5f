"""What follows an answer: another service, a task with a day, a case of one's own, referring on."""

import time
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.models import Case, Consent, Need
from cases.models.cases import FINAL_NEEDS
from cases.search import search_persons
from cases.states import OPEN as OPEN_CASES
from cases.views.drawing import hidden_words
from cases.views.intake import lines_of
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404
from core.navigation import address
from partners.directory import listed
from referral import guards, onward, sharing
from referral.candidates import MOST, find
from referral.forms_onward import AgainForm, PlanForm, ReferOnForm, words_for
from referral.models import Referral
from referral.states import RUNNING
from referral.trail import leave_trail
from referral.views.candidates import match_card, unfit_line
from referral.views.drawing import title_of
from referral.views.sending import draft_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _sent_or_404(request, pk) -> Referral:
    rows = Referral.objects.select_related("service", "receiver", "sender", "suggested_service__organisation")
    return visible_or_404(rows, request.actor, pk=pk, sender_id=request.actor.organisation_id)


def _received_or_404(request, pk) -> Referral:
    rows = Referral.objects.select_related("service", "receiver", "sender")
    rows = rows.filter(state__in=[state.value for state in RUNNING])
    return visible_or_404(rows, request.actor, pk=pk, receiver_id=request.actor.organisation_id)


@GET_POST
@speaks
def again(request, pk):
    """Choose another service after an answer; the draft begins with what was sent before."""
    demand(request.actor, "referral.draft")
    referral, now = _sent_or_404(request, pk), timezone.now()
    form = AgainForm(request.POST or None, services=listed(request.actor, at=now))
    tried = attempt(request, form, lambda: _draft(request, referral, form, now))
    if tried.done:
        return redirect("referral:share", pk=tried.result.pk)
    need = visible_or_404(
        Need.objects.select_related("case__person__area").prefetch_related("case__person__statuses"),
        request.actor,
        pk=referral.need_id,
    )
    found = find(need, actor=request.actor, at=now, most=MOST)
    asked = set(Referral.objects.visible_to(request.actor).filter(need=need).values_list("service_id", flat=True))
    barred = referral.receiver_id if referral.reason in onward.NOT_THEM else None
    offered = [row for row in found.fitting if row.service.pk not in asked and row.service.organisation_id != barred]
    context = {
        "form": form,
        "referral": referral,
        "title": title_of(referral),
        "fitting": [match_card(row) | {"pk": row.service.pk} for row in offered],
        "unfit": [unfit_line(row) for row in found.unfit],
        "unfit_count": found.unfit_count,
        "suggested": referral.suggested_service,
        "answered": len(asked),
    }
    return render(request, "referral/again.html", context, status=tried.status)


def _draft(request, referral, form, now) -> Referral:
    draft = onward.draft_again(referral.pk, actor=request.actor, at=now, service=form.cleaned_data["service"])
    fresh = draft_or_404(request, draft.pk)
    missing = [gate.title for gate in guards.gates(fresh, actor=request.actor, at=now) if gate.state == guards.BLOCKED]
    messages.success(request, _("Carried over: the need, what is shared, and your reason."))
    if missing:
        messages.warning(request, _("Still to settle before sending: %(what)s") % {"what": ", ".join(missing)})
    return draft


@GET_POST
@speaks
def plan(request, pk, code):
    """Make a next step into a task with a day; the words are there to be changed."""
    demand(request.actor, "task.write")
    referral, now = _sent_or_404(request, pk), timezone.now()
    day = referral.expected_on or timezone.localdate(now) + timedelta(days=7 if code == "remind_later" else 2)
    initial = {"text": words_for(code, referral), "due_on": day}
    form = PlanForm(request.POST or None, initial=initial)
    tried = attempt(
        request,
        form,
        lambda: onward.plan_next(pk, actor=request.actor, at=now, code=code, **form.cleaned_data),
    )
    if tried.done:
        messages.success(request, _("Task set. It stands in the case and in your work."))
        return redirect("referral:detail", pk=pk)
    context = {"form": form, "referral": referral, "heading": label("next_step", code), "title": title_of(referral)}
    return render(request, "referral/plan.html", context, status=tried.status)


@GET_POST
@speaks
def own_case(request, pk):
    """Open a case of one's own from an accepted referral: search first, by the name that the packet has."""
    demand(request.actor, "case.open")
    demand(request.actor, "person.write")
    referral, now = _received_or_404(request, pk), timezone.now()
    shown = sharing.shown(referral, request.actor, at=now)
    leave_trail(referral, actor=request.actor, at=now)
    name = next((line["value"] for line in shown["after"] or [] if line["code"] == "name"), "")
    context = {
        "referral": referral,
        "title": title_of(referral),
        "name": name,
        "facts": [*(shown["now"] or []), *(shown["after"] or [])],
        "cases": Case.objects.visible_to(request.actor).filter(parent_referral_id=pk).order_by("opened_at"),
        "register_url": f"{address('cases:register')}?referral={pk}",
        "searched": False,
        "matches": [],
        "hidden": "",
    }
    if request.method == "POST":
        found = search_persons(name or " ", actor=request.actor)
        request.session["person_searched"] = int(time.time())
        context |= {"searched": True, "matches": lines_of(found, request.actor)}
        context["hidden"] = hidden_words(found.hidden) if found.hidden else ""
    return render(request, "referral/own_case.html", context)


@GET_POST
@speaks
def refer_on(request, pk):
    """Refer on: from one's own case, with the person's consent to the new partner; the packet stays where it is."""
    demand(request.actor, "referral.draft")
    referral, now, actor = _received_or_404(request, pk), timezone.now(), request.actor
    case = Case.objects.visible_to(actor).filter(parent_referral_id=pk, status__in=OPEN_CASES).first()
    form = None
    if case is not None:
        needs = Need.objects.visible_to(actor).filter(case=case).exclude(status__in=FINAL_NEEDS)
        consents = Consent.objects.visible_to(actor).filter(
            person_id=case.person_id, status="given", expires_at__gt=now
        )
        form = ReferOnForm(request.POST or None, needs=needs, consents=consents, services=listed(actor, at=now))
        tried = attempt(request, form, lambda: onward.refer_on(pk, actor=actor, at=now, **form.cleaned_data))
        if tried.done:
            messages.success(request, _("Draft begun. The sender learns only that you referred on, once it is sent."))
            return redirect("referral:share", pk=tried.result.pk)
    children = Referral.objects.visible_to(actor).filter(parent_id=pk, sender_id=actor.organisation_id)
    context = {
        "referral": referral,
        "title": title_of(referral),
        "case": case,
        "form": form,
        "consent_url": address("cases:consent", case.person_id) if case else "",
        "need_url": address("cases:need", case.pk) if case else "",
        "children": list(children.select_related("service", "receiver").order_by("created_at")),
    }
    return render(request, "referral/refer_on.html", context, status=422 if form and form.errors else 200)
