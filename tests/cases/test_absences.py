"""Work moves with the worker: to a new caseworker, to who stands in, to the supervisor of who has left."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions.absences import end_absence, set_absence
from cases.actions.appointments import add_appointment
from cases.actions.cases import add_need, reassign_case
from cases.actions.plans import add_task
from cases.models import Absence, Appointment, Case, Grant, Need, Task
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from notifications.covering import reach

pytestmark = pytest.mark.django_db


def day(network, days=0):
    return timezone.localdate(network.at) + timedelta(days=days)


def absent(network, *, by="worker", member="worker", substitute="other_team", first=0, last=3, **facts):
    with acting(network.actors[by]) as actor:
        return set_absence(
            actor=actor,
            at=network.at,
            member=network.members[member],
            substitute=network.members[substitute],
            from_on=day(network, first),
            until_on=day(network, last),
            **facts,
        )


def sees(network, case, who) -> bool:
    with acting(network.actors[who]) as actor:
        by_filter = Case.objects.visible_to(actor).filter(pk=case.pk).exists()
        assert by_filter == Case.objects.filter(pk=case.pk).exists()
        return by_filter


def needs_seen(network, case, who) -> int:
    with acting(network.actors[who]) as actor:
        return Need.objects.visible_to(actor).filter(case=case).count()


def with_work(network, case, *, by="worker"):
    with acting(network.actors[by]) as actor:
        starts_at = network.at + timedelta(days=1)
        task = add_task(case, actor=actor, at=network.at, text="Call", due_at=network.at + timedelta(hours=1))
        return task, add_appointment(case, actor=actor, at=network.at, kind="office", starts_at=starts_at)


def holders(network, task, meeting, *, by="supervisor"):
    with acting(network.actors[by]):
        return Task.objects.get(pk=task.pk).assignee_id, Appointment.objects.get(pk=meeting.pk).member_id


def test_a_substitute_sees_the_cases_but_no_class_4_and_only_until_the_end(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        add_need(case, actor=actor, at=network.at, category="shelter")
        add_need(case, actor=actor, at=network.at, category="trafficking")
    assert not sees(network, case, "other_team")
    row = absent(network)
    assert sees(network, case, "other_team")
    assert needs_seen(network, case, "other_team") == 1
    with acting(network.actors["worker"]) as actor:
        end_absence(row.pk, actor=actor, at=network.at)
    assert not sees(network, case, "other_team")


def test_a_named_substitute_sees_class_4(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        add_need(case, actor=actor, at=network.at, category="trafficking")
    absent(network, named=True)
    assert needs_seen(network, case, "other_team") == 1


def test_a_cover_ends_by_its_own_condition_even_when_no_sweep_runs(network):
    case = network.case()
    row = absent(network)
    with acting(network.actors["worker"]):
        Grant.objects.filter(absence_id=row.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert not sees(network, case, "other_team")


def test_an_absence_to_come_opens_nothing_yet(network):
    case = network.case()
    absent(network, first=2, last=3)
    assert not sees(network, case, "other_team")


def test_an_absence_refuses_what_does_not_fit(network):
    for wrong in (
        {"substitute": "worker"},
        {"substitute": "stranger"},
        {"first": 3, "last": 2},
        {"first": -3, "last": -1},
        {"last": 400},
    ):
        with pytest.raises(Incomplete):
            absent(network, **wrong)
    absent(network, last=5)
    with pytest.raises(Incomplete):
        absent(network, first=5, last=6)
    with pytest.raises(Incomplete):
        absent(network, by="mate", member="mate", substitute="worker", first=4, last=4)


def test_one_says_it_for_oneself_and_a_supervisor_for_others(network):
    with pytest.raises(NotPermitted):
        absent(network, by="mate", member="worker")
    row = absent(network, by="supervisor", member="worker")
    with acting(network.actors["mate"]) as actor, pytest.raises(NotPermitted):
        end_absence(row.pk, actor=actor, at=network.at)
    with acting(network.actors["supervisor"]) as actor:
        end_absence(row.pk, actor=actor, at=network.at)
        with pytest.raises(NotNow):
            end_absence(row.pk, actor=actor, at=network.at)


def test_who_stands_in_finds_the_work_and_the_notices(network, sign_in):
    case = network.case()
    with_work(network, case)
    assert "Call" not in sign_in("other_team").get("/").text
    absent(network)
    text = sign_in("other_team").get("/").text
    assert "Call" in text
    assert "Meeting at our office" in text
    event = SimpleNamespace(
        actor_member_id=None, case_id=case.pk, referral_id=None, at=network.at, facts={}, about=case.pk,
        actor_organisation_id=case.organisation_id, organisation_ids=[],
    )  # fmt: skip
    with acting(network.actors["supervisor"]):
        told = {member.pk for member in _told(event)}
    assert told == {network.members["worker"].pk, network.members["other_team"].pk}


def _told(event):
    return reach(("case_worker",), event, at=event.at)[0]


def test_a_reassigned_case_takes_its_tasks_and_appointments_along_and_ends_the_cover(network):
    case = network.case()
    task, meeting = with_work(network, case)
    absent(network, substitute="mate")
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["other_team"])
        assert not Grant.objects.filter(case=case, basis="cover", closed_at=None).exists()
    to = network.members["other_team"].pk
    assert holders(network, task, meeting, by="other_team") == (to, to)


def test_done_tasks_and_work_of_others_stay_where_they_are(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        theirs = add_task(case, actor=actor, at=network.at, text="Ask", assignee=network.members["mate"])
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["other_team"])
    with acting(network.actors["other_team"]):
        assert Task.objects.get(pk=theirs.pk).assignee_id == network.members["mate"].pk


def test_the_load_shows_risk_overdue_work_and_who_is_away(network, sign_in):
    case = network.case(risk_level="critical")
    with_work(network, case)
    with acting(network.actors["worker"]):
        Case.objects.filter(pk=case.pk).update(review_due_on=day(network, -1))
    absent(network)
    lead = sign_in("supervisor")
    page = reverse("cases:load")
    text = lead.get(page).text
    assert "Away; Other_Team stands in" in text
    worker = next(row for row in lead.get(page).context["workers"] if row["name"] == "Worker")
    assert (worker["levels"], worker["late"]) == ([1, 0, 0, 0], 1)
    chosen = lead.get(page, {"worker": str(network.members["worker"].pk)}).text
    assert reverse("cases:reassign", args=[case.pk]) in chosen
    assert sign_in("worker").get(page).status_code == 403


def test_absences_are_noted_and_ended_on_their_page(network, worker):
    page = reverse("cases:absences")
    facts = {"member": network.members["worker"].pk, "substitute": network.members["mate"].pk}
    dates = {"from_on": day(network).isoformat(), "until_on": day(network, 2).isoformat()}
    assert worker.post(page, facts).status_code == 422
    assert worker.post(page, facts | dates).status_code == 302
    text = worker.get(page).text
    assert "Mate stands in" in text
    with acting(network.actors["worker"]):
        row = Absence.objects.get()
    worker.post(reverse("cases:end_absence", args=[row.pk]))
    assert "Nobody is away." in worker.get(page).text
