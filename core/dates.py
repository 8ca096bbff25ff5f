"""Words for time: spans, relative moments and the deadline clock, from plain values (DESIGN: "Words")."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

HOUR, DAY = 3600, 86400
SOON_SHARE, SOON_LEFT = 0.25, timedelta(hours=2)  # DESIGN: amber under 25 % or 2 hours

# Django's Belarusian catalog has a nominative March and unofficial spellings of May, September and December.
# Listing the months here puts them into our own catalogs, which come before Django's.
GENITIVE_MONTHS = (
    pgettext_lazy("alt. month", "January"),
    pgettext_lazy("alt. month", "February"),
    pgettext_lazy("alt. month", "March"),
    pgettext_lazy("alt. month", "April"),
    pgettext_lazy("alt. month", "May"),
    pgettext_lazy("alt. month", "June"),
    pgettext_lazy("alt. month", "July"),
    pgettext_lazy("alt. month", "August"),
    pgettext_lazy("alt. month", "September"),
    pgettext_lazy("alt. month", "October"),
    pgettext_lazy("alt. month", "November"),
    pgettext_lazy("alt. month", "December"),
)


def span(length: timedelta) -> str:
    """Return a length of time in words: "40 min", "7 h 40 min", "15 h", "2 days". Negative counts as positive."""
    minutes = int(abs(length).total_seconds()) // 60
    hours, days = minutes // 60, minutes // (60 * 24)
    if hours >= 48:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if hours >= 10 or (hours and not minutes % 60):
        return _("%(hours)d h") % {"hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)d min") % {"minutes": minutes}


def left(length: timedelta) -> str:
    """Return how much time is left, or how late it is: "3 h left", "Late by 1 h 10 min"."""
    if length < timedelta(0):
        return _("Late by %(span)s") % {"span": span(length)}
    return _("%(span)s left") % {"span": span(length)}


def day(value: date | datetime, *, at: datetime | None = None) -> str:
    """Return a date, with the year only when it is not the year of `at` (now when None): "16 March"."""
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    same_year = local.year == timezone.localtime(at).year
    return date_format(local, "MONTH_DAY_FORMAT" if same_year else "DATE_FORMAT")


def exact(value: datetime) -> str:
    """Return a moment in full, for tooltips: "16 March 2026, 17:05"."""
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


def stamp(value: datetime, *, at: datetime | None = None) -> str:
    """Return a day and a time of day: "today, 08:20", "tomorrow, 10:00", "16 March, 17:05"."""
    local, today = timezone.localtime(value), timezone.localtime(at).date()
    clock = date_format(local, "TIME_FORMAT")
    near = {-1: _("yesterday, %(clock)s"), 0: _("today, %(clock)s"), 1: _("tomorrow, %(clock)s")}
    words = near.get((local.date() - today).days, _("%(day)s, %(clock)s"))
    return words % {"day": day(local, at=at), "clock": clock}


def moment(value: datetime, *, at: datetime | None = None) -> str:
    """Return a moment, in minutes when it is within the hour, else as `stamp`: "12 min ago", "today, 08:20"."""
    passed = (at or timezone.now()) - value
    if timedelta(0) <= passed < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) <= passed < timedelta(hours=1):
        return _("%(span)s ago") % {"span": span(passed)}
    if timedelta(0) > passed > -timedelta(hours=1):
        return _("in %(span)s") % {"span": span(passed)}
    return stamp(value, at=at)


@dataclass(frozen=True)
class Clock:
    """A deadline as drawn: `tone` (go, soon, late, paused, met), the share left in per cent, and the words."""

    tone: str
    share: int
    words: str
    whole: str
    due_at: datetime
    ticking: bool


def clock(due_at, started_at=None, *, at=None, paused=None, met_at=None) -> Clock:
    """Return the deadline clock of `due_at`.

    Args: `started_at` gives the share left (without it the ring is full until late); `paused` is the moment the
    clock stopped, or True when that is not known; `met_at` the moment the deadline was met; `at` is now.
    """
    now = at or timezone.now()
    stopped_at = paused if isinstance(paused, datetime) else now
    remaining = due_at - (met_at or stopped_at)
    total = due_at - started_at if started_at and started_at < due_at else None
    share = 100 if total is None else max(0, min(100, round(100 * (remaining / total))))
    whole = _("%(span)s in all") % {"span": span(total)} if total else ""
    if met_at:
        words = _("In time") if remaining >= timedelta(0) else left(remaining)
        return Clock("met" if remaining >= timedelta(0) else "late", share, words, whole, due_at, False)
    if paused:
        return Clock("paused", share, _("Clock stopped"), whole, due_at, False)
    if remaining < timedelta(0):
        return Clock("late", 100, left(remaining), whole, due_at, True)
    soon = remaining <= SOON_LEFT or (total is not None and remaining / total < SOON_SHARE)
    return Clock("soon" if soon else "go", share, left(remaining), whole, due_at, True)
