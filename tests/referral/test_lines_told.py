"""A place that becomes free, and two who act on one waiting line at once: with real commits and the real relay."""

import json

import pytest

from core.actors import SYSTEM, acting
from core.models import Event
from partners.actions import set_capacity
from partners.models import Capacity
from referral import lines
from referral.lining import move_up
from tests.conftest import role
from tests.referral.queue import LATER, accept, order, waits
from tests.referral.racing import Racers, signed_in
from tests.referral.routes import tell
from tests.referral.steps import received, step


@pytest.fixture(autouse=True)
def _one_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def told(w):
    """Let the worker hand over what happened; return who was told of a free place, in order."""
    tell(60)
    with role("WORKER_DATABASE_URL"):
        return list(
            Event.objects.visible_to(SYSTEM).filter(kind="place.free").order_by("recorded_at")
            .values_list("referral_id", flat=True)
        )  # fmt: skip


def says(w, **facts):
    with acting(w.actors["partner"]) as actor:
        set_capacity(w.of.service.pk, actor=actor, at=LATER, **facts)


def test_when_a_place_is_given_back_the_next_in_line_is_told_of_once(committed_world):
    w = committed_world
    inside = accept(w, received(w), hours=2)
    first, second = waits(w, hours=3), waits(w, hours=4)
    Capacity.objects.filter(pk=w.of.service.pk).update(maximum=1)
    assert told(w) == []
    step(w, inside, "cancel", "caseworker", hours=30, text="Not wanted")
    assert told(w) == told(w) == [first.pk]
    accept(w, first)
    assert told(w) == [first.pk]
    says(w, status="capacity", maximum=2)
    assert told(w) == [first.pk, second.pk]
    with acting(w.actors["caseworker"]) as actor:
        notices = Event.objects.visible_to(actor).filter(kind="place.free")
        assert not notices.exists()  # the sender is told when the person is accepted


def test_who_was_told_is_told_again_only_after_the_places_were_gone(committed_world):
    w = committed_world
    first = waits(w)
    for status, free, times in (("capacity", 1, 1), ("capacity", 3, 1), ("no_capacity", 0, 1), ("capacity", 1, 2)):
        says(w, status=status, free=free)
        assert told(w) == [first.pk] * times, (status, free)


def test_as_many_are_told_as_places_are_free_and_of_each_service_the_next_is_shown(committed_world):
    w = committed_world
    first, second, third = waits(w), waits(w, hours=3), waits(w, hours=4)

    def shown():
        with acting(w.actors["partner"]) as actor:
            return list(lines.next_in_line(actor).values_list("pk", flat=True))

    says(w, status="capacity", free=2)
    assert shown() == [first.pk]
    assert told(w) == [first.pk, second.pk]
    with acting(w.actors["partner"]) as actor:
        move_up(third.pk, actor=actor, at=LATER, place=1, reason="more_urgent")
    assert shown() == [third.pk]
    assert told(w) == [first.pk, second.pk, third.pk]
    says(w, status="no_capacity", free=0)
    assert shown() == []


def test_two_moves_at_once_leave_everybody_in_the_line_once(committed_world):
    w = committed_world
    rows = [waits(w, hours=hours) for hours in (2, 3, 4, 5)]
    body = json.dumps({"place": 1, "reason": "more_urgent"})
    clients = [signed_in(w, who) for who in ("partner", "partner_supervisor")]

    def moving(client, row):
        address = f"/api/v1/referrals/{row.pk}/move-up/"
        return lambda: client.post(address, body, content_type="application/json").status_code

    with Racers(2) as racers:
        answers = racers.run([moving(clients[0], rows[2]), moving(clients[1], rows[3])])
    assert answers == [200, 200]
    found = order(w)
    assert sorted(found[:2]) == sorted([rows[2].pk, rows[3].pk])
    assert found[2:] == [rows[0].pk, rows[1].pk]


def test_the_last_place_is_given_to_one_of_the_line_only(committed_world):
    w = committed_world
    rows = [waits(w, hours=hours) for hours in (2, 3)]
    Capacity.objects.filter(pk=w.of.service.pk).update(maximum=1, used=0)
    body = json.dumps({"worker": str(w.members["worker"].pk), "line_reason": "fits_place"})
    clients = [signed_in(w, who) for who in ("partner", "partner_supervisor")]

    def taking(client, row):
        address = f"/api/v1/referrals/{row.pk}/steps/accept/"
        return lambda: client.post(address, body, content_type="application/json").status_code

    with Racers(2) as racers:
        answers = racers.run([taking(client, row) for client, row in zip(clients, rows, strict=True)])
    assert sorted(answers) == [200, 409]
    assert Capacity.objects.get(pk=w.of.service.pk).used == 1
