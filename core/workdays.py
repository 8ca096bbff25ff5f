"""Working time in one organisation's calendar (DOMAIN 4.2). Pure: no Django.

Public holidays, and Saturdays that are worked in exchange for a bridge day, are those of the `holidays` package;
for a country it does not know only the weekly hours and the closures count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
OFFICE_HOURS = ("09:00", "18:00")
WEEK = dict.fromkeys(DAYS[:5], OFFICE_HOURS)
HORIZON = 366  # days without an opening after which a calendar counts as never open


class NeverOpen(ValueError):
    """The calendar has no working time within a year."""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """When an organisation works: weekly hours, days it is closed, its country's holidays, its time zone.

    `hours` is {"mo": ("09:00", "18:00"), ...}; "24:00" ends a day. Empty means Monday to Friday, 9 to 18.
    """

    hours: Mapping[str, tuple[str, str]]
    closures: frozenset[date] = frozenset()
    country: str = "BY"
    time_zone: str = "Europe/Minsk"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def calendar(
    *, hours: Mapping | None = None, closures=(), country: str = "BY", time_zone: str = "Europe/Minsk"
) -> Calendar:
    """Return a calendar from plain values, as an organisation stores them (dates as text or as dates)."""
    days = frozenset(day if isinstance(day, date) else date.fromisoformat(day) for day in closures)
    return Calendar(hours=dict(hours or WEEK), closures=days, country=country, time_zone=time_zone)


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Return whether the organisation is open on that day: a moved working Saturday has the hours of a Friday."""
    return _hours(day, calendar) is not None


def opening(day: date, calendar: Calendar) -> tuple[datetime, datetime] | None:
    """Return when the organisation opens and closes on that day, in UTC, or None when it does not."""
    hours = _hours(day, calendar)
    if hours is None:
        return None
    begins, ends = (_moment(day, text, calendar.zone) for text in hours)
    return (begins, ends) if begins < ends else None


def add_working_hours(start: datetime, hours: float, calendar: Calendar) -> datetime:
    """Return the moment when `hours` of opening time have passed since `start` (both UTC).

    Raises NeverOpen when the calendar has no opening time within a year.
    """
    left = timedelta(hours=hours)
    day = start.astimezone(calendar.zone).date()
    for _ in range(HORIZON):
        span = opening(day, calendar)
        if span is not None:
            begins, ends = max(span[0], start), span[1]
            if begins < ends:
                if left <= ends - begins:
                    return begins + left
                left -= ends - begins
        day += timedelta(days=1)
    raise NeverOpen


def add_working_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """Return the end of the `days`-th working day after the day of `start` (both UTC).

    What comes in after closing time, or on a free day, counts as come in on the next working day: a request of
    Friday night has the whole of Tuesday for one working day. Raises NeverOpen.
    """
    day = _received_on(start, calendar)
    for _ in range(days):
        day = _next_working_day(day + timedelta(days=1), calendar)
    return opening(day, calendar)[1]


def working_day_near(day: date, calendar: Calendar, *, before: bool) -> date:
    """Return the day itself when it is worked, else the last working day before it, or the next one after it.

    A calendar that is never open leaves the day as it is.
    """
    step = timedelta(days=-1 if before else 1)
    found = day
    for _ in range(HORIZON):
        if is_working_day(found, calendar):
            return found
        found += step
    return day


def end_of_working_day(moment: datetime, calendar: Calendar) -> datetime:
    """Return `moment` if the organisation is open then, else the end of the working day that follows (UTC)."""
    span = opening(moment.astimezone(calendar.zone).date(), calendar)
    if span is not None and span[0] <= moment <= span[1]:
        return moment
    return opening(_received_on(moment, calendar), calendar)[1]


def _hours(day: date, calendar: Calendar):
    if day in calendar.closures:
        return None
    free, worked = _holidays(calendar.country, day.year)
    if day in free:
        return None
    weekday = DAYS[day.weekday()]
    if day in worked and weekday not in calendar.hours:
        return calendar.hours.get("fr")
    return calendar.hours.get(weekday)


@cache
def _holidays(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    if country not in holidays.list_supported_countries():
        return frozenset(), frozenset()
    known = holidays.country_holidays(country, years=year)
    return frozenset(known), frozenset(known.weekend_workdays)


def _moment(day: date, text: str, zone: ZoneInfo) -> datetime:
    if text == "24:00":
        day, text = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(text), zone).astimezone(UTC)


def _received_on(start: datetime, calendar: Calendar) -> date:
    """The working day on which something that comes in at `start` counts as received."""
    day = start.astimezone(calendar.zone).date()
    span = opening(day, calendar)
    if span is not None and start < span[1]:
        return day
    return _next_working_day(day + timedelta(days=1), calendar)


def _next_working_day(day: date, calendar: Calendar) -> date:
    for _ in range(HORIZON):
        if opening(day, calendar) is not None:
            return day
        day += timedelta(days=1)
    raise NeverOpen
