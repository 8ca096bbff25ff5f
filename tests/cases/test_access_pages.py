"""Who can see a case, who has seen it and why; and the officer's log of the whole organisation."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from cases.actions.cases import reassign_case
from cases.models import Grant
from cases.trails import codes_of, ids_of, readings_of
from core import trail
from core.actors import acting
from partners.identity import actor_of_member
from tests.cases.browsing import asked
from tests.cases.conftest import enrol
from tests.cases.test_records import added, folder, written

pytestmark = pytest.mark.django_db
__all__ = ["folder"]


def url_of(case):
    return reverse("cases:access", args=[case.pk])


@pytest.fixture
def officer(network, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    user, member = enrol(network.home, name="officer", role="data_protection_officer")
    network.members["officer"], network.actors["officer"] = member, actor_of_member(member)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def case(network, sign_in):
    """A case with a sensitive note that its worker read twice and a mate once."""
    case = network.case(person=network.person(name="Zahra Karimi"))
    written(network, case, field_class=3)
    for name, times in (("worker", 2), ("mate", 1)):
        for _time in range(times):
            sign_in(name).get(reverse("cases:records", args=[case.pk]))
    return case


def test_the_page_says_to_whom_the_case_is_and_was_open_and_why(network, sign_in):
    case = network.case()
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["mate"])
    page = sign_in("mate").get(url_of(case))
    assert {(row["who"], row["why"]) for row in page.context["open"]} == {
        ("north", "team of the case"), ("Mate", "caseworker"), ("Supervisor", "supervisor"),
    }  # fmt: skip
    past = {(row["who"], row["why"]): row["ended"] for row in page.context["past"]}
    assert past["Worker", "caseworker"] == network.at


def test_who_has_read_sensitive_data_is_told_to_named_people_only(case, sign_in):
    page = sign_in("supervisor").get(url_of(case))
    assert {(row["who"], row["what"], row["times"]) for row in page.context["readings"]} == {
        ("Worker", "Notes and documents", 2), ("Mate", "Notes and documents", 1),
    }  # fmt: skip
    assert sign_in("mate").get(url_of(case)).context["readings"] == []
    assert sign_in("other_team").get(url_of(case)).status_code == 404
    assert sign_in("stranger").get(url_of(case)).status_code == 404


def test_readings_of_documents_count_for_their_case_and_of_other_cases_do_not(network, case, worker):
    row = added(network, case, field_class=3)
    worker.get(reverse("cases:file", args=[row.pk]))
    other = network.case(person=network.person(name="Other Person"))
    written(network, other, field_class=4)
    worker.get(reverse("cases:records", args=[other.pk]))
    found = {(row["what"], row["times"]) for row in worker.get(url_of(case)).context["readings"]}
    assert found == {("Notes and documents", 2), ("Notes and documents", 1), ("A document", 1)}


def test_the_functions_tell_nothing_to_whom_they_are_not_for(network, case, officer):
    for name in ("mate", "other_team", "stranger", "focal", "coordinator"):
        with acting(network.actors[name]):
            assert readings_of(case) == []
            assert codes_of([case.pk, case.person_id]) == {}
            assert ids_of(case.reference) == []
    with acting(network.actors["worker"]):
        assert codes_of([case.pk]) == {}
        assert ids_of(case.person.reference) == []
    with acting(network.actors["officer"]):
        assert len(readings_of(case)) == 2
        assert codes_of([case.pk, case.person_id]) == {case.pk: case.reference, case.person_id: case.person.reference}
        assert {case.pk, case.person_id} <= set(ids_of(f" {case.reference.lower()} "))
    stranger = enrol(network.away, name="foreign", role="data_protection_officer")[1]
    with acting(actor_of_member(stranger)):
        assert readings_of(case) == []
        assert codes_of([case.pk]) == {}
        assert ids_of(case.reference) == []


def test_the_page_asks_the_same_number_of_questions_however_often_a_case_was_read(case, worker, queries):
    def count():
        with queries() as seen:
            assert worker.get(url_of(case)).status_code == 200
        return len(asked(seen))

    worker.get(url_of(case))
    first = count()
    for _number in range(5):
        worker.get(reverse("cases:records", args=[case.pk]))
    assert count() == first <= 13


def lines(client, **filters):
    return client.get(reverse("cases:audit"), filters).context["rows"]


def numbered(client, number, **filters):
    return client.post(f"{reverse('cases:audit')}?{urlencode(filters)}", {"q": number}).context["rows"]


def test_the_officer_sees_numbers_and_no_names(network, case, officer):
    page = officer.get(reverse("cases:audit"))
    assert case.reference in page.text
    assert "Zahra" not in page.text
    assert [(row["who"], row["code"], row["field_class"]) for row in page.context["rows"]] == [
        ("Mate", case.reference, 3), ("Worker", case.reference, 3), ("Worker", case.reference, 3),
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["worker", "supervisor", "coordinator", "focal"])
def test_the_log_of_the_organisation_is_for_the_officer(sign_in, role):
    assert sign_in(role).get(reverse("cases:audit")).status_code == 403


def test_the_log_is_filtered_by_number_by_member_and_by_time(network, case, officer):
    assert len(numbered(officer, case.person.reference)) == 3
    assert len(numbered(officer, case.reference, who=network.members["mate"].pk)) == 1
    assert numbered(officer, "P-00000000") == []
    assert [row["who"] for row in lines(officer, who=network.members["mate"].pk)] == ["Mate"]
    tomorrow = network.today + timedelta(days=2)
    assert lines(officer, since=tomorrow) == []
    assert len(lines(officer, until=tomorrow)) == 3
    assert len(lines(officer, since="2026-13-45")) == 3, "no day: the log as if nobody had asked"


def test_the_log_can_show_what_was_read_during_emergency_access(network, case, officer, sign_in):
    assert lines(officer, emergency="on") == []
    with acting(network.actors["worker"]):
        Grant(
            case=case,
            owner=network.home,
            organisation=network.home,
            member=network.members["mate"],
            level="full",
            basis="break_glass",
            opened_at=network.at - timedelta(minutes=5),
            until=network.at + timedelta(minutes=55),
        ).save(force_insert=True)
    assert [row["who"] for row in lines(officer, emergency="on")] == ["Mate"]
    other = network.case(person=network.person(by="mate", name="Somebody Else"), by="mate")
    at = network.at
    with acting(network.actors["mate"]) as actor:  # in the same hour, of a case of one's own: no emergency
        trail.read(other.person, subject="person", field_class=3, actor=actor, at=at)
        trail.read(case.person, subject="person", field_class=3, actor=actor, at=at + timedelta(hours=2))
    assert [row["who"] for row in lines(officer)].count("Mate") == 3
    assert [row["who"] for row in lines(officer, emergency="on")] == ["Mate"]
    assert "Emergency access is open now" in officer.get(reverse("cases:audit")).text
    assert "Emergency" in sign_in("worker").get(url_of(case)).text
