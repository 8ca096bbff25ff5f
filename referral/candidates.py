"""Services that fit a need, each with its reasons; those that do not, with why (issue of the house: say why)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.ages import age_of
from cases.models import Need, Person
from cases.models.persons import present_status
from partners.models import Service
from partners.models.services import CAPACITY_DAYS, VERIFICATION_DAYS
from referral.matching import Finding, Fit, Offers, Wants, fit


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A service for a need: how much of it fits, why, and how many places are free (None: not counted or not known)."""

    service: Service
    rank: int
    fit: Fit
    reasons: list[dict]
    free: int | None
    maximum: int | None
    capacity: str  # capacity_status, or "unknown"


def wants_of(person: Person, on: date) -> Wants:
    """Return what is known of a person, for matching."""
    areas = {person.area_id, person.area.parent_id} - {None} if person.area_id else set()
    return Wants(
        age=age_of(person, on=on),
        sex=person.sex,
        migration_status=present_status(person.statuses.all()),
        citizenships=frozenset(person.citizenships),
        languages=frozenset(entry["code"] for entry in person.languages),
        areas=frozenset(areas),
    )


def fit_of(service: Service, wants: Wants) -> Fit:
    """Return how a service fits."""
    areas = set() if service.covers_country else {row.area_id for row in service.servicearea_set.all() if row.area_id}
    return fit(
        wants,
        Offers(
            minimum_age=service.minimum_age,
            maximum_age=service.maximum_age,
            sexes=frozenset(service.sexes),
            migration_statuses=frozenset(service.migration_statuses),
            citizenships=frozenset(service.citizenships),
            languages=frozenset(service.languages),
            interpreter=service.interpreter,
            areas=frozenset(areas),
            soft=frozenset(service.soft_rules),
        ),
    )


def reason(finding: Finding) -> dict:
    """Return a finding in words: {"tone": ok | warn | stop, "text": ...}."""
    words = {
        "age": (_("Age fits"), _("Age not known"), _("Not for this age")),
        "sex": (_("Takes this person's sex"), _("Sex not known"), _("Not for this sex")),
        "migration_status": (_("Status fits"), _("Status not asked"), _("Not for this status")),
        "citizenship": (_("Citizenship fits"), _("Citizenship not known"), _("Not for this citizenship")),
        "language": (_("Speaks the language"), _("Language not known"), _("Does not speak the language")),
        "area": (_("Serves the area"), _("Place not known"), _("Does not serve the area")),
    }[finding.rule]
    if finding.fits:
        return {"tone": "ok", "text": words[0]}
    if finding.fits is None:
        return {"tone": "warn", "text": words[1]}
    return {"tone": "stop" if finding.hard else "warn", "text": words[2]}


def candidates(need: Need, *, actor, at: datetime) -> tuple[list[Candidate], list[Candidate]]:
    """Return (fitting, not fitting) services of the need's category, the best first.

    Offered are services that are active, accept referrals and were verified within 180 days (INV-10). Ranked by
    fit, then free places, then name; the order depends on data alone. Five queries whatever the number.
    """
    wants = wants_of(need.case.person, timezone.localdate(at))
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
        found = fit_of(service, wants)
        status, free, maximum = _places(service, at)
        full = status == "no_capacity" or (free == 0 and not service.waiting_list)
        (unfit if found.excluded or full else fitting).append((service, found, status, free, maximum))
    return _ranked(fitting), _ranked(unfit)


def _places(service: Service, at: datetime) -> tuple[str, int | None, int | None]:
    capacity = getattr(service, "capacity", None)
    if capacity is None or capacity.updated_at < at - timedelta(days=CAPACITY_DAYS):
        return "unknown", None, None
    return capacity.status, capacity.free, capacity.maximum


def _ranked(rows) -> list[Candidate]:
    order = {"capacity": 0, "assessment_required": 1, "waitlist": 2, "unknown": 3, "no_capacity": 4}
    rows = sorted(rows, key=lambda row: (-row[1].score, order[row[2]], -(row[3] or 0), row[0].name, str(row[0].pk)))
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
    }
    if free == 0:
        return [{"tone": "stop", "text": _("No free places")}]
    return [words[status]]
