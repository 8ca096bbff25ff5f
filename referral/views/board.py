"""The board: what is late, urgent or waits, for a team's supervisor, and (codes and times) for the network's desk."""

from collections import Counter

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case
from core.codelists import label
from core.faces import demand
from referral.models import Referral
from referral.states import OPEN, UNSENT, S, codes
from referral.views.drawing import people_of, running_clock, title_of
from referral.words import EXPECTS

SHOWN = 25
SHOW = ("late", "emergency", "approval", "unopened")


@require_safe
def board(request):
    """Show figures that each open their list, the late ones by stage, approvals, and the load of workers."""
    demand(request.actor, "board.read", "network.read")
    actor, now = request.actor, timezone.now()
    rows = Referral.objects.visible_to(actor).filter(state__in=codes(OPEN))
    kinds = {
        "late": Q(due_at__lt=now, paused_at=None),
        "emergency": Q(urgency="emergency"),
        "approval": Q(state=S.PENDING_APPROVAL),
        "unopened": Q(state=S.SENT),
    }
    groups = _groups(rows, kinds)
    figures = {name: sum(group[name] for group in groups) for name in kinds}
    show = request.GET.get("show") if request.GET.get("show") in SHOW else "late"
    listed = rows.filter(kinds[show]).select_related("service", "sender", "receiver")
    listed = list(listed.order_by("due_at", "pk")[:SHOWN])
    people = people_of(listed, actor) if actor.may("case.read") else {}
    context = {
        "kpis": _kpis(figures, actor, show, now),
        "list_title": dict(zip(SHOW, _titles(), strict=True))[show],
        "rows": [_row(row, people.get(row.case_id, "")) for row in listed],
        "total": figures[show],
        "more": max(0, figures[show] - SHOWN),
        "stages": _stages(groups),
        "partners": _partners(groups),
        "workers": _by_worker(rows, actor),
        "approves": actor.may("referral.approve"),
    }
    return render(request, "referral/board.html", context)


def _titles() -> tuple[str, ...]:
    return (_("Late now"), _("Emergencies"), _("Waits for approval"), _("Not opened by the partner"))


def _kpis(figures: dict, actor, show: str, now) -> list[dict]:
    url = reverse("referral:board")
    tiles = [
        {
            "label": title,
            "value": figures[name],
            "unit": "",
            "note": "",
            "url": f"{url}?show={name}",
            "current": name == show,
        }
        for name, title in zip(SHOW, _titles(), strict=True)
    ]
    if actor.may("board.read"):
        tiles.append(_cases_tile(actor, now))
    return tiles


def _cases_tile(actor, now) -> dict:
    """Return how many open cases nobody has, or were not reviewed in time (DOMAIN 9)."""
    found = (
        Case.objects.visible_to(actor)
        .filter(closed_at=None)
        .aggregate(
            nobody=Count("pk", filter=Q(caseworker_id=None)),
            unreviewed=Count("pk", filter=Q(review_due_on__lt=timezone.localtime(now).date())),
        )
    )
    note = _("and %(count)s without a review in time") % {"count": found["unreviewed"]}
    return {
        "label": _("Cases without a caseworker"),
        "value": found["nobody"],
        "unit": "",
        "note": note,
        "url": reverse("cases:list"),
        "current": False,
    }


def _row(row, person: str) -> dict:
    """Return a line: codes, organisations, times; a name only where the actor may see the case."""
    return {
        "title": title_of(row),
        "url": reverse("referral:detail", args=[row.pk]),
        "step_url": reverse("referral:step", args=[row.pk, "approve"]) if row.state == S.PENDING_APPROVAL else "",
        "meta": " · ".join(filter(None, [person, f"{row.sender.label} → {row.receiver.label}", row.reference])),
        "urgency": row.urgency,
        "state": row.state,
        "worker": row.worker_name,
        **running_clock(row),
    }


def _groups(rows, kinds: dict[str, Q]) -> list[dict]:
    """Return for each state and organisation waited for how many there are of each kind. One query."""
    numbers = {name: Count("pk", filter=condition) for name, condition in kinds.items()}
    by = ("state", "receiver__short_name", "receiver__name")
    return list(rows.values(*by).annotate(**numbers).order_by(*by))


def _stages(groups) -> list[dict]:
    """Return how many are late at which stage, most first."""
    sums = Counter()
    for group in groups:
        sums[group["state"]] += group["late"]
    return [
        {
            "label": str(EXPECTS[state][0]) if state in EXPECTS else label("referral_status", state),
            "value": count,
            "tone": "red",
            "url": "",
        }
        for state, count in sums.most_common()
        if count
    ]


def _partners(groups) -> list[dict]:
    """Return which organisations the late ones wait for, most first."""
    sums = Counter()
    for group in groups:
        partner = group["receiver__short_name"] or group["receiver__name"]
        sums[partner] += 0 if group["state"] in UNSENT else group["late"]
    return [
        {"label": name, "value": count, "tone": "amber", "url": ""} for name, count in sums.most_common(10) if count
    ]


def _by_worker(rows, actor) -> list[dict]:
    """Return the open referrals that each worker of this organisation has accepted."""
    counted = (
        rows.filter(receiver_id=actor.organisation_id)
        .exclude(worker_name="")
        .values_list("worker_name")
        .annotate(count=Count("pk"))
        .order_by("-count", "worker_name")[:25]
    )
    return [{"label": name, "value": count, "tone": "", "url": ""} for name, count in counted]
