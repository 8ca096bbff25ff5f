"""An emergency that nobody opens is told by telephone: one task, a number, what came of it, in ten minutes again."""

from datetime import timedelta

import pytest

from cases.models import Task
from core.actions import Incomplete, NotNow
from core.actors import SYSTEM, acting
from partners.models import Organisation
from referral import escalation
from referral.calling import record_call
from referral.guards import gates
from referral.models import Deadline, PhoneCall, Referral
from tests.conftest import role
from tests.referral.pages import url, words
from tests.referral.routes import tell
from tests.referral.steps import NOTE, drafted, step
from tests.world import NOON, consent, organisation, service
from tests.world import agreement as agreement_of

NUMBER = "+375 17 200-00-01"
MINUTE = timedelta(minutes=1)


def call(w, referral, outcome, *, minutes=1, **facts):
    with acting(w.actors["caseworker"]) as actor:
        return record_call(referral.pk, actor=actor, at=NOON + minutes * MINUTE, outcome=outcome, **facts)


def emergency(w, *, phone=NUMBER, closed=False):
    Organisation.objects.filter(pk=w.of.receiver.pk).update(
        after_hours_phone=phone, closures=[NOON.date().isoformat()] if closed else []
    )
    return step(w, drafted(w, urgency="emergency"), "send", "caseworker")


def tasks():
    with role("WORKER_DATABASE_URL"):
        rows = Task.objects.visible_to(SYSTEM).filter(kind="call_now").order_by("created_at")
        return [(task.done_at is None, task.assignee_id) for task in rows]


def sweep(minutes):
    with role("WORKER_DATABASE_URL"):
        escalation.sweep(at=NOON + minutes * MINUTE)
    tell(minutes / 60)


def due_of(w, referral):
    with acting(w.actors["caseworker"]) as actor:
        return Deadline.objects.visible_to(actor).get(referral=referral, clock="call", met_at=None).due_at


@pytest.mark.django_db
def test_the_call_is_due_at_once_where_the_desk_is_closed_and_after_half_an_hour_where_it_is_open(world):
    closed = emergency(world, closed=True)
    assert due_of(world, closed) == NOON
    world.of.service = service(world.of.receiver, name="Other")
    assert due_of(world, emergency(world)) == NOON + 30 * MINUTE


@pytest.mark.django_db
def test_a_partner_without_people_here_is_reached_by_its_emergency_number_and_only_in_an_emergency(world):
    w = world
    lonely = organisation("Lonely", after_hours_phone=NUMBER)
    agreement_of(w.of.sender, lonely)
    facts = {"service": service(lonely, name="Alone"), "consent": consent(w.actors["caseworker"], w.of.person, lonely)}
    for urgency, state in (("emergency", "warn"), ("urgent", "blocked")):
        referral = drafted(w, urgency=urgency, **facts)
        with acting(w.actors["caseworker"]) as actor:
            row = Referral.objects.visible_to(actor).select_related("case", "need", "consent").get(pk=referral.pk)
            (gate,) = [gate for gate in gates(row, actor=actor, at=NOON) if gate.code == "G7"]
        assert gate.state == state
        if state == "warn":
            assert NUMBER in gate.sentence
            assert due_of(w, step(w, referral, "send", "caseworker")) == NOON
            step(w, referral, "cancel", "caseworker", text="x")
        else:
            with pytest.raises(NotNow) as refusal:
                step(w, referral, "send", "caseworker")
            assert refusal.value.code == "no_focal_point"


def test_a_call_that_reaches_nobody_brings_the_task_back_after_ten_minutes(committed_world):
    w = committed_world
    referral = emergency(w, closed=True)
    sweep(0)
    assert tasks() == [(True, w.members["caseworker"].pk)]
    assert call(w, referral, "not_reached").again_at == NOON + 11 * MINUTE
    assert [still for still, _ in tasks()] == [False]
    sweep(10)
    assert [still for still, _ in tasks()] == [False]
    sweep(11)
    assert [still for still, _ in tasks()] == [False, True]
    call(w, referral, "left_word", minutes=12, spoke_to="The guard")
    sweep(22)
    assert [still for still, _ in tasks()] == [False, False, True]
    call(w, referral, "reached", minutes=23, spoke_to="Mrs Orlova, duty officer")
    sweep(60)
    assert [still for still, _ in tasks()] == [False, False, False]


@pytest.mark.django_db
def test_who_was_reached_counts_as_delivered_and_stands_in_the_steps(world):
    w = world
    referral = emergency(w)
    call(w, referral, "reached", minutes=5, spoke_to="Mrs Orlova")
    with acting(w.actors["caseworker"]) as actor:
        row = Referral.objects.visible_to(actor).get(pk=referral.pk)
        assert (row.state, row.received_at) == ("received", NOON + 5 * MINUTE)
        taken = row.steps.get(name="phone")
        assert (taken.actor_name, taken.text) == ("Caseworker", "Told by telephone: Mrs Orlova")
        met = Deadline.objects.visible_to(actor).filter(referral=referral, met_at=NOON + 5 * MINUTE)
        assert {clock.clock for clock in met} == {"acknowledge", "call"}
        (made,) = PhoneCall.objects.visible_to(actor)
        assert (made.number, made.caller_id, made.again_at) == (NUMBER, w.members["caseworker"].pk, None)
    with acting(w.actors["partner"]) as actor:
        assert not PhoneCall.objects.visible_to(actor).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "error", "code"),
    [
        ({"outcome": "shouted"}, Incomplete, "unknown_code"),
        ({"outcome": "reached"}, Incomplete, "text_wrong"),
        ({"outcome": "left_word", "spoke_to": " "}, Incomplete, "text_wrong"),
    ],
)
def test_a_call_says_what_came_of_it_and_who_answered(world, facts, error, code):
    referral = emergency(world)
    with pytest.raises(error) as refusal:
        call(world, referral, **facts)
    assert refusal.value.code == code


@pytest.mark.django_db
def test_only_an_emergency_that_nobody_opened_is_called_about(world):
    w = world
    referral = emergency(w)
    step(w, referral, "receive", "partner")
    with pytest.raises(NotNow):
        call(w, referral, "not_reached")
    other = step(w, drafted(w, service=service(w.of.receiver, name="Other")), "send", "caseworker")
    with pytest.raises(NotNow):
        call(w, other, "not_reached")
    with pytest.raises(NotNow) as refusal:
        step(w, other, "phone", "caseworker", text="x")
    assert refusal.value.code == "not_an_emergency"


@pytest.mark.django_db
def test_without_a_number_in_the_directory_that_is_said(world):
    referral = emergency(world, phone="")
    with pytest.raises(NotNow) as refusal:
        call(world, referral, "not_reached")
    assert refusal.value.code == "no_number"


def test_the_page_gives_number_and_words_and_records_the_call(people):
    w = people.world
    referral = emergency(w)
    assert "Nobody has opened this emergency yet" in words(people.caseworker.get(url("detail", referral.pk)))
    page = people.caseworker.get(url("call", referral.pk))
    assert f'href="tel:{NUMBER}"' in page.content.decode()
    assert "I am calling from Sender agency" in words(page)
    assert NOTE not in words(page)
    wrong = people.caseworker.post(url("call", referral.pk), {"outcome": "reached"})
    assert (wrong.status_code, wrong.context["form"].errors.keys()) == (422, {"spoke_to"})
    answer = people.caseworker.post(url("call", referral.pk), {"outcome": "not_reached"})
    assert answer.url == url("detail", referral.pk)
    assert "Not reached" in words(people.caseworker.get(url("call", referral.pk)))
    for who in (people.partner_supervisor, people.stranger):
        assert who.get(url("call", referral.pk)).status_code == 404
