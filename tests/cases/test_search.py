"""The search before registering: all scripts, one's own organisation, no more than one may see."""

import pytest
from django.db import connection

from cases.search import search_persons
from core.actions import NotPermitted
from core.actors import acting

pytestmark = pytest.mark.django_db


def search(network, words, *, by="worker"):
    with acting(network.actors[by]) as actor:
        return search_persons(words, actor=actor)


@pytest.mark.parametrize(
    "words", ["Zahra Karimi", "karimi zahra", "Захра Карими", "زهرا کریمی", "Zahra", "Zakhra Karimi"]
)
def test_a_person_is_found_in_any_script_and_order(network, words):
    person = network.person(name="Zahra Karimi")
    network.person(name="Oleg Ivanov")
    assert [match.person_id for match in search(network, words)] == [person.pk]


@pytest.mark.parametrize("words", ["Сяргей Навіцкі", "Сергей Новицкий", "Siarhei Navitski"])
def test_belarusian_russian_and_latin_spellings_meet(network, words):
    person = network.person(name="Siarhei Navitski")
    assert [match.person_id for match in search(network, words)] == [person.pk]


def test_the_closest_name_comes_first(network):
    far = network.person(name="Zahra Karimova Alieva")
    near = network.person(name="Zahra Karimi")
    assert [match.person_id for match in search(network, "Zahra Karimi")] == [near.pk, far.pk]


def test_a_person_of_another_organisation_is_neither_found_nor_counted(network):
    network.person(by="stranger", name="Zahra Karimi")
    found = search(network, "Zahra Karimi")
    assert (list(found), found.hidden) == ([], 0)


def test_a_match_that_a_colleague_may_not_open_is_only_counted(network):
    network.person(name="Zahra Karimi")
    found = search(network, "Zahra Karimi", by="other_team")
    assert (list(found), found.hidden) == ([], 1)


def test_a_match_in_a_case_of_the_team_can_be_opened(network):
    person = network.person(name="Zahra Karimi")
    network.case(person=person)
    assert [match.person_id for match in search(network, "Zahra", by="mate")] == [person.pk]


def test_a_person_with_many_names_is_found_once(network):
    with acting(network.actors["worker"]) as actor:
        from cases.actions.persons import register_person

        names = [{"full_as_written": "Zahra Karimi"}, {"full_as_written": "Захра Карими", "kind": "alias"}]
        register_person(actor=actor, at=network.at, names=names)
    assert len(search(network, "Zahra Karimi")) == 1


@pytest.mark.parametrize("words", ["", "?", "z", "' OR 1=1 --"])
def test_words_without_a_name_find_nothing(network, words):
    network.person(name="Zahra Karimi")
    assert search(network, words) == []


def test_no_more_than_twenty_are_shown(network):
    for _ in range(22):
        network.person(name="Zahra Karimi")
    assert len(search(network, "Zahra Karimi")) == 20


@pytest.mark.parametrize("role", ["focal", "coordinator"])
def test_roles_without_the_verb_search_nobody(network, role):
    with pytest.raises(NotPermitted):
        search(network, "Zahra", by=role)


def test_the_database_itself_asks_for_the_verb(network):
    network.person(name="Zahra Karimi")
    with acting(network.actors["focal"]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM waymark.search_persons('karimi zahra')")
        assert cursor.fetchone() == (0,)
