"""Sending: what is shared, then the checks. The service was chosen before (`referral.views.choosing`)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.models import Case
from core.actions import Refusal
from core.codelists import label
from core.faces import demand, into_form, speaks, visible_or_404
from core.navigation import address
from referral import drafting, guards, sharing
from referral.deadlines import has_desk
from referral.forms import SendForm, ShareForm, consents_of
from referral.lifecycle import advance, available
from referral.models import Referral
from referral.trail import leave_trail
from referral.views.drawing import gate_items
from referral.views.routes import route_card
from referral.words import STEP_WORDS

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _whole(rows):
    """Fetch what matching, guards and previews read, in as few queries as can be."""
    return rows.select_related("case__person__area", "need").prefetch_related(
        "case__person__names", "case__person__statuses"
    )


def draft_or_404(request, pk) -> Referral:
    rows = _whole(Referral.objects.select_related("service", "sender", "receiver", "consent")).prefetch_related(
        "service__requireddocument_set", "service__servicearea_set"
    )
    return visible_or_404(rows, request.actor, pk=pk, sender_id=request.actor.organisation_id)


def _name(case: Case) -> str:
    current = [name for name in case.person.names.all() if name.retired_at is None]
    names = sorted(current, key=lambda name: (not name.is_primary, name.kind != "preferred"))
    return names[0].full_as_written if names else case.reference


def frame(request, *, case, referral=None, need=None) -> dict:
    """Return what the head of all three pages shows."""
    need = need or referral.need
    words = [label("need_category", need.category)]
    if referral:
        words += [label("urgency", referral.urgency), referral.receiver.label]
    return {
        "heading": _("Refer %(name)s") % {"name": _name(case)},
        "lead": " · ".join(words),
        "case_url": reverse("cases:detail", args=[case.pk]),
        "case_label": case.reference,
        "referral": referral,
        "steps": [
            {"label": _("Service"), "url": reverse("referral:new", args=[need.pk])},
            {"label": _("What is shared"), "url": reverse("referral:share", args=[referral.pk]) if referral else ""},
            {"label": _("Check and send"), "url": ""},
        ],
    }


@_GET_POST
@speaks
def share(request, pk):
    """Step 2: field by field, with what the partner sees beside it. Each change is kept in the draft."""
    demand(request.actor, "referral.draft")
    referral, now = draft_or_404(request, pk), timezone.now()
    if request.method == "GET" and not _is_draft(referral, request.actor):
        return redirect("referral:detail", pk=pk)
    form = ShareForm(
        request.POST or None,
        offered=sharing.offered(referral, at=now),
        initial={"note": referral.draft_note},
    )
    if request.method == "POST" and form.is_valid():
        least = "least" in request.POST
        choices = sharing.default_share(referral.service) if least else form.share()
        try:
            drafting.set_share(pk, actor=request.actor, at=now, share=choices, note=form.cleaned_data["note"])
        except Refusal as refusal:
            into_form(form, refusal)
        else:
            if "continue" in request.POST:
                return redirect("referral:send", pk=pk)
            if not request.htmx:
                return redirect("referral:share", pk=pk)
            referral = draft_or_404(request, pk)
    context = (
        frame(request, case=referral.case, referral=referral) | {"form": form} | _seen(referral, request.actor, now)
    )
    template = "referral/_preview.html" if request.htmx and not form.errors else "referral/share.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _is_draft(referral, actor) -> bool:
    return any(step.name in ("send", "submit") for step in available(referral, actor))


def _seen(referral, actor, now) -> dict:
    """Return what the partner will see, and how many lines of each kind."""
    lines = sharing.preview(referral, at=now)
    leave_trail(referral, actor=actor, at=now)
    count = {opens: sum(line["opens"] == opens for line in lines) for opens in ("now", "after", "never")}
    return {"preview": lines, "count": count}


@_GET_POST
@speaks
def send(request, pk):
    """Step 3: the checks, the consent, and sending, or asking for approval where a rule wants it."""
    demand(request.actor, "referral.send", "referral.draft")
    referral, now = draft_or_404(request, pk), timezone.now()
    if request.method == "GET" and not _is_draft(referral, request.actor):
        return redirect("referral:detail", pk=pk)
    documents = [document.document for document in referral.service.requireddocument_set.all()]
    form = SendForm(
        request.POST or None,
        consents=consents_of(referral, request.actor, now),
        documents=bool(documents),
        repeats=_asks_why(referral, request.actor, now),
        desk=has_desk(referral.receiver_id),
        initial={
            "consent": _likely_consent(referral, request.actor, now),
            "documents_settled": referral.documents_settled,
            "repeat_reason": referral.repeat_reason,
            "by_link": referral.by_link,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            referral = _keep(request, referral, form, now)
            if "save" in request.POST:
                return redirect("referral:send", pk=pk)
            return _sent(request, referral, now)
        except Refusal as refusal:
            into_form(form, refusal)
            referral = draft_or_404(request, pk)
    return _send_page(request, referral, form, documents, now)


def _keep(request, referral, form, now) -> Referral:
    """Keep the consent and the tick for the documents in the draft."""
    return drafting.set_share(
        referral.pk,
        actor=request.actor,
        at=now,
        consent=form.cleaned_data["consent"],
        documents_settled=form.cleaned_data.get("documents_settled"),
        repeat_reason=form.cleaned_data.get("repeat_reason"),
        by_link=form.cleaned_data.get("by_link"),
    )


def _asks_why(referral, actor, now) -> bool:
    """Return whether this looks like a second referral for the same, so that a reason is asked for (G8)."""
    gate = guards.not_twice(referral, actor, now)
    return gate.refusal == "repeat_reason_missing" or gate.state == guards.WARN


def _sent(request, referral, now):
    name = "submit" if guards.approval_reasons(referral, at=now) else "send"
    advance(referral.pk, name, actor=request.actor, at=now)
    messages.success(request, STEP_WORDS[name].done)
    by_link = referral.by_link and name == "send"
    return redirect("referral:link" if by_link else "referral:detail", pk=referral.pk)


def _likely_consent(referral, actor, now):
    """Return the consent that stands in the draft, else the newest one that names this partner."""
    if referral.consent_id:
        return referral.consent_id
    found = consents_of(referral, actor, now)
    return next((row.pk for row in found if row.covers_receiver(referral.receiver_id)), None)


def _send_page(request, referral, form, documents, now):
    if referral.consent_id is None and form["consent"].value():
        # Shown as it will be when sent: the page proposes this consent.
        referral.consent = form.fields["consent"].queryset.filter(pk=form["consent"].value()).first()
    gates = guards.gates(referral, actor=request.actor, at=now)
    other = (reverse("referral:new", args=[referral.need_id]), _("Choose another service"))
    shared = (reverse("referral:share", args=[referral.pk]), _("Change what is shared"))
    consent = address("cases:consent", referral.case.person_id)
    links = {"G2": other, "G3": other, "G4": other, "G5": ("#id_documents_settled", _("Settle the documents"))}
    case = (reverse("cases:detail", args=[referral.case_id]), _("Open the case"))
    repeats = "repeat_reason" in form.fields
    links |= {
        "G6": shared,
        "G7": ("#id_by_link", _("Send an answer link")) if "by_link" in form.fields else other,
        "G8": ("#id_repeat_reason", _("Say why")) if repeats else case,
    }
    links |= {"G1": (consent, _("Record a consent"))} if consent else {}
    context = frame(request, case=referral.case, referral=referral) | {
        "form": form,
        "gates": gate_items(gates, links=links),
        "blocked": sum(gate.state == "blocked" for gate in gates),
        "approval": [sentence for _code, sentence in guards.approval_reasons(referral, at=now)],
        "documents": documents,
        "route": route_card(referral, request.actor, at=now),
        **_seen(referral, request.actor, now),
    }
    return render(request, "referral/send.html", context, status=422 if form.errors else 200)
