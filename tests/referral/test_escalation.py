"""A clock that reaches a mark: who owns it, what is recorded, what expires, and the tasks that follow."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from cases.models import Need, Task
from core import events, outbox
from core.actors import SYSTEM, acting
from core.models import Event
from partners.models import Service
from referral import consumers, deadlines, escalation
from referral.lifecycle import advance
from referral.models import Deadline, Escalation, Referral, UnmetNeed
from tests.clockwork import MONDAY, network, referral, rolled_back
from tests.conftest import role

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


def sent(world, urgency="urgent", **facts):
    made = referral(world, urgency=urgency, **facts)
    deadlines.on_step(made, "send", at=MONDAY)
    made.save()
    return made


def marks(made, clock="decide"):
    rows = Escalation.objects.filter(referral=made, deadline__clock=clock).order_by("stage")
    return [(row.stage, row.owner, row.owner_organisation_id) for row in rows]


def test_each_mark_has_an_owner_and_is_written_once(world):
    made = sent(world, received_at=MONDAY, state="received")
    deadlines.on_step(made, "receive", at=MONDAY)
    made.save()
    for hours in (11, 12, 12, 24, 24, 36):
        escalation.sweep(at=MONDAY + hours * HOUR)
    assert marks(made) == [
        (50, "assignee", world.receiver.pk),
        (100, "receiver_supervisor", world.receiver.pk),
        (150, "sender", world.sender.pk),
    ]
    reached = Event.objects.filter(kind="deadline.reached", referral_id=made.pk).order_by("at")
    assert [(event.facts["clock"], event.facts["stage"]) for event in reached] == [
        ("decide", 50),
        ("decide", 100),
        ("decide", 150),
    ]
    assert set(reached[0].organisation_ids) == {world.sender.pk, world.receiver.pk}


@pytest.mark.parametrize("urgency", ["urgent", "routine"])
def test_what_nobody_answered_in_twice_the_time_expires(world, urgency):
    made = sent(world, urgency)
    row = Deadline.objects.get(referral=made, clock="decide")
    for per_cent in (50, 100, 150):
        escalation.sweep(at=deadlines.mark(row, per_cent))
    made.refresh_from_db()
    assert made.state == "sent"
    escalation.sweep(at=deadlines.mark(row, 200))
    made.refresh_from_db()
    assert (made.state, made.due_at) == ("expired", None)
    assert marks(made)[-1] == (200, "coordinator", None)
    assert not Deadline.objects.filter(referral=made, met_at=None, closed_at=None).exists()


def test_an_emergency_is_escalated_and_never_expires(world):
    made = sent(world, "emergency")
    for hours in range(1, 30):
        escalation.sweep(at=MONDAY + hours * HOUR)
    made.refresh_from_db()
    assert made.state == "sent"
    assert [stage for stage, *_ in marks(made)] == [50, 100, 150, 200]
    assert [stage for stage, *_ in marks(made, "acknowledge")] == [50, 100, 150, 200]


def test_after_a_standstill_the_supervisors_have_their_time_before_anything_expires(world):
    made = sent(world)
    late = MONDAY + 30 * DAY
    escalation.sweep(at=late)
    made.refresh_from_db()
    assert [stage for stage, *_ in marks(made)] == [50, 100, 150]
    assert made.state == "sent"
    escalation.sweep(at=late + 11 * HOUR)
    made.refresh_from_db()
    assert made.state == "sent"
    escalation.sweep(at=late + 12 * HOUR)
    made.refresh_from_db()
    assert made.state == "expired"


def test_a_question_nobody_answers_stops_the_clock_for_one_length_only(world):
    made = sent(world, state="received")
    for step in ("receive", "ask"):
        deadlines.on_step(made, step, at=MONDAY)
    made.save()
    escalation.sweep(at=MONDAY + 23 * HOUR)
    made.refresh_from_db()
    assert made.paused_at == MONDAY
    escalation.sweep(at=MONDAY + 24 * HOUR)
    made.refresh_from_db()
    assert (made.paused_at, made.due_at) == (None, MONDAY + 48 * HOUR)
    assert Event.objects.filter(kind="deadline.resumed", referral_id=made.pk).count() == 1


def test_a_waiting_list_is_looked_at_again_and_again(world):
    made = referral(world, state="waitlisted", expected_on=MONDAY.date())
    deadlines.on_step(made, "waitlist", at=MONDAY)
    made.save()
    for days in (14, 28):
        escalation.sweep(at=MONDAY + days * DAY)
    made.refresh_from_db()
    assert made.due_at == MONDAY + 42 * DAY
    assert marks(made, "recheck") == [(100, "assignee", world.receiver.pk)] * 2


def test_a_clock_that_was_met_or_closed_is_left_alone(world):
    made = sent(world, state="cancelled")
    deadlines.on_step(made, "cancel", at=MONDAY)
    assert escalation.sweep(at=MONDAY + 90 * DAY) == 0


def test_a_poisoned_clock_stops_nobody_and_is_tried_again_later(world, monkeypatch, caplog):
    bad = sent(world)
    good = sent(world, service=Service.objects.create(organisation=world.receiver, name="Second"))
    real = escalation._escalate

    def fail(row, made, *, at):
        if made.pk == bad.pk:
            raise ValueError("Zarifa-Canary")
        real(row, made, at=at)

    monkeypatch.setattr(escalation, "_escalate", fail)
    escalation.sweep(at=MONDAY + 12 * HOUR)
    assert marks(bad) == []
    assert [stage for stage, *_ in marks(good)] == [50]
    assert "Zarifa-Canary" not in caplog.text
    monkeypatch.undo()
    assert escalation.sweep(at=MONDAY + 12 * HOUR + MINUTE) == 0
    escalation.sweep(at=MONDAY + 12 * HOUR + 5 * MINUTE)
    assert [stage for stage, *_ in marks(bad)] == [50]


def test_a_referral_that_somebody_works_on_is_left_for_the_next_sweep(committed):
    with role("WORKER_DATABASE_URL"):
        made = sent(network())
        other = connection.copy()
        try:
            with transaction.atomic():
                Referral.objects.select_for_update().get(pk=made.pk)
                other.set_autocommit(True)
                with other.cursor() as cursor:  # the same claim, from another session
                    cursor.execute("SELECT 1 FROM referral_referral WHERE id = %s FOR UPDATE SKIP LOCKED", [made.pk])
                    assert cursor.fetchall() == []
        finally:
            other.close()
        assert escalation.sweep(at=MONDAY + 12 * HOUR) > 0


def test_several_sweeps_at_once_write_each_mark_once(committed):
    with role("WORKER_DATABASE_URL"):
        world = network()
        for number in range(12):
            sent(world, service=Service.objects.create(organisation=world.receiver, name=str(number)))

        def run():
            try:
                escalation.sweep(at=MONDAY + 12 * HOUR)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        escalation.sweep(at=MONDAY + 12 * HOUR)  # what all three stepped over because another one held it
        assert Escalation.objects.filter(deadline__clock="decide").count() == 12
        assert Event.objects.filter(kind="deadline.reached").count() == Escalation.objects.count()


def told(event):
    """Hand one event to the consumer twice, as a crash between would."""
    for _ in range(2):
        consumers.make_tasks(event, at=MONDAY)


def recorded(kind, made, **facts):
    return events.record(
        kind, actor=SYSTEM, at=MONDAY, about=made.pk, case_id=made.case_id, referral_id=made.pk,
        need_id=made.need_id, **facts,
    )  # fmt: skip


def tasks(**facts):
    return [(task.kind, task.organisation_id, task.assignee_id) for task in Task.objects.filter(**facts)]


def test_half_an_hour_without_an_eye_on_an_emergency_makes_one_task_to_call(world):
    made = sent(world, "emergency")
    escalation.sweep(at=MONDAY + 29 * MINUTE)
    assert not Event.objects.filter(facts__clock="call").exists()
    escalation.sweep(at=MONDAY + 30 * MINUTE)
    told(Event.objects.get(facts__clock="call"))
    assert tasks() == [("call_now", world.sender.pk, world.members["worker"].pk)]
    told(recorded("referral.received", made))
    assert Task.objects.get().done_at == MONDAY


def test_no_call_is_asked_for_once_somebody_has_looked(world):
    made = sent(world, "emergency")
    escalation.sweep(at=MONDAY + 30 * MINUTE)
    deadlines.on_step(made, "receive", at=MONDAY + 31 * MINUTE)
    told(Event.objects.get(facts__clock="call"))
    assert tasks() == []


def test_a_submitted_referral_waits_for_the_supervisor_until_it_is_approved(world):
    made = referral(world, state="pending_approval")
    told(recorded("referral.submitted", made))
    assert tasks() == [("approve_referral", world.sender.pk, world.members["supervisor"].pk)]
    told(recorded("referral.approved", made))
    assert Task.objects.get().done_at == MONDAY


@pytest.mark.parametrize(("was", "expected"), [("in_progress", 1), ("accepted", 1), ("received", 0)])
def test_a_withdrawal_stops_the_receiver_only_where_it_has_begun(world, was, expected):
    made = referral(world, state="withdrawn", worker=world.members["receiver_worker"], worker_name="W")
    told(recorded("referral.withdrawn", made, from_state=was))
    stop = ("stop_processing", world.receiver.pk, world.members["receiver_worker"].pk)
    assert tasks() == [stop] * expected
    assert not Task.objects.filter(case__isnull=False).exists()  # the receiver's task opens no case


def test_the_third_decline_of_a_need_calls_the_supervisor_and_counts_the_need_as_unmet(world):
    for number in range(1, 5):
        service = Service.objects.create(organisation=world.receiver, name=str(number))
        made = referral(world, state="declined", reason="no_capacity", service=service)
        told(recorded("referral.declined", made))
        assert UnmetNeed.objects.count() == (1 if number >= 3 else 0)
    assert tasks() == [("case_conference", world.sender.pk, world.members["supervisor"].pk)]
    assert UnmetNeed.objects.get().category == "shelter"


def test_a_completed_referral_is_followed_up_with_the_client(world):
    made = referral(world, state="completed", outcome="provided_full")
    told(recorded("referral.completed", made, outcome="provided_full"))
    made_tasks = {(task.kind, task.due_at and (task.due_at - MONDAY).days) for task in Task.objects.all()}
    assert made_tasks == {("ask_client", None), ("follow_up", 7), ("follow_up", 30)}
    assert Task.objects.count() == 3
    assert Need.objects.get().status == "open"  # the sender settles it, after asking


def test_what_the_withdrawer_could_not_see_is_withdrawn_by_the_worker(committed, settings):
    settings.REACTIONS = {}  # as if nothing had been visible to who withdrew it
    with role("WORKER_DATABASE_URL"):
        world = network()
        made = sent(world)
        with acting(SYSTEM):
            events.record("consent.withdrawn", actor=SYSTEM, at=MONDAY, about=world.consent.pk)
        assert outbox.relay(at=MONDAY) == 1
        made.refresh_from_db()
        assert made.state == "withdrawn"


def test_a_sweep_and_an_answer_at_the_same_moment_leave_one_order(committed):
    with role("WORKER_DATABASE_URL"):
        made = sent(network())
        for hours in (12, 24, 36):
            escalation.sweep(at=MONDAY + hours * HOUR)
        with acting(SYSTEM):
            advance(made.pk, "withdraw", actor=SYSTEM, at=MONDAY + 47 * HOUR)
        assert escalation.sweep(at=MONDAY + 48 * HOUR) == 0
        made.refresh_from_db()
        assert made.state == "withdrawn"
        assert outbox.relay(at=MONDAY + 48 * HOUR) > 0
