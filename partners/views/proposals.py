"""Unknown partners: proposed by caseworkers or by themselves, decided by the network's desk."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.actors import Actor, acting
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404
from core.limits import within
from core.middleware import public
from partners import actions
from partners.models import Proposal
from partners.models.proposals import PROPOSED
from partners.partner_forms import DecisionForm, ProposalForm
from partners.views.lists import PROPOSALS

MOST, HOUR = 5, 3600  # proposals of one address in an hour
MOST_OF_ALL, DAY = 200, 86400  # of everybody together in a day
TONES = {"proposed": "amber", "approved": "green", "refused": "red"}
_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _state(row: Proposal) -> dict:
    words = {"proposed": _("Waits for a decision"), "approved": _("In the network"), "refused": _("Not let in")}
    return {"tone": TONES[row.status], "words": words[row.status]}


@_GET_POST
def proposals(request):
    """Those that wait first, the longest waiting on top."""
    actor = request.actor
    demand(actor, "organisation.approve", "organisation.propose")
    found = PROPOSALS.open(request, Proposal.objects.visible_to(actor).select_related("area"), at=timezone.now())
    items = [
        {
            "name": row.name,
            "kind": label("organization_type", row.type),
            "area": row.area.label if row.area else "",
            "state": _state(row),
            "at": row.proposed_at,
            "url": reverse("partners:proposal", args=[row.pk]) if actor.may("organisation.approve") else "",
            "reason": row.reason,
        }
        for row in found["page"].rows
    ]
    context = found | {"items": items, "proposes": actor.may("organisation.propose")}
    return render(request, "partners/proposals.html", context, status=found["status"])


@_GET_POST
def propose(request):
    """A caseworker proposes an organisation that is not in the directory."""
    demand(request.actor, "organisation.propose")
    form = ProposalForm(request.POST if request.method == "POST" else None)
    found = attempt(
        request,
        form,
        lambda: actions.propose_organisation(actor=request.actor, at=timezone.now(), **form.cleaned_data),
    )
    if found.done:
        messages.success(request, _("Proposed. The coordination desk checks it and tells you."))
        return redirect("partners:proposals")
    return render(request, "partners/propose.html", {"form": form}, status=found.status)


@public
@_GET_POST
def join(request):
    """An organisation proposes itself; it learns nothing here but that the form arrived."""
    form = ProposalForm(request.POST if request.method == "POST" else None)
    status, done = 200, False
    if request.method == "POST":
        if not within(request, "join", ("address", MOST, HOUR), ("all", MOST_OF_ALL, DAY)):
            status = 429
        else:
            nobody = Actor()
            with acting(nobody):
                found = attempt(
                    request,
                    form,
                    lambda: actions.propose_organisation(actor=nobody, at=timezone.now(), **form.cleaned_data),
                )
            status, done = (200, True) if found.done else (found.status, False)
    facts = {"form": form, "done": done, "too_many": status == 429}
    return render(request, "partners/join.html", facts, status=status)


@_GET_POST
@speaks
def proposal(request, pk):
    """Everything that was said of an organisation, and the decision about it."""
    demand(request.actor, "organisation.approve")
    row = visible_or_404(Proposal.objects.select_related("area", "organisation"), request.actor, pk=pk)
    form = DecisionForm(request.POST if request.method == "POST" else None)

    def decide():
        given, at = form.cleaned_data, timezone.now()
        if request.POST.get("decision") == "refuse":
            return actions.refuse_organisation(pk, actor=request.actor, at=at, reason=given["reason"])
        return actions.approve_organisation(pk, actor=request.actor, at=at, **given)

    found = attempt(request, form, decide)
    if found.done:
        messages.success(request, _("Decided. The proposer is told."))
        return redirect("partners:proposals")
    return render(request, "partners/proposal.html", _drawn(row) | {"form": form}, status=found.status)


def _drawn(row: Proposal) -> dict:
    needs = ", ".join(label("need_category", code) for code in row.categories)
    pairs = [
        (_("Kind"), label("organization_type", row.type)), (_("Region"), row.area.label if row.area else ""),
        (_("What it helps with"), needs), (_("What it does, in a few sentences"), row.about),
        (_("Web page"), row.website), (_("E-mail"), row.email), (_("Phone"), row.phone),
        (_("Whom to ask: name and e-mail"), row.contact), (_("Decided by"), row.decided_by), (_("Why"), row.reason),
    ]  # fmt: skip
    facts = [{"label": name, "value": value} for name, value in pairs if value]
    return {"proposal": row, "facts": facts, "state": _state(row), "waits": row.status == PROPOSED}
