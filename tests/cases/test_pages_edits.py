"""Two people change the same thing at once: the second sees both versions, chooses, and nothing is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions.appointments import add_appointment
from cases.actions.assessments import start_assessment
from cases.actions.goals import add_goal
from cases.actions.plans import add_task
from cases.models import Determinants
from core.actors import acting
from tests.cases.browsing import carried, need

pytestmark = pytest.mark.django_db
DAY, CLOCK = "2190-01-02", "10:00"


def thing(network, name: str):
    """Return the address of the form over one thing, the row, the field that both change, and the other answers."""
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        told = {"actor": actor, "at": network.at}
        if name == "goal":
            row = add_goal(case, text="A room", **told)
            return reverse("cases:change_goal", args=[row.pk]), row, "text", {"status": "open"}
        if name == "task":
            row = add_task(case, text="Ring", due_at=network.at + timedelta(days=2), **told)
            day = timezone.localdate(row.due_at).isoformat()
            facts = {"due_on": day, "assignee": str(row.assignee_id), "owner": "staff", "priority": "routine"}
            return reverse("cases:change_task", args=[row.pk]), row, "text", facts
        if name == "appointment":
            row = add_appointment(case, kind="office", starts_at=network.at + timedelta(days=2), **told)
            day = timezone.localtime(row.starts_at)
            facts = {"kind": "office", "day": f"{day:%Y-%m-%d}", "clock": f"{day:%H:%M}", "minutes": "60"}
            return reverse("cases:change_appointment", args=[row.pk]), row, "place", facts | {"member": row.member_id}
    row = need(network, case, description="A bed")
    return reverse("cases:change_need", args=[row.pk]), row, "description", {"priority": "routine"}


def value_of(network, row, field) -> str:
    with acting(network.actors["worker"]):
        return getattr(type(row).objects.get(pk=row.pk), field)


@pytest.mark.parametrize("name", ["goal", "task", "appointment", "need"])
def test_the_second_of_two_sees_both_versions_and_chooses(network, worker, sign_in, name):
    url, row, field, others = thing(network, name)
    mate = sign_in("mate")
    first, second = carried(worker, url), carried(mate, url)
    assert worker.post(url, first | others | {field: "By the worker"}).status_code == 302
    page = mate.post(url, second | others | {field: "By the mate"})
    assert page.status_code == 409
    assert "By the worker" in page.text
    assert "By the mate" in page.text
    assert value_of(network, row, field) == "By the worker"
    (difference,) = page.context["edit"].differences
    chosen = dict(page.context["edit"].hidden) | others | {field: "By the mate", difference["name"]: "mine"}
    assert mate.post(url, chosen).status_code == 302
    assert value_of(network, row, field) == "By the mate"


@pytest.mark.parametrize("name", ["goal", "task", "appointment", "need"])
def test_a_form_that_says_no_version_is_not_trusted(network, worker, name):
    url, row, field, others = thing(network, name)
    assert worker.post(url, others | {field: "Blind"}).status_code == 409
    assert value_of(network, row, field) != "Blind"


def test_two_pages_of_one_assessment_do_not_stand_in_each_other_s_way(network, worker, sign_in):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        row = start_assessment(case, actor=actor, at=network.at)
    urls = [reverse("cases:assess", args=[row.pk, page]) for page in ("household", "community")]
    first, second = (carried(worker, url) for url in urls)
    assert worker.post(urls[0], first | {"words_household": "Four children"}).status_code == 302
    assert worker.post(urls[1], second | {"words_community": "Neighbours help"}).status_code == 302
    with acting(network.actors["worker"]):
        words = Determinants.objects.get(assessment=row, field_class=3).words
    assert (words["household"], words["community"]) == ("Four children", "Neighbours help")
    late = worker.post(urls[0], first | {"words_household": "Five children"})
    assert late.status_code == 409
    assert "Four children" in late.text
    assert "Five children" in late.text


def test_a_task_that_waymark_made_or_that_is_hidden_has_no_form(network, worker, sign_in):
    url, row, _field, _others = thing(network, "task")
    assert sign_in("other_team").get(url).status_code == 404
    assert sign_in("stranger").get(url).status_code == 404
    with acting(network.actors["worker"]):
        type(row).objects.filter(pk=row.pk).update(kind="ask_client")
    assert worker.get(url).status_code == 404
