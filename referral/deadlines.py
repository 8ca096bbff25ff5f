"""The clocks of a referral: which begin, stop, pause and end with each step (DOMAIN 4.2).

Due times are stored when a clock begins. A pause moves them by its own length, nothing else does.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import workdays
from core.events import kinds
from partners.models import Organisation
from referral.models import Deadline, Referral

kinds(deadline_reached=_("A time limit was reached"), deadline_resumed=_("The clock runs again"))

HOURS, OFFICE_HOURS, DAYS, WORKING_DAYS = "hours", "office_hours", "days", "working_days"


@dataclass(frozen=True)
class Limit:
    """How long one thing may take; office hours and working days are those of the receiver."""

    amount: float
    unit: str


LIMITS: dict[str, dict[str, Limit]] = {
    "acknowledge": {
        "emergency": Limit(1, HOURS),
        "urgent": Limit(3, OFFICE_HOURS),
        "routine": Limit(1, WORKING_DAYS),
    },
    "decide": {"emergency": Limit(4, HOURS), "urgent": Limit(24, HOURS), "routine": Limit(3, WORKING_DAYS)},
    "contact": {"emergency": Limit(24, HOURS), "urgent": Limit(72, HOURS), "routine": Limit(14, DAYS)},
    "report": {"emergency": Limit(24, HOURS), "urgent": Limit(3, WORKING_DAYS), "routine": Limit(7, DAYS)},
    "call": {"emergency": Limit(0.5, HOURS)},  # DOMAIN 4.3: call, when nobody has looked after half an hour
    # T7: every 14 days, and once more when the day has passed on which a place was expected.
    "recheck": {urgency: Limit(14, DAYS) for urgency in ("emergency", "urgent", "routine")},
}

CALL_AGAIN = timedelta(minutes=10)  # after a call that reached nobody

# Alarms, in per cent of the time. The call is made once; a waiting list is looked at again and again.
MARKS: dict[str, tuple[int, ...]] = {"call": (100,), "recheck": (100,)}
ALL_MARKS = (50, 100, 150, 200)


@dataclass(frozen=True)
class Effect:
    """What a step does to the clocks. `ends` closes every clock that is still open."""

    meets: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    ends: bool = False


_SENT = Effect(opens=("acknowledge", "decide", "call"))
EFFECTS: dict[str, Effect] = {
    "send": _SENT,
    "approve": _SENT,
    "receive": Effect(meets=("acknowledge", "call")),
    "phone": Effect(meets=("acknowledge", "call")),
    "ask": Effect(pauses=("decide",)),
    "reply": Effect(resumes=("decide",)),
    "accept": Effect(meets=("decide", "recheck"), opens=("contact",)),
    "waitlist": Effect(meets=("decide",), opens=("recheck",)),
    "decline": Effect(meets=("decide", "recheck"), ends=True),
    "start": Effect(meets=("contact",), opens=("report",)),
    "hold": Effect(pauses=("report",)),
    "resume": Effect(resumes=("report",)),
    "complete": Effect(meets=("report",), ends=True),
    "not_complete": Effect(meets=("report", "contact"), ends=True),
    **{name: Effect(ends=True) for name in ("cancel", "withdraw", "expire", "mark_error")},
}


def on_step(referral: Referral, step_name: str, *, at: datetime) -> None:
    """Open, meet, pause, resume or close the clocks that the step concerns, and show the next one on the referral.

    Called by `lifecycle.advance` inside its transaction, with the locked referral in its new state. Writes
    Deadline rows; sets `due_at`, `due_from` and `paused_at` on the referral without saving it.
    """
    effect = EFFECTS.get(step_name)
    if effect is None:
        return
    running = {row.clock: row for row in _running(referral)}
    for clock in effect.meets:
        if row := running.pop(clock, None):
            _end(row, met_at=at)
    for clock in effect.pauses:
        if row := running.get(clock):
            _pause(row, at=at)
    for clock in effect.resumes:
        if (row := running.get(clock)) and row.paused_at:
            resume(row, referral, at=at)
    if effect.ends:
        for row in running.values():
            _end(row, closed_at=at)
        running = {}
    for clock in effect.opens:
        if clock not in running and referral.urgency in LIMITS[clock]:
            running[clock] = begin(referral, clock, at=at)
    show(referral, list(running.values()))


def begin(referral: Referral, clock: str, *, at: datetime, due_at: datetime | None = None) -> Deadline:
    """Start a clock at `at`; its due time, where none is given, follows DOMAIN 4.2 and the receiver's calendar."""
    row = Deadline(
        referral=referral,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
        clock=clock,
        started_at=at,
        due_at=due_at or due(referral, clock, at=at),
    )
    row.next_alarm_at = next_alarm(row)
    row.save(force_insert=True)
    return row


def again(row: Deadline, referral: Referral, *, at: datetime) -> Deadline:
    """End a clock that has done its work and start the next one of its kind (a waiting list, each 14 days)."""
    _end(row, met_at=at)
    return begin(referral, row.clock, at=at)


def due(referral: Referral, clock: str, *, at: datetime) -> datetime:
    """Return when a clock that begins at `at` runs out (UTC)."""
    if clock == "call" and nobody_looks(referral, at=at):
        return at
    limit = LIMITS[clock][referral.urgency]
    if clock == "recheck" and (reminder := morning_after(referral.expected_on)) and reminder > at:
        return min(reminder, at + timedelta(days=limit.amount))
    if limit.unit == HOURS:
        return at + timedelta(hours=limit.amount)
    if limit.unit == DAYS:
        return at + timedelta(days=limit.amount)
    if limit.unit == OFFICE_HOURS:
        return workdays.add_working_hours(at, limit.amount, calendar_of(referral.receiver_id))
    return workdays.add_working_days(at, int(limit.amount), calendar_of(referral.receiver_id))


def morning_after(day: date | None) -> datetime | None:
    """Return when somebody is reminded that an expected date has passed: at eight the day after."""
    return day and timezone.make_aware(datetime.combine(day + timedelta(days=1), time(8)))


def has_desk(organisation_id) -> bool:
    """Return whether somebody of an organisation can answer in Waymark (G7)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.has_desk(%s)", [organisation_id])
        return cursor.fetchone()[0]


def nobody_looks(referral: Referral, *, at: datetime) -> bool:
    """Return whether the receiver has nobody in Waymark, or its desk is closed now: then it is called at once."""
    calendar = calendar_of(referral.receiver_id)
    hours = workdays.opening(at.astimezone(calendar.zone).date(), calendar)
    return hours is None or not hours[0] <= at < hours[1] or not has_desk(referral.receiver_id)


def call_again(referral: Referral, *, at: datetime) -> Deadline:
    """End the clock of a call that reached nobody, and ask for the next one in ten minutes."""
    for row in _running(referral).filter(clock="call"):
        _end(row, met_at=at)
    return begin(referral, "call", at=at, due_at=at + CALL_AGAIN)


def calendar_of(organisation_id) -> workdays.Calendar:
    """Return the working calendar of an organisation."""
    organisation = Organisation.objects.get(pk=organisation_id)
    return workdays.calendar(
        hours=organisation.opening_hours,
        closures=organisation.closures,
        country=organisation.country,
        time_zone=organisation.time_zone,
    )


def length(row: Deadline) -> timedelta:
    """Return the time that the clock gives, pauses not counted."""
    return row.due_at - row.started_at - row.paused_for


def mark(row: Deadline, per_cent: int) -> datetime:
    """Return when the clock stands at so many per cent of its time."""
    return row.started_at + row.paused_for + length(row) * per_cent / 100


def marks_of(clock: str) -> tuple[int, ...]:
    """Return the per cents at which somebody is told (DOMAIN 4.3)."""
    return MARKS.get(clock, ALL_MARKS)


def next_alarm(row: Deadline) -> datetime | None:
    """Return when the next mark after `row.stage` is reached; None after the last."""
    later = [per_cent for per_cent in marks_of(row.clock) if per_cent > row.stage]
    return mark(row, later[0]) if later else None


def resume(row: Deadline, referral: Referral, *, at: datetime) -> None:
    """Let a paused clock run again: the due time moves by the pause; one of working days into opening time."""
    paused = at - row.paused_at
    row.paused_for += paused
    row.due_at += paused
    if LIMITS[row.clock][referral.urgency].unit in {WORKING_DAYS, OFFICE_HOURS}:
        row.due_at = workdays.end_of_working_day(row.due_at, calendar_of(referral.receiver_id))
    row.paused_at = None
    row.next_alarm_at = next_alarm(row)
    row.save(update_fields=["paused_for", "due_at", "paused_at", "next_alarm_at"])


def show(referral: Referral, rows: list[Deadline] | None = None) -> None:
    """Set the clock that the inbox shows: what the receiver owes next. The call is the sender's and not shown."""
    rows = [row for row in (_running(referral) if rows is None else rows) if row.clock != "call"]
    shown = min(rows, key=lambda row: (row.paused_at is not None, row.due_at), default=None)
    referral.due_at = shown and shown.due_at
    referral.due_from = shown and shown.started_at
    referral.paused_at = shown and shown.paused_at


def _running(referral: Referral):
    return Deadline.objects.filter(referral_id=referral.pk, met_at=None, closed_at=None).order_by("clock")


def _pause(row: Deadline, *, at: datetime) -> None:
    """Stop a clock. The decision waits for an answer once, and no longer than its own time (T5)."""
    if row.paused_at is not None or (row.clock == "decide" and row.paused_for):
        return
    row.paused_at = at
    row.next_alarm_at = at + length(row) if row.clock == "decide" else None
    row.save(update_fields=["paused_at", "next_alarm_at"])


def _end(row: Deadline, *, met_at: datetime | None = None, closed_at: datetime | None = None) -> None:
    row.met_at, row.closed_at, row.next_alarm_at = met_at, closed_at, None
    row.save(update_fields=["met_at", "closed_at", "next_alarm_at"])
