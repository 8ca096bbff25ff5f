"""Several partners asked at once: the first acceptance wins, the others close, and nobody reads on."""

import pytest

from cases.models import Consent, Grant
from core.actions import NotNow
from core.actors import SYSTEM, acting
from referral import drafting
from referral.models import Packet, Referral
from referral.routing import planned as as_sent
from tests.conftest import role
from tests.referral.racing import Racers, accepting, signed_in
from tests.referral.routes import begun, course, partners, planned, referrals, route_of, tell
from tests.referral.steps import step
from tests.world import NOON, need

ROUNDS = 5
RECEIVERS = 4


@pytest.fixture(autouse=True)
def _one_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def at_once(w, services, **facts):
    begun(w, services, mode="parallel", **facts)
    of = {"need_id": facts["need"].pk} if "need" in facts else {}
    found = {row.receiver_id: row for row in referrals(w, **of)}
    return [found[w.of.receiver.pk], *(found[one.organisation_id] for one in services)]


def test_all_are_sent_at_once_with_the_minimum_before_acceptance(committed_world):
    w = committed_world
    w.of.service.asks_for = ["citizenship"]
    w.of.service.save()
    services = partners(w, asks_for=["citizenship", "area"])
    referral = planned(w, services, mode="parallel")
    with acting(w.actors["caseworker"]) as actor:
        shared = {"citizenship": "now", "sex_age": "now", "language": "now"}
        drafting.set_share(referral.pk, actor=actor, at=NOON, share=shared)
    step(w, referral, "send", "caseworker")
    rows = referrals(w)
    assert [row.state for row in rows] == ["sent"] * 3
    with acting(w.actors["caseworker"]) as actor:
        for part in Packet.objects.visible_to(actor).filter(stage="now"):
            assert set(part.fields) <= {"need", "note", "case_code", "sex_age", "language"}
            assert "age" not in part.fields["sex_age"]


def test_the_first_acceptance_closes_the_others_and_what_they_read(committed_world):
    w = committed_world
    first, second, third = at_once(w, partners(w))
    step(w, second, "receive", "desk2", hours=1)
    step(w, third, "receive", "desk3", hours=1)
    step(w, second, "accept", "desk2", hours=2, worker=w.members["desk2"].pk)
    # Before the worker comes round: nobody else reads, nobody else accepts.
    with acting(w.actors["desk3"]) as actor:
        assert not Packet.objects.visible_to(actor).filter(referral=third).exists()
    with pytest.raises(NotNow) as refusal:
        step(w, third, "accept", "desk3", hours=2, worker=w.members["desk3"].pk)
    assert refusal.value.code == "taken"
    assert "Partner 2" not in refusal.value.sentence
    tell(3)
    assert course(w) == [("superseded", "withdrawn"), ("accepted", "accepted"), ("superseded", "withdrawn")]
    route = route_of(w)
    assert (route.state, route.winner_id) == ("done", second.pk)
    with role("WORKER_DATABASE_URL"):
        losers = Referral.objects.visible_to(SYSTEM).filter(pk__in=[first.pk, third.pk])
        assert {row.withdrawal_reason for row in losers} == {"superseded"}
        assert not Grant.objects.visible_to(SYSTEM).filter(referral_id__in=[first.pk, third.pk], closed_at=None)
    with pytest.raises(NotNow) as refusal:
        step(w, third, "accept", "desk3", hours=4, worker=w.members["desk3"].pk)
    assert refusal.value.sentence == "Another partner accepted this person first. You need not do anything."


def test_when_all_say_no_the_route_has_ended(committed_world):
    w = committed_world
    for referral, by in zip(at_once(w, partners(w)), ("partner", "desk2", "desk3"), strict=True):
        assert route_of(w).state == "running"
        step(w, referral, "receive", by, hours=1)
        step(w, referral, "decline", by, hours=1, reason="no_capacity")
        tell(2)
    assert route_of(w).state == "ended"


@pytest.mark.parametrize("change", ["class", "unnamed"])
def test_the_consent_names_each_partner_or_nothing_is_sent_to_anybody(committed_world, change):
    w = committed_world
    services = partners(w, named=change == "class")
    if change == "class":  # a class of receivers is not enough when several read at once
        with acting(w.actors["caseworker"]):
            Consent.objects.filter(pk=w.of.wide.pk).update(receivers=[w.of.receiver.pk], receiver_class="network")
    with pytest.raises(NotNow) as refusal:
        begun(w, services, mode="parallel")
    assert refusal.value.code == "consent_receiver"
    assert refusal.value.sentence.startswith("Partner 2: ")
    assert [row.state for row in referrals(w)] == ["draft"]


def test_what_is_previewed_is_what_is_sent(committed_world):
    w = committed_world
    services = partners(w, 1, asks_for=["citizenship"])
    referral = planned(w, services, mode="parallel")
    with acting(w.actors["caseworker"]) as actor:
        row = Referral.objects.visible_to(actor).get(pk=referral.pk)
        before = as_sent(row, services[0], route_of(w), actor)
        expected = before.share
    step(w, referral, "send", "caseworker")
    sent = next(row for row in referrals(w) if row.receiver_id == services[0].organisation_id)
    filled = {code: choice for code, choice in sent.share.items() if choice != "no"}
    assert filled.items() <= expected.items()


def test_of_many_who_accept_at_once_exactly_one_wins(committed_world):
    w = committed_world
    desks = ["partner", *(f"desk{number}" for number in range(2, RECEIVERS + 1))]
    services = partners(w, RECEIVERS - 1, places=None)
    type(w.of.service.capacity).objects.filter(pk=w.of.service.pk).update(maximum=None)
    clients = [signed_in(w, desk) for desk in desks]
    with Racers(RECEIVERS) as racers:
        for _ in range(ROUNDS):
            asked = need(w.actors["caseworker"], w.of.case)
            rows = at_once(w, services, need=asked)
            for row, desk in zip(rows, desks, strict=True):
                step(w, row, "receive", desk, hours=1)
            answers = racers.run(
                [accepting(client, row, w, desk) for client, row, desk in zip(clients, rows, desks, strict=True)]
            )
            assert sorted(status for status, _ in answers) == [200, *[409] * (RECEIVERS - 1)]
            lost = [answer for status, answer in answers if status == 409]
            assert {answer["code"] for answer in lost} == {"taken"}
            won = next(answer for status, answer in answers if status == 200)
            assert not any(won["worker_name"] in str(answer) for answer in lost)
            tell(72)  # the acceptances carry the time of the machine
            states = [row.state for row in referrals(w, need_id=asked.pk)]
            assert (states.count("accepted"), states.count("withdrawn")) == (1, RECEIVERS - 1)
