"""Possible duplicates in the product: found, asked about, answered, swept; never told to who may not see them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.actions.contacts import add_way
from cases.actions.duplicates import dismiss_duplicate, find_duplicates, propose_merge
from cases.actions.identity import add_paper
from cases.actions.persons import register_person
from cases.candidates import hidden_value, possible, record_of
from cases.models import DuplicateCandidate, Person, PersonName
from core.actions import NotNow, NotPermitted
from core.actors import acting
from partners.models import Agreement

pytestmark = pytest.mark.django_db

BORN = {"birth_date": date(1990, 4, 7), "birth_precision": "day", "sex": "male"}
PHONE = {"contact_channel": "phone_call", "contact_value": "+375 29 111-22-33"}


def pairs_of(network, name="worker"):
    with acting(network.actors[name]) as actor:
        return list(DuplicateCandidate.objects.visible_to(actor))


def ask(network, *, by="worker", name="Siarhei Navitski", elsewhere=True, **facts):
    person = Person(**{**BORN, **facts})
    with acting(network.actors[by]) as actor:
        return possible(record_of(person, [PersonName(full_as_written=name)]), actor=actor, elsewhere=elsewhere)


def agree(network, *, duplicate_check):
    with acting(network.actors["coordinator"]):
        Agreement(
            title="A", organisation_ids=[network.home.pk, network.away.pk], purposes=["referral_disclosure"],
            data_classes=[1], countries=["BY"], valid_from=timezone.localdate() - timedelta(days=5),
            valid_to=timezone.localdate() + timedelta(days=5), duplicate_check=duplicate_check,
        ).save(force_insert=True)  # fmt: skip


def test_a_person_registered_twice_in_two_scripts_becomes_a_pair(network):
    one = network.person(name="Сяргей Навіцкі", **BORN)
    two = network.person(name="Sergei Novitskiy", **BORN)
    (pair,) = pairs_of(network)
    assert {pair.low_id, pair.high_id} == {one.pk, two.pk}
    assert pair.state == "open"
    assert "+birth_same" in pair.reasons


def test_a_twin_becomes_no_pair(network):
    network.person(name="Сяргей Навіцкі", **BORN, **PHONE)
    network.person(name="Андрэй Навіцкі", **BORN, **PHONE)
    assert pairs_of(network) == []


def test_who_is_said_to_be_another_person_is_not_offered_again(network):
    one = network.person(name="Сяргей Навіцкі", **BORN)
    with acting(network.actors["worker"]) as actor:
        register_person(
            actor=actor, at=network.at, names=[{"full_as_written": "Siarhei Navitski"}], not_same=[one.pk], **BORN
        )
    (pair,) = pairs_of(network)
    assert (pair.state, pair.decided_by_id) == ("dismissed", network.actors["worker"].member_id)
    with acting(network.actors["worker"]) as actor:
        find_duplicates(one, actor=actor, at=network.at)
    assert [row.state for row in pairs_of(network)] == ["dismissed"]


def test_telephones_are_kept_as_keyed_hashes_only(network):
    person = network.person(name="Сяргей Навіцкі", **BORN, **PHONE)
    with acting(network.actors["worker"]) as actor:
        kept = Person.objects.visible_to(actor).get(pk=person.pk).match_keys
    assert f"p:{hidden_value('+375291112233')}" in kept
    assert not any("1112233" in key for key in kept)


def test_a_match_of_another_team_is_only_counted(network):
    network.person(name="Сяргей Навіцкі", **BORN)
    assert len(ask(network).persons) == 1
    found = ask(network, by="other_team")
    assert (found.persons, found.hidden) == ([], 1)


def test_a_hidden_person_of_the_same_year_only_is_not_even_counted(network):
    network.person(name="Сяргей Навіцкі", **BORN)
    assert ask(network, by="other_team", birth_date=date(1990, 11, 25)).hidden == 0


def test_another_organisation_is_told_of_only_where_an_agreement_allows_it(network):
    network.person(by="stranger", name="Сяргей Навіцкі", **BORN)
    assert ask(network).elsewhere is False
    agree(network, duplicate_check=False)
    assert ask(network).elsewhere is False
    agree(network, duplicate_check=True)
    found = ask(network)
    assert (found.elsewhere, found.persons, found.hidden) == (True, [], 0)  # yes or no, nothing else
    assert ask(network, birth_date=date(1990, 4, 8)).elsewhere is False


def test_nobody_without_the_search_learns_anything(network):
    network.person(name="Сяргей Навіцкі", **BORN)
    assert not ask(network, by="focal")


def test_an_answered_pair_cannot_be_answered_again(network):
    network.person(name="Сяргей Навіцкі", **BORN)
    network.person(name="Sergei Novitskiy", **BORN)
    (pair,) = pairs_of(network)
    with acting(network.actors["worker"]) as actor:
        propose_merge(pair.pk, actor=actor, at=network.at)
        dismiss_duplicate(pair.pk, actor=actor, at=network.at)
        with pytest.raises(NotNow) as refusal:
            dismiss_duplicate(pair.pk, actor=actor, at=network.at)
    assert refusal.value.code == "decided"
    with acting(network.actors["hotline"]) as actor, pytest.raises(NotPermitted):
        dismiss_duplicate(pair.pk, actor=actor, at=network.at)


@pytest.fixture
def compared(network):
    """Compare everybody who is due, one person after the other, as the sweep does."""

    def run():
        with acting(network.actors["worker"]) as actor:
            for person in Person.objects.visible_to(actor).filter(matched_at=None):
                find_duplicates(person, actor=actor, at=network.at)

    return run


@pytest.mark.parametrize("what", ["paper", "way"])
def test_a_number_that_is_noted_later_is_compared_like_one_of_the_registration(network, compared, what):
    network.person(name="Siarhei Navitski", birth_date=date(1990, 1, 1), birth_precision="year")
    network.person(name="Sergej Nowicki", birth_date=date(1991, 1, 1), birth_precision="year")
    assert pairs_of(network) == []
    with acting(network.actors["worker"]) as actor:
        for person in Person.objects.visible_to(actor):
            if what == "paper":
                add_paper(person.pk, actor=actor, at=network.at, type="passport", number="MP 123-4567")
            else:
                add_way(person.pk, actor=actor, at=network.at, channel="sms", value="+375 29 111-22-33")
            assert Person.objects.get(pk=person.pk).matched_at is None
    compared()
    if what == "paper":
        (pair,) = pairs_of(network)
        assert "+document_same" in pair.reasons
    else:
        assert pairs_of(network) == [], "a telephone alone is shared by families"
    with acting(network.actors["worker"]):
        people = list(Person.objects.all())
        keys = [key for person in people for key in person.match_keys]
        same = set(people[0].match_keys) & set(people[1].match_keys)
    assert any(key.startswith("i:" if what == "paper" else "p:") for key in same)
    assert not any("1234567" in key or "1112233" in key for key in keys), "numbers are kept as keyed hashes only"
