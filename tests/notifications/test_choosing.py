"""By which ways and when: urgency first, then what the member chose."""

from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from core import events
from core.actors import SYSTEM
from notifications.choosing import Reach, after_quiet, next_summary, ways
from notifications.consumers import notify
from notifications.delivery import deliver
from notifications.models import Delivery, Notice, Preference
from notifications.rules import APP, BOTH, Rule
from tests.clockwork import MONDAY, network, rolled_back

MINSK = ZoneInfo("Europe/Minsk")
MESSAGE = Rule(("other_side",), BOTH, "message")


def reach(*, devices=(), **facts) -> Reach:
    return Reach(preference=Preference(**facts), devices=devices, zone=MINSK)


def at(hour, minute=0, day=23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MINSK)


def told(urgency, moment=MONDAY, rule=MESSAGE, **facts):
    return [(way.channel, way.at, way.digest) for way in ways(rule, urgency=urgency, reach=reach(**facts), at=moment)]


def test_routine_mail_travels_in_the_summary_of_the_next_morning_unless_somebody_wants_it_now():
    assert told("routine") == [("email", at(8, day=24), True)]
    assert told("routine", digest="weekly") == [("email", at(8, day=30), True)]
    assert told("routine", digest="now") == [("email", MONDAY, False)]


def test_urgent_things_and_emergencies_are_told_at_once():
    assert told("urgent") == told("emergency") == [("email", MONDAY, False)]


def test_a_summary_never_leaves_before_what_it_holds_can_be_written():
    assert next_summary(at(7, 54), reach(digest="daily")) == at(8)
    assert next_summary(at(7, 56), reach(digest="daily")) == at(8, day=24)


def test_an_emergency_takes_every_way_there_is_whatever_was_switched_off():
    device = uuid4()
    facts = {
        "channels": {"message": []}, "phone_verified_at": MONDAY, "devices": (device,),
        "quiet_from": time(0), "quiet_until": time(23, 59),
    }  # fmt: skip
    assert told("urgent", **facts) == told("routine", **facts) == []
    assert {channel for channel, _at, _digest in told("emergency", **facts)} == {"email", "push", "sms"}
    assert {moment for _channel, moment, _digest in told("emergency", **facts)} == {MONDAY}


def test_a_text_message_needs_a_verified_number_and_the_wish_for_it():
    assert told("urgent", channels={"message": ["sms"]}) == []
    assert told("urgent", channels={"message": ["sms"]}, phone_verified_at=MONDAY) == [("sms", MONDAY, False)]
    assert told("urgent", phone_verified_at=MONDAY) == [("email", MONDAY, False)]


def test_each_device_that_asked_is_told():
    devices = (uuid4(), uuid4())
    found = ways(MESSAGE, urgency="urgent", reach=reach(devices=devices), at=MONDAY)
    assert [way.target_id for way in found if way.channel == "push"] == list(devices)


def test_what_is_only_shown_in_the_application_leaves_it_by_no_way():
    assert told("emergency", rule=Rule(("assignee",), APP, "news")) == []


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "expected"),
    [
        (time(19), time(8), at(18, 59), at(18, 59)),
        (time(19), time(8), at(19), at(8, day=24)),
        (time(19), time(8), at(23, 59), at(8, day=24)),
        (time(19), time(8), at(3), at(8)),
        (time(19), time(8), at(8), at(8)),
        (time(13), time(14), at(13, 30), at(14)),
        (time(13), time(14), at(14), at(14)),
        (time(9), time(9), at(9), at(9)),
        (None, None, at(3), at(3)),
    ],
)
def test_quiet_hours_hold_until_they_end(begins, ends, moment, expected):
    assert after_quiet(moment, reach(quiet_from=begins, quiet_until=ends)) == expected


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


def happened(world, count=1, moment=MONDAY):
    for number in range(count):
        event = events.record(
            "case.reassigned", actor=SYSTEM, at=moment, about=world.case.pk, case_id=world.case.pk, number=number
        )
        for _ in range(2):
            notify(event, at=moment)


def test_one_summary_holds_all_of_a_day_and_each_thing_in_it_knows_when_it_was_sent(world, mailoutbox):
    happened(world, 3)
    assert deliver(at=MONDAY + timedelta(hours=20)) == 0
    assert deliver(at=at(8, day=24)) == 1
    assert "3 уведомления" in mailoutbox[0].body
    assert Delivery.objects.filter(kind="case.reassigned", status="sent", sent_at=at(8, day=24)).count() == 3
    happened(world, 1, at(9, day=24))
    assert deliver(at=at(8, day=25)) == 1
    assert "1 уведомление" in mailoutbox[1].body


def test_a_summary_of_what_was_read_meanwhile_is_not_sent(world, mailoutbox):
    happened(world, 2)
    Notice.objects.update(read_at=MONDAY)
    assert deliver(at=at(8, day=24)) == 0
    assert set(Delivery.objects.values_list("status", "error")) == {("dropped", "read_meanwhile")}
    assert mailoutbox == []
