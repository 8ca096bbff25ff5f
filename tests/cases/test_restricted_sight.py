"""While a person restricts the use of the own data, only those whom the case names read it: rows, lists, searches."""

import pytest
from django.urls import reverse

from cases.actions.cases import reassign_case
from cases.actions.sight import readers
from cases.models import Case, Grant, Need, Person, PersonName
from cases.search import search_persons
from core.actors import acting
from tests.cases.conftest import Network
from tests.cases.test_restricting import ask, grant
from tests.cases.test_restricting import lift as lifted

pytestmark = pytest.mark.django_db


@pytest.fixture
def restricted(network):
    case = network.case(person=network.person(name="Zahra Karimi"))
    supervisor = network.actors["supervisor"]
    row = ask(network.actors["worker"], case.person, network.at)
    grant(supervisor, row, network.at)
    return case, row


def lift(network, row):
    lifted(Network(actors=network.actors), row)


def seen(network, who, case) -> set[str]:
    """By the policy alone: no filter of ours."""
    with acting(network.actors[who]):
        rows = {
            "case": Case.objects.filter(pk=case.pk),
            "person": Person.objects.filter(pk=case.person_id),
            "name": PersonName.objects.filter(person=case.person_id),
            "need": Need.objects.filter(case=case),
        }
        return {name for name, found in rows.items() if found.exists()}


def test_a_colleague_of_the_team_reads_nothing_of_it_until_it_is_lifted(network, restricted):
    case, row = restricted
    assert seen(network, "mate", case) == set()
    assert {"case", "person", "name"} <= seen(network, "worker", case)
    assert {"case", "person", "name"} <= seen(network, "supervisor", case)
    lift(network, row)
    assert {"case", "person", "name"} <= seen(network, "mate", case)


def test_lists_and_searches_hide_it_and_say_that_somebody_is_hidden(network, restricted, sign_in):
    _case, row = restricted
    mate, url = sign_in("mate"), reverse("cases:list")
    assert "Zahra Karimi" not in mate.get(url).text
    with acting(network.actors["mate"]) as actor:
        found = search_persons("Zahra Karimi", actor=actor)
        assert (list(found), found.hidden) == ([], 1)
    own = sign_in("worker").get(url).text
    assert "Zahra Karimi" in own
    assert "Use restricted" in own
    lift(network, row)
    assert "Zahra Karimi" in mate.get(url).text
    assert "Use restricted" not in sign_in("worker").get(url).text


def test_a_case_that_is_opened_or_given_away_meanwhile_rests_as_well(network, restricted):
    case, _row = restricted
    other = network.person(name="Leila Rahimi")
    row = ask(network.actors["worker"], other, network.at)
    grant(network.actors["supervisor"], row, network.at)
    second = network.case(person=other)
    assert seen(network, "mate", second) == set()
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["mate"])
        open_now = Grant.objects.visible_to(actor).filter(case=case, closed_at=None, member=None)
        assert set(open_now.values_list("resting", flat=True)) == {True}
        assert network.members["mate"] in readers(case, actor)
        assert network.members["worker"] not in readers(case, actor)
    assert "case" in seen(network, "mate", case)
    lift(network, row)
    assert "case" in seen(network, "mate", second)
