"""A paused service takes nobody; places in use are the referrals that hold one, whatever way a referral goes."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from cases.actions.consents import renew_consent, withdraw_consent
from cases.actions.moves import move_case
from core.actions import NotNow
from core.actors import SYSTEM, acting
from partners.models import Capacity, Service
from referral.candidates import candidates
from referral.guards import PURPOSE, gates
from referral.lifecycle import advance
from referral.models import Referral
from tests.conftest import role
from tests.referral.routes import begun, partners, referrals, tell
from tests.referral.steps import accepted, received, step
from tests.world import NOON


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


DAY = timezone.localdate(NOON)
START = ("partner", "start", {"first_contact_on": DAY})
HOLD = ("partner", "hold", {"text": "Ill", "resume_on": DAY + timedelta(days=9)})
CANCEL = ("caseworker", "cancel", {"text": "Not wanted any more"})
WAYS = {
    "completed": [START, ("partner", "complete", {"outcome": "provided_full"})],
    "referred on": [START, ("partner", "complete", {"outcome": "referred_on"})],
    "not completed before it began": [("partner", "not_complete", {"outcome": "client_moved"})],
    "not completed": [START, ("partner", "not_complete", {"outcome": "client_no_show"})],
    "died": [START, ("partner", "not_complete", {"outcome": "died"})],
    "cancelled before it began": [CANCEL],
    "cancelled while it runs": [START, CANCEL],
    "cancelled on hold": [START, HOLD, CANCEL],
}
UNTAKEN = {
    "declined": [("partner", "decline", {"reason": "no_capacity"})],
    "waitlisted, then declined": [
        ("partner", "waitlist", {"expected_on": DAY + timedelta(days=9)}),
        ("partner", "decline", {"reason": "no_capacity"}),
    ],
    "cancelled": [CANCEL],
    "entered in error": [("supervisor", "mark_error", {"text": "Wrong person"})],
}


def used(w) -> int:
    return Capacity.objects.get(pk=w.of.service.pk).used


def go(w, row, steps):
    for who, name, facts in steps:
        step(w, row, name, who, hours=4, **facts)


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_place_is_held_from_acceptance_and_given_back_on_every_way_out(world, way):
    w = world
    row = accepted(w)
    assert used(w) == 1
    go(w, row, WAYS[way][:-1])
    assert used(w) == 1
    go(w, row, WAYS[way][-1:])
    assert used(w) == 0


@pytest.mark.parametrize("way", sorted(UNTAKEN))
def test_who_was_never_accepted_held_no_place_and_gives_none_back(world, way):
    w = world
    Capacity.objects.filter(pk=w.of.service.pk).update(used=3)  # others
    row = received(w)
    assert used(w) == 3
    go(w, row, UNTAKEN[way])
    assert used(w) == 3


def test_what_expires_held_no_place_and_gives_none_back(committed_world):
    w = committed_world
    Capacity.objects.filter(pk=w.of.service.pk).update(used=3)
    row = received(w)
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        assert advance(row.pk, "expire", actor=SYSTEM, at=NOON).state == "expired"
    assert used(w) == 3


def test_of_several_asked_at_once_only_who_accepts_holds_a_place(committed_world):
    w = committed_world
    begun(w, partners(w, 1), mode="parallel")
    rows = {row.receiver_id: row for row in referrals(w)}
    other = next(row for receiver, row in rows.items() if receiver != w.of.receiver.pk)
    step(w, rows[w.of.receiver.pk], "receive", "partner", hours=1)
    step(w, rows[w.of.receiver.pk], "accept", "partner", hours=2, worker=w.members["worker"].pk)
    assert used(w) == 1
    tell(3)
    with acting(w.actors["caseworker"]) as actor:
        former = Referral.objects.visible_to(actor).get(pk=other.pk)
    assert (former.state, former.withdrawal_reason) == ("withdrawn", "superseded")
    assert (used(w), Capacity.objects.get(pk=other.service_id).used) == (1, 0)


@pytest.mark.parametrize("runs", [False, True])
def test_a_withdrawn_consent_gives_the_place_back(world, runs):
    w = world
    row = accepted(w)
    go(w, row, [START] * runs)
    with acting(w.actors["caseworker"]) as actor:
        withdraw_consent(w.of.consent.pk, actor=actor, at=NOON + timedelta(hours=5))
        assert Referral.objects.visible_to(actor).get(pk=row.pk).state == "withdrawn"
    assert used(w) == 0


@pytest.mark.parametrize(("covers", "left"), [(True, 1), (False, 0)])
def test_a_renewed_consent_keeps_the_place_only_where_it_still_covers_the_partner(world, covers, left):
    w = world
    row = accepted(w)
    named = [w.of.receiver.pk] if covers else [w.of.stranger.pk]
    with acting(w.actors["caseworker"]) as actor:
        renew_consent(
            w.of.consent.pk, actor=actor, at=NOON + timedelta(hours=5), purposes=["case_management", PURPOSE],
            data_classes=[1, 2, 3], receivers=named, method="written", language="prs", text_version="1",
        )  # fmt: skip
        assert Referral.objects.visible_to(actor).get(pk=row.pk).state == ("accepted" if covers else "withdrawn")
    assert used(w) == left


def test_a_case_is_not_closed_while_a_place_is_held_and_the_refusal_changes_no_place(world):
    w = world
    row = accepted(w)
    with acting(w.actors["caseworker"]) as actor:
        with pytest.raises(NotNow) as refusal, transaction.atomic():
            move_case(w.of.case.pk, "follow_up", actor=actor, at=NOON + timedelta(hours=5))
        assert refusal.value.code == "referral_open"
    assert used(w) == 1
    go(w, row, WAYS["completed"])
    assert used(w) == 0


def test_who_was_accepted_before_places_were_counted_is_not_turned_away_at_the_first_contact(world):
    w = world
    row = received(w)
    Capacity.objects.filter(pk=w.of.service.pk).delete()
    step(w, row, "accept", "partner", hours=2, worker=w.members["worker"].pk)
    Capacity.objects.create(service=w.of.service, maximum=0, updated_at=NOON)
    go(w, row, [START])
    assert used(w) == 0
    Capacity.objects.update(maximum=2)
    go(w, row, [HOLD, ("partner", "resume", {})])
    assert used(w) == 1  # counted as soon as there is room in the count
    go(w, row, WAYS["completed"][1:])
    assert used(w) == 0
