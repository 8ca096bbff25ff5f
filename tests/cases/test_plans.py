"""Goals, tasks, appointments: what belongs to a plan, who may be given it, and who sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.actions.appointments import add_appointment, set_attendance
from cases.actions.cases import add_need
from cases.actions.goals import add_goal, agree_plan, change_goal
from cases.actions.plans import add_task, finish_task, reopen_task
from cases.models import Appointment, Case, Goal, Reminder, Task
from core.actions import Incomplete, NotNow
from core.actors import acting

pytestmark = pytest.mark.django_db


def do(network, door, *args, by="worker", at=None, **facts):
    with acting(network.actors[by]) as actor:
        return door(*args, actor=actor, at=at or network.at, **facts)


def refused(network, door, *args, **facts) -> str:
    with pytest.raises((NotNow, Incomplete)) as refusal:
        do(network, door, *args, **facts)
    return refusal.value.code if isinstance(refusal.value, NotNow) else ",".join(refusal.value.fields)


def closed(network, case):
    with acting(network.actors["worker"]):
        Case.objects.filter(pk=case.pk).update(status="closed", closed_at=network.at, closure_reason="moved")


def test_a_goal_takes_the_class_of_its_gravest_need_and_a_task_that_of_its_goal(network):
    case = network.case()
    plain = do(network, add_need, case, category="shelter")
    secret = do(network, add_need, case, category="trafficking")
    goal = do(network, add_goal, case, text="Lives safely", needs=[plain.pk, secret.pk])
    task = do(network, add_task, case, text="Find a flat", goal=goal)
    assert (goal.field_class, task.field_class) == (4, 4)
    for who, sees in (("supervisor", True), ("mate", False), ("other_team", False), ("stranger", False)):
        with acting(network.actors[who]) as actor:
            assert Goal.objects.visible_to(actor).filter(pk=goal.pk).exists() is sees, who
            assert Goal.objects.filter(pk=goal.pk).exists() is sees, who
            assert Task.objects.visible_to(actor).filter(pk=task.pk).exists() is sees, who


def test_a_goal_refuses_what_does_not_belong(network):
    case, other = network.case(), network.case()
    foreign = do(network, add_need, other, category="shelter")
    yesterday = timezone.localdate(network.at) - timedelta(days=1)
    assert refused(network, add_goal, case, text=" ") == "text"
    assert refused(network, add_goal, case, text="x" * 501) == "text"
    assert refused(network, add_goal, case, text="A", needs=[foreign.pk]) == "needs"
    assert refused(network, add_goal, case, text="A", target_on=yesterday) == "target_on"
    closed(network, case)
    assert refused(network, add_goal, case, text="A") == "case_closed"


def test_a_goal_is_changed_by_who_saw_its_present_version(network):
    goal = do(network, add_goal, network.case(), text="Sleeps well")
    changed = do(network, change_goal, goal.pk, text="Sleeps well", status="reached", version=1)
    assert (changed.status, changed.status_on) == ("reached", timezone.localdate(network.at))
    facts = {"text": "Sleeps", "status": "open", "version": 1}
    assert refused(network, change_goal, goal.pk, **facts) == "changed_since"
    assert refused(network, change_goal, goal.pk, **facts | {"version": 2, "status": "done"}) == "status"


def test_the_person_agrees_to_the_open_goals_on_a_day_that_has_come(network):
    case = network.case()
    today = timezone.localdate(network.at)
    assert refused(network, agree_plan, case, agreed_on=today) == "no_goal"
    goal = do(network, add_goal, case, text="Sleeps well")
    assert refused(network, agree_plan, case, agreed_on=today + timedelta(days=1)) == "agreed_on"
    assert do(network, agree_plan, case, agreed_on=today).goals == [goal.pk]


@pytest.mark.parametrize(("who", "plain", "restricted"), [
    ("mate", True, False), ("supervisor", True, True), ("other_team", False, False), ("stranger", False, False),
])  # fmt: skip
def test_a_task_goes_only_to_a_colleague_who_may_see_it(network, who, plain, restricted):
    case = network.case()
    secret = do(network, add_need, case, category="trafficking")
    goal = do(network, add_goal, case, text="Lives safely", needs=[secret.pk])
    for above, allowed in ((None, plain), (goal, restricted)):
        facts = {"text": "Call", "assignee": network.members[who], "goal": above}
        if allowed:
            assert do(network, add_task, case, **facts).assignee_id == network.members[who].pk
        else:
            assert refused(network, add_task, case, **facts) == "assignee"


def test_a_task_refuses_what_does_not_belong(network):
    case = network.case()
    elsewhere = do(network, add_goal, network.case(), text="A")
    for name, wrong in (("goal", elsewhere), ("kind", "call_now"), ("priority", "soon"), ("owner", "nobody")):
        assert refused(network, add_task, case, **{"text": "Call", name: wrong}) == name
    closed(network, case)
    assert refused(network, add_task, case, text="Call") == "case_closed"


def test_a_task_that_is_done_can_be_opened_again_and_its_reminder_comes_and_goes(network):
    task = do(network, add_task, network.case(), text="Call", due_at=network.at + timedelta(days=3))

    def reminders():
        with acting(network.actors["worker"]):
            return Reminder.objects.filter(kind="task", about=task.pk, met_at=None).count()

    assert reminders() == 1
    do(network, finish_task, task.pk)
    assert reminders() == 0
    assert do(network, reopen_task, task.pk).done_at is None
    assert reminders() == 1
    assert refused(network, reopen_task, task.pk) == "task_open"
    do(network, finish_task, task.pk)
    closed(network, task.case)
    assert refused(network, reopen_task, task.pk) == "case_closed"


def appointment(network, case, *, by="worker", days=2, **facts):
    starts_at = network.at + timedelta(days=days)
    return do(network, add_appointment, case, by=by, **{"kind": "office", "starts_at": starts_at} | facts)


def test_an_appointment_reminds_a_day_before_until_it_is_settled(network):
    row = appointment(network, network.case())
    with acting(network.actors["worker"]):
        reminder = Reminder.objects.get(kind="appointment", about=row.pk)
    assert reminder.due_on == timezone.localdate(row.starts_at)
    assert timezone.localdate(reminder.next_alarm_at) == reminder.due_on - timedelta(days=1)
    do(network, set_attendance, row.pk, attendance="cancelled_by_client")
    with acting(network.actors["worker"]):
        assert not Reminder.objects.filter(about=row.pk, met_at=None).exists()
    assert refused(network, set_attendance, row.pk, attendance="attended") == "attendance_said"


def test_who_came_is_said_after_the_beginning_and_counts_as_contact(network):
    row = appointment(network, network.case())
    assert refused(network, set_attendance, row.pk, attendance="attended") == "not_yet"
    do(network, set_attendance, row.pk, at=row.starts_at + timedelta(hours=1), attendance="attended")
    with acting(network.actors["worker"]):
        assert Case.objects.get(pk=row.case_id).last_contact_at == row.starts_at


def test_a_moved_appointment_leaves_a_successor(network):
    row = appointment(network, network.case(), place="Room 2", interpreter="prs")
    assert refused(network, set_attendance, row.pk, attendance="rescheduled") == "starts_at"
    later = network.at + timedelta(days=5)
    new = do(network, set_attendance, row.pk, attendance="rescheduled", starts_at=later)
    assert (new.replaces_id, new.starts_at, new.place, new.interpreter) == (row.pk, later, "Room 2", "prs")
    assert new.attendance == "planned"


def test_a_restricted_appointment_is_seen_by_those_whom_the_case_names(network):
    case = network.case()
    row = appointment(network, case, restricted=True)
    for who, sees in (("worker", True), ("supervisor", True), ("mate", False), ("stranger", False)):
        with acting(network.actors[who]) as actor:
            assert Appointment.objects.visible_to(actor).filter(pk=row.pk).exists() is sees, who
            assert Appointment.objects.filter(pk=row.pk).exists() is sees, who
    with pytest.raises(Incomplete):
        appointment(network, case, by="mate", restricted=True)


def test_an_appointment_refuses_what_is_wrong(network):
    case = network.case()
    for name, wrong in (
        ("kind", "party"),
        ("starts_at", network.at - timedelta(minutes=1)),
        ("starts_at", None),
        ("minutes", 4),
        ("minutes", 721),
        ("place", "x" * 301),
        ("with_whom", "x" * 201),
        ("interpreter", "Dari"),
        ("member", network.members["other_team"]),
    ):
        with pytest.raises(Incomplete) as refusal:
            appointment(network, case, **{name: wrong})
        assert list(refusal.value.fields) == [name]
    closed(network, case)
    with pytest.raises(NotNow):
        appointment(network, case)
