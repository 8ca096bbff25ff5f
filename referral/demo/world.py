"""The whole demonstration world, in phases; the last ones run as the worker role, as time does."""

import os
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from psycopg2.extensions import parse_dsn

from cases.actions.moves import move_case
from cases.models import Need, Task
from cases.models.cases import FINAL_NEEDS
from core import outbox
from core.actions import Refusal
from core.actors import SYSTEM, acting
from core.models import Event, Feed, Outbox
from referral import escalation
from referral.consumers import make_tasks
from referral.demo import network as organisations
from referral.demo import people
from referral.demo.journeys import PLANS, Journeys

SEED = 2026
PERSONS = 120
NEWS = timedelta(hours=16)  # what is younger is told through the outbox, as in life; older things are known
TASKS_SINCE = timedelta(days=21)
Say = Callable[[str], None]


def build(*, now: datetime, password: str, scale: float = 1.0, say: Say = lambda words: None) -> dict[str, int]:
    """Make the world around `now`; return how many referrals were led to each state.

    The same seed gives the same world but for ids, references and the password. What people do is one transaction
    as the app role, each step by its own actor; what time does follows as the worker role. Raises Refusal when a
    door does not do what the demonstration expects of it.
    """
    rng = Random(SEED)
    with transaction.atomic():
        say("organisations, services, accounts")
        network = organisations.build(rng, now=now, password=password)
        organisations.open_places(network, at=now)
        say("persons, consents, cases, needs")
        clients = people.build(network, rng, now=now, number=max(24, round(PERSONS * scale)))
        journeys = Journeys(network, clients, rng, now=now)
        for plan in PLANS:
            wanted = max(1, round(plan.number * scale))
            say(f"referrals: {wanted} {plan.state}")
            for _ in range(wanted):
                journeys.make(plan)
        journeys.withdraw()
        say("cases go on, places of today")
        _end_cases(clients, rng, now=now)
        organisations.settle_places(network, rng, now=now)
        # Thousands of rings for one relay: beat rings soon enough.
        connection.run_on_commit.clear()
    say("what time did: clocks, escalations, notices")
    with _as_worker():
        _let_time_pass(now=now)
        _tell(now=now)
        connection.run_on_commit.clear()
    return journeys.made


def _end_cases(clients: list[people.Client], rng: Random, *, now: datetime) -> None:
    """Cases whose needs are all settled are followed up or closed; a few rest."""
    for client in clients:
        with acting(client.worker):
            states = set(
                Need.objects.visible_to(client.worker).filter(case=client.case).values_list("status", flat=True)
            )
        done = states <= set(FINAL_NEEDS)
        if not done and rng.random() > 0.06:
            continue
        step = rng.choice(["follow_up", "close"]) if done else "hold"
        facts = {"reason": "needs_met"} if step == "close" else {}
        try:
            with acting(client.supervisor):
                move_case(client.case.pk, step, actor=client.supervisor, at=now - timedelta(hours=2), **facts)
        except Refusal:
            continue  # still at the beginning, or a partner works on a need: the case stays where it is


@contextmanager
def _as_worker():
    """Connect as the worker role for a while: the app role sees no clock of others."""
    before = dict(connection.settings_dict)
    wanted = parse_dsn(os.environ["WORKER_DATABASE_URL"])
    connection.close()
    connection.settings_dict.update(
        USER=wanted["user"],
        PASSWORD=wanted.get("password", ""),
        HOST=wanted.get("host", ""),
        PORT=wanted.get("port", ""),
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _let_time_pass(*, now: datetime) -> None:
    """Sweep as beat would have done: twice a day for weeks, hourly in the last two days."""
    moments = [now - timedelta(hours=12 * half) for half in range(90, 4, -1)]
    moments += [now - timedelta(hours=hour) for hour in range(48, 0, -1)] + [now]
    with transaction.atomic():
        for moment in moments:
            escalation.sweep(at=moment)


def _tell(*, now: datetime) -> None:
    """Put older events into the feeds and make their tasks, without notices; tell the younger ones as in life."""
    with transaction.atomic(), acting(SYSTEM):
        old = list(Event.objects.visible_to(SYSTEM).filter(at__lt=now - NEWS).order_by("at", "pk"))
        Feed.objects.bulk_create(
            [Feed(organisation_id=reader, event_id=event.pk) for event in old for reader in event.organisation_ids],
            batch_size=2000,
        )
        for event in old:
            if event.at > now - TASKS_SINCE:
                make_tasks(event, at=event.at)
        Outbox.objects.filter(event_id__in=[event.pk for event in old]).delete()
        # Of the older tasks two in three are done, as on a desk where people work.
        for position, task in enumerate(
            Task.objects.visible_to(SYSTEM).filter(done_at=None).order_by("created_at", "pk")
        ):
            if position % 3 and task.created_at < now - timedelta(days=3) and task.kind != "approve_referral":
                task.done_at = task.created_at + timedelta(days=1)
                task.save(update_fields=["done_at"])
    while outbox.relay(at=now):
        pass
