"""G9 (INV-7): a child is returned or reunited only after its best interests are on record."""

from datetime import date, timedelta

import pytest

from cases.models import BestInterests
from core.actions import NotNow
from core.actors import acting
from tests.referral.steps import drafted, step
from tests.world import NOON, case, consent, need, person, service

MOVES = ("family_links", "return")


class Child:
    """A child with a case of the world's sender, and a referral of one category that waits for approval."""

    def __init__(self, world, category="family_links", *, born=date(2014, 5, 1), **facts):
        self.world, mine = world, world.actors["caseworker"]
        self.person = person(mine, name="Child", birth_date=born, **facts)
        who = {name: world.members[name] for name in ("caseworker", "supervisor")}
        of = case(mine, self.person, team=world.of.team, **who)
        given = consent(mine, self.person, world.of.receiver, data_classes=[1, 2, 3])
        offered = service(world.of.receiver, name="Tracing", category=category)
        self.referral = drafted(world, need=need(mine, of, category=category), service=offered, consent=given)

    def send(self):
        if self.referral.approval_needed:
            return step(self.world, self.referral, "submit", "caseworker")
        return step(self.world, self.referral, "send", "caseworker")

    def recorded(self, decision="in_favour", days=0):
        actor = self.world.actors["caseworker"]
        on = NOON + timedelta(days=days)
        with acting(actor):
            BestInterests(
                organisation_id=actor.organisation_id, person=self.person, kind="bia", on=on.date(), decision=decision,
                recorded_by_id=actor.member_id, recorded_at=on,
            ).save(force_insert=True)  # fmt: skip


def why(child) -> str:
    with pytest.raises(NotNow) as refused:
        child.send()
    return refused.value.code


@pytest.mark.parametrize("category", MOVES)
def test_a_child_is_not_moved_before_its_best_interests_are_recorded(world, category):
    child = Child(world, category, unaccompanied=True)
    assert why(child) == "best_interests_missing"
    child.recorded()
    assert child.send().state == "pending_approval"


def test_the_supervisor_cannot_send_what_was_decided_against_since(world):
    child = Child(world, unaccompanied=True)
    child.recorded()
    child.send()
    child.recorded("against", days=1)
    with pytest.raises(NotNow) as refused:
        step(world, child.referral, "approve", "supervisor")
    assert refused.value.code == "best_interests_against"


def test_a_child_needs_a_carer_or_the_note_that_it_is_alone(world):
    child = Child(world)
    child.recorded()
    assert why(child) == "child_without_carer"


def test_a_person_who_may_be_a_child_is_treated_as_one(world):
    assert why(Child(world, born=date(2009, 1, 1), birth_precision="estimated")) == "child_without_carer"


def test_an_adult_and_another_kind_of_help_are_not_asked(world):
    assert Child(world, born=date(1990, 1, 1)).send().state == "sent"
    assert Child(world, "education").send().state == "pending_approval"
