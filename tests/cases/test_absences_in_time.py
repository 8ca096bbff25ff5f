"""What the worker role does for absences and for colleagues who have left, with real commits."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from cases.actions.absences import set_absence, sweep_absences
from cases.consumers import move_work
from cases.models import Absence, Case, Grant, Task
from core.actors import SYSTEM, acting


def test_the_work_of_who_has_left_goes_to_the_supervisor(committed_world, as_worker):
    w = committed_world
    mine, at = w.actors["caseworker"], timezone.now()
    with acting(mine):
        secret = Task(organisation=w.of.sender, kind="own", text="T", case=w.of.case, field_class=4, created_at=at)
        secret.assignee = w.members["caseworker"]
        secret.save(force_insert=True)
    event = SimpleNamespace(kind="member.closed", about=w.members["caseworker"].pk)
    with as_worker(), acting(SYSTEM):
        move_work(event, at=at)
        case = Case.objects.visible_to(SYSTEM).get(pk=w.of.case.pk)
        assert case.caseworker_id == w.members["supervisor"].pk
        assert Task.objects.visible_to(SYSTEM).get(pk=secret.pk).assignee_id == w.members["supervisor"].pk
        left = Grant.objects.visible_to(SYSTEM).filter(member=w.members["caseworker"], closed_at=None)
        assert not left.exists()
        move_work(event, at=at)


def test_the_sweep_opens_and_closes_covers_as_the_worker_role(committed_world, as_worker):
    w = committed_world
    at, today = timezone.now(), timezone.localdate(timezone.now())
    with acting(w.actors["caseworker"]) as actor:
        row = set_absence(
            actor=actor, at=at, member=w.members["caseworker"], substitute=w.members["other_team"],
            from_on=today + timedelta(days=1), until_on=today + timedelta(days=2),
        )  # fmt: skip
    with as_worker():
        assert sweep_absences(at=at) == 0
        assert sweep_absences(at=at + timedelta(days=1)) == 1
        assert sweep_absences(at=at + timedelta(days=1)) == 0
    with acting(w.actors["other_team"]) as actor:
        assert Case.objects.visible_to(actor).filter(pk=w.of.case.pk).exists()
    with as_worker():
        assert sweep_absences(at=at + timedelta(days=3)) == 1
    with acting(w.actors["other_team"]) as actor:
        assert not Case.objects.visible_to(actor).filter(pk=w.of.case.pk).exists()
        assert Absence.objects.get(pk=row.pk).ended_at is not None
