"""The pages of one case, and the list of cases, as people with roles see them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from cases.actions.plans import add_task
from core.actors import acting
from tests.cases.browsing import asked, need, readings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "shown"), [("worker", True), ("supervisor", True), ("mate", True), ("other_team", False)]
)
def test_the_list_shows_the_cases_of_the_team(network, sign_in, role, shown):
    network.case(person=network.person(name="Zahra Karimi"))
    page = sign_in(role).get(reverse("cases:list"))
    assert page.status_code == 200
    assert ("Zahra Karimi" in page.text) is shown


@pytest.mark.parametrize("role", ["focal", "coordinator"])
def test_roles_without_cases_have_no_list(network, sign_in, role):
    assert sign_in(role).get(reverse("cases:list")).status_code == 403


def test_an_empty_list_leads_to_a_new_case(network, worker):
    page = worker.get(reverse("cases:list"))
    assert "No case is open to you yet" in page.text
    assert reverse("cases:new") in page.text


def test_the_list_asks_the_same_number_of_questions_for_one_case_and_for_ten(network, worker, queries):
    def count():
        with queries() as seen:
            assert worker.get(reverse("cases:list")).status_code == 200
        return len(asked(seen))

    need(network, network.case(person=network.person(name="One")))
    worker.get(reverse("cases:list"))
    first = count()
    for number in range(9):
        need(network, network.case(person=network.person(name=f"Person {number}")))
    assert count() == first <= 12


def test_filters_narrow_the_list(network, worker):
    network.case(person=network.person(name="Anna"), risk_level="high")
    network.case(person=network.person(name="Boris", by="mate"), by="mate", risk_level="low")
    url = reverse("cases:list")
    assert "Boris" not in worker.get(url, {"risk": "high"}).text
    assert "Boris" not in worker.get(url, {"whose": "mine"}).text
    assert "Anna" not in worker.get(url, {"status": "closed"}).text
    assert "Anna" in worker.get(url, {"status": "nonsense", "risk": "nonsense"}).text


def test_the_list_is_searched_across_scripts_and_by_number(network, worker):
    case = network.case(person=network.person(name="Zahra Karimi"))
    network.case(person=network.person(name="Oleg Ivanov"))
    for words in ("Захра Карими", case.reference.lower(), case.person.reference):
        text = worker.post(reverse("cases:list"), {"q": words}).text
        assert "Zahra Karimi" in text
        assert "Oleg Ivanov" not in text


def test_the_list_has_pages(network, worker):
    for number in range(26):
        network.case(person=network.person(name=f"Person {number:02}"))
    first = worker.get(reverse("cases:list"))
    assert first.context["page"].next_url
    second = worker.get(first.context["page"].next_url)
    assert len(second.context["rows"]) == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [("worker", 200), ("supervisor", 200), ("mate", 200), ("other_team", 404), ("focal", 404), ("stranger", 404)],
)
def test_who_can_open_the_page_of_a_case(network, sign_in, role, status):
    assert sign_in(role).get(reverse("cases:detail", args=[network.case().pk])).status_code == status


def test_a_hidden_case_answers_like_one_that_does_not_exist(network, sign_in):
    client = sign_in("other_team")
    hidden = client.get(reverse("cases:detail", args=[network.case().pk]))
    missing = client.get(reverse("cases:detail", args=[uuid4()]))
    assert (hidden.status_code, missing.status_code) == (404, 404)

    def said(page):
        """The text without the address itself and the one-time tokens."""
        return re.sub(r"[0-9a-zA-Z]{64}", "", page.text.replace(page.wsgi_request.path, ""))

    assert said(hidden) == said(missing)


def test_the_page_shows_person_needs_consent_tasks_people_and_history(network, worker):
    case = network.case(
        person=network.person(
            name="Zahra Karimi", contact_channel="sms", contact_value="+375", contact_warning="No calls"
        )
    )
    network.consent(case.person)
    added = need(network, case, description="For two nights")
    with acting(network.actors["worker"]) as actor:
        add_task(case, actor=actor, at=network.at, text="Buy a ticket", due_at=network.at + timedelta(hours=3))
    text = worker.get(reverse("cases:detail", args=[case.pk])).text
    for words in (
        "Zahra Karimi",
        "No calls",
        "For two nights",
        "Consent until",
        "Buy a ticket",
        "Who can see this case",
        "supervisor",
        "Case opened",
        "Need recorded",
        reverse("referral:new", args=[added.pk]),
        reverse("referral:for_case", args=[case.pk]),
    ):
        assert words in text, words


def test_the_page_asks_the_same_number_of_questions_however_full_the_case_is(network, worker, queries):
    case = network.case()

    def count(url):
        with queries() as seen:
            assert worker.get(url).status_code == 200
        return len(asked(seen))

    def fill():
        network.consent(case.person)
        need(network, case, category="health")
        with acting(network.actors["worker"]) as actor:
            add_task(case, actor=actor, at=network.at, text="Call")

    fill()
    url = reverse("cases:detail", args=[case.pk])
    shell = count(reverse("cases:new"))  # signing in and the navigation; the page itself asks nothing
    first = count(url)
    for _ in range(5):
        fill()
    assert count(url) == first
    assert first - shell <= 12


def test_opening_sensitive_data_leaves_a_reading(network, worker):
    case = network.case()
    url = reverse("cases:detail", args=[case.pk])
    need(network, case, category="shelter")
    worker.get(url)
    assert readings(network) == []
    need(network, case, category="gbv")
    worker.get(url)
    assert readings(network) == [(case.person_id, 4, network.members["worker"].pk)]


@pytest.mark.parametrize("facts", [{"migration_status": "irregular"}, {"birth": 10}])
def test_a_status_and_a_child_count_as_sensitive(network, worker, facts):
    if facts.pop("birth", None):
        facts = {"birth_date": network.today.replace(year=network.at.year - 10, day=1), "birth_precision": "day"}
    case = network.case(person=network.person(**facts))
    worker.get(reverse("cases:detail", args=[case.pk]))
    assert [reading[1] for reading in readings(network)] == [3]


def test_a_colleague_does_not_see_a_restricted_need_on_the_page(network, sign_in):
    case = network.case()
    need(network, case, category="trafficking", description="The driver")
    assert "The driver" in sign_in("worker").get(reverse("cases:detail", args=[case.pk])).text
    assert "The driver" not in sign_in("mate").get(reverse("cases:detail", args=[case.pk])).text
