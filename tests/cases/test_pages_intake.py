"""Logging a new case, from the search to the choice of a service."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from cases.models import Case, Consent, IntakeDraft, Need, Person, PersonName
from core.actors import acting

pytestmark = pytest.mark.django_db


def begin(client, **more):
    """Search, and begin a draft for a new person; return the address of its first step."""
    client.post(reverse("cases:new"), {"q": "Zahra Karimi"})
    return client.post(reverse("cases:register"), {"words": "Zahra Karimi"} | more)["Location"]


def test_a_person_cannot_be_registered_before_a_search(network, worker):
    for answer in (worker.get(reverse("cases:register")), worker.post(reverse("cases:register"), {"words": "Zahra"})):
        assert (answer.status_code, answer["Location"]) == (302, reverse("cases:new"))
    with acting(network.actors["worker"]):
        assert not IntakeDraft.objects.exists()


def test_the_search_shows_who_is_known_and_links_to_the_case(network, worker):
    case = network.case(person=network.person(name="Zahra Karimi"))
    page = worker.post(reverse("cases:new"), {"q": "Захра Карими"})
    assert "This is the same person" in page.text
    assert reverse("cases:detail", args=[case.pk]) in page.text
    assert "None of these" in page.text


def test_the_search_counts_what_another_team_holds_without_a_name(network, sign_in):
    network.person(name="Zahra Karimi", by="other_team")
    page = sign_in("worker").post(reverse("cases:new"), {"q": "Zahra"})
    assert "1 more match is held by another team" in page.text
    assert "Karimi" not in page.text


def test_htmx_gets_the_answers_without_the_page(network, worker):
    page = worker.post(reverse("cases:new"), {"q": "Zahra"}, headers={"HX-Request": "true"})
    assert "Register a new person" in page.text
    assert "<html" not in page.text


PERSON = {
    "name_1": "Zahra Karimi",
    "name_2": "زهرا کریمی",
    "script_2": "Arab",
    "kind_2": "legal",
    "birth_date": "1994-05-02",
    "birth_precision": "day",
    "sex": "female",
    "citizenship_1": "AF",
    "language_1": "prs",
    "interpreter": "on",
    "migration_status": "not_asked",
    "contact_channel": "sms",
    "contact_value": "+375290000000",
    "contact_warning": "No calls",
}
CONSENT = {
    "purposes": ["case_management", "referral_disclosure"],
    "data_classes": ["1", "2"],
    "receiver_class": "network",
    "given_by": "self",
    "language": "prs",
    "method": "written",
}
SAFETY = {"risk_level": "high", "entry_point": "walk_in", "consent_basis": "consent"}
NEED = {"category": "shelter", "priority": "urgent", "description": "Tonight"}


def test_a_new_case_is_logged_from_search_to_the_choice_of_a_service(network, worker):
    person = begin(worker)
    assert 'value="Zahra Karimi"' in worker.get(person).text
    consent = worker.post(person, PERSON)["Location"]
    page = worker.get(consent)
    assert "Who will NOT get the data" in page.text
    assert "What does Zahra Karimi agree to?" in page.text
    last = page.context["form"]["expires_on"].value().isoformat()
    safety = worker.post(consent, CONSENT | {"expires_on": last})["Location"]
    need = worker.post(safety, SAFETY)["Location"]
    with acting(network.actors["worker"]):
        assert not Person.objects.exists()  # nothing is a record before the end
    answer = worker.post(need, NEED)
    with acting(network.actors["worker"]):
        assert set(PersonName.objects.values_list("full_as_written", "script")) == {
            ("Zahra Karimi", "Zyyy"),
            ("زهرا کریمی", "Arab"),
        }
        assert Person.objects.get().languages == [{"code": "prs", "level": "", "interpreter": True}]
        case = Case.objects.get()
        assert case.risk_level == "high"
        assert Consent.objects.get().holds(case.opened_at)
        assert answer["Location"] == reverse("referral:new", args=[Need.objects.get().pk])
    # One search answers for one person.
    assert worker.post(reverse("cases:register"), {})["Location"] == reverse("cases:new")


def test_a_form_keeps_what_was_typed_and_names_the_field(network, worker):
    person = begin(worker)
    page = worker.post(person, PERSON | {"contact_value": "", "birth_date": "2190-01-01"})
    assert page.status_code == 422
    assert 'value="زهرا کریمی"' in page.text
    assert set(page.context["form"].errors) == {"contact_value", "birth_date"}


def test_a_wrong_name_is_shown_beside_the_first_name(network, worker):
    page = worker.post(begin(worker), PERSON | {"name_1": "Za\u202ehra"})
    assert set(page.context["form"].errors) == {"name_1"}


def test_a_consent_form_keeps_what_was_typed(network, worker):
    person = network.person()
    wrong = CONSENT | {"receiver_class": "", "expires_on": network.today.isoformat(), "evidence": "Folder 7"}
    page = worker.post(reverse("cases:consent", args=[person.pk]), wrong)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"receivers"}
    assert "Folder 7" in page.text


def test_a_consent_cannot_run_longer_than_a_year(network, worker):
    person = network.person()
    late = (network.today + timedelta(days=400)).isoformat()
    page = worker.post(reverse("cases:consent", args=[person.pk]), CONSENT | {"expires_on": late})
    assert set(page.context["form"].errors) == {"expires_on"}


def test_a_consent_names_organisations_that_may_and_may_not(network, worker):
    person = network.person()
    end = (network.today + timedelta(days=30)).isoformat()
    named = CONSENT | {"receiver_class": "", "receivers": [str(network.away.pk)], "expires_on": end}
    worker.post(reverse("cases:consent", args=[person.pk]), named)
    with acting(network.actors["worker"]):
        assert Consent.objects.get().receivers == [network.away.pk]


def test_bodies_under_the_law_of_the_country_are_not_offered_spoken_consent(network, worker):
    url = reverse("cases:consent", args=[network.person().pk])
    assert "verbal_phone" not in worker.get(url).text
    network.home.legal_regime = "un_privileges"
    network.home.save()
    assert "verbal_phone" in worker.get(url).text


def test_a_possible_child_without_a_caregiver_is_pointed_out(network, worker):
    born = network.today.replace(year=network.at.year - 10, day=1)
    alone = network.person(birth_date=born, birth_precision="day")
    cared = network.person(birth_date=born, birth_precision="day", caregiver="Laila, aunt")
    said = "may be, under 18"
    assert said in worker.get(reverse("cases:open", args=[alone.pk])).text
    assert said not in worker.get(reverse("cases:open", args=[cared.pk])).text


def test_a_case_is_not_opened_from_a_referral_of_somebody_else(network, worker):
    person = network.person()
    worker.get(reverse("cases:new"), {"referral": str(uuid4())})
    answer = {"risk_level": "low", "entry_point": "referral_in", "consent_basis": "consent"}
    page = worker.post(reverse("cases:open", args=[person.pk]), answer)
    assert page.status_code == 422
    with acting(network.actors["worker"]):
        assert not Case.objects.exists()
