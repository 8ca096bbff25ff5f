"""Family: who belongs to whom opens no record, and a child is not moved before its interests are known (INV-7)."""

from datetime import timedelta

import pytest

from cases.actions.households import (
    add_relation,
    end_relation,
    household_of,
    join_household,
    leave_household,
    record_best_interests,
)
from cases.children import may_move_child, why_child_stays
from cases.models import BestInterests, Household, Person, Relation
from cases.views.person_parts import parts
from core.actions import Incomplete, NotNow
from core.actors import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(network):
    with acting(network.actors["worker"]) as actor:
        yield {"actor": actor, "at": network.at}


def child_of(network, **facts):
    born = network.today - timedelta(days=365 * 10)
    return network.person(name="Laila", birth_date=born, birth_precision="day", **facts)


def why(network, person):
    refusal = why_child_stays(person, at=network.at)
    return refusal.code if refusal else ""


def interests(network, person, act, **facts):
    given = {"kind": "bia", "on": network.today, "decision": "in_favour", "decided_by": "A panel"} | facts
    return record_best_interests(person.pk, **given, **act)


def test_an_adult_may_be_moved(network, act):
    adult = network.person(birth_date=network.today - timedelta(days=365 * 30), birth_precision="day")
    assert why(network, adult) == ""
    may_move_child(adult, at=network.at)


def test_a_child_stays_until_its_carer_and_its_interests_are_known(network, act):
    child = child_of(network)
    assert why(network, child) == "child_without_carer"
    add_relation(child.pk, kind="parent", outsider="The mother", **act)
    assert why(network, child) == "best_interests_missing"
    with pytest.raises(NotNow):
        may_move_child(child, at=network.at)
    interests(network, child, act)
    may_move_child(child, at=network.at)


@pytest.mark.parametrize("facts", [{"unaccompanied": True}, {"caregiver": "An aunt"}])
def test_a_child_noted_as_alone_or_cared_for_needs_its_interests_only(network, act, facts):
    assert why(network, child_of(network, **facts)) == "best_interests_missing"


def test_who_may_be_a_child_by_an_inexact_date_counts_as_one(network, act):
    born = network.today.replace(year=network.at.year - 18, month=1, day=1)
    assert why(network, network.person(birth_date=born, birth_precision="year")) == "child_without_carer"


def test_a_decision_against_the_move_holds_until_a_later_one(network, act):
    child, day = child_of(network, unaccompanied=True), network.today
    interests(network, child, act, on=day - timedelta(days=3))
    interests(network, child, act, on=day - timedelta(days=1), decision="against")
    assert why(network, child) == "best_interests_against"
    interests(network, child, act, decision="conditions")
    assert why(network, child) == ""


def test_a_relation_that_ended_or_is_separated_cares_for_nobody(network, act):
    child = child_of(network)
    relation = add_relation(child.pk, kind="guardian", outsider="An uncle", **act)
    add_relation(child.pk, kind="parent", outsider="The father", separated=True, **act)
    end_relation(relation.pk, **act)
    assert why(network, child) == "child_without_carer"
    with pytest.raises(NotNow):
        end_relation(relation.pk, **act)


def test_a_carer_is_known_also_from_the_carers_record(network, act):
    child, mother = child_of(network), network.person(name="Zahra")
    add_relation(mother.pk, kind="child", other=child, **act)
    assert why(network, child) == "best_interests_missing"


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"kind": "boss", "outsider": "x"}, "kind"),
        ({"kind": "parent"}, "outsider"),
        ({"kind": "parent", "outsider": "x" * 256}, "outsider"),
        ({"kind": "parent", "outsider": "x", "cares": True, "separated": True}, "separated"),
    ],
)
def test_a_wrong_relation_is_refused_with_its_field(network, act, facts, wrong):
    with pytest.raises(Incomplete) as refused:
        add_relation(network.person().pk, **facts, **act)
    assert set(refused.value.fields) == {wrong}


def test_a_relation_is_recorded_once_and_never_with_oneself(network, act):
    one, two = network.person(), network.person(name="Other")
    add_relation(one.pk, kind="spouse", other=two, **act)
    with pytest.raises(NotNow):
        add_relation(one.pk, kind="spouse", other=two, **act)
    with pytest.raises(Incomplete):
        add_relation(one.pk, kind="spouse", other=one, **act)


def test_best_interests_are_those_of_a_child_and_dated(network, act):
    with pytest.raises(NotNow) as refused:
        interests(network, network.person(), act)
    assert refused.value.code == "not_a_child"
    child = child_of(network)
    tomorrow = network.today + timedelta(days=1)
    for facts, wrong in (
        ({"on": None}, "on"), ({"on": tomorrow}, "on"), ({"decided_by": ""}, "decided_by"), ({"kind": "x"}, "kind"),
    ):  # fmt: skip
        with pytest.raises(Incomplete) as refused:
            interests(network, child, act, **facts)
        assert set(refused.value.fields) == {wrong}


def test_two_people_begin_a_household_and_one_leaves_it(network, act):
    one, two, three = (network.person(name=name) for name in ("A One", "B Two", "C Three"))
    join_household(one.pk, other=two, head=True, **act)
    household = join_household(three.pk, other=one, **act)
    assert (set(household.member_ids), household.head_id) == ({one.pk, two.pk, three.pk}, one.pk)
    household = leave_household(one.pk, **act)
    assert (one.pk in household.member_ids, household.head_id) == (False, None)
    with pytest.raises(NotNow):
        leave_household(one.pk, **act)


def test_nobody_belongs_to_two_households(network, act):
    one, two, three, four = (network.person(name=name) for name in ("A One", "B Two", "C Three", "D Four"))
    join_household(one.pk, other=two, **act)
    join_household(three.pk, other=four, **act)
    with pytest.raises(NotNow) as refused:
        join_household(one.pk, other=three, **act)
    assert refused.value.code == "in_household"


@pytest.fixture
def apart(network):
    """A mother whom one team works with, her child in another team's case, and what connects them."""
    mother, child = network.case(person=network.person(name="Zahra Canary")).person, child_of(network)
    network.case(by="worker", person=child)
    with acting(network.actors["worker"]) as actor:
        join_household(child.pk, actor=actor, at=network.at, other=mother)
        add_relation(child.pk, actor=actor, at=network.at, kind="parent", other=mother)
    theirs = network.case(by="other_team", person=network.person(by="other_team", name="Far Canary")).person
    return mother, child, theirs


def test_a_household_shows_that_there_is_somebody_and_opens_no_record(network, apart):
    mother, child, theirs = apart
    with acting(network.actors["other_team"]) as actor:
        assert not Household.objects.exists()
        assert not Relation.objects.exists()
        with pytest.raises(Person.DoesNotExist):
            join_household(theirs.pk, actor=actor, at=network.at, other=mother)
        with pytest.raises(Person.DoesNotExist):
            add_relation(theirs.pk, actor=actor, at=network.at, kind="sibling", other=child)
    with acting(network.actors["supervisor"]):
        household = Household.objects.get()
        household.member_ids = [*household.member_ids, theirs.pk]
        household.save()
    with acting(network.actors["other_team"]) as actor:
        assert household_of(theirs, actor).pk == household.pk
        shown = parts(Person.objects.get(pk=theirs.pk), actor, at=network.at)["family"]
        assert shown["household"] == ["A person whose record is closed to you"] * 2
        assert list(Person.objects.values_list("pk", flat=True)) == [theirs.pk]
        assert "Canary" not in str(shown)


def test_best_interests_are_seen_with_the_child_only(network, apart):
    _mother, child, _theirs = apart
    with acting(network.actors["worker"]) as actor:
        interests(network, child, {"actor": actor, "at": network.at})
    for name, expected in {"worker": 1, "mate": 1, "other_team": 0, "stranger": 0}.items():
        with acting(network.actors[name]):
            assert BestInterests.objects.count() == expected, name
