"""The risk level: it rises at once, a lower one waits for a supervisor, and each look plans the next."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions.approvals import decide_approval
from cases.actions.goals import add_goal, agree_plan
from cases.actions.risk import review_case
from cases.models import Approval, Case, Reminder, RiskReview
from cases.states import REVIEW_DAYS
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting

pytestmark = pytest.mark.django_db


def of(network, case):
    with acting(network.actors["worker"]):
        fresh = Case.objects.get(pk=case.pk)
        look = RiskReview.objects.filter(case=case).order_by("-at").first()
        return fresh, look


def test_a_higher_level_holds_at_once_and_brings_the_next_look_nearer(network):
    case = network.case(risk_level="low")
    network.assessed(case, risk_level="high")
    fresh, look = of(network, case)
    day = timezone.localdate(network.at)
    assert (fresh.risk_level, look.state, look.former) == ("high", "set", "low")
    assert fresh.review_due_on == look.next_on == day + timedelta(days=REVIEW_DAYS["high"])


def test_a_lower_level_waits_for_a_supervisor_and_needs_a_reason(network):
    case = network.case(risk_level="high")
    with pytest.raises(Incomplete):
        network.assessed(case, risk_level="low")
    network.assessed(case, risk_level="low", reason="Has moved away")
    fresh, look = of(network, case)
    assert (fresh.risk_level, look.state, look.wanted, look.level) == ("high", "waiting", "low", "high")


def test_signs_raise_the_level_even_when_the_worker_sees_less(network):
    case = network.case(risk_level="low")
    network.assessed(case, risk_level="medium", reason="Is looked after", suicidal_intent="present")
    fresh, look = of(network, case)
    assert (fresh.risk_level, look.state, look.wanted) == ("high", "waiting", "medium")


def test_signs_of_class_4_raise_the_level_too(network):
    case = network.case(risk_level="medium")
    network.assessed(case, risk_level="medium", reason="No reason", restricted={"violence_home": "present"})
    assert of(network, case)[0].risk_level == "high"


def test_who_answers_for_the_team_lowers_the_level(network):
    case = network.case(risk_level="high")
    network.assessed(case, by="supervisor", risk_level="medium", reason="The employer has left the country")
    fresh, look = of(network, case)
    assert (fresh.risk_level, look.state) == ("medium", "set")


def test_a_review_without_change_plans_the_next(network):
    case = network.case(risk_level="critical")
    network.assessed(case)
    later = network.at + timedelta(days=6)
    with acting(network.actors["worker"]) as actor:
        review_case(case.pk, actor=actor, at=later, reason="Called twice")
    fresh, look = of(network, case)
    assert fresh.review_due_on == timezone.localdate(later) + timedelta(days=7)
    assert (look.assessment_id, look.reason) == (None, "Called twice")
    with acting(network.actors["worker"]):
        due = Reminder.objects.filter(kind="review", about=case.pk, met_at=None).values_list("due_on", flat=True)
        assert list(due) == [fresh.review_due_on]


def test_the_next_look_may_come_sooner_but_not_later(network):
    case = network.case(risk_level="medium")
    network.assessed(case)
    day = timezone.localdate(network.at)
    with acting(network.actors["worker"]) as actor:
        review_case(case.pk, actor=actor, at=network.at, next_on=day + timedelta(days=3))
        for wrong in (31, 0, -1):
            with pytest.raises(Incomplete):
                review_case(case.pk, actor=actor, at=network.at, next_on=day + timedelta(days=wrong))
    assert of(network, case)[0].review_due_on == day + timedelta(days=3)


def test_there_is_no_review_before_the_first_assessment_and_none_by_who_sees_a_part(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor, pytest.raises(NotNow) as refusal:
        review_case(case.pk, actor=actor, at=network.at)
    assert refusal.value.code == "assess_first"
    with acting(network.actors["mate"]) as actor, pytest.raises(NotPermitted):
        review_case(case.pk, actor=actor, at=network.at)


def decide(network, kind, answer, *, by="supervisor", **facts):
    with acting(network.actors[by]) as actor:
        approval = Approval.objects.visible_to(actor).get(kind=kind, status="waiting")
        return decide_approval(approval.pk, actor=actor, at=network.at, answer=answer, **facts)


def test_a_supervisor_confirms_a_lower_level_and_the_next_look_moves(network):
    case = network.case(risk_level="high")
    network.assessed(case, risk_level="low", reason="Has moved away")
    with pytest.raises(NotPermitted):
        decide(network, "risk_downgrade", "approve", by="worker")
    decide(network, "risk_downgrade", "approve")
    fresh, look = of(network, case)
    assert (fresh.risk_level, look.state, look.level) == ("low", "confirmed", "low")
    assert fresh.review_due_on == timezone.localdate(network.at) + timedelta(days=REVIEW_DAYS["low"])


def test_a_lower_level_that_is_sent_back_does_not_hold(network):
    case = network.case(risk_level="high")
    network.assessed(case, risk_level="low", reason="Has moved away")
    decide(network, "risk_downgrade", "send_back", note="The employer still calls")
    fresh, look = of(network, case)
    assert (fresh.risk_level, look.state) == ("high", "refused")


def test_a_new_look_replaces_the_one_that_waits(network):
    case = network.case(risk_level="high")
    network.assessed(case, risk_level="low", reason="Has moved away")
    network.assessed(case, at=network.at + timedelta(minutes=1), risk_level="medium", reason="Came back")
    with acting(network.actors["supervisor"]) as actor:
        waiting = Approval.objects.visible_to(actor).filter(kind="risk_downgrade", status="waiting")
        assert [row.about for row in waiting] == [of(network, case)[1].pk]


def test_an_assessment_and_a_plan_of_high_risk_are_looked_over_and_the_pages_say_so(network, worker):
    case = network.case(risk_level="critical")
    network.assessed(case)
    with acting(network.actors["worker"]) as actor:
        add_goal(case, actor=actor, at=network.at, text="Sleeps well")
        agree_plan(case, actor=actor, at=network.at, agreed_on=timezone.localdate(network.at))
    assert "A supervisor has been asked" in worker.get(reverse("cases:assessment", args=[case.pk])).text
    decide(network, "assessment", "approve")
    decide(network, "plan", "send_back", note="Add the school")
    assert "Looked over by Supervisor" in worker.get(reverse("cases:assessment", args=[case.pk])).text
    assert "Add the school" in worker.get(reverse("cases:plan", args=[case.pk])).text


def test_an_assessment_of_low_risk_asks_nobody(network):
    network.assessed(network.case(risk_level="low"))
    with acting(network.actors["supervisor"]) as actor:
        assert not Approval.objects.visible_to(actor).exists()
