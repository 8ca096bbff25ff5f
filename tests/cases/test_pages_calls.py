"""Calls without a name on the pages: logged once, added to a case, and given to a person at last."""

import pytest
from django.urls import reverse

from cases.models import CallEntry, Case, IntakeDraft, Person
from core.actors import acting
from tests.cases.browsing import readings

pytestmark = pytest.mark.django_db

CALL = {"channel": "phone_call", "said": "She is locked in", "risk_level": "critical", "minutes": "7"}
FIRST = CALL | {"contact_channel": "none"}


def called(client):
    """Log a call; return the address of its form and where it led."""
    address = client.post(reverse("cases:new_call"))["Location"]
    return address, client.post(address, FIRST)


def case_of(network, name="hotline"):
    with acting(network.actors[name]):
        return Case.objects.select_related("person").get()


def test_a_call_without_a_name_becomes_a_case_once(network, sign_in):
    hotline = sign_in("hotline")
    address, answer = called(hotline)
    case = case_of(network)
    assert answer["Location"] == reverse("cases:detail", args=[case.pk])
    assert (case.risk_level, case.entry_point, case.person.unnamed) == ("critical", "hotline", True)
    assert hotline.post(address, FIRST)["Location"] == answer["Location"]
    assert hotline.get(address)["Location"] == answer["Location"]
    with acting(network.actors["hotline"]):
        assert (Case.objects.count(), CallEntry.objects.get().minutes) == (1, 7)


def test_opening_the_page_of_a_call_writes_nothing(network, worker):
    assert worker.get(reverse("cases:new_call")).status_code == 405
    with acting(network.actors["worker"]):
        assert not IntakeDraft.objects.exists()


def test_a_call_keeps_what_was_typed_and_is_gone_on_with(network, worker):
    address = worker.post(reverse("cases:new_call"))["Location"]
    page = worker.post(address, FIRST | {"risk_level": ""})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"risk_level"}
    worker.post(address, {"said": "She is", "go": "later"})
    assert address in worker.get(reverse("home")).text
    page = worker.get(address)
    assert "She is" in page.text
    assert not page.context["form"].errors


def test_calls_stand_with_the_records_of_the_case_and_reading_them_leaves_a_trail(network, worker):
    called(worker)
    case = case_of(network, "worker")
    url = reverse("cases:records", args=[case.pk])
    assert "She is locked in" in worker.get(url).text
    assert (case.pk, 3) in {(about, field_class) for about, field_class, _member in readings(network)}
    add = reverse("cases:add_call", args=[case.pk])
    assert add in worker.get(url).text
    assert worker.post(add, CALL | {"said": ""}).status_code == 422
    assert worker.post(add, CALL | {"said": "She is safe"})["Location"] == url
    assert "She is safe" in worker.get(url).text


def test_the_case_of_a_caller_is_given_to_a_known_person(network, worker):
    called(worker)
    case = case_of(network, "worker")
    link = reverse("cases:link", args=[case.pk])
    assert link in worker.get(reverse("cases:detail", args=[case.pk])).text
    known, hidden = network.person(), network.person(name="Hidden", by="other_team")
    found = worker.post(link, {"q": "Захра"})
    assert f'value="{known.pk}"' in found.text
    assert reverse("cases:new_name", args=[case.person_id]) in found.text
    assert worker.post(link, {"person": str(hidden.pk)}).status_code == 404
    assert worker.post(link, {"person": str(known.pk)}).status_code == 302
    assert case_of(network, "worker").person_id == known.pk
    assert link not in worker.get(reverse("cases:detail", args=[case.pk])).text
    assert worker.post(link, {"person": str(known.pk)}).status_code == 409


def test_the_calls_of_a_case_out_of_sight_are_not_found(network, worker, sign_in):
    called(worker)
    case = case_of(network, "worker")
    for name in ("stranger", "other_team"):
        other = sign_in(name)
        for route in ("cases:add_call", "cases:link"):
            assert other.get(reverse(route, args=[case.pk])).status_code == 404
            assert other.post(reverse(route, args=[case.pk]), CALL).status_code == 404
    with acting(network.actors["worker"]):
        assert (CallEntry.objects.count(), Person.objects.count()) == (1, 1)
