"""Merging two records (INV-14): nobody sees more, the narrower consent holds, and it can be undone."""

from datetime import date, timedelta

import pytest

from cases.actions.cases import open_case
from cases.actions.consents import withdraw_consent
from cases.actions.duplicates import merge_persons, undo_merge
from cases.models import (
    Case,
    Consent,
    DuplicateCandidate,
    Grant,
    Household,
    MergeRecord,
    MigrationStatus,
    Need,
    Person,
    PersonName,
    Reminder,
)
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from tests import world as make
from tests.conftest import role
from tests.referral.steps import sent

NOON = make.NOON


class Two:
    """A second record of the person of the world, with a case of the same team, and the pair."""

    def __init__(self, world, **facts):
        o, mine = world.of, world.actors["colleague"]
        self.world, self.first = world, o.person
        facts = {"birth_date": date(2000, 1, 1), "contact_value": "+375291112233", **facts}
        self.second = make.person(mine, name="Amina Haidari", **facts)
        who = {"team": o.team, "caseworker": world.members["colleague"], "supervisor": world.members["supervisor"]}
        self.case = make.case(mine, self.second, **who)
        self.need = make.need(mine, self.case)
        low, high = sorted([self.first.pk, self.second.pk])
        self.pair = DuplicateCandidate(
            organisation=o.sender, low_id=low, high_id=high, score=0.9, reasons=["+name_same"], found_at=NOON
        )
        with acting(world.actors["supervisor"]):
            self.pair.save(force_insert=True)

    def merge(self, *, by="supervisor", take=(), at=NOON, survivor=None):
        with acting(self.world.actors[by]) as actor:
            return merge_persons(self.pair.pk, actor=actor, at=at, survivor_id=survivor or self.first.pk, take=take)

    def undo(self, record, *, by="supervisor", at=NOON):
        with acting(self.world.actors[by]) as actor:
            return undo_merge(record.pk, actor=actor, at=at)


@pytest.fixture
def world(committed_world):
    """With real commits: rows are compared as the worker reads them, round the policies."""
    return committed_world


@pytest.fixture
def two(world):
    return Two(world)


def sight(world) -> dict:
    """What everybody sees, but for persons and what belongs to them."""
    seen = {}
    for name, actor in world.actors.items():
        with acting(actor):
            for model in (Case, Need, Grant):
                seen[name, model.__name__] = set(model.objects.visible_to(actor).values_list("pk", flat=True))
    return seen


def rows(model, **where) -> list[dict]:
    with role("WORKER_DATABASE_URL"):
        return list(model.objects.filter(**where).order_by("pk").values())


def state() -> dict:
    """Every row that a merge may touch, but for what counts changes."""
    counters = {"version", "updated_at", "matched_at", "match_keys"}
    return {
        model.__name__: [{k: v for k, v in row.items() if k not in counters} for row in rows(model)]
        for model in (Person, PersonName, MigrationStatus, Consent, Case, Need, Grant, Reminder)
    }


def test_a_merge_moves_everything_and_widens_nobodys_sight(world, two):
    before = sight(world)
    two.merge()
    assert sight(world) == before
    assert {row["person_id"] for row in rows(Case, organisation_id=world.of.sender.pk)} == {two.first.pk}
    assert {row["person_id"] for row in rows(PersonName)} == {two.first.pk}
    assert [row["is_primary"] for row in rows(PersonName, person_id=two.first.pk)].count(True) == 1


def test_the_other_record_is_a_shell_that_leads_to_the_survivor(world, two):
    two.merge()
    for name, sees in (("colleague", True), ("caseworker", True), ("stranger", False), ("other_team", False)):
        with acting(world.actors[name]) as actor:
            shell = Person.objects.visible_to(actor).filter(pk=two.second.pk).first()
            assert (shell is not None) is sees, name
            assert not sees or shell.merged_into_id == two.first.pk


def test_nothing_is_written_to_a_shell(world, two):
    two.merge()
    with acting(world.actors["supervisor"]) as actor, pytest.raises(NotNow) as refusal:
        open_case(two.second, actor=actor, at=NOON, risk_level="low")
    assert refusal.value.code == "merged"


def test_an_undone_merge_leaves_every_row_as_it_was(world, two):
    make.consent(world.actors["colleague"], two.second, world.of.receiver, excluded=[world.of.stranger.pk])
    before, seen = state(), sight(world)
    record = two.merge(take=["birth", "contact"])
    assert state() != before
    two.undo(record)
    assert state() == before
    assert sight(world) == seen
    assert [row["state"] for row in rows(DuplicateCandidate)] == ["open"]


def test_what_was_changed_after_the_merge_is_kept_when_it_is_undone(world, two):
    record = two.merge(take=["birth", "contact"])
    with acting(world.actors["supervisor"]) as actor:
        person = Person.objects.visible_to(actor).get(pk=two.first.pk)
        assert person.birth_date == date(2000, 1, 1)
        person.contact_value = "+375447654321"
        person.save(update_fields=["contact_value"])
    two.undo(record)
    (person,) = rows(Person, pk=two.first.pk)
    assert (person["birth_date"], person["contact_value"]) == (date(1999, 3, 8), "+375447654321")


def test_chosen_facts_are_taken_over_and_the_others_stay(two):
    two.merge(take=["birth"])
    (person,) = rows(Person, pk=two.first.pk)
    assert (person["birth_date"], person["contact_value"]) == (date(2000, 1, 1), "+375290000000")


def test_a_merge_is_undone_within_90_days_and_once(two):
    record = two.merge()
    with pytest.raises(NotNow) as refusal:
        two.undo(record, at=NOON + timedelta(days=90))
    assert refusal.value.code == "too_late"
    two.undo(record, at=NOON + timedelta(days=89))
    with pytest.raises(NotNow) as refusal:
        two.undo(record)
    assert refusal.value.code == "undone"


def test_only_who_may_merge_merges_and_undoes(world, two):
    with pytest.raises(NotPermitted):
        two.merge(by="caseworker")
    record = two.merge()
    with pytest.raises(NotPermitted):
        two.undo(record, by="caseworker")
    with acting(world.actors["caseworker"]) as actor:
        assert not MergeRecord.objects.visible_to(actor).exists()


def test_a_record_with_a_hidden_case_is_not_merged(world, two):
    """The other team works with the same person: what the supervisor cannot see, the supervisor cannot move."""
    other = world.members["other_team"]
    with role("WORKER_DATABASE_URL"):
        hidden = Case.objects.create(
            reference="C-HIDDEN", organisation=world.of.sender, person=two.second, team=other.team, caseworker=other,
            status="active", status_since=NOON, opened_at=NOON,
        )  # fmt: skip
    with pytest.raises(NotNow) as refusal:
        two.merge()
    assert refusal.value.code == "merge_hidden"
    assert rows(Case, pk=hidden.pk)[0]["person_id"] == two.second.pk
    assert rows(Person, pk=two.second.pk)[0]["merged_into_id"] is None


def test_what_an_organisation_was_shut_out_of_stays_so_for_both(world, two):
    shut_out = world.of.receiver.pk
    make.consent(world.actors["colleague"], two.second, world.of.stranger, excluded=[shut_out])
    two.merge()
    with acting(world.actors["supervisor"]) as actor:
        for consent in Consent.objects.visible_to(actor).filter(person=two.first):
            assert not consent.covers_receiver(shut_out)


def test_a_withdrawn_consent_of_one_record_holds_for_both(world, two):
    mine = world.actors["colleague"]
    later = make.consent(mine, two.second, world.of.receiver)
    with acting(mine) as actor:
        withdraw_consent(later.pk, actor=actor, at=NOON)
    two.merge()
    assert {row["status"] for row in rows(Consent, person_id=two.first.pk)} == {"withdrawn", "superseded"}


def test_the_narrower_classes_and_the_earlier_end_hold(world, two):
    make.consent(
        world.actors["colleague"], two.second, world.of.receiver, data_classes=[1], expires_at=NOON + timedelta(days=9)
    )
    two.merge()
    for row in rows(Consent, person_id=two.first.pk):
        assert (row["data_classes"], row["expires_at"]) == ([1], NOON + timedelta(days=9))


def test_a_consent_that_a_referral_rests_on_is_not_narrowed_by_a_merge(world, two):
    sent(world)
    make.consent(world.actors["colleague"], two.second, world.of.receiver, data_classes=[1])
    with pytest.raises(NotNow) as refusal:
        two.merge()
    assert refusal.value.code == "merge_consent_runs"


def test_a_referral_goes_on_where_the_consents_do_not_differ(world, two):
    sent(world)
    before = sight(world)
    two.merge()
    assert sight(world) == before


def test_a_choice_that_is_none_is_refused(two):
    with pytest.raises(Incomplete):
        two.merge(survivor=two.pair.pk)
    with pytest.raises(Incomplete):
        two.merge(take=["everything"])


def household(world, *members, head=None):
    with acting(world.actors["supervisor"]):
        row = Household(
            organisation=world.of.sender, member_ids=[member.pk for member in members], head=head, created_at=NOON
        )
        row.save(force_insert=True)
    return row


def members_of(row) -> tuple:
    with role("WORKER_DATABASE_URL"):
        now = Household.objects.get(pk=row.pk)
        return set(now.member_ids), now.head_id


def test_the_family_of_a_merged_record_comes_along_and_goes_back(world):
    two = Two(world)
    child = make.person(world.actors["colleague"], name="Child")
    home = household(world, two.second, child, head=two.second)
    record = two.merge()
    assert members_of(home) == ({two.first.pk, child.pk}, two.first.pk)
    two.undo(record)
    assert members_of(home) == ({two.second.pk, child.pk}, two.second.pk)


def test_two_records_of_one_household_are_one_member_and_two_again(world):
    two = Two(world)
    home = household(world, two.first, two.second)
    record = two.merge()
    assert members_of(home) == ({two.first.pk}, None)
    two.undo(record)
    assert members_of(home) == ({two.first.pk, two.second.pk}, None)
