"""Closed days of an organisation: noted by who manages it, left out by what begins afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Reminder
from cases.reminders import plan_reminders
from core.actions import Incomplete, NotPermitted
from core.actors import acting
from core.workdays import calendar, working_day_near
from partners.actions.closures import close_days, open_day
from partners.models import Organisation
from referral import deadlines
from referral.models import Referral
from tests.world import NOON

TUESDAY = date(2026, 11, 24)


def closed(w, first, last, *, who="admin"):
    with acting(w.actors[who]) as actor:
        return close_days(actor=actor, at=NOON, first_on=first, last_on=last)


def test_a_limit_that_begins_afterwards_leaves_the_closed_days_out(world):
    made = Referral(sender=world.of.receiver, receiver=world.of.sender, urgency="routine")
    before = deadlines.due(made, "decide", at=NOON)
    closed(world, TUESDAY, TUESDAY + timedelta(days=1))
    assert timezone.localdate(deadlines.due(made, "decide", at=NOON)) == timezone.localdate(before) + timedelta(days=4)


def test_a_day_is_open_after_all(world):
    closed(world, TUESDAY, TUESDAY + timedelta(days=1))
    with acting(world.actors["admin"]) as actor:
        open_day(actor=actor, at=NOON, day=TUESDAY)
    assert Organisation.objects.get(pk=world.of.sender.pk).closures == ["2026-11-25"]


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-4, -2), (0, 100)])
def test_days_in_disorder_gone_by_or_without_an_end_are_refused(world, first, last):
    with pytest.raises(Incomplete):
        closed(world, TUESDAY + timedelta(days=first), TUESDAY + timedelta(days=last))


def test_who_does_not_manage_the_organisation_may_not(world):
    with pytest.raises(NotPermitted):
        closed(world, TUESDAY, TUESDAY, who="caseworker")


def alarm(w, on) -> datetime:
    with acting(w.actors["caseworker"]):
        row = plan_reminders("retention", about=w.of.case.pk, case=w.of.case, on=on, at=NOON)
        assert Reminder.objects.filter(pk=row.pk).exists()
    return row.next_alarm_at


def test_a_reminder_falls_on_the_last_working_day_before_a_free_one(world):
    sunday = date(2026, 12, 6)
    assert alarm(world, sunday + timedelta(days=30)) == datetime(2026, 12, 4, 5, tzinfo=UTC)
    closed(world, date(2026, 12, 4), date(2026, 12, 4))
    assert alarm(world, sunday + timedelta(days=30)) == datetime(2026, 12, 3, 5, tzinfo=UTC)


def test_a_public_holiday_is_no_day_for_a_reminder_and_a_moved_saturday_is():
    office = calendar()
    assert working_day_near(date(2026, 12, 25), office, before=True) == date(2026, 12, 24)
    assert working_day_near(date(2026, 12, 25), office, before=False) == date(2026, 12, 28)
    never = calendar(
        hours={"mo": ("09:00", "09:00")}, closures=[date(2025, 6, 1) + timedelta(days=n) for n in range(1200)]
    )
    assert working_day_near(date(2026, 12, 25), never, before=True) == date(2026, 12, 25)


def test_the_page_notes_shows_and_ends_closed_days(world, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client = Client()
    client.force_login(world.members["admin"].user)
    url, day = reverse("partners:closures"), timezone.localdate() + timedelta(days=3)
    assert client.post(url, {"first_on": day, "last_on": day - timedelta(days=1)}).status_code == 422
    assert client.post(url, {"first_on": day, "last_on": day}).status_code == 302
    assert day.isoformat() in client.get(url).content.decode()
    client.post(reverse("partners:end_closure"), {"day": day})
    assert "No closed days are noted." in client.get(url).content.decode()
