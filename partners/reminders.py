"""Dates on which somebody is asked whether the directory is still true (DOMAIN 8), and the sweep that asks.

A row is planned when the fact is confirmed and moved when it is confirmed again. The sweep claims a row before it
acts, so that two sweeps at once ask once.
"""

import logging
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from core import events
from core.actors import SYSTEM, acting
from partners.models import Agreement, Capacity, Service, Upkeep
from partners.models.services import ASKING_DAYS, CAPACITY_DAYS, VERIFICATION_DAYS
from partners.models.upkeep import AGREEMENT, CAPACITY, SERVICE

log = logging.getLogger(__name__)

# Days from the base, and what happens then. Each kind of event has its line in the table of notices.
MARKS: dict[str, dict[int, str]] = {
    SERVICE: {ASKING_DAYS: "service.unverified", VERIFICATION_DAYS + 1: "service.hidden"},  # the first hidden day
    CAPACITY: {CAPACITY_DAYS: "capacity.stale"},
    AGREEMENT: {-30: "agreement.ending", -7: "agreement.ending"},
}
MORNING = time(8)
BATCH = 500
STEP_OVER = timedelta(minutes=15)  # how long a row that cannot be dealt with stays out of the way


def morning(day) -> datetime:
    """Return eight o'clock of a day: from there on dates count."""
    return timezone.make_aware(datetime.combine(day, MORNING))


def _row(kind: str, about: UUID, organisation_id: UUID, base_at: datetime, at: datetime) -> Upkeep:
    later = [alarm for days in sorted(MARKS[kind]) if (alarm := base_at + timedelta(days=days)) > at]
    return Upkeep(
        kind=kind,
        about=about,
        organisation_id=organisation_id,
        base_at=base_at,
        next_alarm_at=later[0] if later else None,
    )


def plan(kind: str, *, about: UUID, organisations, base_at: datetime, at: datetime) -> None:
    """Count the marks of `kind` from `base_at` on, anew where they were counted already.

    Called inside a door, in its transaction. Marks that have passed at `at` are not told. One query.
    """
    Upkeep.objects.bulk_create(
        [_row(kind, about, organisation_id, base_at, at) for organisation_id in organisations],
        update_conflicts=True,
        unique_fields=["about", "kind", "organisation"],
        update_fields=["base_at", "next_alarm_at", "stage"],
    )


def drop(*, about: UUID, kind: str) -> None:
    """Ask no more about this."""
    Upkeep.objects.filter(about=about, kind=kind).update(next_alarm_at=None)


def plan_missing(*, at: datetime, limit: int = BATCH) -> int:
    """Plan what no door has planned (a service that was brought in); return how many rows. Worker role only.

    What has passed all its marks already is planned from its next morning, so that somebody is told once.
    """
    planned = Upkeep.objects.visible_to(SYSTEM)
    services = (
        Service.objects.filter(status="active", accepts_referrals=True, organisation__member_of_network=True)
        .exclude(pk__in=planned.filter(kind=SERVICE).values("about"))
        .exclude(verified_on=None)
        .values_list("pk", "organisation_id", "verified_on")[:limit]
    )
    rows = [_late(_row(SERVICE, pk, body, morning(day), at), at) for pk, body, day in services]
    places = (
        Capacity.objects.filter(service__status="active", service__organisation__member_of_network=True)
        .exclude(pk__in=planned.filter(kind=CAPACITY).values("about"))
        .values_list("pk", "service__organisation_id", "updated_at")[:limit]
    )
    rows += [_late(_row(CAPACITY, pk, body, since, at), at) for pk, body, since in places]
    agreements = (
        Agreement.objects.visible_to(SYSTEM)
        .filter(status="active", valid_to__gte=timezone.localdate(at))
        .exclude(pk__in=planned.filter(kind=AGREEMENT).values("about"))
        .values_list("pk", "organisation_ids", "valid_to")[:limit]
    )
    rows += [_row(AGREEMENT, pk, body, morning(day), at) for pk, bodies, day in agreements for body in bodies]
    Upkeep.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _late(row: Upkeep, at: datetime) -> Upkeep:
    if row.next_alarm_at is None:
        row.next_alarm_at = at
    return row


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """Ask about everything whose mark is reached at `at`; return how many were asked about.

    Runs as the worker role; two sweeps at once share the work. After a standstill only the latest mark is told.
    """
    due = Upkeep.objects.visible_to(SYSTEM).filter(next_alarm_at__lte=at).order_by("next_alarm_at", "pk")
    return sum(_safely(pk, at=at) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _safely(pk: UUID, *, at: datetime) -> bool:
    try:
        with acting(SYSTEM):
            return _claim(pk, at=at)
    except Exception as error:
        log.error("upkeep %s is stepped over: %s", pk, type(error).__name__)
        rows = Upkeep.objects.visible_to(SYSTEM).filter(pk=pk, next_alarm_at__lte=at)
        rows.update(next_alarm_at=at + STEP_OVER)
        return False


def _claim(pk: UUID, *, at: datetime) -> bool:
    rows = Upkeep.objects.visible_to(SYSTEM).select_for_update(skip_locked=True, of=("self",))
    row = rows.filter(pk=pk, next_alarm_at__lte=at).first()
    if row is None:
        return False
    marks = sorted(MARKS[row.kind])
    reached = [days for days in marks if row.base_at + timedelta(days=days) <= at]
    later = [days for days in marks if days not in reached]
    row.next_alarm_at = row.base_at + timedelta(days=later[0]) if later else None
    row.stage = reached[-1] if reached else None
    row.save(update_fields=["next_alarm_at", "stage"])
    if not reached or not _matters(row):
        return False
    events.record(
        MARKS[row.kind][row.stage],
        actor=SYSTEM,
        at=at,
        about=row.about,
        organisations=[row.organisation_id],
        owner_id=row.organisation_id,
        days=row.stage,
    )
    return True


def _matters(row: Upkeep) -> bool:
    """Whether anybody still relies on it: not for what is closed, ended or gone."""
    if row.kind == AGREEMENT:
        return Agreement.objects.visible_to(SYSTEM).filter(pk=row.about, status="active").exists()
    service = Service.objects.filter(pk=row.about, status="active", accepts_referrals=True)
    return service.filter(organisation__status="active", organisation__member_of_network=True).exists()
