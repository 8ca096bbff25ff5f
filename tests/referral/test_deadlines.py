"""The clocks of a referral: DOMAIN 4.2 as data, and what each step does to them."""

from datetime import UTC, datetime, timedelta

import pytest

from referral import deadlines
from referral.models import Deadline
from tests.clockwork import MONDAY, network, referral, rolled_back

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def take(made, *steps):
    """Take steps at (name, moment), as the lifecycle would."""
    for name, at in steps:
        deadlines.on_step(made, name, at=at)
        made.save()


def clock(made, name) -> Deadline:
    return Deadline.objects.filter(referral=made, clock=name).latest("started_at")


@pytest.mark.parametrize(
    ("urgency", "acknowledge", "decide"),
    [
        ("emergency", "2026-11-23T08:00", "2026-11-23T11:00"),
        ("urgent", "2026-11-23T10:00", "2026-11-24T07:00"),
        ("routine", "2026-11-24T15:00", "2026-11-26T15:00"),
    ],
)
def test_sending_starts_the_clocks_of_the_answer(world, urgency, acknowledge, decide):
    made = referral(world, urgency=urgency)
    take(made, ("send", MONDAY))
    assert clock(made, "acknowledge").due_at == utc(acknowledge)
    assert clock(made, "decide").due_at == utc(decide)
    assert (made.due_at, made.due_from, made.paused_at) == (utc(acknowledge), MONDAY, None)


def test_an_urgent_referral_of_friday_evening_is_acknowledged_in_office_time_but_decided_within_24_hours(world):
    made, friday = referral(world, urgency="urgent"), utc("2026-11-27T14:00")  # 17:00 in Minsk
    take(made, ("approve", friday))
    assert clock(made, "acknowledge").due_at == utc("2026-11-30T08:00")
    assert clock(made, "decide").due_at == friday + DAY


@pytest.mark.parametrize(
    ("urgency", "contact", "report"),
    [
        ("emergency", 24 * HOUR, utc("2026-11-24T07:00")),
        ("urgent", 72 * HOUR, utc("2026-11-26T15:00")),
        ("routine", 14 * DAY, utc("2026-11-30T07:00")),
    ],
)
def test_acceptance_starts_the_contact_clock_and_contact_the_report_clock(world, urgency, contact, report):
    made = referral(world, urgency=urgency)
    take(made, ("send", MONDAY), ("receive", MONDAY), ("accept", MONDAY))
    assert clock(made, "decide").met_at == MONDAY
    assert made.due_at == MONDAY + contact
    take(made, ("start", MONDAY))
    assert clock(made, "contact").met_at == MONDAY
    assert made.due_at == report
    take(made, ("complete", MONDAY + HOUR))
    assert clock(made, "report").met_at == MONDAY + HOUR
    assert made.due_at is None


def test_only_an_emergency_has_a_call_clock_of_half_an_hour_and_the_inbox_does_not_show_it(world):
    made = referral(world, urgency="emergency")
    take(made, ("send", MONDAY))
    assert clock(made, "call").due_at == MONDAY + timedelta(minutes=30)
    assert made.due_at == MONDAY + HOUR
    take(made, ("receive", MONDAY + timedelta(minutes=10)))
    assert clock(made, "call").met_at == clock(made, "acknowledge").met_at == MONDAY + timedelta(minutes=10)
    made.state = "cancelled"
    made.save()
    urgent = referral(world, urgency="urgent")
    take(urgent, ("send", MONDAY))
    assert not Deadline.objects.filter(referral=urgent, clock="call").exists()


def test_a_question_stops_the_decision_clock_and_the_answer_moves_its_due_time(world):
    made = referral(world, urgency="urgent")
    take(made, ("send", MONDAY), ("receive", MONDAY), ("ask", MONDAY + 2 * HOUR))
    assert (made.due_at, made.paused_at) == (MONDAY + 24 * HOUR, MONDAY + 2 * HOUR)
    take(made, ("reply", MONDAY + 7 * HOUR))
    row = clock(made, "decide")
    assert (row.due_at, row.paused_for, row.paused_at) == (MONDAY + 29 * HOUR, 5 * HOUR, None)
    assert row.next_alarm_at == MONDAY + 17 * HOUR  # half of the 24 hours, and the pause
    assert (made.due_at, made.paused_at) == (MONDAY + 29 * HOUR, None)


def test_a_second_question_does_not_stop_the_clock_again(world):
    made = referral(world, urgency="urgent")
    take(made, ("send", MONDAY), ("receive", MONDAY), ("ask", MONDAY + HOUR), ("reply", MONDAY + 2 * HOUR))
    take(made, ("ask", MONDAY + 3 * HOUR))
    assert clock(made, "decide").paused_at is None
    assert made.due_at == MONDAY + 25 * HOUR


def test_a_paused_decision_is_looked_at_again_after_one_length_of_the_deadline(world):
    made = referral(world, urgency="urgent")
    take(made, ("send", MONDAY), ("receive", MONDAY), ("ask", MONDAY + HOUR))
    assert clock(made, "decide").next_alarm_at == MONDAY + HOUR + DAY


def test_a_pause_over_the_weekend_moves_a_decision_of_working_days_into_opening_time(world):
    made = referral(world, urgency="routine")
    take(made, ("send", MONDAY), ("receive", MONDAY), ("ask", MONDAY), ("reply", MONDAY + 2 * DAY))
    assert clock(made, "decide").due_at == utc("2026-11-30T15:00")  # 26 November and two days is a Saturday


def test_a_hold_stops_the_report_clock_each_time(world):
    made = referral(world, urgency="routine")
    take(made, ("send", MONDAY), ("receive", MONDAY), ("accept", MONDAY), ("start", MONDAY))
    for begins in (1, 3):
        take(made, ("hold", MONDAY + begins * DAY))
        assert made.paused_at == MONDAY + begins * DAY
        assert clock(made, "report").next_alarm_at is None
        take(made, ("resume", MONDAY + (begins + 1) * DAY))
    assert clock(made, "report").due_at == MONDAY + 9 * DAY


def test_a_waiting_list_is_looked_at_again_after_14_days(world):
    made = referral(world)
    take(made, ("send", MONDAY), ("receive", MONDAY), ("waitlist", MONDAY))
    assert clock(made, "decide").met_at == MONDAY
    assert made.due_at == clock(made, "recheck").next_alarm_at == MONDAY + 14 * DAY
    take(made, ("accept", MONDAY + DAY))
    assert clock(made, "recheck").met_at == MONDAY + DAY
    assert made.due_at == MONDAY + 15 * DAY


@pytest.mark.parametrize("step", ["decline", "cancel", "withdraw", "expire", "mark_error", "not_complete", "complete"])
def test_nothing_is_owed_after_the_end(world, step):
    made = referral(world, urgency="emergency")
    take(made, ("send", MONDAY), (step, MONDAY + HOUR))
    assert not Deadline.objects.filter(referral=made, met_at=None, closed_at=None).exists()
    assert not Deadline.objects.filter(referral=made, next_alarm_at__isnull=False).exists()
    assert made.due_at is None


def test_a_decline_is_a_decision_and_a_cancellation_is_none(world):
    made = referral(world)
    take(made, ("send", MONDAY), ("receive", MONDAY), ("decline", MONDAY + HOUR))
    assert clock(made, "decide").met_at == MONDAY + HOUR
    made.state = "cancelled"
    made.save()
    other = referral(world)
    take(other, ("send", MONDAY), ("cancel", MONDAY + HOUR))
    assert (clock(other, "decide").met_at, clock(other, "decide").closed_at) == (None, MONDAY + HOUR)


def test_a_new_calendar_does_not_rewrite_stored_due_times(world):
    made = referral(world)
    take(made, ("send", MONDAY))
    world.receiver.closures = ["2026-11-24", "2026-11-25"]
    world.receiver.save()
    take(made, ("receive", MONDAY + HOUR))
    assert clock(made, "decide").due_at == utc("2026-11-26T15:00")


def test_the_alarms_are_at_the_quarters_of_twice_the_time(world):
    made = referral(world, urgency="emergency")
    take(made, ("send", MONDAY))
    row = clock(made, "decide")
    assert [deadlines.mark(row, per_cent) - MONDAY for per_cent in (50, 100, 150, 200)] == [
        2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR,
    ]  # fmt: skip
    assert row.next_alarm_at == MONDAY + 2 * HOUR
