"""The pages that change a case, and who may open them."""

import pytest
from django.urls import reverse

from cases.models import Case, Consent, Need, Person, Task
from core.actors import acting
from tests.cases.browsing import need

pytestmark = pytest.mark.django_db


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
    page = worker.get(url)
    assert "No calls" in page.text
    carried = dict(page.context["edit"].hidden)
    empty = {"contact_channel": "sms", "contact_value": "", "contact_hours": "at night"}
    wrong = worker.post(url, carried | empty)
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"contact_value"})
    assert "at night" in wrong.text
    worker.post(url, carried | {"contact_channel": "in_person"})
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
    assert worker.post(close, {"reason": "other", "told": "yes"}).context["form"].errors.keys() == {"note"}
    worker.post(close, {"reason": "moved", "told": "yes"})
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
    case = network.case(person=network.person(birth_date=network.today, birth_precision="estimated"))
    need(network, case)
    worker.cookies["django_language"] = language
    for url in (reverse("cases:list"), reverse("cases:new"), reverse("cases:detail", args=[case.pk])):
        assert worker.get(url).status_code == 200
