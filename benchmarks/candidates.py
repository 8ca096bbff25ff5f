"""The candidates of one need among many services, against the bare SQL of the hard filters.

Above: `referral.candidates.find`, which the page and the API call: the facts of the person, the order of all services
that fit, the first ten of them with reasons and score, the first of those that do not fit, the counts. Below: one
statement written by hand that asks the same hard rules and returns the ids of the services that fit. Both as the same
caseworker, role and connection, under row-level security, each in a transaction of its own; both find the same.
"""

from datetime import datetime, timedelta
from time import perf_counter

from django.db import connection
from django.utils import timezone

from benchmarks.load import CATEGORIES, SENDER, _array, _id, fill, ident, insert
from cases.models import Need
from core.actors import Actor, acting
from core.codelists import codes
from partners.models import Capacity, Organisation, Service, ServiceArea
from partners.roles import permissions_of
from referral.candidates import find
from referral.models import ServiceStanding

PEOPLE = 300  # referrals and persons beside them, so that tables of people are not empty
SERVICES_EACH = 20  # of an organisation
CASE, NEED = 20, 58  # of organisation SENDER
STATUSES = ("capacity", "capacity", "capacity", "waitlist", "no_capacity", "assessment_required")
LANGUAGES = ("rus", "bel", "eng", "ukr", "prs", "fas", "ara")


def load(size: int) -> None:
    """Load a small network with people, `size` services of many partners, and all that is known of one person."""
    fill(PEOPLE, say=lambda _text: None)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SELECT setseed(0.4)")
        bodies = f"generate_series(1001, {1000 + max(1, size // SERVICES_EACH)}) o"
        insert(cursor, Organisation, bodies, id=_id("o", "o"), name="'Partner ' || o", short_name="'P ' || o",
               member_of_network="o % 20 <> 0",
               status="CASE WHEN o % 50 = 7 THEN 'suspended' ELSE 'active' END")  # fmt: skip
        _services(cursor, size)
        _person(cursor)
        cursor.execute("VACUUM ANALYZE")


def _some(words, chance: float, most: int = 3) -> str:
    """Return SQL of a list that is empty but for a share of the rows, and has up to `most` of the words then."""
    drawn = f"(1 + floor(random() * {len(words)}))::int"
    several = f"(ARRAY[{', '.join([f'({_array(words)})[{drawn}]'] * most)}])[1:(1 + floor(random() * {most}))::int]"
    return f"CASE WHEN random() < {chance} THEN {several} ELSE '{{}}' END"


def _services(cursor, size: int) -> None:
    """Services as partners enter them: most rules left open, most places confirmed, most areas one or two."""
    needs, areas = codes("need_category"), "(SELECT array_agg(code ORDER BY code) FROM partners_area)"
    often = [*needs, *CATEGORIES]  # what is asked for most is offered most
    bodies = max(1, size // SERVICES_EACH)
    source = f"(SELECT n, 1001 + (n * 7919::bigint) % {bodies} AS o FROM generate_series(1, {size}) n) r"
    held = [code for code in codes("sex") if code != "unknown"]
    asked = [code for code in codes("migration_status") if code not in {"unknown", "not_asked"}]
    insert(cursor, Service, source, id=_id("w", "n"), organisation=_id("o", "o"), name="'Service ' || n",
           category=f"({_array(often)})[(1 + floor(random() * {len(often)}))::int]",
           status="CASE WHEN n % 25 = 3 THEN 'temporarily closed' ELSE 'active' END",
           accepts_referrals="n % 10 <> 1", visibility="CASE WHEN n % 100 = 9 THEN 'restricted' ELSE 'network' END",
           verified_on="current_date - (random() * 190)::int",
           suspended_from="CASE WHEN n % 40 = 2 THEN current_date - 3 END",
           minimum_age="CASE WHEN random() < 0.35 THEN (ARRAY[0, 3, 14, 18, 18, 18, 60])[1 + n % 7] END",
           maximum_age="CASE WHEN random() < 0.2 THEN (ARRAY[64, 65, 99])[1 + n % 3] END",
           sexes=_some(held, 0.15, 1), migration_statuses=_some(asked, 0.3, 6),
           citizenships=_some(["AF", "UA", "SY"], 0.05),
           document_types=_some(["passport", "visa"], 0.15), household_types=_some(codes("household_type"), 0.12),
           languages=_some(LANGUAGES, 0.9), interpreter="random() < 0.3", covers_country="n % 7 = 0",
           waiting_list="random() < 0.5",
           soft_rules="CASE WHEN n % 6 = 0 THEN ARRAY['language', 'area', 'documents'] "
           "WHEN n % 6 = 1 THEN ARRAY['language'] ELSE ARRAY['language', 'area'] END", search_key="'service ' || n",
           description="repeat('What is done here. ', 15)",
           asks_for="ARRAY['sex_age', 'language']")  # fmt: skip
    drawn = f"({areas})[(1 + floor(random() * 125))::int]"
    places = f"(SELECT n, k FROM generate_series(1, {size}) n, generate_series(1, 2) k "
    places += "WHERE n % 7 <> 0 AND k <= 1 + n % 2) r"
    insert(cursor, ServiceArea, places, id=_id("x", "n || '.' || k"), service=_id("w", "n"), area=drawn)
    counted = f"(SELECT n FROM generate_series(1, {size}) n WHERE n % 5 <> 4) r"
    insert(cursor, Capacity, counted, service=_id("w", "n"), updated_at="now() - random() * interval '9 days'",
           status=f"({_array(STATUSES)})[1 + n / 5 % {len(STATUSES)}]",
           maximum="CASE WHEN n % 3 > 0 THEN 12 END", used="(random() * 12)::int")  # fmt: skip
    every = f"generate_series(1, {size}) n"
    insert(cursor, ServiceStanding, every, service=_id("w", "n"), acceptance="round((random() * 20)::numeric) / 20",
           answer_hours="round((random() * 90)::numeric)", observed="random() < 0.3",
           fairness="0.5 + (random() * 10)::int / 20.0",
           latitudes="CASE WHEN n % 3 > 0 THEN ARRAY[51.5 + random() * 4] ELSE '{}' END",
           longitudes="CASE WHEN n % 3 > 0 THEN ARRAY[23.5 + random() * 8] ELSE '{}' END",
           opens_at="date_trunc('day', now()) + (n % 30 - 3) * interval '1 hour'",
           closes_at="date_trunc('day', now()) + (n % 30 + 30) * interval '1 hour'", computed_at="now()")  # fmt: skip


def _person(cursor) -> None:
    """Write down of one person all that a service may ask for; the need is urgent."""
    cursor.execute(
        "UPDATE cases_person SET area_id = 'BY-BR-02', birth_date = current_date - interval '27 years 100 days', "
        "sex = 'female', citizenships = '{AF}', "
        """languages = '[{"code": "prs"}, {"code": "eng"}]' WHERE id = %s""",
        [ident("p", CASE)],
    )
    cursor.execute("UPDATE cases_migrationstatus SET status = 'asylum_seeker' WHERE person_id = %s", [ident("p", CASE)])
    cursor.execute("UPDATE cases_need SET category = 'legal', priority = 'urgent' WHERE id = %s", [ident("d", NEED)])


BARE = """
SELECT s.id FROM partners_service s
JOIN partners_organisation o ON o.id = s.organisation_id
LEFT JOIN partners_capacity c ON c.service_id = s.id AND c.updated_at >= %(stale)s
WHERE s.category = 'legal' AND s.status = 'active' AND s.accepts_referrals AND s.verified_on >= %(verified)s
    AND o.member_of_network AND o.status = 'active' AND (s.visibility <> 'restricted' OR s.organisation_id = %(own)s)
    AND (s.suspended_from IS NULL OR s.suspended_from > %(today)s OR s.suspended_until < %(today)s)
    AND (s.minimum_age IS NULL OR s.minimum_age <= %(age)s OR 'age' = ANY(s.soft_rules))
    AND (s.maximum_age IS NULL OR s.maximum_age >= %(age)s OR 'age' = ANY(s.soft_rules))
    AND (s.sexes = '{}' OR 'female' = ANY(s.sexes) OR 'sex' = ANY(s.soft_rules))
    AND (s.migration_statuses = '{}' OR 'asylum_seeker' = ANY(s.migration_statuses)
        OR 'migration_status' = ANY(s.soft_rules))
    AND (s.citizenships = '{}' OR 'AF' = ANY(s.citizenships) OR 'citizenship' = ANY(s.soft_rules))
    AND (s.residence_areas = '{}' OR s.residence_areas && ARRAY['BY-BR-02', 'BY-BR']::varchar[]
        OR 'residence' = ANY(s.soft_rules))
    AND (s.languages = '{}' OR s.interpreter OR s.languages && ARRAY['prs', 'eng']::varchar[]
        OR 'language' = ANY(s.soft_rules))
    AND (s.covers_country OR 'area' = ANY(s.soft_rules) OR coalesce((
        SELECT bool_or(a.area_id IN ('BY-BR-02', 'BY-BR')) FROM partners_servicearea a
        WHERE a.service_id = s.id AND a.area_id IS NOT NULL), true))
    AND (c.service_id IS NULL OR c.status <> 'no_capacity' AND (
        c.maximum IS NULL OR c.used < c.maximum OR s.waiting_list))
"""


def _actor() -> Actor:
    return Actor(
        organisation_id=ident("o", SENDER), user_id=ident("u", f"{SENDER}.4"), member_id=ident("m", f"{SENDER}.4"),
        team_id=ident("t", SENDER), permissions=permissions_of("caseworker"),
    )  # fmt: skip


def _need() -> Need:
    return (
        Need.objects.select_related("case__person__area")
        .prefetch_related("case__person__statuses")
        .get(pk=ident("d", NEED))
    )


def _bare(actor, at: datetime) -> list:
    today = timezone.localdate(at)
    facts = {
        "own": actor.organisation_id, "today": today, "age": 27, "stale": at - timedelta(days=7),
        "verified": today - timedelta(days=180),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(BARE, facts)
        return [row[0] for row in cursor.fetchall()]


class Sides:
    """Both ways to ask, each a call that returns its seconds."""

    def __init__(self):
        self.actor, self.at = _actor(), timezone.now()
        with acting(self.actor):
            self.need = _need()
            fitting = find(self.need, actor=self.actor, at=self.at, most=1_000_000)
            bare = _bare(self.actor, self.at)
        self.fit, self.unfit = fitting.fit_count, fitting.unfit_count
        assert {row.service.pk for row in fitting.fitting} == set(bare), "the two sides find different services"

    def above(self) -> float:
        """Find the candidates as the page does."""
        with acting(self.actor):
            began = perf_counter()
            find(self.need, actor=self.actor, at=self.at)
            return perf_counter() - began

    def below(self) -> float:
        """Ask the hard rules alone."""
        with acting(self.actor):
            began = perf_counter()
            _bare(self.actor, self.at)
            return perf_counter() - began
