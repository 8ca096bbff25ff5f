"""An opened case is told to who answers for it, and its row is closed when the hour is over."""

from datetime import timedelta

from django.utils import timezone

from cases.actions.emergencies import break_glass, close_expired
from cases.models import Grant
from core.actors import SYSTEM, acting
from core.models import Event
from notifications import consumers
from notifications.models import Notice


def test_the_sweep_closes_the_rows_and_supervisor_worker_and_officer_are_told(committed_world, as_worker):
    w = committed_world
    with acting(w.actors["other_team"]) as actor:
        break_glass(
            actor=actor, at=timezone.now() - timedelta(hours=2), reference=w.of.case.reference, reason="removal"
        )
    with as_worker():
        assert close_expired(at=timezone.now()) == 1
        assert close_expired(at=timezone.now()) == 0
        with acting(SYSTEM):
            assert Grant.objects.get(basis="break_glass").close_reason == "expired"
            event = Event.objects.get(kind="emergency.opened")
        consumers.notify(event, at=timezone.now())
        told = set(Notice.objects.values_list("recipient__name", flat=True))
    assert told == {"Supervisor", "Caseworker", "Officer"}
