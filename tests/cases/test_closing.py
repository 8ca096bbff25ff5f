"""Closing: who knows, until when the record is kept, and what ends with the case."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import retention
from cases.actions.cases import settle_need
from cases.actions.plans import add_task
from cases.models import Approval, Case, Consent, Person, PersonName, Retention, TraffickingStatus
from cases.retention import Term
from core.actors import Actor, acting
from partners.models import Organisation
from tests.cases.browsing import need
from tests.cases.test_moves import move, refused

pytestmark = pytest.mark.django_db


def kept(network, case=None, *, by="worker") -> list:
    with acting(network.actors[by]) as actor:
        rows = Retention.objects.visible_to(actor).filter(case=case, ended_at=None)
        return [(row.kind, row.retain_until) for row in rows]


@pytest.mark.parametrize(
    ("term", "day", "after"),
    [
        (Term(5, "years"), date(2024, 2, 29), date(2029, 2, 28)),
        (Term(6, "months"), date(2026, 8, 31), date(2027, 2, 28)),
        (Term(1, "months"), date(2026, 12, 15), date(2027, 1, 15)),
        (Term(90, "days"), date(2026, 11, 23), date(2027, 2, 21)),
        (Term(48, "hours"), date(2026, 11, 23), date(2026, 11, 25)),
    ],
)
def test_a_time_is_counted_by_the_calendar(term, day, after):
    assert term.after(day) == after


def test_every_default_lies_within_its_bounds():
    day = date(2026, 1, 1)
    assert set(retention.DEFAULTS) == set(retention.BOUNDS)
    for kind, (least, most) in retention.BOUNDS.items():
        assert least.after(day) <= retention.DEFAULTS[kind].after(day) <= most.after(day), kind


@pytest.mark.parametrize(
    ("born", "precision", "until"),
    [
        (date(1990, 5, 5), "day", date(2031, 11, 23)),
        (date(2012, 5, 5), "day", date(2033, 5, 5)),  # 14 when it is closed: until 21
        (date(2010, 1, 5), "day", date(2031, 11, 23)),  # 16: five years are longer
        (date(2012, 5, 1), "month", date(2033, 5, 31)),
        (date(2012, 1, 1), "estimated", date(2033, 12, 31)),
        (None, "unknown", date(2031, 11, 23)),
    ],
)
def test_a_case_is_kept_five_years_and_that_of_a_child_until_twenty_one(born, precision, until):
    person = Person(birth_date=born, birth_precision=precision)
    assert retention.case_until(person, closed_on=date(2026, 11, 23), times=retention.DEFAULTS) == until


def test_an_intake_is_kept_six_months_until_work_follows(network):
    person = network.person()
    today = timezone.localdate(network.at)
    half_a_year = Term(6, "months").after(today)
    with acting(network.actors["worker"]):
        assert Retention.objects.get(person=person, case=None, ended_at=None).retain_until == half_a_year
    case = network.case(person=person)
    assert kept(network, case) == [("intake", half_a_year)]
    assert kept(network, None) == []
    network.consent(person)
    move(network, case, "assess")
    assert kept(network, case) == []


def test_closing_stores_the_date_and_reopening_clears_it(network):
    case = network.case()
    move(network, case, "close", reason="moved")
    assert kept(network, case) == [("case", Term(5, "years").after(timezone.localdate(network.at)))]
    move(network, case, "reopen", reason="new_need")
    assert kept(network, case) == []


def test_closing_says_whether_the_client_knows(network):
    case = network.case()
    assert refused(network, case, "close", reason="moved", told="") == "facts_wrong"
    assert refused(network, case, "close", reason="moved", told="no") == "facts_wrong"
    closed = move(network, case, "close", reason="moved", told="no", told_note="The number is not safe")
    assert (closed.client_told, closed.told_note) == (False, "The number is not safe")
    opened = move(network, case, "reopen", reason="new_need")
    assert (opened.client_told, opened.told_note) == (None, "")


def test_consents_end_with_the_last_open_case(network):
    case = network.case()
    consent = network.consent(case.person)
    move(network, case, "close", reason="moved")
    with acting(network.actors["worker"]):
        assert Consent.objects.get(pk=consent.pk).status == "expired"


def test_the_page_shows_what_is_open_and_the_date_and_closes(network, worker):
    case = network.case()
    one = need(network, case)
    with acting(network.actors["worker"]) as actor:
        task = add_task(case, actor=actor, at=network.at, text="Call the school")
    url = reverse("cases:close", args=[case.pk])
    page = worker.get(url).text
    assert reverse("cases:settle", args=[one.pk]) in page
    assert reverse("cases:finish", args=[task.pk]) in page
    assert str(timezone.localdate(network.at).year + 5) in page
    answer = worker.post(url, {"reason": "moved", "told": "yes"})
    assert answer.status_code == 409
    assert answer.context["form"].non_field_errors()
    worker.post(reverse("cases:finish", args=[task.pk]))
    with acting(network.actors["worker"]) as actor:
        settle_need(one.pk, actor=actor, at=network.at, status="met")
    page = worker.get(url).text
    assert reverse("cases:settle", args=[one.pk]) not in page
    assert worker.post(url, {"reason": "moved", "told": "no"}).context["form"].errors.keys() == {"told_note"}
    assert worker.post(url, {"reason": "moved", "told": "no", "told_note": "Left the country"}).status_code == 302
    with acting(network.actors["worker"]):
        assert Case.objects.get().status == "closed"
    assert worker.get(url).status_code == 404


def test_a_hidden_case_has_no_closing_page(network, sign_in):
    case = network.case()
    assert sign_in("other_team").get(reverse("cases:close", args=[case.pk])).status_code == 404


def test_the_closing_page_asks_as_often_with_ten_needs(network, worker, queries):
    case = network.case()
    url = reverse("cases:close", args=[case.pk])
    need(network, case)
    worker.get(url)
    with queries() as few:
        worker.get(url)
    for _ in range(9):
        need(network, case)
    with queries() as many:
        worker.get(url)
    assert len(many) == len(few)


def test_another_team_does_not_see_until_when_a_case_is_kept(network):
    case = network.case()
    move(network, case, "close", reason="moved", at=network.at + timedelta(minutes=1))
    assert kept(network, case)
    assert kept(network, case, by="other_team") == []
    assert kept(network, case, by="stranger") == []


@pytest.mark.parametrize(("said", "asks"), [(["possible"], True), (["possible", "not_victim"], False), ([], False)])
def test_a_possible_victim_of_trafficking_is_closed_by_two(network, said, asks):
    case = network.case(risk_level="low")
    with acting(Actor(organisation_id=network.home.pk, permissions=frozenset({"entitlement.set"}))):
        Organisation.objects.filter(pk=network.home.pk).update(may_identify_victims=True)
    with acting(network.actors["worker"]) as actor:
        for number, status in enumerate(said):
            row = TraffickingStatus(
                organisation=network.home, case=case, status=status, at=network.at + timedelta(minutes=number),
                **({"decision_body": "Police", "decided_on": network.today} if status != "possible" else {}),
            )  # fmt: skip
            row.save(force_insert=True)
    move(network, case, "close", reason="client_request")
    with acting(network.actors["worker"]) as actor:
        waits = Approval.objects.visible_to(actor).filter(case=case, kind="closure", status="waiting").exists()
        assert (waits, Case.objects.get(pk=case.pk).status == "closed") == (asks, not asks)


def test_a_case_without_a_name_says_so_and_shows_its_number_once(network, sign_in):
    case = network.case()
    with acting(network.actors["worker"]):
        PersonName.objects.filter(person=case.person_id).delete()
    page = sign_in("worker").get(reverse("cases:detail", args=[case.pk]))
    assert str(page.context["bar"]["name"]) == "No name"
    listed = sign_in("worker").get(reverse("cases:list"))
    assert [str(row["name"]) for row in listed.context["rows"]] == ["No name"]
    assert listed.content.decode().count(case.reference) == 1
