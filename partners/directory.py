"""The service directory: what is listed for whom, and whether it can be referred to (INV-10, DOMAIN 8)."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from core.workdays import DAYS, WEEK, calendar, opening
from partners.hours import BYDAY, LAST_MINUTE
from partners.models import Area, Capacity, Organisation, Schedule, Service, ServiceArea, ServiceAtLocation
from partners.models.services import ASKING_DAYS, CAPACITY_DAYS, VERIFICATION_DAYS


def listed(actor, *, at: datetime) -> QuerySet:
    """Return the services that the directory shows this actor.

    Active ones: of the network while they were confirmed within 180 days, imported ones to be looked up, and all
    of one's own organisation. A restricted service is shown to its own organisation only.
    """
    own = Q(organisation_id=actor.organisation_id)
    fresh = Q(verified_on__gte=timezone.localdate(at) - timedelta(days=VERIFICATION_DAYS))
    others = Q(status="active", organisation__status="active") & ~Q(visibility="restricted")
    return Service.objects.filter(own | (others & (fresh | Q(organisation__member_of_network=False))))


def referable(at: datetime) -> Q:
    """Return the condition of a service that referrals can go to now, places aside (INV-10)."""
    return ~paused(timezone.localdate(at)) & taking(at)


def taking(at: datetime) -> Q:
    """Return the condition of a service that takes referrals, were it not for places or a pause."""
    return Q(
        status="active",
        accepts_referrals=True,
        organisation__member_of_network=True,
        organisation__status="active",
        verified_on__gte=timezone.localdate(at) - timedelta(days=VERIFICATION_DAYS),
    )


def paused(on: date) -> Q:
    """Return the condition of a service that its organisation paused on that day (as `Service.paused`)."""
    begun = Q(suspended_from__isnull=False, suspended_from__lte=on)
    return begun & (Q(suspended_until=None) | Q(suspended_until__gte=on))


def covering(area: Area) -> Q:
    """Return the condition of a service that works in an area, also remotely: the area, its oblast, or a district."""
    here = Q(area_id=area.pk) | Q(area__parent_id=area.pk)
    if area.parent_id:
        here |= Q(area_id=area.parent_id)
    areas = ServiceArea.objects.filter(here).values("service_id")
    return Q(covers_country=True) | Q(pk__in=areas)


def accessible(feature: str) -> Q:
    """Return the condition of a service with a place that has a feature, a code of `place_accessibility`."""
    places_with = ServiceAtLocation.objects.filter(
        location__confidential=False, location__accessibility__contains=[feature]
    )
    return Q(pk__in=places_with.values("service_id"))


def open_at(at: datetime) -> Q:
    """Return the condition of a service that is open at that moment, as `partners.hours.now` says of one.

    Hours are read on the clock of the network. One query: the countries whose holidays count.
    """
    local = timezone.localtime(at)
    today, clock = local.date(), f"{local:%H:%M}"
    plain = DAYS[today.weekday()]
    condition = Q(open_on_holidays=True) & _hours_say(plain, clock)
    for country in Organisation.objects.order_by().values_list("country", flat=True).distinct():
        if day := _day_that_counts(today, country):
            condition |= Q(open_on_holidays=False, organisation__country=country) & _hours_say(day, clock)
    closed = Q(organisation__closures__contains=[today.isoformat()]) | Q(closed_dates__contains=[today])
    return condition & ~closed & ~paused(today)


def _day_that_counts(today: date, country: str) -> str:
    """Return whose hours count today: none on a holiday, those of a Friday on a working Saturday."""
    marked = {day: (f"{number:02}:00", f"{number:02}:30") for number, day in enumerate(DAYS, start=1)}
    span = opening(today, calendar(hours=marked, country=country, time_zone="UTC"))
    return DAYS[span[0].hour - 1] if span else ""


def _hours_say(day: str, clock: str) -> Q:
    weekly = Schedule.objects.filter(freq="WEEKLY", opens_at__gt="", closes_at__gt="", byday__gt="")
    own = weekly.filter(service_id=OuterRef("pk"))
    code = next(code for code, name in BYDAY.items() if name == day)
    shows = own.filter(Q(closes_at__gt=clock) | Q(closes_at__startswith=LAST_MINUTE), byday__contains=code)
    by_own = Q(Exists(shows.filter(opens_at__lte=f"{clock}~")))  # what was published may carry an offset: 09:00+03:00
    hours = f"organisation__opening_hours__{day}"
    usual = WEEK.get(day)
    by_body = Q(**{f"{hours}__0__lte": clock, f"{hours}__1__gt": clock})
    if usual and usual[0] <= clock < usual[1]:
        by_body |= Q(organisation__opening_hours={})
    return by_own | (~Q(Exists(own)) & by_body)


def with_free_places(at: datetime) -> Q:
    """Return the condition of a service that said within seven days that it has places."""
    return Q(
        Q(capacity__maximum=None) | Q(capacity__used__lt=F("capacity__maximum")),
        capacity__status="capacity",
        capacity__updated_at__gte=at - timedelta(days=CAPACITY_DAYS),
    )


def freshness(service: Service, *, at: datetime) -> dict:
    """Return how sure the entry of a service is: {state: fresh | asking | hidden | never, on, by, hidden_on}.

    `asking` from 150 days on, `hidden` after 180 (DOMAIN 8); `hidden_on` is the first day it is hidden.
    """
    if service.verified_on is None:
        return {"state": "never", "on": None, "by": "", "hidden_on": None}
    age = (timezone.localdate(at) - service.verified_on).days
    state = "hidden" if age > VERIFICATION_DAYS else "asking" if age >= ASKING_DAYS else "fresh"
    hidden_on = service.verified_on + timedelta(days=VERIFICATION_DAYS + 1)
    return {"state": state, "on": service.verified_on, "by": service.verified_by, "hidden_on": hidden_on}


def places(service: Service, *, at: datetime) -> dict:
    """Return the places of a service as pages show them; needs `capacity` loaded.

    {status ("unknown" when nobody confirmed it for 7 days), free, maximum, share (per cent taken), updated_at,
    stale_at, expected_on}
    """
    capacity: Capacity | None = getattr(service, "capacity", None)
    if capacity is None:
        return dict.fromkeys(("free", "maximum", "share", "updated_at", "stale_at", "expected_on")) | {
            "status": "unknown", "stale": True
        }  # fmt: skip
    stale_at = capacity.updated_at + timedelta(days=CAPACITY_DAYS)
    taken = round(100 * capacity.used / capacity.maximum) if capacity.maximum else (100 if capacity.maximum == 0 else 0)
    return {
        "status": capacity.status if at <= stale_at else "unknown",
        "stale": at > stale_at,
        "free": capacity.free,
        "maximum": capacity.maximum,
        "share": taken,
        "updated_at": capacity.updated_at,
        "stale_at": stale_at,
        "expected_on": capacity.expected_on,
    }


def own_services(actor) -> QuerySet:
    """Return the services of one's own organisation that are not defunct, for capacity and administration."""
    rows = Service.objects.filter(organisation_id=actor.organisation_id).exclude(status="defunct")
    return rows.select_related("capacity", "organisation").order_by("name", "pk")
