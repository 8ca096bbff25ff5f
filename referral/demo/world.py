"""The whole demonstration world, in phases; the last ones run as the worker role, as time does."""

import os
import traceback
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing import get_context
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from psycopg2.extensions import parse_dsn

from cases import reminders
from cases.actions.moves import move_case
from cases.models import Need, Task
from cases.models.cases import FINAL_NEEDS
from core import outbox
from core.actions import Refusal
from core.actors import SYSTEM, acting
from core.models import Event, Feed, Outbox
from referral import escalation, standing
from referral.consumers import make_tasks
from referral.demo import (
    afterwards,
    breaches,
    directory,
    duplicates,
    exchange,
    handing,
    people,
    questions,
    records,
    routes,
    supervision,
    writing,
)
from referral.demo import network as organisations
from referral.demo.absences import somebody_is_away
from referral.demo.journeys import PLANS, Journeys
from referral.demo.links import ask_by_link

SEED = 2026
PERSONS, FEWEST = 120, 40
PARTS = 2
NEWS = timedelta(hours=16)  # what is younger is told through the outbox, as in life; older things are known
TASKS_SINCE = timedelta(days=21)
Say = Callable[[str], None]


def build(*, now: datetime, password: str, scale: float = 1.0, say: Say = lambda words: None) -> dict[str, int]:
    """Make the world around `now`; return how many referrals were led to each state.

    The same seed gives the same world but for ids, references and the password. What people do is done as the app
    role, each step by its own actor, in two processes at once; what time does follows as the worker role. Raises
    RuntimeError when a door does not do what the demonstration expects of it.
    """
    now = timezone.localtime(now)  # so that every `.date()` of it is a day of the network, not of UTC
    with transaction.atomic():
        say("organisations, services, accounts")
        network = organisations.build(Random(SEED), now=now, password=password)
        organisations.open_places(network, at=now)
        questions.publish(network, now=now)
        _no_bell()
    connection.close()  # a connection must not be shared with the processes that are forked now
    made = _in_parts(network, now=now, scale=scale, say=say)
    say("places of today")
    with transaction.atomic():
        organisations.settle_places(network, Random(SEED), now=now)
        exchange.build(network, now=now)
        breaches.build(network, now=now)
        directory.build(network, now=now)
        routes.build(network, now=now)
        _no_bell()
    say("what time did: clocks, escalations, notices")
    with _as_worker():
        _let_time_pass(now=now)
        for path in settings.DEMONSTRATIONS:
            import_string(path)(now=now)
        _tell(now=now)
        standing.refresh(at=now)
    return made


def _no_bell() -> None:
    """Drop the rings of this transaction: thousands of them for one relay. Beat rings soon enough."""
    connection.run_on_commit.clear()


def _in_parts(network: organisations.Network, *, now: datetime, scale: float, say: Say) -> dict[str, int]:
    context = get_context("fork")  # the children keep the settings and the network as they are
    answers = context.SimpleQueue()
    with warnings.catch_warnings():
        # Python 3.12 warns of threads; the children use none of the parent's.
        warnings.simplefilter("ignore", DeprecationWarning)
        children = [
            context.Process(
                target=_part, args=(answers, network, part), kwargs={"now": now, "scale": scale, "say": say}
            )
            for part in range(PARTS)
        ]
        for child in children:
            child.start()
    found = [answers.get() for _ in children]
    for child in children:
        child.join()
    problems = [answer for answer in found if isinstance(answer, str)]
    if problems:
        raise RuntimeError(f"The demonstration world is not whole: {problems[0]}. Empty the database and try again.")
    made = {plan.state: sum(answer.get(plan.state, 0) for answer in found) for plan in PLANS}
    if missing := [state for state, number in made.items() if not number]:
        raise RuntimeError(f"The demonstration world has nothing in these states: {missing}")
    return made


def _part(answers, network: organisations.Network, part: int, *, now: datetime, scale: float, say: Say) -> None:
    """Make every PARTS-th person and referral; answer with the counts, or with what went wrong."""
    try:
        answers.put(_made(network, part, now=now, scale=scale, say=say))
    except Refusal as refusal:
        answers.put(f"{refusal.code}: {refusal.sentence}")
    except Exception as error:
        traceback.print_exc()
        answers.put(type(error).__name__)
    finally:
        connection.close()


def _made(network: organisations.Network, part: int, *, now: datetime, scale: float, say: Say) -> dict[str, int]:
    rng = Random(SEED + part)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    persons = max(FEWEST, round(PERSONS * scale))
    with transaction.atomic():
        clients = people.build(network, rng, now=now, positions=range(part, persons, PARTS))
        records.build(clients, now=now)
        questions.answer(clients, Random(SEED + part), now=now)
        writing.write(clients, Random(SEED + part), now=now)
        _no_bell()
    say(f"part {part + 1} of {PARTS}: {len(clients)} persons with consent, cases and needs")
    with transaction.atomic():
        duplicates.register_twice(clients, rng, now=now - timedelta(hours=5))
        _no_bell()
    journeys = Journeys(network, clients, rng, now=now)
    for number, plan in enumerate(PLANS):
        wanted = max(1, round(plan.number * scale))
        # The odd one goes to this part or the other in turn.
        for _ in range((wanted + (number + part) % PARTS) // PARTS):
            with transaction.atomic():
                journeys.make(plan)
                _no_bell()
        say(f"part {part + 1} of {PARTS}: {journeys.made.get(plan.state, 0)} referrals {plan.state}")
    with transaction.atomic():
        journeys.withdraw()
        afterwards.follow(clients, network, Random(SEED + part), now=now)
        _end_cases(clients, rng, now=now)
        supervision.ask_closings(clients, now=now)
        if part == 0:
            leads = {client.supervisor.organisation_id: client.supervisor for client in clients}
            somebody_is_away(leads.values(), now=now)
            ask_by_link(clients, network, now=now)
        handing.ask_rights(clients, now=now)
        handing.hand_over(clients, network, now=now)
        supervision.seal_and_open(clients, now=now)
        _no_bell()
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
        facts = {"reason": "needs_met", "told": "yes"} if step == "close" else {}
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
        for days in range(45, -1, -1):
            reminders.sweep(at=now - timedelta(days=days))


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
