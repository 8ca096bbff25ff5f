"""Is Waymark fit to serve? For the launcher, a proxy, a monitor; nothing secret, nothing personal."""

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone

from core import clock, heartbeat
from core.middleware import public

PATIENCE = 0.5  # seconds for the broker to answer

_migrated = False


@public
def healthz(request):
    """Answer 200 when the database answers and every migration is in, else 503.

    Broker and worker are reported, and change nothing: pages work without them.
    """
    ready, now = is_migrated(), timezone.now()
    facts = {
        "status": "ok" if ready else "not_ready",
        "database": "ok",  # a database that is away has made a 503 of this before (core.views.errors)
        "migrations": "ok" if ready else "missing",
        "broker": broker(),
        **{name: heartbeat.state(name, at=now) if ready else "unknown" for name in (heartbeat.WORKER, heartbeat.BEAT)},
    }
    return _answer(facts, ready)


@public
def readyz(request):
    """Answer 200 when this process can take requests that write, else 503.

    A standby database, a missing migration, or a clock that is off by more than a minute make it 503. For whoever
    sends traffic. The worker is not part of it: without one everything is still taken in.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT pg_is_in_recovery(), extract(epoch FROM clock_timestamp())::float")
        writable, seconds = cursor.fetchone()
    ready, right = is_migrated(), clock.compare(seconds)
    facts = {
        "status": "ok" if ready and writable and right else "not_ready",
        "database": "ok" if writable else "read_only",
        "migrations": "ok" if ready else "missing",
        "clock": "ok" if right else "wrong",  # against the database's
    }
    return _answer(facts, ready and writable and right)


def _answer(facts: dict, ready: bool) -> JsonResponse:
    response = JsonResponse(facts, status=200 if ready else 503)
    response["Cache-Control"] = "no-store"
    return response


def is_migrated() -> bool:
    """Return whether no migration waits. Once true it stays true for this process: its code does not change."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def broker() -> str:
    """Return "ok" or "away"."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "away"
    return "ok"
