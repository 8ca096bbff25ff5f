"""Services that fit a need, each with its reasons; those that do not, with why (issue of the house: say why)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from cases.circumstances import facts_of
from cases.models import Need
from partners.conditions import area_names, conditions_of
from partners.eligibility import Facts, Fit, evaluate
from partners.models import Area, Service
from partners.models.services import CAPACITY_DAYS
from referral.matching import Part, rank, total
from referral.ranking import PAUSED, Asked, Wanted, ask
from referral.reasons import reasons
from referral.weights import weights_for

SHOWN, MOST = 10, 50  # on a page at first, and at most


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """Filters of the page. `place` is an area; a service must work there, know the language, be open."""

    place: Area | None = None
    language: str = ""
    open_now: bool = False

    @property
    def any(self) -> bool:
        return bool(self.place or self.language or self.open_now)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A service for a need: what it states and finds, how the score came about, and its places.

    `rank` is 0 for one that does not fit; `excluded` then are the codes why (`referral.ranking.EXCLUDING`).
    `free` and `maximum` are None where places are not counted or not known; `capacity` is a capacity_status or
    "unknown" or "paused". `hours` to the first answer count only when `observed`; `km` is None where not known.
    """

    service: Service
    rank: int
    fit: Fit
    parts: tuple[Part, ...]
    excluded: tuple[str, ...]
    free: int | None
    maximum: int | None
    capacity: str
    km: float | None
    hours: float
    observed: bool
    open: bool | None
    reasons: list[dict] = field(default_factory=list)  # referral.reasons

    @property
    def score(self) -> float:
        return total(self.parts)


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """What was found: the best that fit, the first that do not, and how many there are of each."""

    fitting: list[Candidate] = field(default_factory=list)
    unfit: list[Candidate] = field(default_factory=list)
    fit_count: int = 0
    unfit_count: int = 0
    excluded_by: Mapping[str, int] = field(default_factory=dict)  # code of EXCLUDING -> how many services


def candidates(need: Need, *, actor, at: datetime) -> tuple[list[Candidate], list[Candidate]]:
    """Return (fitting, not fitting) services of a need, the best first: at most 50 of the one, 25 of the other."""
    found = find(need, actor=actor, at=at, most=MOST)
    return found.fitting, found.unfit


def find(
    need: Need, *, actor, at: datetime, narrowed: Narrowed | None = None, most: int = SHOWN, only: UUID | None = None
) -> Candidates:
    """Return the services of a need, the best first, and those that do not fit.

    Offered are services that are active, accept referrals and were verified within 180 days (INV-10). Hard rules and
    full services exclude, the rest is in order of the score; `only` asks about one service. The order depends on data
    alone. A constant number of queries, whatever the number of services. Needs `need.case.person`.
    """
    person, narrowed = need.case.person, narrowed or Narrowed()
    wanted = Wanted(
        category=need.category,
        urgency=need.priority,
        facts=facts_of(need.case, actor=actor, on=timezone.localdate(at)),
        area=person.area,
        only=(only,) if only else None,
        place=narrowed.place,
        language=narrowed.language,
        open_now=narrowed.open_now,
    )
    return candidates_for(wanted, weights_for(actor), actor=actor, at=at, most=most)


def candidates_for(wanted: Wanted, weights: Mapping[str, Decimal], *, actor, at: datetime, most: int) -> Candidates:
    """Return the services of whoever is described; weights may be those of a preview. Five queries."""
    found = ask(wanted, weights, actor=actor, at=at, most=most)
    areas = area_names()
    keys = [row.key for row in (*found.fitting, *found.unfit)]
    rows = Service.objects.select_related("organisation", "capacity").prefetch_related("servicearea_set")
    services = rows.in_bulk(keys)
    ranked = rank([(row.key, row.name, row.values) for row in found.fitting], weights)
    asked = {row.key: row for row in found.fitting}
    return Candidates(
        fitting=[
            _candidate(services[row.key], asked[row.key], wanted.facts, areas, at=at, place=row.rank, parts=row.parts)
            for row in ranked
        ],
        unfit=[_candidate(services[row.key], row, wanted.facts, areas, at=at) for row in found.unfit],
        fit_count=found.fit_count,
        unfit_count=found.unfit_count,
        excluded_by=found.excluded_by,
    )


def _candidate(service: Service, asked: Asked, facts: Facts, areas, *, at: datetime, place=0, parts=()) -> Candidate:
    capacity = getattr(service, "capacity", None)
    known = capacity is not None and capacity.updated_at >= at - timedelta(days=CAPACITY_DAYS)
    status, fit = capacity.status if known else "unknown", evaluate(facts, conditions_of(service))
    if PAUSED in asked.excluded:
        status, known = PAUSED, False
    return Candidate(
        service=service,
        rank=place,
        fit=fit,
        parts=parts,
        excluded=asked.excluded,
        free=capacity.free if known else None,
        maximum=capacity.maximum if known else None,
        capacity=status,
        km=asked.km,
        hours=asked.hours,
        observed=asked.observed,
        open=asked.open,
        reasons=reasons(fit, asked, capacity, status, areas=areas),
    )
