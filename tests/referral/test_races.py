"""Nobody is accepted twice, and no place is given twice (RELIABILITY F10, F11)."""

import pytest

from referral import drafting, lifecycle
from referral.models import Referral
from tests.referral.racing import Racers, accepting, race_to_accept, signed_in
from tests.referral.steps import received
from tests.world import case, need, service

ROUNDS = 200


@pytest.fixture(autouse=True)
def _one_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def waiting(w, number, of):
    """Yield received referrals, each for a need of its own."""
    for _ in range(number):
        yield received(w, service=of, need=need(w.actors["caseworker"], w.of.case))


def test_of_two_acceptances_exactly_one_wins(committed_world):
    w = committed_world
    plenty = service(w.of.receiver, places=None, name="Plenty")

    with Racers(2) as racers:
        wrong = race_to_accept(w, racers, waiting(w, ROUNDS, plenty))

    assert wrong == []


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_of_two_acceptances_exactly_one_wins_two_thousand_times(committed_world):
    w = committed_world
    plenty = service(w.of.receiver, places=None, name="Plenty")

    with Racers(2) as racers:
        wrong = race_to_accept(w, racers, waiting(w, 2000, plenty))

    assert wrong == []


def test_without_the_row_lock_the_race_is_lost(committed_world, monkeypatch):
    """Power check: the test above can fail. Two constraints still stand behind the lock, but nobody is told who won."""
    w = committed_world
    plenty = service(w.of.receiver, places=None, name="Plenty")

    def unlocked(referral_id, actor):
        found = Referral.objects.visible_to(actor).select_related("service", "sender", "receiver")
        return found.get(pk=referral_id)

    referrals = list(waiting(w, 20, plenty))
    monkeypatch.setattr(lifecycle, "get_locked", unlocked)
    monkeypatch.setattr(drafting, "get_locked", unlocked)
    with Racers(2) as racers:
        wrong = race_to_accept(w, racers, referrals)

    assert wrong


@pytest.mark.parametrize("places", [1, 2, 5])
def test_eight_clients_never_oversell_a_service(committed_world, places):
    w = committed_world
    small = service(w.of.receiver, places=places, name="Small")
    others = [case(w.actors["caseworker"], w.of.person, caseworker=w.members["caseworker"]) for _ in range(8)]
    referrals = [received(w, service=small, need=need(w.actors["caseworker"], other)) for other in others]

    clients = [signed_in(w, "partner") for _ in referrals]
    with Racers(8) as racers:
        answers = racers.run(
            [accepting(client, referral, w, "worker") for client, referral in zip(clients, referrals, strict=True)]
        )

    refused = [answer["code"] for status, answer in answers if status == 409]
    assert refused == ["no_capacity"] * (8 - places)
    assert [status for status, _answer in answers].count(200) == places
    small.capacity.refresh_from_db()
    assert small.capacity.used == places
