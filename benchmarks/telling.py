"""Telling people, in figures: events to deliveries against bare tasks, the sweep of clocks, one event to a thousand."""

import os
import signal
import sys
import time
from contextlib import contextmanager
from itertools import cycle, islice
from uuid import uuid4

import redis
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from benchmarks import clock, ground
from benchmarks.load import PARTNER, ident
from cases.models import Case
from config import run
from config.celery import app
from config.processes import spawn, wait_for
from core import events
from core.actors import SYSTEM, Actor, acting
from core.models import Outbox, User
from notifications.consumers import notify
from notifications.models import Delivery, MailboxMessage, Notice
from partners.models import Member
from referral import escalation
from referral.models import Deadline, Referral

PROCESSES = 2
PATIENCE = 300  # seconds for one side
CHUNK = 25  # clocks of one look of the sweep; it looks four times
PEOPLE = 1000


def rates(count: int) -> dict:
    """Return events and bare tasks per second of a worker with two processes, and whether anything was done twice.

    The worker is held still while its work is laid before it, so that only its own speed is measured.
    """
    broker = redis.Redis.from_url(settings.REDIS_URL)
    with ground.connected("telling", "worker"), _worker() as worker:
        wait_for(lambda: broker.llen("waymark") == 0, within=60, every=0.05)
        bare = _timed(worker, lambda: _ring("benchmarks.nothing", count), lambda: _idle(broker))
        told = _timed(
            worker,
            lambda: (
                _happen(count),
                _ring("core.relay", PROCESSES),
                _ring("notifications.deliver", count // 100 + 2, channel="email"),
            ),
            lambda: _all_told(broker),
        )
        sent = list(MailboxMessage.objects.values_list("text", flat=True))
        counted = (
            Notice.objects.filter(kind="case.reassigned").count(),
            Delivery.objects.filter(status="sent").count(),
            len(set(sent)),
            len(sent),
        )
    return {"bare": count / bare, "told": count / told, "once": counted == (count,) * 4, "counted": counted}


@contextmanager
def _worker():
    urls = {name: ground._named(os.environ[name], "telling") for name in ground.dbroles.VARIABLES.values()}
    env = {**os.environ, **urls, "WAYMARK_ROLE": "worker", "DEMO": "1", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--include", "benchmarks.bare_tasks",
               "--concurrency", str(PROCESSES), "--loglevel", "ERROR"]  # fmt: skip
    process = spawn(command, log=run.VAR / "telling.log", env=env, cwd=run.ROOT, end=signal.SIGTERM)
    try:
        _ring("benchmarks.nothing", PROCESSES)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _ring(name: str, times: int, **kwargs) -> None:
    with app.connection_for_write() as line, line.Producer() as producer:
        for _ in range(times):
            app.send_task(name, kwargs=kwargs, producer=producer)


def _timed(worker, lay, done) -> float:
    """Return the seconds from letting the worker go until `done()`."""
    os.killpg(worker.pid, signal.SIGSTOP)
    lay()
    began = time.perf_counter()
    os.killpg(worker.pid, signal.SIGCONT)
    assert wait_for(done, within=PATIENCE, every=0.02), run.tail(run.VAR / "telling.log")
    return time.perf_counter() - began


def _idle(broker) -> bool:
    return not broker.llen("waymark") and not broker.hlen("unacked")


def _all_told(broker) -> bool:
    left = Outbox.objects.exists() or Delivery.objects.exclude(status="sent").exists()
    if left and _idle(broker):
        _ring("core.relay", 1)
        _ring("notifications.deliver", 1, channel="email")
    return not left


def _happen(count: int) -> None:
    """Record events that each tell one caseworker at once: of as many cases as there are, of two hundred partners."""
    with acting(SYSTEM):
        cases = cycle(Case.objects.order_by("pk").values_list("pk", "organisation_id"))
        for pk, organisation in islice(cases, count):
            events.record(
                "case.reassigned", actor=SYSTEM, at=timezone.now(), about=uuid4(), case_id=pk,
                organisations=[organisation], urgency="urgent",
            )  # fmt: skip


def lay_clocks(name: str, due: int) -> int:
    """Give every referral of a database one open clock, of which `due` have reached a mark; return how many in all."""
    with ground.connected(name, "owner"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE referral_deadline CASCADE")
        cursor.execute("""
            INSERT INTO referral_deadline (id, referral_id, sender_id, receiver_id, clock, started_at, due_at,
                                           paused_for, stage, next_alarm_at)
            SELECT gen_random_uuid(), id, sender_id, receiver_id, 'report', now() - interval '1 day',
                   now() + interval '13 days', interval '0', 0, now() + interval '6 days' FROM referral_referral""")
        cursor.execute("SELECT count(*) FROM referral_deadline")
        total = cursor.fetchone()[0]
        cursor.execute(
            """UPDATE referral_deadline SET next_alarm_at = now() - interval '1 hour',
                   started_at = now() - interval '7 days', due_at = now() + interval '7 days'
               WHERE id IN (SELECT id FROM referral_deadline ORDER BY md5(id::text) LIMIT %s)""",
            [due],
        )
        cursor.execute("VACUUM ANALYZE referral_deadline")
    return total


def sweeper(name: str):
    """Return a call that lets the sweep take a chunk of due clocks in a database, and returns its seconds."""

    def look() -> float:
        with ground.connected(name, "worker"):
            connection.ensure_connection()
            now = timezone.now()
            began = time.perf_counter()
            escalation.sweep(at=now, limit=CHUNK)
            return time.perf_counter() - began

    return look


def still_due(name: str) -> int:
    """Return how many clocks of a database have reached a mark that nobody dealt with."""
    with ground.connected(name, "worker"):
        return Deadline.objects.filter(met_at=None, closed_at=None, next_alarm_at__lte=timezone.now()).count()


def hire(people: int) -> None:
    """Give the measured partner so many people at its desk."""
    with ground.connected("telling", "worker"):
        users = User.objects.bulk_create(User(email=f"desk{n}@example.test", name=f"Desk {n}") for n in range(people))
        Member.objects.bulk_create(
            Member(user=user, organisation_id=ident("o", PARTNER), role="focal_point", name=user.name) for user in users
        )


def fanout(rounds: int) -> dict[str, list[float]]:
    """Return the seconds of telling one event to everybody at a desk, and of inserting the same rows alone."""
    with ground.connected("telling", "worker"):
        made = Referral.objects.filter(receiver_id=ident("o", PARTNER), state="received").first()
        return clock.in_turns(
            {"above": lambda: _told(made), "below": lambda: _inserted(made)}, rounds=rounds, warm_up=1, within=60
        )


def _told(made: Referral) -> float:
    with acting(SYSTEM):
        event = events.record(
            "referral.sent", actor=Actor(organisation_id=made.sender_id), at=timezone.now(), about=made.pk,
            case_id=made.case_id, referral_id=made.pk, urgency="urgent", sender_id=made.sender_id,
        )  # fmt: skip
        began = time.perf_counter()
        notify(event, at=timezone.now())
        taken = time.perf_counter() - began
        assert Notice.objects.filter(event_id=event.pk).count() >= PEOPLE // 100
        transaction.set_rollback(True)
    return taken


def _inserted(made: Referral) -> float:
    members = list(Member.objects.filter(organisation_id=made.receiver_id, role="focal_point").values_list("pk"))
    event, now = uuid4(), timezone.now()
    with acting(SYSTEM):
        began = time.perf_counter()
        Notice.objects.bulk_create(
            Notice(recipient_id=pk, event_id=event, kind="referral.sent", urgency="urgent", at=now) for (pk,) in members
        )
        Delivery.objects.bulk_create(
            Delivery(recipient_id=pk, event_id=event, channel="email", urgency="urgent", code="N") for (pk,) in members
        )
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    return taken
