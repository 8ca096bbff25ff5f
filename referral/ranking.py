"""One query that asks every service of a need: which hard rules exclude it, what each term of its score is worth.

PostgreSQL computes the terms for all and hands back only the best, the first of those that do not fit, and the counts:
the explanation of what is shown uses the very values that the order came from (docs/matching.md). The rules here are
those of `partners.eligibility`; a test compares the two on many services.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from partners.directory import taking
from partners.eligibility import RULES, UNTOLD_SEX, UNTOLD_STATUS, Facts
from partners.models import Area, Service
from partners.models.services import CAPACITY_DAYS
from partners.search import speaks
from referral.matching import (
    ANSWER_WITHIN,
    DIGITS,
    EARTH_KM,
    NEAR_KM,
    OPEN_MATTERS,
    TERMS,
    USUAL_ACCEPTANCE,
    USUAL_HOURS,
)

NO_PLACES = "no_places"  # excludes like a hard rule, and is said beside them
PAUSED = "paused"
EXCLUDING = (*RULES, NO_PLACES, PAUSED)
COLUMNS = (
    "id", "name", "minimum_age", "maximum_age", "sexes", "migration_statuses", "citizenships", "residence_areas",
    "document_types", "household_types", "soft_rules", "languages", "interpreter", "interpreter_languages",
    "covers_country", "waiting_list", "suspended_from", "suspended_until",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for. `only`: among these services. The page filters by `place`, `language` and `open_now`."""

    category: str
    urgency: str
    facts: Facts
    area: Area | None = None  # where the person stays, for distances
    only: tuple[UUID, ...] | None = None
    place: Area | None = None
    language: str = ""
    open_now: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One service: what excludes it, the values of its terms (0 to 1), and the figures behind some of them."""

    key: UUID
    name: str
    excluded: tuple[str, ...]
    values: Mapping[str, float]
    km: float | None
    hours: float
    observed: bool
    open: bool | None  # None: not known


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best that fit in order, the first that do not by name, and how many there are of each."""

    fitting: list[Asked] = field(default_factory=list)
    unfit: list[Asked] = field(default_factory=list)
    fit_count: int = 0
    unfit_count: int = 0
    excluded_by: Mapping[str, int] = field(default_factory=dict)


def ask(
    wanted: Wanted, weights: Mapping[str, Decimal], *, actor, at: datetime, most: int = 25, most_unfit: int = 25
) -> Found:
    """Return the services of a need. One query, whatever the number of services."""
    with connection.cursor() as cursor:
        offered = cursor.mogrify(*_offered(wanted, actor=actor, at=at)).decode().replace("%", "%%")
        cursor.execute(_query(offered, wanted), _parameters(wanted, weights, at=at, most=most, most_unfit=most_unfit))
        rows = cursor.fetchall()
    counts = next(row[3] for row in rows if row[0] == "count")
    return Found(
        fitting=[_asked(row) for row in rows if row[0] == "fit"],
        unfit=[_asked(row) for row in rows if row[0] == "unfit"],
        fit_count=int(counts[0]),
        unfit_count=int(counts[1]),
        excluded_by={code: int(n) for code, n in zip(EXCLUDING, counts[2:], strict=True) if n},
    )


def _asked(row) -> Asked:
    _kind, key, name, values, fails, km, hours, observed, is_open = row
    return Asked(
        key=key,
        name=name,
        excluded=tuple(code for place, code in enumerate(EXCLUDING) if fails & (1 << place)),
        values=dict(zip(TERMS, values, strict=True)),
        km=km,
        hours=hours,
        observed=observed,
        open=is_open,
    )


def _offered(wanted: Wanted, *, actor, at: datetime) -> tuple[str, tuple]:
    """Return SQL and parameters of the services that may be offered at all (INV-10), before any rule of theirs."""
    shown = ~Q(visibility="restricted") | Q(organisation_id=actor.organisation_id)
    rows = Service.objects.filter(taking(at), shown, category=wanted.category)
    if wanted.only is not None:
        rows = rows.filter(pk__in=wanted.only)
    if wanted.language:
        rows = rows.filter(speaks(wanted.language))
    if wanted.open_now:
        rows = rows.filter(standing__opens_at__lte=at, standing__closes_at__gt=at)
    if wanted.place is not None:
        here = Q(servicearea__area_id__in=[wanted.place.pk, wanted.place.parent_id or wanted.place.pk])
        here |= Q(servicearea__area__parent_id=wanted.place.pk)
        rows = rows.filter(Q(covers_country=True) | Q(pk__in=Service.objects.filter(here).values("pk")))
    return rows.values_list(*COLUMNS).query.sql_with_params()


def _parameters(wanted: Wanted, weights, *, at: datetime, most: int, most_unfit: int) -> dict:
    facts, area = wanted.facts, wanted.area
    return {
        "age": facts.age,
        "sex": [facts.sex],
        "status": [facts.migration_status],
        "citizenships": sorted(facts.citizenships),
        "areas": sorted(facts.areas),
        "documents": sorted(facts.documents),
        "household": [facts.household],
        "languages": sorted(facts.languages),
        "latitude": area.latitude if area else None,
        "longitude": area.longitude if area else None,
        "at": at,
        "today": timezone.localdate(at),
        "stale": at - timedelta(days=CAPACITY_DAYS),
        "within": ANSWER_WITHIN[wanted.urgency],
        "matters": OPEN_MATTERS[wanted.urgency],
        "weights": [float(weights[code]) for code in TERMS],
        "most": most,
        "most_unfit": most_unfit,
    }


def _rules(facts: Facts, here: str) -> dict[str, tuple[str, str | None]]:
    """Return {rule: (it is stated, it fits)} in SQL; what is not known of the person has no second part.

    `here` says in SQL whether the service works where the person stays.
    """

    def lists(column: str, known, name: str) -> tuple[str, str | None]:
        return f"s.{column} <> '{{}}'", f"s.{column} && %({name})s::varchar[]" if known else None

    papers = "s.document_types <> '{}'"
    if facts.documents:  # a paper that nobody wrote down may be there: known is only what is held, or that none is
        papers_fit = "CASE WHEN s.document_types && %(documents)s::varchar[] THEN true END"
    else:
        papers_fit = "false" if facts.no_documents else None
    return {
        "age": (
            "(s.minimum_age IS NOT NULL OR s.maximum_age IS NOT NULL)",
            "%(age)s >= coalesce(s.minimum_age, 0) AND %(age)s <= coalesce(s.maximum_age, 1000)"
            if facts.age is not None
            else None,
        ),
        "sex": lists("sexes", facts.sex not in UNTOLD_SEX, "sex"),
        "migration_status": lists("migration_statuses", facts.migration_status not in UNTOLD_STATUS, "status"),
        "citizenship": lists("citizenships", facts.citizenships, "citizenships"),
        "residence": lists("residence_areas", facts.areas, "areas"),
        "documents": (papers, papers_fit),
        "household": lists("household_types", facts.household, "household"),
        "language": (
            "(s.languages <> '{}' OR s.interpreter)",
            f"({_interpreted(facts)} OR s.languages && %(languages)s::varchar[])"
            if facts.languages
            else f"CASE WHEN {_interpreted(facts)} THEN true END",
        ),
        "area": (f"({here}) IS NOT NULL", f"({here})" if facts.areas else None),
    }


def _interpreted(facts: Facts) -> str:
    """Return SQL of whether an interpreter can be booked for the person: of any language, or of one that is named."""
    named = " OR s.interpreter_languages && %(languages)s::varchar[]" if facts.languages else ""
    return f"(s.interpreter AND (s.interpreter_languages = '{{}}'{named}))"


def _fails(facts: Facts) -> str:
    """Return SQL of the bits of EXCLUDING that hold for a service."""
    bits, here = [], f"CASE WHEN NOT 'area' = ANY(s.soft_rules) THEN {_HERE} END"  # looked up where it can exclude
    for place, (rule, (stated, fits)) in enumerate(_rules(facts, here).items()):
        if fits is not None:
            hard = f"NOT '{rule}' = ANY(s.soft_rules)"
            bits.append(f"CASE WHEN {stated} AND NOT ({fits}) AND {hard} THEN {1 << place} ELSE 0 END")
    bits.append(f"CASE WHEN {_FULL} THEN {1 << len(RULES)} ELSE 0 END")
    bits.append(f"CASE WHEN {_PAUSED} THEN {2 << len(RULES)} ELSE 0 END")
    return " + ".join(bits)


def _share(facts: Facts) -> str:
    """Return SQL of the share of the stated rules that fit; 1 where none is stated."""
    stated, points = [], []
    for states, fits in _rules(facts, "s.here").values():
        stated.append(f"({states})::int")
        worth = "0.5" if fits is None else f"CASE ({fits}) WHEN true THEN 1 WHEN false THEN 0 ELSE 0.5 END"
        points.append(f"CASE WHEN {states} THEN {worth} ELSE 0 END")
    return f"coalesce(({' + '.join(points)})::float8 / nullif({' + '.join(stated)}, 0), 1)"


_FULL = (
    "s.fresh IS TRUE AND (s.status = 'no_capacity' OR "
    "(s.maximum IS NOT NULL AND s.used >= s.maximum AND NOT s.waiting_list))"
)
_PAUSED = "s.suspended_from <= %(today)s AND coalesce(s.suspended_until >= %(today)s, true)"
_PLACES = (
    "CASE WHEN s.fresh IS NOT TRUE THEN 0.3 WHEN s.status = 'no_capacity' THEN 0 "
    "WHEN s.status = 'assessment_required' THEN 0.4 "
    "WHEN s.status = 'waitlist' OR (s.maximum IS NOT NULL AND s.used >= s.maximum) THEN 0.2 "
    "WHEN s.maximum IS NULL THEN 0.8 ELSE 0.5 + 0.1 * least(s.maximum - s.used, 5) END"
)
# Whether it works where the person stays; NULL: in the whole country, or nobody said where. Written so that PostgreSQL
# hashes the few services of an area and looks the others up one by one, without a pass over all areas of all services.
_HERE = (
    "CASE WHEN s.covers_country THEN NULL WHEN s.id IN (SELECT service_id FROM served) THEN true "
    "ELSE (SELECT false FROM partners_servicearea a WHERE a.service_id = s.id AND a.area_id IS NOT NULL LIMIT 1) END"
)
_HOURS = f"coalesce(st.answer_hours, {USUAL_HOURS})"
_OPEN = "CASE WHEN st.opens_at IS NULL OR st.closes_at <= %(at)s THEN NULL ELSE st.opens_at <= %(at)s END"


def _kilometres(lat: str, lon: str) -> str:
    """Return SQL of the distance to a point: `referral.matching.kilometres`."""
    half = (
        f"power(sin(radians({lat} - %(latitude)s) / 2), 2) "
        f"+ cos(radians(%(latitude)s)) * cos(radians({lat})) * power(sin(radians({lon} - %(longitude)s) / 2), 2)"
    )
    return f"2 * {EARTH_KM} * asin(least(1, sqrt({half})))"


# Most services have one place or none: only the others are worth a subquery.
_KM = (
    "CASE WHEN cardinality(st.latitudes) > 1 "
    f"THEN (SELECT min({_kilometres('lat', 'lon')}) FROM unnest(st.latitudes, st.longitudes) AS places (lat, lon)) "
    f"WHEN cardinality(st.latitudes) = 1 THEN {_kilometres('st.latitudes[1]', 'st.longitudes[1]')} END"
)


def _terms(facts: Facts) -> dict[str, str]:
    """Return SQL of the value of each term, 0 to 1. Words and sources: docs/matching.md."""
    area_only = "CASE WHEN s.here THEN 0.6 WHEN s.here IS NULL THEN 0.5 ELSE 0.2 END" if facts.areas else "0.5"
    spoken = "s.languages && %(languages)s::varchar[]" if facts.languages else "NULL::boolean"
    return {
        "fit": _share(facts),
        "places": _PLACES,
        "answer": f"1 / (1 + {_HOURS} / %(within)s)",
        "acceptance": f"coalesce(st.acceptance, {USUAL_ACCEPTANCE})",
        "language": f"CASE WHEN {spoken} THEN 1 WHEN {_interpreted(facts)} THEN 0.7 "
        f"WHEN (s.languages = '{{}}' AND NOT s.interpreter) OR ({spoken}) IS NULL THEN 0.5 ELSE 0 END",
        "distance": f"coalesce(1 / (1 + near.km / {NEAR_KM}), {area_only})",
        "fairness": "coalesce(st.fairness, 1)",
        "open_now": "1 - %(matters)s * (1 - CASE now.open WHEN true THEN 1 WHEN false THEN 0 ELSE 0.5 END)",
    }


def _query(offered: str, wanted: Wanted) -> str:
    """Return the statement: first the rules alone, for all; then the terms, for those that may be shown."""
    terms, near = _terms(wanted.facts), wanted.area is not None and wanted.area.latitude is not None
    score = " + ".join(f"(%(weights)s::float8[])[{place}] * v[{place}]" for place in range(1, len(TERMS) + 1))
    counted = ", ".join(f"count(*) FILTER (WHERE fails & {1 << place} > 0)" for place in range(len(EXCLUDING)))
    by_name = 'ORDER BY name COLLATE "C", id'

    def valued(rows: str) -> str:
        """The rows of `asked` with what was observed, and the value of each term."""
        return f"""
    SELECT s.id, s.name, ARRAY[{", ".join(terms[code] for code in TERMS)}]::float8[] AS v, s.fails, near.km,
        {_HOURS} AS hours, coalesce(st.observed, false) AS observed, now.open
    FROM (SELECT s.*, {_HERE} AS here FROM {rows} s OFFSET 0) s
    LEFT JOIN referral_servicestanding st ON st.service_id = s.id
    CROSS JOIN LATERAL (SELECT {_KM if near else "NULL::float8"} AS km OFFSET 0) near
    CROSS JOIN LATERAL (SELECT {_OPEN} AS open) now OFFSET 0"""

    return f"""
WITH served AS MATERIALIZED (
    SELECT service_id FROM partners_servicearea WHERE area_id = ANY(%(areas)s::varchar[])
), asked AS MATERIALIZED (
    SELECT s.*, {_fails(wanted.facts)} AS fails
    FROM (
        SELECT o.*, c.status, c.maximum, c.used, c.updated_at >= %(stale)s AS fresh
        FROM ({offered}) o LEFT JOIN partners_capacity c ON c.service_id = o.id
    ) s
)
(SELECT 'fit', * FROM ({valued("(SELECT * FROM asked WHERE fails = 0)")}) fit
    ORDER BY round(({score})::numeric, {DIGITS}) DESC, name COLLATE "C", id LIMIT %(most)s)
UNION ALL
(SELECT 'unfit', * FROM ({valued(f"(SELECT * FROM asked WHERE fails > 0 {by_name} LIMIT %(most_unfit)s)")}) unfit
    {by_name})
UNION ALL
(SELECT 'count', NULL, '',
    ARRAY[count(*) FILTER (WHERE fails = 0), count(*) FILTER (WHERE fails > 0), {counted}]::float8[],
    0, NULL, 0, false, NULL FROM asked)
"""
