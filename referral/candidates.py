"""Services that fit a need, each with its reasons; those that do not, with why (issue of the house: say why)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.circumstances import facts_of
from cases.models import Need
from partners.conditions import conditions_of, finding_words
from partners.eligibility import Finding, Fit, evaluate
from partners.models import Service
from partners.models.services import CAPACITY_DAYS, VERIFICATION_DAYS

PAUSED = "paused"  # stands in place of a capacity: its organisation takes nobody for a while


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A service for a need: how much of it fits, why, and how many places are free (None: not counted or not known)."""

    service: Service
    rank: int
    fit: Fit
    reasons: list[dict]
    free: int | None
    maximum: int | None
    capacity: str  # capacity_status, "unknown" or "paused"


def reason(finding: Finding, *, areas=None) -> dict:
    """Return a finding in words: {"tone": ok | warn | stop, "text": ...}."""
    tone = "ok" if finding.fits else "stop" if finding.excludes else "warn"
    return {"tone": tone, "text": finding_words(finding, areas=areas or {})}


def candidates(need: Need, *, actor, at: datetime) -> tuple[list[Candidate], list[Candidate]]:
    """Return (fitting, not fitting) services of the need's category, the best first.

    Offered are services that are active, accept referrals and were verified within 180 days (INV-10). Ranked by
    fit, then free places, then name; the order depends on data alone. A constant number of queries.
    """
    facts = facts_of(need.case, actor=actor, on=timezone.localdate(at))
    services = (
        Service.objects.filter(
            category=need.category,
            status="active",
            accepts_referrals=True,
            verified_on__gte=timezone.localdate(at) - timedelta(days=VERIFICATION_DAYS),
            organisation__status="active",
            organisation__member_of_network=True,
        )
        .select_related("organisation", "capacity")
        .prefetch_related("servicearea_set", "requireddocument_set")
    )
    fitting, unfit = [], []
    for service in services:
        found = evaluate(facts, conditions_of(service))
        status, free, maximum = _places(service, at)
        full = status == "no_capacity" or (free == 0 and not service.waiting_list)
        if service.paused(timezone.localdate(at)):
            status, free, maximum, full = PAUSED, None, None, True
        (unfit if found.excluded or full else fitting).append((service, found, status, free, maximum))
    return _ranked(fitting), _ranked(unfit)


def _places(service: Service, at: datetime) -> tuple[str, int | None, int | None]:
    capacity = getattr(service, "capacity", None)
    if capacity is None or capacity.updated_at < at - timedelta(days=CAPACITY_DAYS):
        return "unknown", None, None
    return capacity.status, capacity.free, capacity.maximum


def _ranked(rows) -> list[Candidate]:
    order = {"capacity": 0, "assessment_required": 1, "waitlist": 2, "unknown": 3, "no_capacity": 4, PAUSED: 5}
    rows = sorted(rows, key=lambda row: (-row[1].share, order[row[2]], -(row[3] or 0), row[0].name, str(row[0].pk)))
    return [
        Candidate(
            service=service,
            rank=rank,
            fit=found,
            reasons=[reason(finding) for finding in found.findings] + _place_reason(status, free),
            free=free,
            maximum=maximum,
            capacity=status,
        )
        for rank, (service, found, status, free, maximum) in enumerate(rows, start=1)
    ]


def _place_reason(status: str, free: int | None) -> list[dict]:
    words = {
        "capacity": {"tone": "ok", "text": _("Has places")},
        "waitlist": {"tone": "warn", "text": _("Has a waiting list")},
        "no_capacity": {"tone": "stop", "text": _("No free places")},
        "assessment_required": {"tone": "warn", "text": _("Assesses first")},
        "unknown": {"tone": "warn", "text": _("Places not confirmed for 7 days")},
        PAUSED: {"tone": "stop", "text": _("Paused")},
    }
    if free == 0:
        return [{"tone": "stop", "text": _("No free places")}]
    return [words[status]]
