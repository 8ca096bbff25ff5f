"""Many cases to another worker: shown before, each whole or not at all, one event each, taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from cases.actions.cases import reassign_case
from cases.actions.plans import add_task
from cases.actions.reassigning import MOST, reassign_many, try_many, undo_reassign
from cases.actions.sealing import seal_case
from cases.models import Case, Task
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(network):
    return [network.case(person=network.person(name=f"Person {number}")) for number in range(3)]


def give(network, cases, *, door=reassign_many, to="mate", by="supervisor", reason="load"):
    with acting(network.actors[by]) as actor:
        ids = [getattr(case, "pk", case) for case in cases]
        return door(ids, actor=actor, at=network.at, caseworker=network.members[to], reason=reason)


def workers(network, cases) -> list[str]:
    names = {member.pk: name for name, member in network.members.items()}
    with acting(network.actors["supervisor"]) as actor:
        found = Case.objects.visible_to(actor).in_bulk([case.pk for case in cases])
        return [names[found[case.pk].caseworker_id] for case in cases]


def test_each_case_moves_with_its_tasks_and_one_event(network, cases):
    with acting(network.actors["worker"]) as actor:
        task = add_task(cases[0], actor=actor, at=network.at, text="Call")
    report = give(network, cases)
    assert workers(network, cases) == ["mate"] * 3
    with acting(network.actors["supervisor"]) as actor:
        told = Event.objects.visible_to(actor).filter(kind="case.reassigned")
        assert {event.case_id for event in told} == {case.pk for case in cases}
        assert {(event.facts["reason"], event.facts["batch"]) for event in told} == {("load", str(report.batch))}
        assert Task.objects.visible_to(actor).get(pk=task.pk).assignee_id == network.members["mate"].pk


def test_what_cannot_go_stays_and_says_why_while_the_others_go(network, cases):
    with acting(network.actors["supervisor"]) as actor:
        members = [network.members["worker"], network.members["supervisor"]]
        seal_case(cases[0].pk, actor=actor, at=network.at, members=members)
        reassign_case(cases[1].pk, actor=actor, at=network.at, caseworker=network.members["mate"])
    report = give(network, [*cases, uuid4()])
    assert [case.pk for case in report.moved] == [cases[2].pk]
    whys = {case.pk: why for case, why in report.stayed}
    assert "sealed" in whys[cases[0].pk]
    assert "already" in whys[cases[1].pk]
    assert report.hidden == 1
    assert workers(network, cases) == ["worker", "mate", "mate"]


def test_trying_leaves_nothing_behind(network, cases):
    report = give(network, cases, door=try_many)
    assert len(report.moved) == 3
    assert workers(network, cases) == ["worker"] * 3
    with acting(network.actors["supervisor"]) as actor:
        assert not Event.objects.visible_to(actor).filter(kind="case.reassigned").exists()


def test_there_is_a_limit_a_reason_and_a_role(network, cases):
    with pytest.raises(Incomplete):
        give(network, [uuid4() for _ in range(MOST + 1)])
    with pytest.raises(Incomplete):
        give(network, [])
    with pytest.raises(Incomplete):
        give(network, cases, reason="because")
    with pytest.raises(NotNow):
        give(network, cases, to="focal")
    with pytest.raises(NotPermitted):
        give(network, cases, by="worker")
    assert workers(network, cases) == ["worker"] * 3


def test_it_is_taken_back_within_an_hour_where_nobody_moved_a_case_on(network, cases):
    report = give(network, cases)
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(cases[2].pk, actor=actor, at=network.at, caseworker=network.members["supervisor"])
        with pytest.raises(NotNow):
            undo_reassign(report.batch, actor=actor, at=network.at + timedelta(hours=2))
        back = undo_reassign(report.batch, actor=actor, at=network.at + timedelta(minutes=5))
    assert len(back.moved) == 2
    assert workers(network, cases) == ["worker", "worker", "supervisor"]
    with acting(network.actors["supervisor"]) as actor, pytest.raises(Event.DoesNotExist):
        undo_reassign(uuid4(), actor=actor, at=network.at)


def test_in_pages_it_is_shown_first_and_done_then(network, cases, sign_in):
    supervisor = sign_in("supervisor")
    page = supervisor.get(reverse("cases:load"), {"worker": network.members["worker"].pk})
    assert str(cases[0].pk) in page.content.decode()
    url = reverse("cases:reassign_many")
    facts = {"cases": [case.pk for case in cases], "caseworker": network.members["mate"].pk, "reason": "absence"}
    assert supervisor.post(url, {**facts, "cases": []}).status_code == 422
    shown = supervisor.post(url, facts)
    assert (shown.status_code, len(shown.context["report"]["moved"])) == (200, 3)
    assert workers(network, cases) == ["worker"] * 3
    done = supervisor.post(url, {**facts, "confirmed": "yes"}, follow=True)
    assert workers(network, cases) == ["mate"] * 3
    assert "/undo/" in done.content.decode()
    with acting(network.actors["supervisor"]) as actor:
        batch = Event.objects.visible_to(actor).filter(kind="case.reassigned").first().facts["batch"]
    assert supervisor.post(reverse("cases:undo_reassign", args=[batch])).status_code == 302
    assert workers(network, cases) == ["worker"] * 3
    assert sign_in("worker").post(url, facts).status_code == 403


def test_those_that_stayed_are_named_after_it_is_done(network, cases, sign_in):
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(cases[1].pk, actor=actor, at=network.at, caseworker=network.members["mate"])
    facts = {"cases": [case.pk for case in cases], "caseworker": network.members["mate"].pk, "reason": "absence"}
    done = sign_in("supervisor").post(reverse("cases:reassign_many"), {**facts, "confirmed": "yes"})
    assert [len(done.context["report"][part]) for part in ("moved", "stayed")] == [2, 1]
    assert "Person 1" in done.content.decode()


def test_cases_chosen_in_the_list_are_counted_and_given_away_after_a_look(network, cases, sign_in):
    supervisor, url = sign_in("supervisor"), reverse("cases:reassign_many")
    text = supervisor.get(reverse("cases:list")).text
    assert text.count('name="cases"') == len(cases)
    assert "Reassign selected" in text
    assert 'name="cases"' not in sign_in("worker").get(reverse("cases:list")).text
    chosen = {"cases": [str(case.pk) for case in cases[:2]]}
    asked = supervisor.post(url, chosen)
    assert (asked.status_code, "2 cases chosen." in asked.text, "invalid-feedback" in asked.text) == (200, True, False)
    assert supervisor.post(url, {}).status_code == 422
    whole = chosen | {"caseworker": str(network.members["mate"].pk), "reason": "load"}
    assert "Give these cases away" in supervisor.post(url, whole).text
    assert workers(network, cases) == ["worker"] * 3
    assert supervisor.post(url, whole | {"confirmed": "yes"}).status_code == 302
    assert workers(network, cases) == ["mate", "mate", "worker"]
