"""A paused service takes nobody; places in use are the referrals that hold one, whatever way a referral goes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import acting
from partners.models import Capacity, Service
from referral.candidates import candidates
from referral.guards import gates
from referral.models import Referral
from tests.referral.steps import accepted, received, step
from tests.world import NOON

pytestmark = pytest.mark.django_db


def test_a_paused_service_is_no_candidate_and_says_why_and_is_one_again_afterwards(world):
    w, today = world, timezone.localdate(NOON)
    Service.objects.filter(pk=w.of.service.pk).update(suspended_from=today, suspended_until=today + timedelta(days=2))
    with acting(w.actors["caseworker"]) as actor:
        fitting, unfit = candidates(w.of.need, actor=actor, at=NOON)
        assert [row.service.pk for row in fitting] == []
        assert {"tone": "stop", "text": "Paused", "code": "places_paused"} in unfit[0].reasons
        fitting, _unfit = candidates(w.of.need, actor=actor, at=NOON + timedelta(days=3))
        assert [row.service.pk for row in fitting] == [w.of.service.pk]


def test_nothing_is_sent_to_a_paused_service(world):
    w = world
    pk = received(w).pk
    Service.objects.filter(pk=w.of.service.pk).update(suspended_from=timezone.localdate(NOON))
    with acting(w.actors["caseworker"]) as actor:
        row = Referral.objects.visible_to(actor).get(pk=pk)
        found = {gate.code: gate for gate in gates(row, actor=actor, at=NOON)}["G3"]
    assert (found.state, found.refusal) == ("blocked", "not_eligible")
    assert "paused" in found.sentence


WAYS = {
    "not completed": [("partner", "start", {"first_contact_on": NOON.date()}),
                      ("partner", "not_complete", {"outcome": "client_moved"})],
    "completed": [("partner", "start", {"first_contact_on": NOON.date()}),
                  ("partner", "complete", {"outcome": "provided_full"})],
    "cancelled": [("caseworker", "cancel", {"text": "Not wanted any more"})],
}  # fmt: skip


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_place_is_held_from_acceptance_and_given_back_on_every_way_out(world, way):
    w = world
    row = accepted(w)
    assert Capacity.objects.get(pk=w.of.service.pk).used == 1
    for who, name, facts in WAYS[way]:
        step(w, row, name, who, **facts)
    assert Capacity.objects.get(pk=w.of.service.pk).used == 0
