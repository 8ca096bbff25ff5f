"""The draft of a new case: kept at each step, left, gone on with, thrown away, and finished once."""

import pytest
from django.urls import reverse

from cases.models import Case, Consent, IntakeDraft, Need, Person
from core.actors import acting
from tests.cases.test_pages_intake import CONSENT, NEED, PERSON, SAFETY, begin

pytestmark = pytest.mark.django_db


def rows(network):
    with acting(network.actors["worker"]):
        return [model.objects.count() for model in (Person, Consent, Case, Need)]


def draft(network):
    with acting(network.actors["worker"]):
        return IntakeDraft.objects.get()


def at_need(client):
    """Go to the last step without consent; return its address."""
    safety = client.post(client.post(begin(client), PERSON)["Location"], {"go": "skip"})["Location"]
    return client.post(safety, SAFETY)["Location"]


def test_what_is_wrong_is_kept_and_shown_again_with_its_mistake(network, worker):
    person = begin(worker)
    worker.post(person, PERSON | {"birth_date": "2190-01-01"})
    page = worker.get(person)
    assert "2190-01-01" in page.text
    assert set(page.context["form"].errors) == {"birth_date"}


def test_leaving_keeps_what_is_typed_without_naming_mistakes(network, worker):
    person = begin(worker)
    assert worker.post(person, {"name_1": "Zahra", "go": "later"})["Location"] == reverse("cases:list")
    for page in (reverse("home"), reverse("cases:list")):
        shown = worker.get(page).text
        assert "New case: Zahra" in shown
        assert person in shown
    page = worker.get(person)
    assert 'value="Zahra"' in page.text
    assert not page.context["form"].errors


def test_a_script_saves_without_leaving_the_page(network, worker):
    person = begin(worker)
    answer = worker.post(person, {"name_1": "Za", "go": "save"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (204, "")
    assert draft(network).data["person"]["name_1"] == ["Za"]


def test_one_goes_back_and_forth_and_nothing_is_lost(network, worker):
    person = begin(worker)
    consent = worker.post(person, PERSON)["Location"]
    assert worker.post(consent, {"evidence": "Folder 7", "go": "back"})["Location"] == person
    assert 'value="Zahra Karimi"' in worker.get(person).text
    assert worker.post(person, PERSON)["Location"] == consent
    page = worker.get(consent)
    assert "Folder 7" in page.text
    assert not page.context["form"].errors


def test_a_step_refuses_what_its_door_would_refuse(network, worker):
    consent = worker.post(begin(worker), PERSON)["Location"]
    late = CONSENT | {"expires_on": "2090-01-01"}
    page = worker.post(consent, late)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"expires_on"}
    assert rows(network) == [0, 0, 0, 0]


def test_the_end_leads_to_a_step_that_was_left_out(network, worker):
    person = begin(worker)
    need = reverse("cases:draft", args=[draft(network).pk, "need"])
    assert worker.post(need, NEED)["Location"].split("?")[0] == person
    worker.post(person, PERSON)
    assert worker.post(need, NEED)["Location"].split("?")[0].endswith("/safety/")
    assert rows(network) == [0, 0, 0, 0]


def test_a_second_click_and_the_back_button_make_nothing_twice(network, worker):
    need = at_need(worker)
    assert worker.post(need, NEED | {"go": "stay"}).status_code == 302
    assert rows(network) == [1, 0, 1, 1]
    case = reverse("cases:detail", args=[draft(network).case_id])
    person = need.replace("/need/", "/person/")
    for answer in (worker.post(need, NEED), worker.post(person, PERSON), worker.get(need), worker.get(person)):
        assert answer["Location"] == case
    assert rows(network) == [1, 0, 1, 1]
    assert draft(network).data == {}


def test_a_case_is_opened_without_a_need(network, worker):
    worker.post(at_need(worker), {"go": "skip"})
    assert rows(network) == [1, 0, 1, 0]


def test_a_role_without_needs_ends_with_safety(network, sign_in):
    hotline = sign_in("hotline")
    safety = hotline.post(hotline.post(begin(hotline), PERSON)["Location"], {"go": "skip"})["Location"]
    assert "Open case" in hotline.get(safety).text
    hotline.post(safety, SAFETY)
    with acting(network.actors["hotline"]):
        assert Case.objects.count() == 1


def test_a_draft_is_thrown_away_only_after_a_question(network, worker):
    begin(worker)
    discard = reverse("cases:discard", args=[draft(network).pk])
    assert "Delete this draft?" in worker.get(discard).text
    assert draft(network)
    worker.post(discard)
    with acting(network.actors["worker"]):
        assert not IntakeDraft.objects.exists()


def test_nobody_else_opens_a_draft(network, worker, sign_in):
    person = begin(worker)
    for name in ("mate", "supervisor", "stranger"):
        other = sign_in(name)
        assert other.get(person).status_code == 404
        assert other.post(person, PERSON).status_code == 404
        assert other.post(reverse("cases:discard", args=[draft(network).pk])).status_code == 404
    assert sign_in("focal").get(person).status_code == 403


def test_a_possible_child_without_a_caregiver_is_pointed_out_before_it_is_registered(network, worker):
    born = network.today.replace(year=network.at.year - 10, day=1).isoformat()
    consent = worker.post(begin(worker), PERSON | {"birth_date": born})["Location"]
    assert "may be, under 18" in worker.get(worker.post(consent, {"go": "skip"})["Location"]).text


def test_a_known_person_is_not_asked_again_who_it_is(network, worker):
    known = network.person(name="Zahra Karimi")
    page = worker.post(reverse("cases:new"), {"q": "Zahra Karimi"})
    assert f'name="person" value="{known.pk}"' in page.text
    consent = worker.post(reverse("cases:register"), {"person": str(known.pk)})["Location"]
    assert consent.endswith("/consent/")
    need = worker.post(worker.post(consent, {"go": "skip"})["Location"], SAFETY)["Location"]
    worker.post(need, NEED)
    assert rows(network) == [1, 0, 1, 1]
    hidden = network.person(name="Hidden", by="other_team")
    for value in (str(hidden.pk), "no id"):
        assert worker.post(reverse("cases:register"), {"person": value}).status_code == 404


def test_an_open_case_that_came_in_between_is_told_and_not_doubled(network, worker):
    known = network.person(name="Zahra Karimi")
    consent = worker.post(reverse("cases:register"), {"person": str(known.pk)})["Location"]
    safety = worker.post(consent, {"go": "skip"})["Location"]
    network.case(person=known)
    page = worker.post(safety, SAFETY)
    assert page.status_code == 422
    assert "has an open case already" in page.text
    assert rows(network) == [1, 0, 1, 0]


def test_the_pages_of_a_draft_ask_the_database_a_bounded_number_of_questions(network, worker, queries):
    person = begin(worker)
    for step in ("person", "consent", "safety", "need"):
        with queries() as seen:
            worker.get(person.replace("/person/", f"/{step}/"))
        assert len([sql for sql in seen.captured_queries if "cases_" in sql["sql"]]) <= 12
