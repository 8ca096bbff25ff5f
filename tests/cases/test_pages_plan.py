"""The page of the plan, its forms, and what it adds to the home page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions.appointments import add_appointment
from cases.models import Appointment, Case, Goal, Task
from core.actors import acting
from tests.cases.browsing import asked, carried, need, readings

pytestmark = pytest.mark.django_db


def page(case):
    return reverse("cases:plan", args=[case.pk])


def only(network, model):
    with acting(network.actors["worker"]):
        return model.objects.get()


def test_a_plan_is_made_by_hand_without_a_script(network, worker):
    case = network.case()
    one = need(network, case)
    url = reverse("cases:goal", args=[case.pk])
    assert worker.get(url).status_code == 200
    assert worker.post(url, {}).status_code == 422
    assert worker.post(url, {"text": "Sleeps in a room with a lock", "needs": [str(one.pk)]})["Location"] == page(case)
    goal = only(network, Goal)
    url = f"{reverse('cases:task', args=[case.pk])}?goal={goal.pk}"
    assert f'value="{goal.pk}" selected' in worker.get(url).text
    worker.post(url, {"text": "Buy a lock", "goal": str(goal.pk), "owner": "client"})
    text = worker.get(page(case)).text
    assert "Sleeps in a room with a lock" in text
    assert "The person does it" in text
    assert "0 of 1 tasks are done." in text
    worker.post(reverse("cases:agree", args=[case.pk]), {"agreed_on": timezone.localdate(network.at).isoformat()})
    assert "Agreed with the person on" in worker.get(page(case)).text
    change = reverse("cases:change_goal", args=[goal.pk])
    worker.post(change, carried(worker, change) | {"text": "Sleeps well", "status": "reached"})
    assert "Reached" in worker.get(page(case)).text


def test_a_done_task_offers_to_be_opened_again(network, worker):
    case = network.case()
    worker.post(reverse("cases:task", args=[case.pk]), {"text": "Call"})
    task = only(network, Task)
    done = worker.post(reverse("cases:finish", args=[task.pk]), {"back": "plan"}, follow=True)
    assert done.redirect_chain == [(page(case), 302)]
    undo = reverse("cases:reopen_task", args=[task.pk])
    assert done.text.count(undo) == 2  # in the message and in the list
    worker.post(undo, {"back": "plan"})
    assert only(network, Task).done_at is None


def test_an_appointment_is_made_moved_and_attended(network, worker):
    case = network.case()
    url = reverse("cases:appointment", args=[case.pk])
    facts = {"kind": "office", "day": "2001-01-01", "clock": "10:00", "minutes": "60", "place": "Room 2"}
    assert "This time has passed." in worker.post(url, facts).text
    day = (timezone.localdate(network.at) + timedelta(days=2)).isoformat()
    assert worker.post(url, facts | {"day": day})["Location"] == page(case)
    row = only(network, Appointment)
    assert timezone.localtime(row.starts_at).hour == 10
    url = reverse("cases:attendance", args=[row.pk])
    assert worker.post(url, {"attendance": "attended"}).status_code == 409
    assert worker.post(url, {"attendance": "no_show_at_all"}).status_code == 422
    worker.post(url, {"attendance": "rescheduled", "day": day, "clock": "12:30"})
    assert "Moved to another time" in worker.get(page(case)).text


def test_a_closed_case_shows_its_plan_and_offers_nothing(network, worker):
    case = network.case()
    with acting(network.actors["worker"]):
        Case.objects.filter(pk=case.pk).update(status="closed", closed_at=network.at, closure_reason="moved")
    text = worker.get(page(case)).text
    for name in ("goal", "task", "appointment", "agree"):
        assert reverse(f"cases:{name}", args=[case.pk]) not in text


def test_nobody_else_opens_a_plan(network, sign_in):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        row = add_appointment(
            case, actor=actor, at=network.at, kind="office", starts_at=network.at + timedelta(days=1), restricted=True
        )
    for who in ("other_team", "stranger"):
        assert sign_in(who).get(page(case)).status_code == 404
        assert sign_in(who).post(reverse("cases:attendance", args=[row.pk])).status_code == 404
    assert sign_in("mate").get(page(case)).status_code == 200
    assert sign_in("mate").post(reverse("cases:attendance", args=[row.pk])).status_code == 404


def test_reading_a_plan_of_class_4_leaves_a_trail(network, worker):
    case = network.case()
    worker.get(page(case))
    assert readings(network) == []
    need(network, case, "trafficking")
    worker.get(page(case))
    assert readings(network) == [(case.pk, 4, network.members["worker"].pk)]


def test_home_shows_appointments_and_reviews_with_what_is_to_be_done(network, worker):
    case = network.case(risk_level="critical")
    with acting(network.actors["worker"]) as actor:
        soon = {"kind": "health", "starts_at": network.at + timedelta(days=2)}
        add_appointment(case, actor=actor, at=network.at, **soon)
        Case.objects.filter(pk=case.pk).update(review_due_on=timezone.localdate(network.at) - timedelta(days=1))
    text = worker.get("/").text
    assert "Medical appointment" in text
    assert "Look at the risk again" in text
    assert text.index("Look at the risk again") < text.index("Medical appointment")  # overdue comes first


def test_the_plan_asks_the_same_number_of_questions_whatever_is_in_it(network, worker, queries):
    case = network.case()
    worker.get(page(case))
    counts = []
    for _ in range(2):
        for text in ("One", "Two"):
            worker.post(reverse("cases:goal", args=[case.pk]), {"text": text})
            worker.post(reverse("cases:task", args=[case.pk]), {"text": text})
        with queries() as seen:
            worker.get(page(case))
        counts.append(len(asked(seen)))
    assert counts[0] == counts[1] <= 14
