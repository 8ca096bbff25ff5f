"""What partners showed: how soon they answer, how often they take a referral, by service and smoothed.

Run every hour; running it twice changes nothing. Answers count by whole groups of FEWEST, whole months leave, and what
is shown is rounded: no figure changes by the answer to one person's referral alone (docs/matching.md).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from core.workdays import opening
from partners.directory import referable
from partners.hours import calendar_of
from partners.models import Schedule, Service
from referral.matching import (
    FEWEST,
    USUAL_ACCEPTANCE,
    USUAL_HOURS,
    fair_share,
    shrunk_mean,
    shrunk_rate,
)
from referral.models import ServiceStanding

MONTHS = 6  # whole ones, and the present one
RECENT = timedelta(days=30)
LOOK_AHEAD = 14  # days, for the next opening
BATCH = 1000
_LOCK = 2026_1123

_ANSWERS = """
WITH first_answer AS (
    SELECT DISTINCT ON (referral_id) referral_id, kind, at FROM core_event
    WHERE kind IN ('referral.accepted', 'referral.waitlisted', 'referral.declined', 'referral.expired')
        AND at > %(since)s AND at <= %(at)s AND referral_id IS NOT NULL
    ORDER BY referral_id, at
), counted AS (
    SELECT r.service_id, r.category, a.kind, extract(epoch FROM a.at - r.sent_at) / 3600 AS hours,
        row_number() OVER (PARTITION BY r.service_id, r.category ORDER BY a.at, r.id) AS number,
        count(*) OVER (PARTITION BY r.service_id, r.category) AS of
    FROM first_answer a JOIN referral_referral r ON r.id = a.referral_id WHERE r.sent_at <= a.at
)
SELECT service_id, category, count(*), count(*) FILTER (WHERE kind IN ('referral.accepted', 'referral.waitlisted')),
    count(*) FILTER (WHERE kind <> 'referral.expired'),
    coalesce(sum(hours) FILTER (WHERE kind <> 'referral.expired'), 0)::float8
FROM counted WHERE number <= of - of %% %(fewest)s GROUP BY 1, 2
"""
_SENT = """
SELECT category, receiver_id, count(*) - count(*) %% %(fewest)s FROM referral_referral
WHERE sent_at > %(recent)s AND sent_at <= %(at)s GROUP BY 1, 2
"""
_PLACES = """
SELECT sal.service_id, array_agg(l.latitude ORDER BY l.id), array_agg(l.longitude ORDER BY l.id)
FROM partners_serviceatlocation sal JOIN partners_location l ON l.id = sal.location_id
WHERE NOT l.confidential AND l.latitude IS NOT NULL AND l.longitude IS NOT NULL GROUP BY 1
"""


@dataclass
class Answers:
    """Answers of a service, of a need or of all: `sent` got one or expired, `taken` accepted or put on the list."""

    sent: int = 0
    taken: int = 0
    answered: int = 0
    hours: float = 0.0

    def add(self, other: "Answers") -> None:
        self.sent += other.sent
        self.taken += other.taken
        self.answered += other.answered
        self.hours += other.hours

    def smoothed(self, rate: float, hours: float) -> tuple[float, float]:
        """Return (share taken, hours to answer), drawn to what is usual by few answers."""
        if self.sent < FEWEST:
            return rate, hours
        return (
            shrunk_rate(self.taken, self.sent, prior=rate),
            shrunk_mean(self.hours, self.answered, prior=hours) if self.answered >= FEWEST else hours,
        )


def refresh(*, at: datetime) -> int:
    """Write the standing of every service that takes referrals; return how many. Worker role."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0  # somebody is at it
        asked = {"at": at, "since": _months_ago(at), "recent": at - RECENT, "fewest": FEWEST}
        cursor.execute(_ANSWERS, asked)
        by_service, by_need, everything = _summed(cursor.fetchall())
        cursor.execute(_SENT, asked)
        received = {(category, receiver): number for category, receiver, number in cursor.fetchall()}
        cursor.execute(_PLACES)
        places = {service: (latitudes, longitudes) for service, latitudes, longitudes in cursor.fetchall()}
        rows = list(Service.objects.filter(referable(at)).select_related("organisation", "capacity").order_by("pk"))
        fair = _fair(rows, received)
        usual = everything.smoothed(USUAL_ACCEPTANCE, USUAL_HOURS)
        opens, weeks = {}, _weeks()
        standings = []
        for service in rows:
            need = by_need.get(service.category, Answers()).smoothed(*usual)
            own = by_service.get((service.pk, service.category), Answers())
            rate, hours = own.smoothed(*need)
            own_hours = service.pk in weeks or service.closed_dates or service.open_on_holidays
            hours_of = service.pk if own_hours else service.organisation_id  # most keep those of their organisation
            if hours_of not in opens:
                opens[hours_of] = _opening(service, weeks.get(service.pk, ()), at)
            latitudes, longitudes = places.get(service.pk, ([], []))
            standings.append(
                ServiceStanding(
                    service=service,
                    acceptance=round(rate * 20) / 20,
                    answer_hours=float(round(hours)),
                    observed=own.answered >= FEWEST,
                    fairness=fair[service.category, service.organisation_id],
                    latitudes=latitudes,
                    longitudes=longitudes,
                    opens_at=opens[hours_of][0],
                    closes_at=opens[hours_of][1],
                    computed_at=at,
                )
            )
        names = [f.name for f in ServiceStanding._meta.fields if not f.primary_key]
        ServiceStanding.objects.bulk_create(
            standings, batch_size=BATCH, update_conflicts=True, unique_fields=["service"], update_fields=names
        )
    return len(standings)


def _months_ago(at: datetime) -> datetime:
    """Return the beginning of the month MONTHS before, UTC."""
    months = at.year * 12 + at.month - 1 - MONTHS
    return at.replace(year=months // 12, month=months % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


def _summed(rows) -> tuple[dict, dict, Answers]:
    by_service, by_need, everything = {}, defaultdict(Answers), Answers()
    for service, category, sent, taken, answered, hours in rows:
        found = Answers(sent=sent, taken=taken, answered=answered, hours=hours)
        by_service[service, category] = found
        by_need[category].add(found)
        everything.add(found)
    return by_service, by_need, everything


def _fair(services, received: dict) -> dict:
    """Return {(need, organisation): fair share, in steps of 0.05}. Where places are not counted, a service is one."""
    own, all_places, of = defaultdict(float), defaultdict(float), defaultdict(int)
    for service in services:
        capacity = getattr(service, "capacity", None)
        size = float(max(1, capacity.maximum or 1)) if capacity else 1.0
        own[service.category, service.organisation_id] += size
        all_places[service.category] += size
    for (category, _receiver), number in received.items():
        of[category] += number
    return {
        (category, organisation): round(
            20 * fair_share(received.get((category, organisation), 0), of[category], size, all_places[category])
        )
        / 20
        for (category, organisation), size in own.items()
    }


def _weeks() -> dict:
    """Return {service: its rows of weekly hours} of those that have hours of their own. One query."""
    found = defaultdict(list)
    for row in Schedule.objects.filter(service__accepts_referrals=True, freq="WEEKLY").order_by("pk"):
        found[row.service_id].append(row)
    return found


def _opening(service: Service, schedules, at: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the present or next time that a service is open, (None, None) when not within two weeks."""
    hours = calendar_of(service, service.organisation, schedules)
    today = at.astimezone(hours.zone).date()
    for number in range(LOOK_AHEAD):
        span = opening(today + timedelta(days=number), hours)
        if span is not None and span[1] > at:
            return span
    return None, None
