"""An opened case is told to who answers for it, and its row is closed when the hour is over."""

from datetime import timedelta

from django.utils import timezone

from cases.actions.emergencies import break_glass, close_expired, remind_reviews, review_emergency
from cases.actions.sealing import seal_case
from cases.models import Grant
from core.actors import SYSTEM, acting
from core.models import Event
from notifications import consumers
from notifications.models import Notice
from tests.world import NOON


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


def told(kind, *, at) -> set[str]:
    Notice.objects.all().delete()
    with acting(SYSTEM):
        events = list(Event.objects.filter(kind=kind))
    for event in events:
        consumers.notify(event, at=at)
    return set(Notice.objects.values_list("recipient__name", flat=True))


def test_a_review_that_is_due_is_reminded_of_and_a_late_one_is_told_to_more_people(committed_world, as_worker):
    w = committed_world
    opened = NOON  # a Monday
    with acting(w.actors["other_team"]) as actor:
        emergency = break_glass(actor=actor, at=opened, reference=w.of.case.reference, reason="removal")
    due = emergency.review_due_at
    with as_worker():
        assert remind_reviews(at=due - timedelta(minutes=1)) == 0
        assert (remind_reviews(at=due), remind_reviews(at=due)) == (1, 0)
        assert told("emergency.review_due", at=due) == {"Supervisor", "Officer"}
        late = opened + timedelta(hours=72)
        assert (remind_reviews(at=late - timedelta(minutes=1)), remind_reviews(at=late)) == (0, 1)
        assert remind_reviews(at=late + timedelta(days=9)) == 0
        assert told("emergency.review_late", at=late) == {"Supervisor", "Officer", "Admin"}


def test_over_a_weekend_the_review_is_asked_for_before_72_hours_and_never_of_who_opened(committed_world, as_worker):
    w = committed_world
    friday = NOON + timedelta(days=4)
    with acting(w.actors["supervisor"]) as actor:
        seal_case(w.of.case.pk, actor=actor, at=NOON, members=[w.members["caseworker"]])
        break_glass(actor=actor, at=friday, reference=w.of.case.reference, reason="removal")
    with as_worker():
        assert remind_reviews(at=friday + timedelta(hours=59)) == 0
        assert remind_reviews(at=friday + timedelta(hours=60)) == 1
        assert told("emergency.review_due", at=friday) == {"Officer"}
        assert remind_reviews(at=friday + timedelta(hours=72)) == 1


def test_a_reviewed_opening_is_left_alone(committed_world, as_worker):
    w = committed_world
    with acting(w.actors["other_team"]) as actor:
        emergency = break_glass(actor=actor, at=NOON, reference=w.of.case.reference, reason="removal")
    with acting(w.actors["supervisor"]) as actor:
        review_emergency(emergency.pk, actor=actor, at=NOON, verdict="justified")
    with as_worker():
        assert remind_reviews(at=NOON + timedelta(days=9)) == 0
