"""Time limits that run: who answers for each, by name, on a referral and on the board of ageing (DOMAIN 4.3)."""

from collections import Counter

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.faces import demand
from core.lists import Filter, Sort, Table, listed, named
from referral.models import Deadline, Escalation, Referral
from referral.views.drawing import title_of

CLOCKS = {
    "acknowledge": gettext_lazy("Open it"),
    "decide": gettext_lazy("Answer"),
    "contact": gettext_lazy("First contact"),
    "report": gettext_lazy("Report the result"),
    "call": gettext_lazy("Call the partner"),
    "recheck": gettext_lazy("Look at the waiting list again"),
}
OWNERS = {
    "assignee": gettext_lazy("who works on it at the partner"),
    "receiver_supervisor": gettext_lazy("the partner's supervisor"),
    "sender": gettext_lazy("the sender"),
    "coordinator": gettext_lazy("the network's desk"),
}
STAGES = {
    0: gettext_lazy("In time"),
    50: gettext_lazy("Half of the time is over"),
    100: gettext_lazy("Overdue"),
    150: gettext_lazy("Long overdue"),
    200: gettext_lazy("Twice the time"),
}


def clocks_of(referral, raised: list[Escalation], actor) -> list[dict]:
    """Return the clocks of a referral that run, with who answers for each. One query; `raised` are its escalations."""
    rows = Deadline.objects.visible_to(actor).filter(referral=referral, met_at=None, closed_at=None)
    owners = newest(raised)
    return [_line(row, owners.get(row.pk), referral) for row in rows.order_by("due_at", "pk")]


def newest(raised: list[Escalation]) -> dict:
    """Return the last escalation of each clock: it says who answers now."""
    return {row.deadline_id: row for row in sorted(raised, key=lambda row: row.stage)}


def owner_words(escalation: Escalation) -> str:
    """Return who answers: the name, and in which part."""
    part = str(OWNERS[escalation.owner])
    return f"{escalation.owner_name} ({part})" if escalation.owner_name else part


def _line(row: Deadline, escalation: Escalation | None, referral) -> dict:
    # Before the first mark it is with whom it was given to.
    owner = owner_words(escalation) if escalation else referral.worker_name or str(OWNERS["assignee"])
    return {
        "clock": CLOCKS[row.clock],
        "due_at": row.due_at,
        "started_at": row.started_at,
        "paused": row.paused_at,
        "stage": STAGES[row.stage],
        "tone": "" if row.stage < 100 else "amber" if row.stage == 100 else "red",
        "owner": owner,
        "since": escalation and escalation.at,
    }


AGEING = listed(
    Table(
        name="referral:ageing",
        filters=(
            Filter(
                name="stage",
                label=gettext_lazy("How late"),
                choices=lambda actor: [(str(stage), label) for stage, label in STAGES.items()],
                where=lambda value, actor, at: Q(stage=int(value)),
            ),
            Filter(
                name="clock",
                label=gettext_lazy("Time limit"),
                choices=lambda actor: list(CLOCKS.items()),
                where=lambda value, actor, at: Q(clock=value),
            ),
            Filter(
                name="side",
                label=gettext_lazy("Who owes it"),
                choices=lambda actor: [("in", _("We")), ("out", _("A partner"))],
                where=lambda value, actor, at: (
                    Q(receiver_id=actor.organisation_id) if value == "in" else ~Q(receiver_id=actor.organisation_id)
                ),
            ),
        ),
        sorts=(
            Sort(name="due", label=gettext_lazy("Due"), by=("due_at", "id")),
            Sort(name="stage", label=gettext_lazy("How late"), by=("-stage", "due_at", "id")),
        ),
        views=(
            (gettext_lazy("All"), ""),
            (gettext_lazy("Overdue"), "stage=100"),
            (gettext_lazy("Long overdue"), "stage=150"),
        ),
        search=named(
            "referral__reference",
            "referral__service__name",
            "sender__name",
            "receiver__name",
            label=gettext_lazy("Number, service or organisation"),
        ),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def ageing(request):
    """Show every clock that runs, by how late it is, with who answers for it. The same rows as the sweep works on."""
    demand(request.actor, "board.read", "network.read")
    actor, now = request.actor, timezone.now()
    open_to = Referral.objects.visible_to(actor).values("pk")
    rows = Deadline.objects.visible_to(actor).filter(met_at=None, closed_at=None, referral_id__in=open_to)
    shown = AGEING.open(request, rows.select_related("referral__service", "sender", "receiver"), at=now)
    found = shown["page"].rows
    raised = Escalation.objects.visible_to(actor).filter(deadline_id__in=[row.pk for row in found])
    owners = newest(list(raised))
    lines = [
        _line(row, owners.get(row.pk), row.referral)
        | {
            "title": title_of(row.referral),
            "url": reverse("referral:detail", args=[row.referral_id]),
            "meta": f"{row.sender.label} → {row.receiver.label} · {row.referral.reference}",
            "urgency": row.referral.urgency,
        }
        for row in found
    ]
    context = shown | {"rows": lines, "matrix": _matrix(rows), "stages": STAGES.values()}
    return render(request, "referral/ageing.html", context, status=shown["status"])


def _matrix(rows) -> list[dict]:
    """Return how many clocks of each kind stand at which stage. One query."""
    groups = rows.values_list("clock", "stage").annotate(count=Count("pk")).order_by("clock", "stage")
    counted = Counter({(clock, stage): count for clock, stage, count in groups})
    return [
        {"label": label, "cells": [{"label": words, "count": counted[clock, stage]} for stage, words in STAGES.items()]}
        for clock, label in CLOCKS.items()
        if any(counted[clock, stage] for stage in STAGES)
    ]
