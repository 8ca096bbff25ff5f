"""The waiting line of a service: its order, who is moved, who is taken out of order, the reminder of a day."""

from datetime import timedelta

import pytest

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event
from referral import deadlines, lines
from referral.lining import expect, move_up
from referral.models import Deadline, Referral, StepTaken
from tests.referral.queue import LATER, SOON, accept, order, waits
from tests.referral.steps import received
from tests.world import NOON, case, consent, need, person

pytestmark = pytest.mark.django_db


def test_the_line_is_by_urgency_then_by_waiting_since(world):
    w = world
    routine, first, second = waits(w, "routine", hours=2), waits(w, hours=3), waits(w, hours=4)
    emergency = waits(w, "emergency", hours=5)
    assert order(w) == [emergency.pk, first.pk, second.pk, routine.pk]


def test_each_side_learns_its_place_and_the_length_and_a_stranger_nothing(world):
    w = world
    first, second = waits(w), waits(w, hours=3)
    for who in ("caseworker", "partner"):
        with acting(w.actors[who]):
            assert lines.places_of([first, second]) == {first.pk: (1, 2), second.pk: (2, 2)}
    with acting(w.actors["stranger"]):
        assert lines.places_of([first, second]) == {}


def test_somebody_is_moved_up_to_a_place_and_the_others_keep_their_order(world):
    w = world
    rows = [waits(w, "routine", hours=hours).pk for hours in (2, 3, 4, 5)]
    with acting(w.actors["partner"]) as actor:
        for place in (3, 2, 1):
            move_up(rows[3], actor=actor, at=LATER, place=place, reason="more_urgent")
            assert order(w) == [*rows[: place - 1], rows[3], *rows[place - 1 : 3]]
    with acting(w.actors["partner"]) as actor:
        entry = StepTaken.objects.visible_to(actor).filter(referral_id=rows[3]).order_by("-number").first()
    assert (entry.name, entry.from_state, entry.to_state, entry.reason) == (
        "move_up", "waitlisted", "waitlisted", "more_urgent",
    )  # fmt: skip
    with acting(w.actors["partner"]) as actor:
        event = Event.objects.visible_to(actor).filter(kind="referral.moved_up").order_by("-recorded_at").first()
    assert (event.referral_id, event.facts["place"], event.facts["was"]) == (rows[3], 1, 2)


def test_two_hundred_are_put_between_the_same_two(world):
    """The order is a number that is halved each time; after a hundred and thirty halves the id decides."""
    before, after = lines.key_of("urgent", NOON), lines.key_of("urgent", NOON + timedelta(seconds=1))
    keys = [after]
    for _ in range(100):
        keys.append(lines.between(before, keys[-1]))
    assert len(set(keys)) == 101
    assert keys == sorted(keys, reverse=True)


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"place": 1, "reason": "because"}, "reason_wrong", "reason"),
        ({"place": 1, "reason": "other"}, "text_wrong", "text"),
        ({"place": 2, "reason": "more_urgent"}, "not_up", "place"),
        ({"place": 0, "reason": "more_urgent"}, "not_up", "place"),
    ],
)
def test_a_move_that_is_none_is_refused_with_a_sentence(world, facts, code, field):
    w = world
    waits(w)
    second = waits(w, hours=3)
    with acting(w.actors["partner"]) as actor, pytest.raises((Incomplete, NotNow)) as refusal:
        move_up(second.pk, actor=actor, at=LATER, **facts)
    assert refusal.value.code == code
    assert refusal.value.fields[field]


def test_only_who_answers_for_the_service_moves_and_says_dates(world):
    w = world
    waits(w)
    second = waits(w, hours=3)
    with acting(w.actors["caseworker"]) as actor, pytest.raises(NotPermitted):
        move_up(second.pk, actor=actor, at=LATER, place=1, reason="more_urgent")
    with acting(w.actors["supervisor"]) as actor:  # answers for the sender, not for this service
        with pytest.raises(NotPermitted):
            move_up(second.pk, actor=actor, at=LATER, place=1, reason="more_urgent")
        with pytest.raises(NotPermitted):
            expect(second.pk, actor=actor, at=LATER, expected_on=SOON)


def test_who_is_accepted_out_of_order_needs_a_reason_that_is_kept(world):
    w = world
    first, second = waits(w), waits(w, hours=3)
    with pytest.raises(Incomplete) as refusal:
        accept(w, second)
    assert (refusal.value.code, refusal.value.facts["before"]) == ("line_reason_missing", 1)
    accept(w, second, line_reason="others_not_ready")
    accept(w, first, line_reason="fits_place")  # the first one: no reason is needed, and none is kept
    with acting(w.actors["partner"]) as actor:
        kept = StepTaken.objects.visible_to(actor).filter(name="accept").values_list("referral_id", "reason")
        assert dict(kept) == {second.pk: "others_not_ready", first.pk: ""}


def test_who_never_waited_passes_the_line_with_a_reason_only_unless_more_urgent(world):
    w = world
    waits(w, "urgent")
    caseworker = w.actors["caseworker"]
    rows = {}
    for urgency in ("urgent", "emergency"):
        who = person(caseworker)
        where = case(caseworker, who, team=w.of.team, caseworker=w.members["caseworker"])
        rows[urgency] = received(
            w, urgency=urgency, need=need(caseworker, where), consent=consent(caseworker, who, w.of.receiver)
        )
    accept(w, rows["emergency"])
    with pytest.raises(Incomplete):
        accept(w, rows["urgent"])


def test_another_reason_is_written_in_words(world):
    w = world
    waits(w)
    second = waits(w, hours=3)
    with pytest.raises(Incomplete):
        accept(w, second, line_reason="other")
    accept(w, second, line_reason="other", text="The room has three beds")


def test_a_day_that_has_passed_is_a_reminder_and_a_new_day_counts_anew(world):
    w = world
    row = waits(w)
    with acting(w.actors["partner"]) as actor:
        clock = Deadline.objects.visible_to(actor).get(referral=row, clock="recheck", met_at=None)
    assert clock.due_at == NOON + timedelta(hours=2, days=14)  # before the expected day
    near = (NOON + timedelta(days=4)).date()
    with acting(w.actors["partner"]) as actor:
        expect(row.pk, actor=actor, at=LATER, expected_on=near)
        clock = Deadline.objects.visible_to(actor).get(referral=row, clock="recheck", met_at=None)
        found = Referral.objects.visible_to(actor).get(pk=row.pk)
    assert clock.due_at == clock.next_alarm_at == found.due_at == deadlines.morning_after(near)
    assert found.expected_on == near
    with acting(w.actors["partner"]) as actor, pytest.raises(Incomplete):
        expect(row.pk, actor=actor, at=LATER, expected_on=(NOON - timedelta(days=1)).date())


def test_who_does_not_wait_is_neither_moved_nor_given_a_day(world):
    w = world
    row = accept(w, waits(w))
    with acting(w.actors["partner"]) as actor:
        for door, facts in ((move_up, {"place": 1, "reason": "more_urgent"}), (expect, {"expected_on": SOON})):
            with pytest.raises(NotNow) as refusal:
                door(row.pk, actor=actor, at=LATER, **facts)
            assert refusal.value.code == "not_waiting"
