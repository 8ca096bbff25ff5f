"""The pages of an assessment: a stepper that saves, a page that compares, and what the trail keeps."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Assessment, Case, Determinants
from core.actors import acting
from tests.cases.browsing import asked, carried, readings

pytestmark = pytest.mark.django_db


def page(case):
    return reverse("cases:assessment", args=[case.pk])


def test_an_assessment_walks_through_its_pages_without_a_script(network, worker):
    case = network.case(risk_level="medium")
    assert reverse("cases:start_assessment", args=[case.pk]) in worker.get(page(case)).text
    answer = worker.post(reverse("cases:start_assessment", args=[case.pk]))
    pages = ("individual", "household", "community", "structural", "restricted")
    for step in pages:
        assert step in answer["Location"]
        facts = carried(worker, answer["Location"]) | {
            "held_on": network.today.isoformat(),
            "words_individual": "Calm",
        }
        facts |= {"no_income": "present", "exploiter_contact": "present"}
        answer = worker.post(answer["Location"], facts)
    text = worker.get(answer["Location"]).text
    assert "Somebody who exploits the person is still in contact" in text
    answer = worker.post(answer["Location"], {"risk_level": "high"})
    assert answer["Location"] == page(case)
    text = worker.get(page(case)).text
    assert "Has no means to live on" in text
    assert "Calm" in text
    with acting(network.actors["worker"]):
        assert Case.objects.get(pk=case.pk).risk_level == "high"


def test_one_stops_in_between_and_goes_on_with_the_draft(network, worker):
    case = network.case()
    url = worker.post(reverse("cases:start_assessment", args=[case.pk]))["Location"]
    facts = carried(worker, url) | {"held_on": network.today.isoformat(), "copes": "present", "stop": "1"}
    assert worker.post(url, facts)["Location"] == page(case)
    assert url in worker.get(page(case)).text
    assert 'value="present" checked' in worker.get(url).text.replace(' id="id_copes_0"', "").replace(" required", "")


def test_an_old_page_is_refused_and_keeps_what_was_typed(network, worker):
    case = network.case()
    url = worker.post(reverse("cases:start_assessment", args=[case.pk]))["Location"]
    facts = carried(worker, url) | {"held_on": network.today.isoformat(), "words_individual": "First"}
    worker.post(url, facts)
    answer = worker.post(url, facts | {"words_individual": "Second"})
    assert answer.status_code == 409
    assert "Second" in answer.text


def test_a_completed_assessment_has_no_pages_to_change(network, worker):
    row = network.assessed(network.case())
    url = reverse("cases:assess", args=[row.pk, "individual"])
    assert worker.get(url)["Location"] == page(row.case)
    assert worker.post(url, {})["Location"] == page(row.case)


def test_the_page_says_what_changed_and_shows_an_earlier_one(network, worker):
    case = network.case()
    first = network.assessed(case, homeless="present")
    network.assessed(case, at=network.at + timedelta(minutes=1), homeless="absent", isolated="present")
    text = worker.get(page(case)).text
    assert "Before: Homeless or at risk of homelessness. Now: No." in text
    old = worker.get(page(case), {"of": str(first.pk)}).text
    assert "Knows nobody here to rely on" not in old


def test_a_colleague_of_the_team_sees_no_restricted_answer_and_no_form(network, sign_in):
    case = network.case()
    row = network.assessed(case, restricted={"detained": "present"})
    mate = sign_in("mate")
    text = mate.get(page(case)).text
    assert "In or released from detention" not in text
    assert "Restricted answers are shown only to those whom the case names." in text
    assert reverse("cases:start_assessment", args=[case.pk]) not in text
    assert mate.post(reverse("cases:start_assessment", args=[case.pk])).status_code == 403
    assert "In or released from detention" in sign_in("supervisor").get(page(case)).text
    assert sign_in("stranger").get(page(case)).status_code == 404
    assert sign_in("stranger").get(reverse("cases:assess", args=[row.pk, "risk"])).status_code == 404


def test_reading_leaves_the_class_that_was_shown(network, worker, sign_in):
    case = network.case()
    network.assessed(case, restricted={"detained": "present"})
    worker.get(page(case))
    sign_in("mate").get(page(case))
    members = network.members
    assert readings(network) == [(case.pk, 4, members["worker"].pk), (case.pk, 3, members["mate"].pk)]


def test_a_review_is_noted_from_its_page(network, worker):
    case = network.case()
    network.assessed(case)
    url = reverse("cases:review", args=[case.pk])
    assert worker.get(url).status_code == 200
    assert worker.post(url, {"next_on": "2001-01-01"}).status_code == 422
    assert worker.post(url, {"reason": "Called"})["Location"] == page(case)
    assert "Called" in worker.get(page(case)).text


def test_the_page_asks_the_same_number_of_questions_whatever_the_history(network, worker, queries):
    case = network.case()
    counts = []
    worker.get(page(case))
    for minute in (0, 2):
        network.assessed(case, at=network.at + timedelta(minutes=minute), homeless="present")
        network.assessed(case, at=network.at + timedelta(minutes=minute + 1), homeless="absent")
        with queries() as seen:
            worker.get(page(case))
        counts.append(len(asked(seen)))
    assert counts[0] == counts[1] <= 14
    with acting(network.actors["worker"]):
        assert Assessment.objects.count() == 4


def saved_as_one_goes(client, url, facts):
    """Post as the script does; return the answer and what the form carries after it."""
    answer = client.post(url, facts | {"save": "1"}, headers={"HX-Request": "true"})
    return answer, facts | dict(answer.context["edit"].hidden)


def test_answers_are_saved_as_one_goes_without_a_conflict_with_oneself(network, worker):
    case = network.case()
    url = worker.post(reverse("cases:start_assessment", args=[case.pk]))["Location"]
    assert 'hx-target="#edit_state"' in worker.get(url).text
    facts = carried(worker, url) | {"held_on": network.today.isoformat(), "no_income": "present"}
    answer, facts = saved_as_one_goes(worker, url, facts)
    assert (answer.status_code, "Saved" in answer.text) == (200, True)
    answer, facts = saved_as_one_goes(worker, url, facts | {"words_individual": "Calm"})
    assert answer.status_code == 200
    with acting(network.actors["worker"]) as actor:
        part = Determinants.objects.visible_to(actor).get(assessment__case=case, field_class=3)
        assert (part.answers, part.words["individual"]) == ({"no_income": "present"}, "Calm")
    assert worker.post(url, facts).status_code == 302


def test_what_a_colleague_saved_meanwhile_is_laid_beside_what_one_answers(network, worker, sign_in):
    case = network.case()
    url = worker.post(reverse("cases:start_assessment", args=[case.pk]))["Location"]
    mine = carried(worker, url) | {"held_on": network.today.isoformat(), "words_individual": "Calm"}
    supervisor = sign_in("supervisor")
    assert supervisor.post(url, carried(supervisor, url) | mine | {"words_individual": "Tired"}).status_code == 302
    answer, _facts = saved_as_one_goes(worker, url, mine)
    assert answer.status_code == 409
    assert "Tired" in answer.text
    assert "Calm" in answer.text


def test_what_cannot_be_saved_as_one_goes_says_why_and_changes_nothing(network, worker):
    case = network.case()
    url = worker.post(reverse("cases:start_assessment", args=[case.pk]))["Location"]
    tomorrow = (network.today + timedelta(days=4000)).isoformat()
    answer, _facts = saved_as_one_goes(worker, url, carried(worker, url) | {"held_on": tomorrow, "copes": "present"})
    assert answer.status_code == 422
    assert "This day has not come yet." in answer.text
    with acting(network.actors["worker"]) as actor:
        assert Determinants.objects.visible_to(actor).get(assessment__case=case, field_class=3).answers == {}
