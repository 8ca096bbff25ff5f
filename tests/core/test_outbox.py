"""The relay: every event reaches every consumer, in order for who polls, and a poisoned one stops nobody."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from config import celery
from core import events, outbox
from core.actors import SYSTEM
from core.models import Event, Feed, Outbox
from tests.clockwork import MONDAY
from tests.conftest import role

told: list = []
HERE = "tests.core.test_outbox"


def remember(event, *, at):
    told.append(event.pk)


def choke(event, *, at):
    if event.facts.get("poison"):
        raise ValueError("Zarifa-Canary")


@pytest.fixture
def worker(committed, settings):
    told.clear()
    settings.CONSUMERS = [f"{HERE}.remember"]
    with role("WORKER_DATABASE_URL"):
        yield


def record(*, at=MONDAY, **facts):
    with transaction.atomic():
        return events.record(
            "record.read", actor=SYSTEM, at=at, about=uuid4(), organisations=facts.pop("readers", []), **facts
        )


def test_each_event_is_handed_over_once_and_its_pointer_goes(worker):
    made = [record() for _ in range(45)]
    assert outbox.relay(at=MONDAY) == 45
    assert sorted(told) == sorted(event.pk for event in made)
    assert outbox.relay(at=MONDAY) == 0
    assert len(told) == 45
    assert not Outbox.objects.exists()
    assert Event.objects.count() == 45


def test_an_event_of_a_server_whose_clock_was_ahead_is_told_at_once(worker):
    record(at=MONDAY + timedelta(hours=1))
    assert outbox.relay(at=MONDAY) == 1


def test_a_poisoned_event_stops_nobody_and_is_tried_again_later(worker, settings, caplog):
    settings.CONSUMERS = [f"{HERE}.choke", f"{HERE}.remember"]
    bad, good = record(poison=True), record()
    assert outbox.relay(at=MONDAY) == 1
    assert told == [good.pk]
    row = Outbox.objects.get()
    assert (row.event_id, row.attempts, row.error) == (bad.pk, 1, "ValueError")
    assert timedelta(seconds=3) < row.next_try_at - MONDAY < timedelta(seconds=7)
    assert "Zarifa-Canary" not in caplog.text
    settings.CONSUMERS = [f"{HERE}.remember"]
    assert outbox.relay(at=row.next_try_at) == 1
    assert told == [good.pk, bad.pk]


def test_what_one_consumer_wrote_goes_back_when_the_next_one_fails(worker, settings):
    settings.CONSUMERS = [f"{HERE}.write", f"{HERE}.choke"]
    record(poison=True)
    outbox.relay(at=MONDAY)
    assert not Feed.objects.exists()


def write(event, *, at):
    Feed.objects.create(organisation_id=uuid4(), event_id=event.pk)


def test_waiting_doubles_up_to_an_hour():
    assert timedelta(seconds=16) <= outbox.wait(3) <= timedelta(seconds=24)
    assert timedelta(minutes=48) <= outbox.wait(50) <= timedelta(minutes=72)


def test_every_reader_gets_its_own_feed_in_the_order_of_recording(worker):
    first, second = uuid4(), uuid4()
    made = [record(readers=[first, second]), record(readers=[second]), record(readers=[first])]
    outbox.relay(at=MONDAY)
    feeds = {
        reader: list(
            Feed.objects.filter(organisation_id=reader).order_by("position").values_list("event_id", flat=True)
        )
        for reader in (first, second)
    }
    assert feeds == {first: [made[0].pk, made[2].pk], second: [made[0].pk, made[1].pk]}


def test_two_relays_at_once_hand_nothing_over_twice(worker):
    made = [record(readers=[uuid4()]) for _ in range(120)]

    def run():
        try:
            outbox.relay(at=MONDAY)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.relay(at=MONDAY)
    assert sorted(told) == sorted(event.pk for event in made)
    assert Feed.objects.count() == 120


def test_the_bell_rings_after_the_commit_and_not_for_what_was_rolled_back(worker, monkeypatch, settings):
    rung = []
    monkeypatch.setattr(celery, "ring", lambda: rung.append(1))
    with transaction.atomic():
        events.record("record.read", actor=SYSTEM, at=MONDAY, about=uuid4())
        transaction.set_rollback(True)
    assert rung == []
    with transaction.atomic():
        events.record("record.read", actor=SYSTEM, at=MONDAY, about=uuid4())
        assert rung == []
    assert rung == [1]


def test_the_bell_rings_once_for_a_transaction_also_after_a_part_of_it_was_taken_back(worker, monkeypatch):
    rung = []
    monkeypatch.setattr(celery, "ring", lambda: rung.append(1))
    with transaction.atomic():
        for _ in range(3):
            events.record("record.read", actor=SYSTEM, at=MONDAY, about=uuid4())
    assert rung == [1]
    with transaction.atomic():
        with transaction.atomic():
            events.record("record.read", actor=SYSTEM, at=MONDAY, about=uuid4())
            transaction.set_rollback(True)
        events.record("record.read", actor=SYSTEM, at=MONDAY, about=uuid4())
    assert rung == [1, 1]


def all_at_once(*told_now, at):
    calls.append(len(told_now))
    told.extend(event.pk for event in told_now)
    for event in told_now:
        Feed.objects.create(organisation_id=uuid4(), event_id=event.pk)
        choke(event, at=at)


calls: list = []
all_at_once = outbox.together(all_at_once)


def test_a_consumer_of_many_is_called_once_a_batch_and_a_poisoned_event_is_found_by_halves(worker, settings):
    settings.CONSUMERS = [f"{HERE}.all_at_once"]
    calls.clear()
    for _ in range(10):
        record()
    assert outbox.relay(at=MONDAY) == 10
    assert calls == [10]
    calls.clear()
    Feed.objects.all().delete()
    bad, *more = [record(poison=True), *(record() for _ in range(15))]
    assert outbox.relay(at=MONDAY) == 15
    assert len(calls) <= 2 * 4 + 1  # sixteen events: four times halved
    assert set(Feed.objects.values_list("event_id", flat=True)) == {event.pk for event in more}
    assert [row.event_id for row in Outbox.objects.all()] == [bad.pk]
