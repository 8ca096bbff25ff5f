"""Dates of the directory on which somebody is asked: the sweep of the worker, with real commits."""

from datetime import timedelta

from core.actors import SYSTEM, acting
from core.models import Event
from notifications.covering import reach
from notifications.rules import RULES
from partners import actions, reminders
from partners.models import Upkeep
from tests.world import NOON


def test_owners_are_asked_at_150_days_and_told_when_the_entry_is_hidden_each_once(committed_world, as_worker):
    w = committed_world
    with acting(w.actors["partner"]) as actor:
        actions.set_capacity(w.of.service.pk, actor=actor, at=NOON, status="capacity", free=2)
    for days in (1, 6, 7, 8, 149, 150, 151, 170, 181, 182, 200):
        with as_worker():
            at = NOON + timedelta(days=days)
            with acting(SYSTEM):
                reminders.plan_missing(at=at)
            reminders.sweep(at=at)
    with as_worker():
        rows = Event.objects.filter(about=w.of.service.pk).exclude(kind="capacity.set").order_by("at")
        told = [(row.kind, (row.at - NOON).days) for row in rows]
        assert told == [("capacity.stale", 7), ("service.unverified", 150), ("service.hidden", 181)]
        event = rows.get(kind="service.hidden")
        assert {member.role for member in reach(RULES[event.kind].audience, event, at=NOON)[0]} == {
            "focal_point", "coordinator",
        }  # fmt: skip
        assert {m.organisation_id for m in reach(("service_keepers",), event, at=NOON)[0]} == {w.of.receiver.pk}


def test_what_is_confirmed_in_time_is_not_asked_about(committed_world, as_worker):
    w = committed_world
    for days in (100, 200, 300):
        with acting(w.actors["partner"]) as actor:
            actions.verify_service(w.of.service.pk, actor=actor, at=NOON + timedelta(days=days))
        with as_worker():
            reminders.sweep(at=NOON + timedelta(days=days + 99))
    with as_worker():
        assert not Event.objects.filter(kind__in=["service.unverified", "service.hidden"]).exists()
        assert Upkeep.objects.filter(kind="service").count() == 1


def test_two_sweeps_at_once_ask_once(committed_world, as_worker):
    w = committed_world
    with acting(w.actors["partner"]) as actor:
        actions.verify_service(w.of.service.pk, actor=actor, at=NOON)
    with as_worker():
        at = NOON + timedelta(days=150)
        assert [reminders.sweep(at=at), reminders.sweep(at=at)] == [1, 0]
