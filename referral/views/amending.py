"""Correcting what was sent, and reading what was corrected: old and new beside each other."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.faces import attempt, demand, speaks, visible_or_404
from referral import amending, sharing, versions
from referral.forms import consents_of
from referral.forms_onward import AmendForm, SeenForm
from referral.models import Referral
from referral.nextsteps import may_acknowledge
from referral.states import codes
from referral.trail import leave_trail
from referral.views.drawing import title_of
from referral.views.sending import draft_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_POST
@speaks
def amend(request, pk):
    """Show what would change, and send it as a new version that stands beside the one that was sent."""
    demand(request.actor, "referral.send")
    referral, now = draft_or_404(request, pk), timezone.now()
    if referral.state not in amending.AMENDABLE and request.method != "POST":
        return redirect("referral:detail", pk=pk)
    sent = sharing.version_of(referral, request.actor, referral.packet_version)
    note = sent.get(sharing.NOW, {}).get("note", "")
    form = AmendForm(
        request.POST or None,
        offered=sharing.offered(referral, at=now),
        consents=consents_of(referral, request.actor, now),
        initial={"note": note, "consent": referral.consent_id, "version": referral.version},
    )
    if "amend" in request.POST:
        tried = attempt(request, form, lambda: _send(request, form, pk, now))
        if tried.done:
            messages.success(request, _("Corrected. The partner is told and sees what changed."))
            return redirect("referral:changes", pk=pk)
        referral = draft_or_404(request, pk)
    leave_trail(referral, actor=request.actor, at=now)
    context = {
        "form": form,
        "referral": referral,
        "title": title_of(referral),
        "lines": _differences(referral, form, sent, actor=request.actor, at=now),
    }
    return render(request, "referral/amend.html", context, status=422 if form.errors else 200)


def _send(request, form, pk, now):
    facts = form.cleaned_data
    return amending.amend(
        pk,
        actor=request.actor,
        at=now,
        reason=facts["reason"],
        share=form.share(),
        note=facts["note"],
        consent=facts["consent"],
        version=facts["version"],
    )


def _differences(referral, form, sent, *, actor, at) -> list[dict]:
    """Return the lines that a correction would change now, with the value sent and the new one."""
    chosen = form.share() if form.is_bound and hasattr(form, "cleaned_data") and not form.errors else {}
    note = form["note"].value() or None
    if form.errors:
        note = None
    parts = {
        part.stage: part.fields for part in versions.compose(referral, actor=actor, at=at, share=chosen, note=note)
    }
    return versions.lines(versions.differing(sent, parts), sent, parts)


@GET_POST
@speaks
def changes(request, pk):
    """Show each correction with old and new values; the receiver says that it was read."""
    rows = Referral.objects.select_related("service", "sender", "receiver")
    sides = {"sender_id", "receiver_id"}
    referral, now, actor = visible_or_404(rows, request.actor, pk=pk), timezone.now(), request.actor
    if actor.organisation_id not in {getattr(referral, side) for side in sides}:
        demand(actor, "")
    form = SeenForm(request.POST or None, initial={"version": referral.packet_version})
    tried = attempt(
        request,
        form,
        lambda: amending.acknowledge(pk, actor=actor, at=now, version=form.cleaned_data["version"]),
    )
    if tried.done:
        messages.success(request, _("Noted. You can answer now."))
        return redirect("referral:detail", pk=pk)
    leave_trail(referral, actor=actor, at=now)
    context = {
        "form": form,
        "referral": referral,
        "title": title_of(referral),
        "changes": amending.changes(referral, actor),
        "acknowledges": referral.amendment_waits and may_acknowledge(referral, actor),
        "amends": referral.sender_id == actor.organisation_id
        and actor.may("referral.send")
        and referral.state in codes(amending.AMENDABLE),
    }
    return render(request, "referral/changes.html", context, status=tried.status)
