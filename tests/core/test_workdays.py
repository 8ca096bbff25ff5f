"""Working time: office hours, weekends, closures, Belarusian holidays and the Saturday that is worked instead."""

from datetime import UTC, date, datetime

import pytest

from core import workdays

BELARUS = workdays.calendar()


def minsk(text: str) -> datetime:
    """A moment in Minsk (UTC+3 all year), in UTC."""
    return datetime.fromisoformat(f"{text}+03:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-23T10:00", 3, "2026-11-23T13:00"),
        ("2026-11-23T16:30", 3, "2026-11-24T10:30"),
        ("2026-11-23T06:00", 3, "2026-11-23T12:00"),
        ("2026-11-23T18:00", 1, "2026-11-24T10:00"),
        ("2026-11-27T17:00", 3, "2026-11-30T11:00"),
        ("2026-11-28T12:00", 3, "2026-11-30T12:00"),
        ("2026-11-23T09:00", 9, "2026-11-23T18:00"),
    ],
)
def test_working_hours_run_only_while_the_office_is_open(start, hours, expected):
    assert workdays.add_working_hours(minsk(start), hours, BELARUS) == minsk(expected)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-23T10:00", 1, "2026-11-24T18:00"),
        ("2026-11-23T10:00", 3, "2026-11-26T18:00"),
        ("2026-11-27T10:00", 1, "2026-11-30T18:00"),
        ("2026-11-27T19:00", 1, "2026-12-01T18:00"),
        ("2026-11-29T10:00", 1, "2026-12-01T18:00"),
    ],
)
def test_a_working_day_ends_at_closing_time_and_weekends_do_not_count(start, days, expected):
    assert workdays.add_working_days(minsk(start), days, BELARUS) == minsk(expected)


def test_the_moved_working_day_of_april_2026_counts():
    assert not workdays.is_working_day(date(2026, 4, 20), BELARUS)  # Monday, free
    assert not workdays.is_working_day(date(2026, 4, 21), BELARUS)  # Radunitsa
    assert workdays.is_working_day(date(2026, 4, 25), BELARUS)  # Saturday, worked instead
    assert workdays.add_working_days(minsk("2026-04-17T10:00"), 1, BELARUS) == minsk("2026-04-22T18:00")
    assert workdays.add_working_days(minsk("2026-04-24T10:00"), 1, BELARUS) == minsk("2026-04-25T18:00")


def test_a_public_holiday_stops_the_clock():
    assert workdays.add_working_hours(minsk("2026-07-02T17:00"), 2, BELARUS) == minsk("2026-07-06T10:00")


def test_an_organisations_own_hours_closures_and_time_zone_are_used():
    own = workdays.calendar(
        hours={"mo": ["10:00", "14:00"], "sa": ["00:00", "24:00"]}, closures=["2026-11-30"], time_zone="Europe/Warsaw"
    )
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)  # Monday, 13:00 in Warsaw
    assert workdays.add_working_hours(start, 2, own) == datetime(2026, 11, 28, 0, tzinfo=UTC)
    assert workdays.add_working_days(start, 1, own) == datetime(2026, 11, 28, 23, tzinfo=UTC)
    assert workdays.add_working_days(start, 2, own) == datetime(2026, 12, 5, 23, tzinfo=UTC)


def test_a_country_without_known_holidays_keeps_its_week():
    nowhere = workdays.calendar(country="XX")
    assert workdays.is_working_day(date(2026, 1, 1), nowhere)
    assert not workdays.is_working_day(date(2026, 1, 3), nowhere)


def test_a_calendar_that_never_opens_is_refused_instead_of_searched_for_ever():
    closed = workdays.Calendar(hours={})
    with pytest.raises(workdays.NeverOpen):
        workdays.add_working_hours(minsk("2026-11-23T10:00"), 1, closed)
    with pytest.raises(workdays.NeverOpen):
        workdays.add_working_days(minsk("2026-11-23T10:00"), 1, closed)


def test_a_moment_outside_opening_time_moves_to_the_end_of_the_next_working_day():
    assert workdays.end_of_working_day(minsk("2026-11-23T11:00"), BELARUS) == minsk("2026-11-23T11:00")
    assert workdays.end_of_working_day(minsk("2026-11-28T11:00"), BELARUS) == minsk("2026-11-30T18:00")
    assert workdays.end_of_working_day(minsk("2026-11-23T20:00"), BELARUS) == minsk("2026-11-24T18:00")
