"""When a service is open: its own hours, or its organisation's (HSDS schedule), and what that means now. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core import workdays
from core.workdays import DAYS, Calendar

BYDAY = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), DAYS, strict=True))
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LAST_MINUTE = "23:59"  # HSDS writes so what is open to midnight
LOOK_AHEAD = 60  # days


@dataclass(frozen=True)
class Now:
    """Whether it is open, until when, or when it opens next (None: not within two months)."""

    is_open: bool
    until: datetime | None = None
    opens_at: datetime | None = None


def week_of(schedules) -> dict[str, tuple[str, str]]:
    """Return {"mo": ("09:00", "18:00"), ...} from weekly Schedule rows; the first one of a day counts."""
    week: dict[str, tuple[str, str]] = {}
    for row in schedules:
        opens, closes = CLOCK.match(row.opens_at), CLOCK.match(row.closes_at)
        if row.freq != "WEEKLY" or not opens or not closes:
            continue
        for code in row.byday.split(","):
            if day := BYDAY.get(code.strip()[-2:]):
                week.setdefault(day, (opens[0], closes[0]))
    return {day: week[day] for day in DAYS if day in week}


def calendar_of(service, organisation, schedules) -> Calendar:
    """Return the calendar that counts for a service: its own week where it has one, else its organisation's."""
    week = week_of(schedules) or dict(organisation.opening_hours)
    week = {day: (opens, "24:00" if closes == LAST_MINUTE else closes) for day, (opens, closes) in week.items()}
    return workdays.calendar(
        hours=week,
        closures=[*organisation.closures, *service.closed_dates],
        country="" if service.open_on_holidays else organisation.country,
        time_zone=organisation.time_zone,
    )


def now(calendar: Calendar, at: datetime, *, closed_until: date | None = None) -> Now:
    """Return whether the calendar is open at the moment `at`, and until when or from when on.

    `closed_until` is the last day of a pause: nothing opens before it is over.
    """
    today = at.astimezone(calendar.zone).date()
    for number in range(LOOK_AHEAD):
        day = today + timedelta(days=number)
        if closed_until is not None and day <= closed_until:
            continue
        span = workdays.opening(day, calendar)
        if span is None or span[1] <= at:
            continue
        return Now(True, until=span[1]) if span[0] <= at else Now(False, opens_at=span[0])
    return Now(False)
