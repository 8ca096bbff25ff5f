"""Reminders: which dates are said again, how long before, and the sweep that says it (DOMAIN 8).

A date is stored as a row when it becomes known, replaced when it moves and closed when it is settled. The sweep
claims a row before it acts, so that two sweeps at once remind once.
"""

import logging
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from cases.models import Case, Reminder
from cases.states import OPEN
from core import events
from core.actors import SYSTEM, acting
from core.workdays import Calendar, calendar, working_day_near
from partners.models import Organisation

log = logging.getLogger(__name__)

# Days before the date; below nought, days after it. A kind also has its event in `cases/events.py` and its line
# in the table of notices, which says who is told.
SCHEDULE: dict[str, tuple[int, ...]] = {
    "status_end": (30, 14, 3),
    "consent_end": (30, 7),
    "review": (3, 0, -3),
    "retention": (30,),
    "appointment": (1,),
    "task": (0,),
}
OUTLIVES_THE_CASE = frozenset({"retention"})
MORNING = time(8)  # before the working day, so that it can be planned
STEP_OVER = timedelta(minutes=15)  # how long a row that cannot be dealt with stays out of the way


def plan_reminders(kind: str, *, about, case=None, person=None, on: date | None, at: datetime) -> Reminder | None:
    """Say that `on` is a date to be reminded of; what was planned for the same kind and `about` is replaced.

    Called inside a door, in its transaction. Args: `kind` is a key of SCHEDULE; `about` the id of the row that has
    the date; `case` or `person` (both are well) says who is told and who may see it. Marks that have passed at `at`
    are not told. Returns the Reminder, or None when `on` is None. Raises KeyError for an unknown kind.
    """
    marks = SCHEDULE[kind]
    drop_reminders(kind, about=about, at=at)
    if on is None:
        return None
    office = office_of((case or person).organisation_id)
    later = [days for days in marks if _alarm(on, days, office) > at]
    reminder = Reminder(
        organisation_id=(case or person).organisation_id,
        case_id=case.pk if case else None,
        person_id=person.pk if person else case.person_id,
        kind=kind,
        about=about,
        due_on=on,
        next_alarm_at=_alarm(on, later[0], office) if later else None,
        created_at=at,
    )
    reminder.save(force_insert=True)
    return reminder


def drop_reminders(kind: str, *, about, at: datetime) -> int:
    """Close what is planned for this kind and `about`: done, or of no interest any more. Return how many there were."""
    return Reminder.objects.filter(kind=kind, about=about, met_at=None).update(met_at=at, next_alarm_at=None)


def drop_reminders_of_case(case, *, at: datetime) -> int:
    """Close what is planned for a case that ends, but for the date on which it is to be erased."""
    rows = Reminder.objects.filter(case=case, met_at=None).exclude(kind__in=OUTLIVES_THE_CASE)
    return rows.update(met_at=at, next_alarm_at=None)


def upcoming(actor, *, case, limit: int = 5) -> list[Reminder]:
    """Return the next dates of a case and of its person, the soonest first. One query."""
    own = Q(case_id=None) | Q(case_id=case.pk)
    rows = Reminder.objects.visible_to(actor).filter(own, met_at=None, person_id=case.person_id)
    return list(rows.order_by("due_on", "id")[:limit])


def sweep(*, at: datetime, limit: int = 500) -> int:
    """Tell of every date whose mark is reached at the time `at`; return how many were told.

    Runs as the worker role; two sweeps at once share the work. After a standstill only the latest mark is told. A
    row that fails is stepped over for some minutes.
    """
    due = Reminder.objects.visible_to(SYSTEM).filter(met_at=None, next_alarm_at__lte=at)
    found = list(due.order_by("next_alarm_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(_safely(pk, at=at) for pk in found)


def _safely(pk, *, at: datetime) -> bool:
    try:
        with acting(SYSTEM):
            return _claim(pk, at=at)
    except Exception as error:
        log.error("reminder %s is stepped over: %s", pk, type(error).__name__)
        rows = Reminder.objects.visible_to(SYSTEM).filter(pk=pk, next_alarm_at__lte=at)
        rows.update(next_alarm_at=at + STEP_OVER)
        return False


def _claim(pk, *, at: datetime) -> bool:
    row = (
        Reminder.objects.visible_to(SYSTEM)
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=pk, met_at=None, next_alarm_at__lte=at)
        .first()
    )
    if row is None:
        return False
    case = _case_of(row)
    marks, office = SCHEDULE[row.kind], office_of(row.organisation_id)
    reached = [days for days in marks if _alarm(row.due_on, days, office) <= at]
    later = [days for days in marks if days not in reached]
    if not reached:  # a closure was noted since, and the day before the closed ones has not come
        row.next_alarm_at = _alarm(row.due_on, later[0], office)
        row.save(update_fields=["next_alarm_at"])
        return False
    row.stage = reached[-1]
    row.next_alarm_at = _alarm(row.due_on, later[0], office) if later else None
    if case is not None and case.status not in OPEN and row.kind not in OUTLIVES_THE_CASE:
        row.met_at, row.next_alarm_at, case = at, None, None
    row.save(update_fields=["stage", "next_alarm_at", "met_at"])
    if case is None:
        return False
    _record(row, case, at=at)
    return True


def _case_of(row: Reminder) -> Case | None:
    """Return the case whose people are told: its own, or the newest one that is open for the person."""
    cases = Case.objects.visible_to(SYSTEM)
    if row.case_id:
        return cases.get(pk=row.case_id)
    return cases.filter(person_id=row.person_id, status__in=OPEN).order_by("-opened_at", "pk").first()


def _record(row: Reminder, case: Case, *, at: datetime) -> None:
    """Write the event. Those who see to erasing do not see the case: theirs names the case as a fact only."""
    events.record(
        f"reminder.{row.kind}",
        actor=SYSTEM,
        at=at,
        about=row.pk,
        case_id=None if row.kind in OUTLIVES_THE_CASE else case.pk,
        organisations=[row.organisation_id],
        sender_id=row.organisation_id,  # whose case it is: the notice may lead to it
        case=case.pk,
        days=(row.due_on - timezone.localdate(at)).days,
    )


def office_of(organisation_id) -> Calendar:
    """Return the working calendar of an organisation. One query."""
    body = Organisation.objects.get(pk=organisation_id)
    return calendar(hours=body.opening_hours, closures=body.closures, country=body.country, time_zone=body.time_zone)


def _alarm(on: date, days: int, office: Calendar) -> datetime:
    """Return the morning on which it is said: where that day is free, on the last working day before it.

    What is said after the date is said on the next working day.
    """
    day = working_day_near(on - timedelta(days=days), office, before=days >= 0)
    return timezone.make_aware(datetime.combine(day, MORNING))
