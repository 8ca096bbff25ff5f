"""The service directory: what is listed for whom, and whether it can be referred to (INV-10, DOMAIN 8)."""

from datetime import datetime, timedelta

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from partners.models import Area, Capacity, Service
from partners.models.services import CAPACITY_DAYS, VERIFICATION_DAYS

MOST_WORDS = 8


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
    return Q(
        status="active",
        accepts_referrals=True,
        organisation__member_of_network=True,
        organisation__status="active",
        verified_on__gte=timezone.localdate(at) - timedelta(days=VERIFICATION_DAYS),
    )


def search(
    actor, *, at: datetime, words: str = "", category: str = "", area: str = "", language: str = "", free: bool = False
) -> QuerySet:
    """Return listed services that have all the words and all the filters; those one can refer to come first."""
    rows = listed(actor, at=at).alias(texts=Cast("translations", TextField()))
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(alternate_name__icontains=word)
            | Q(description__icontains=word)
            | Q(texts__icontains=word)
            | Q(organisation__name__icontains=word)
            | Q(organisation__short_name__icontains=word)
        )
    if category:
        rows = rows.filter(category=category)
    if area:
        parent = Area.objects.filter(pk=area).values("parent_id")
        covered = rows.filter(
            Q(servicearea__area_id=area) | Q(servicearea__area_id__in=parent) | Q(servicearea__area__parent_id=area)
        )
        rows = rows.filter(Q(covers_country=True) | Q(pk__in=covered.values("pk")))
    if language:
        rows = rows.filter(languages__contains=[language])
    if free:
        rows = rows.filter(
            Q(capacity__maximum=None) | Q(capacity__used__lt=F("capacity__maximum")),
            capacity__status="capacity",
            capacity__updated_at__gte=at - timedelta(days=CAPACITY_DAYS),
        )
    rows = rows.annotate(browse_only=Case(When(referable(at), then=Value(0)), default=Value(1)))
    return rows.select_related("organisation", "capacity").order_by("browse_only", "name", "pk")


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
