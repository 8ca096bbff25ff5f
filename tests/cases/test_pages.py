"""The pages of persons and cases, as people with roles see them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.actions.cases import add_need
from cases.actions.plans import add_task
from cases.models import Case, Consent, Need, Person, PersonName, Task
from core.actors import Actor, acting
from core.models import Reading
from partners.roles import permissions_of

pytestmark = pytest.mark.django_db
OVERHEAD = ("SAVEPOINT", "RELEASE", "ROLLBACK", "WITH was AS")  # transactions and saying who acts, not reading


@pytest.fixture
def sign_in(network, settings):
    settings.REQUIRE_SECOND_FACTOR = False

    def client_of(name):
        client = Client()
        client.force_login(network.users[name])
        return client

    return client_of


@pytest.fixture
def worker(sign_in):
    return sign_in("worker")


def need(network, case, category="shelter", **facts):
    with acting(network.actors["worker"]) as actor:
        return add_need(case, actor=actor, at=network.at, category=category, **facts)


def asked(seen) -> list[str]:
    return [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(OVERHEAD)]


def readings(network) -> list[tuple]:
    officer = Actor(
        organisation_id=network.home.pk, user_id=uuid4(), permissions=permissions_of("data_protection_officer")
    )
    with acting(officer):
        return list(Reading.objects.visible_to(officer).values_list("about", "field_class", "member_id"))


# --- the list


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


# --- logging a new case


def test_a_person_cannot_be_registered_before_a_search(network, worker):
    answer = worker.get(reverse("cases:register"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("cases:new")
    worker.post(reverse("cases:register"), {"name_1": "Zahra"})
    with acting(network.actors["worker"]):
        assert not Person.objects.exists()


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


def test_a_new_case_is_logged_from_search_to_the_choice_of_a_service(network, worker):
    worker.post(reverse("cases:new"), {"q": "Zahra Karimi"})
    begun = worker.post(reverse("cases:register"), {"words": "Zahra Karimi", "begin": "1"})
    assert 'value="Zahra Karimi"' in begun.text
    answer = worker.post(reverse("cases:register"), PERSON)
    with acting(network.actors["worker"]):
        person = Person.objects.get()
        assert set(PersonName.objects.values_list("full_as_written", "script")) == {
            ("Zahra Karimi", "Zyyy"),
            ("زهرا کریمی", "Arab"),
        }
        assert person.languages == [{"code": "prs", "level": "", "interpreter": True}]
    assert answer["Location"] == reverse("cases:consent", args=[person.pk])
    page = worker.get(answer["Location"])
    assert "Who will NOT get the data" in page.text
    last = page.context["form"]["expires_on"].value().isoformat()
    answer = worker.post(answer["Location"], CONSENT | {"expires_on": last})
    assert answer["Location"] == reverse("cases:open", args=[person.pk])
    assert worker.get(answer["Location"]).status_code == 200
    answer = worker.post(
        answer["Location"], {"risk_level": "high", "entry_point": "walk_in", "consent_basis": "consent"}
    )
    with acting(network.actors["worker"]):
        case = Case.objects.get()
        assert Consent.objects.get().holds(case.opened_at)
    assert answer["Location"] == reverse("cases:need", args=[case.pk])
    assert worker.get(answer["Location"]).status_code == 200
    answer = worker.post(answer["Location"], {"category": "shelter", "priority": "urgent", "description": "Tonight"})
    with acting(network.actors["worker"]):
        assert answer["Location"] == reverse("referral:new", args=[Need.objects.get().pk])
    again = worker.get(reverse("cases:register"))
    assert again["Location"] == reverse("cases:new")  # one search answers for one person


def test_a_form_keeps_what_was_typed_and_names_the_field(network, worker):
    worker.post(reverse("cases:new"), {"q": "Zahra"})
    page = worker.post(reverse("cases:register"), PERSON | {"contact_value": "", "birth_date": "2190-01-01"})
    assert page.status_code == 422
    assert 'value="زهرا کریمی"' in page.text
    assert set(page.context["form"].errors) == {"contact_value", "birth_date"}


def test_a_wrong_name_is_shown_beside_the_first_name(network, worker):
    worker.post(reverse("cases:new"), {"q": "Zahra"})
    page = worker.post(reverse("cases:register"), PERSON | {"name_1": "Za\u202ehra"})
    assert set(page.context["form"].errors) == {"name_1"}


def test_a_consent_form_keeps_what_was_typed(network, worker):
    person = network.person()
    wrong = CONSENT | {"receiver_class": "", "expires_on": network.at.date().isoformat(), "evidence": "Folder 7"}
    page = worker.post(reverse("cases:consent", args=[person.pk]), wrong)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"receivers"}
    assert "Folder 7" in page.text


def test_a_consent_cannot_run_longer_than_a_year(network, worker):
    person = network.person()
    late = (network.at + timedelta(days=400)).date().isoformat()
    page = worker.post(reverse("cases:consent", args=[person.pk]), CONSENT | {"expires_on": late})
    assert set(page.context["form"].errors) == {"expires_on"}


def test_a_consent_names_organisations_that_may_and_may_not(network, worker):
    person = network.person()
    end = (network.at + timedelta(days=30)).date().isoformat()
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
    born = network.at.date().replace(year=network.at.year - 10, day=1)
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


# --- one case


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
        facts = {"birth_date": network.at.date().replace(year=network.at.year - 10, day=1), "birth_precision": "day"}
    case = network.case(person=network.person(**facts))
    worker.get(reverse("cases:detail", args=[case.pk]))
    assert [reading[1] for reading in readings(network)] == [3]


def test_a_colleague_does_not_see_a_restricted_need_on_the_page(network, sign_in):
    case = network.case()
    need(network, case, category="trafficking", description="The driver")
    assert "The driver" in sign_in("worker").get(reverse("cases:detail", args=[case.pk])).text
    assert "The driver" not in sign_in("mate").get(reverse("cases:detail", args=[case.pk])).text


# --- changes


def test_the_withdrawal_page_says_what_happens_and_a_post_does_it(network, worker):
    case = network.case()
    consent = network.consent(case.person)
    url = reverse("cases:withdraw", args=[consent.pk])
    assert "withdrawn at once" in worker.get(url).text
    with acting(network.actors["worker"]):
        assert Consent.objects.get(pk=consent.pk).status == "given"
    answer = worker.post(url)
    assert answer["Location"] == reverse("cases:detail", args=[case.pk])
    with acting(network.actors["worker"]):
        assert Consent.objects.get(pk=consent.pk).status == "withdrawn"
    assert worker.post(url).status_code == 409


def test_the_safe_contact_is_changed_on_its_page(network, worker):
    case = network.case(person=network.person(contact_channel="sms", contact_value="+375", contact_warning="No calls"))
    url = reverse("cases:contact", args=[case.pk])
    assert "No calls" in worker.get(url).text
    wrong = worker.post(url, {"contact_channel": "sms", "contact_value": "", "contact_hours": "at night"})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"contact_value"})
    assert "at night" in wrong.text
    worker.post(url, {"contact_channel": "in_person"})
    with acting(network.actors["worker"]):
        assert Person.objects.get().contact_channel == "in_person"


def test_a_need_is_settled_on_its_page(network, worker):
    added = need(network, network.case())
    url = reverse("cases:settle", args=[added.pk])
    assert "Ask the person first" in worker.get(url).text
    assert worker.post(url, {"status": "met"}).status_code == 302
    with acting(network.actors["worker"]):
        assert Need.objects.get().status == "met"
    assert worker.post(url, {"status": "met"}).status_code == 409


def test_a_task_is_added_and_ticked_off(network, worker):
    case = network.case()
    assert worker.post(reverse("cases:task", args=[case.pk]), {"text": ""}).status_code in {200, 422}
    worker.post(reverse("cases:task", args=[case.pk]), {"text": "Call Zahra", "due_on": "2190-01-01"})
    with acting(network.actors["worker"]):
        task = Task.objects.get()
    finish = reverse("cases:finish", args=[task.pk])
    assert worker.get(finish).status_code == 405
    assert worker.post(finish).status_code == 302
    assert worker.post(finish).status_code == 409


def test_a_step_without_questions_and_one_with(network, worker):
    case = network.case()
    network.consent(case.person)
    assert worker.get(reverse("cases:step", args=[case.pk, "assess"])).status_code == 200
    worker.post(reverse("cases:step", args=[case.pk, "assess"]), {"go": "1"})
    assert worker.post(reverse("cases:step", args=[case.pk, "activate"]), {"go": "1"}).status_code == 409
    close = reverse("cases:step", args=[case.pk, "close"])
    assert worker.post(close, {"reason": "other"}).context["form"].errors.keys() == {"note"}
    worker.post(close, {"reason": "moved"})
    with acting(network.actors["worker"]):
        assert Case.objects.get().status == "closed"
    page = worker.get(reverse("cases:detail", args=[case.pk]))
    assert reverse("cases:step", args=[case.pk, "reopen"]) in page.text
    assert reverse("cases:need", args=[case.pk]) not in page.text
    assert worker.get(reverse("cases:step", args=[case.pk, "explode"])).status_code == 404


def test_a_supervisor_gives_the_case_away_and_lands_where_something_is(network, sign_in):
    case, supervisor = network.case(), sign_in("supervisor")
    url = reverse("cases:reassign", args=[case.pk])
    assert "Other_Team" in supervisor.get(url).text
    answer = supervisor.post(url, {"caseworker": str(network.members["other_team"].pk)})
    assert answer["Location"] == reverse("cases:list")
    assert sign_in("other_team").get(reverse("cases:detail", args=[case.pk])).status_code == 200


@pytest.mark.parametrize("name", ["reassign"])
def test_a_caseworker_gives_no_case_away(network, worker, name):
    assert worker.get(reverse(f"cases:{name}", args=[network.case().pk])).status_code == 403


@pytest.mark.parametrize("name", ["need", "contact", "task"])
def test_pages_of_a_hidden_case_are_missing(network, sign_in, name):
    assert sign_in("other_team").get(reverse(f"cases:{name}", args=[network.case().pk])).status_code == 404


def test_a_hotline_operator_logs_a_call_without_a_plan(network, sign_in):
    client = sign_in("hotline")
    case = network.case(by="hotline")
    page = client.get(reverse("cases:detail", args=[case.pk]))
    assert page.status_code == 200
    assert reverse("cases:need", args=[case.pk]) not in page.text
    assert client.get(reverse("cases:need", args=[case.pk])).status_code == 403


@pytest.mark.parametrize("language", ["ru", "be"])
def test_pages_render_in_every_language(network, worker, language):
    case = network.case(person=network.person(birth_date=network.at.date(), birth_precision="estimated"))
    need(network, case)
    worker.cookies["django_language"] = language
    for url in (reverse("cases:list"), reverse("cases:new"), reverse("cases:detail", args=[case.pk])):
        assert worker.get(url).status_code == 200
