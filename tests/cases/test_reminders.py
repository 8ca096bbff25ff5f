"""Reminders: which dates are told when, to whom, once, and when they are told no more."""

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection

from cases import reminders
from cases.actions.consents import withdraw_consent
from cases.actions.moves import move_case
from cases.models import Reminder
from core import outbox
from core.actors import SYSTEM, acting
from core.models import Event
from core.workdays import DAYS
from notifications import consumers
from notifications.models import Notice
from notifications.rules import RULES
from partners.models import Organisation
from tests.clockwork import MONDAY, member, network, rolled_back

DAY = timedelta(days=1)
TODAY = MONDAY.date()


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


def told(kind: str) -> list[int]:
    return [event.facts["days"] for event in Event.objects.filter(kind=f"reminder.{kind}").order_by("at")]


def planned(world, kind, *, days, about=None, **who):
    return reminders.plan_reminders(
        kind, about=about or uuid4(), on=TODAY + days * DAY, at=MONDAY, **(who or {"case": world.case})
    )


@pytest.mark.parametrize(("kind", "marks"), reminders.SCHEDULE.items())
def test_a_date_is_told_at_each_mark_of_its_kind_and_never_between(world, kind, marks):
    hours = dict.fromkeys(DAYS, ("09:00", "18:00"))  # each day is worked here
    Organisation.objects.filter(pk=world.sender.pk).update(opening_hours=hours, country="XX")
    planned(world, kind, days=40)
    for day in range(50):
        reminders.sweep(at=MONDAY + day * DAY)
    assert told(kind) == list(marks)


@pytest.mark.parametrize("kind", reminders.SCHEDULE)
def test_every_kind_has_a_line_in_the_table_of_notices(kind):
    assert f"reminder.{kind}" in RULES


def test_marks_that_have_passed_are_not_told(world):
    row = planned(world, "status_end", days=10)
    assert reminders.sweep(at=MONDAY) == 0
    reminders.sweep(at=MONDAY + 7 * DAY)
    assert told("status_end") == [3]
    row.refresh_from_db()
    assert (row.stage, row.next_alarm_at) == (3, None)


def test_after_a_standstill_a_date_is_told_once(world):
    planned(world, "status_end", days=40)
    reminders.sweep(at=MONDAY + 38 * DAY)
    reminders.sweep(at=MONDAY + 39 * DAY)
    assert told("status_end") == [2]


def test_a_date_that_moves_is_told_anew_and_the_old_one_no_more(world):
    about = uuid4()
    planned(world, "consent_end", days=8, about=about)
    planned(world, "consent_end", days=60, about=about)
    for day in range(61):
        reminders.sweep(at=MONDAY + day * DAY)
    assert told("consent_end") == [30, 7]


def test_a_date_that_is_settled_or_taken_away_is_not_told(world):
    row = planned(world, "task", days=1)
    reminders.drop_reminders("task", about=row.about, at=MONDAY)
    row = planned(world, "task", days=1)
    reminders.plan_reminders("task", about=row.about, case=world.case, on=None, at=MONDAY)
    assert reminders.sweep(at=MONDAY + 2 * DAY) == 0


def test_a_closed_case_is_silent_but_for_the_date_when_it_is_erased(world):
    planned(world, "review", days=1)
    planned(world, "status_end", days=3, person=world.case.person)
    planned(world, "retention", days=31)
    world.case.status, world.case.closed_at, world.case.closure_reason = "closed", MONDAY, "needs_met"
    world.case.save()
    reminders.sweep(at=MONDAY + 2 * DAY)
    assert (told("review"), told("status_end")) == ([], [])
    assert len(told("retention")) == 1
    assert Reminder.objects.get(kind="review").met_at is not None


def notified(world, row) -> set[str]:
    event = Event.objects.get(about=row.pk)
    for _ in range(2):
        consumers.notify(event, at=MONDAY)
    names = {one.pk: name for name, one in world.members.items()}
    return {names[pk] for pk in Notice.objects.filter(event_id=event.pk).values_list("recipient_id", flat=True)}


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        ("status_end", 30, {"worker"}),
        ("consent_end", 30, {"worker"}),
        ("appointment", 1, {"worker"}),
        ("task", 0, {"worker"}),
        ("review", 3, {"worker", "supervisor"}),
        ("retention", 30, {"worker", "officer"}),
    ],
)
def test_who_is_told(world, kind, days, expected):
    world.members["officer"] = member(world.sender, "data_protection_officer")
    member(world.receiver, "data_protection_officer")
    row = planned(world, kind, days=days + 1)
    reminders.sweep(at=MONDAY + DAY)
    assert notified(world, row) == expected


def test_a_case_without_a_worker_tells_its_supervisor(world):
    world.case.caseworker = None
    world.case.save()
    row = planned(world, "status_end", days=31)
    reminders.sweep(at=MONDAY + DAY)
    assert notified(world, row) == {"supervisor"}


def test_a_date_of_a_person_is_told_in_the_open_case(world):
    row = planned(world, "status_end", days=31, person=world.case.person)
    reminders.sweep(at=MONDAY + DAY)
    assert Event.objects.get(about=row.pk).case_id == world.case.pk


def test_a_poisoned_row_stops_nobody_and_is_tried_again_later(world, monkeypatch, caplog):
    bad, good = planned(world, "task", days=1), planned(world, "task", days=1)
    real = reminders._record

    def fail(row, case, *, at):
        if row.pk == bad.pk:
            raise ValueError("Zarifa-Canary")
        real(row, case, at=at)

    monkeypatch.setattr(reminders, "_record", fail)
    assert reminders.sweep(at=MONDAY + DAY) == 1
    assert "Zarifa-Canary" not in caplog.text
    assert Event.objects.filter(about=good.pk).exists()
    monkeypatch.undo()
    assert reminders.sweep(at=MONDAY + DAY + timedelta(minutes=1)) == 0
    assert reminders.sweep(at=MONDAY + DAY + timedelta(minutes=15)) == 1


def test_two_sweeps_at_once_remind_once(committed_world, as_worker):
    w, number = committed_world, 40
    with as_worker():
        with acting(SYSTEM):
            for _ in range(number):
                reminders.plan_reminders("task", about=uuid4(), case=w.of.case, on=TODAY, at=MONDAY - DAY)
        done = []

        def run():
            done.append(reminders.sweep(at=MONDAY + DAY))
            connection.close()

        threads = [Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sum(done) == number
        assert Event.objects.filter(kind="reminder.task").count() == number
        assert outbox.relay(at=MONDAY + DAY) >= number


@pytest.mark.django_db
def test_opening_closing_and_reopening_a_case_plans_its_review(network):
    case = network.case()

    def dates():
        return list(Reminder.objects.filter(kind="review", met_at=None).values_list("due_on", flat=True))

    with acting(network.actors["worker"]) as actor:
        assert dates() == [case.review_due_on]
        move_case(case.pk, "close", actor=actor, at=network.at, reason="needs_met", told="yes")
        assert dates() == []
        moved = move_case(case.pk, "reopen", actor=actor, at=network.at, reason="new_need")
        assert dates() == [moved.review_due_on]


@pytest.mark.django_db
def test_a_consent_plans_its_end_and_a_new_or_withdrawn_one_takes_it_away(network):
    person = network.person()
    network.consent(person)
    second = network.consent(person, expires_at=network.at + 200 * DAY)
    with acting(network.actors["worker"]) as actor:
        rows = Reminder.objects.filter(kind="consent_end", met_at=None)
        assert list(rows.values_list("about", flat=True)) == [second.pk]
        withdraw_consent(second.pk, actor=actor, at=network.at)
        assert not rows.exists()


@pytest.mark.django_db
def test_reminders_are_seen_with_the_case_and_by_nobody_else(network):
    case = network.case()
    network.consent(case.person)
    for name, expected in {"worker": 2, "mate": 2, "other_team": 0, "stranger": 0, "coordinator": 0}.items():
        with acting(network.actors[name]) as actor:
            assert Reminder.objects.visible_to(actor).count() == expected, name
            assert Reminder.objects.all().count() == expected, name


@pytest.mark.django_db
def test_the_case_page_lists_the_coming_dates(network, worker):
    case = network.case()
    network.consent(case.person)
    page = worker.get(f"/cases/{case.pk}/").text
    assert "Consent ends" in page
    assert "Review of the case" in page
