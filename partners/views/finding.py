"""The list of services: words, filters, orders, kept views (issue 4). Its state stands in the address."""

from datetime import date, timedelta
from functools import cache
from math import cos, radians

from django.db.models import (
    Case,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Cast, Coalesce, Round, Sqrt
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.codelists import choices
from core.lists import MOST_LETTERS, Filter, Sort, Table, coded, listed
from partners.directory import accessible, covering, open_at, referable, with_free_places
from partners.directory import listed as listed_services
from partners.languages import language_choices
from partners.models import Area, Service, ServiceAtLocation
from partners.models.services import ASKING_DAYS
from partners.search import found_by, ordered, speaks

RECENT_DAYS = 30
NOWHERE = 100_000  # km: a service without a place that is open to all stands at the end
DEGREE = 111.2  # km of a degree of latitude


@cache
def areas() -> dict[str, Area]:
    """Return {code: Area}, each oblast before its districts. They come with the migrations and do not change."""
    return {area.pk: area for area in Area.objects.order_by("code")}


def _area_choices(_actor) -> list[tuple[str, str]]:
    known = areas()
    return [
        (code, f"{known[area.parent_id].label}: {area.label}" if area.parent_id else area.label)
        for code, area in known.items()
    ]


def _fresh(value: str, _actor, at) -> Q:
    today = timezone.localdate(at)
    recent, asked = today - timedelta(days=RECENT_DAYS), today - timedelta(days=ASKING_DAYS)
    return {
        "recent": Q(verified_on__gte=recent),
        "known": Q(verified_on__gt=asked),
        "old": Q(verified_on__lte=asked),
        "never": Q(verified_on=None),
    }[value]


DIRECTORY = listed(
    Table(
        name="partners:directory",
        words="q",
        filters=(
            coded("category", gettext_lazy("Need"), "need_category"),
            Filter(
                name="area",
                label=gettext_lazy("Works in"),
                choices=_area_choices,
                where=lambda value, _actor, _at: covering(areas()[value]),
            ),
            Filter(
                name="language",
                label=gettext_lazy("Language"),
                choices=lambda _actor: language_choices(),
                where=lambda value, _actor, _at: speaks(value),
            ),
            Filter(
                name="places",
                label=gettext_lazy("Places"),
                choices=lambda _actor: [("free", _("With free places")), ("takes", _("Takes referrals now"))],
                where=lambda value, _actor, at: with_free_places(at) if value == "free" else referable(at),
            ),
            Filter(
                name="open",
                label=gettext_lazy("Opening hours"),
                choices=lambda _actor: [("now", _("Open now"))],
                where=lambda _value, _actor, at: open_at(at),
            ),
            coded("cost", gettext_lazy("Cost"), "service_cost"),
            Filter(
                name="access",
                label=gettext_lazy("Accessibility"),
                choices=lambda _actor: choices("place_accessibility"),
                where=lambda value, _actor, _at: accessible(value),
            ),
            Filter(
                name="fresh",
                label=gettext_lazy("Last confirmed"),
                choices=lambda _actor: [
                    ("recent", _("Within a month")),
                    ("known", _("Within five months")),
                    ("old", _("Longer ago")),
                    ("never", _("Never: look up only")),
                ],
                where=_fresh,
            ),
            Filter(
                name="near",
                label=gettext_lazy("Distance from"),
                choices=_area_choices,
                where=lambda _value, _actor, _at: Q(),  # chooses no rows; `prepared` measures from it
            ),
        ),
        sorts=(
            Sort(name="best", label=gettext_lazy("Best match"), by=("browse_only", "rank", "name", "id")),
            Sort(name="name", label=gettext_lazy("Name"), by=("name", "id")),
            Sort(
                name="fresh",
                label=gettext_lazy("Last confirmed"),
                by=("-confirmed", "id"),
                prepare=lambda rows: rows.annotate(confirmed=Coalesce("verified_on", Value(date(1970, 1, 1)))),
            ),
            Sort(name="places", label=gettext_lazy("Free places"), by=("-left", "id")),
            Sort(name="near", label=gettext_lazy("Distance"), by=("far", "browse_only", "id")),
        ),
        views=(
            (gettext_lazy("All services"), ""),
            (gettext_lazy("With free places"), "places=free&sort=places"),
            (gettext_lazy("Open now"), "open=now"),
        ),
    )
)


def words_in(request) -> str:
    """Return the words that are looked for; they are about services, so they stay in the address."""
    return request.GET.get("q", "").replace("\0", "").strip()[:MOST_LETTERS]


def prepared(request, *, at) -> QuerySet:
    """Return the services that the actor may find, with what the orders need: browse_only, rank, left, far (km)."""
    rows = ordered(found_by(listed_services(request.actor, at=at), words_in(request)), at=at)
    left = Case(
        # Where nobody counts them it has some: they stand after those that are counted.
        When(with_free_places(at), then=Coalesce(F("capacity__maximum") - F("capacity__used"), Value(0))),
        default=Value(-1),
        output_field=IntegerField(),
    )
    return rows.annotate(left=left, far=_distance(areas().get(request.GET.get("near", ""))))


def _distance(area: Area | None):
    """Return the km from the town of an area to the nearest place of a service; confidential places do not count."""
    if area is None or area.latitude is None or area.longitude is None:
        return Value(0, output_field=IntegerField())
    north = (F("location__latitude") - area.latitude) * DEGREE
    east = (F("location__longitude") - area.longitude) * DEGREE * cos(radians(area.latitude))
    away = ExpressionWrapper(Sqrt(north * north + east * east), output_field=FloatField())
    sites = ServiceAtLocation.objects.filter(
        service_id=OuterRef("pk"), location__confidential=False, location__latitude__isnull=False,
        location__longitude__isnull=False,
    )  # fmt: skip
    nearest = sites.values("service_id").annotate(away=Min(away)).values("away")
    return Coalesce(Cast(Round(Subquery(nearest)), IntegerField()), Value(NOWHERE))


def measured(service: Service, request) -> str:
    """Return how far the nearest open place of a service is, where the person asked for it."""
    if request.GET.get("near", "") not in areas() or service.far >= NOWHERE:
        return ""
    return _("%(number)s km away") % {"number": service.far}
