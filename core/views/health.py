"""Is Waymark fit to serve? For the launcher, a proxy, a monitor; nothing secret, nothing personal."""

from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone

from core.middleware import public
from core.tasks import HEARTBEAT

PATIENCE = 0.5  # seconds for the broker to answer
STALE = timedelta(seconds=90)  # three heartbeats

_migrated = False


@public
def healthz(request):
    """Answer 200 when the database answers and every migration is in, else 503.

    Broker and worker are reported, and change nothing: pages work without them.
    """
    ready = is_migrated()
    facts = {
        "status": "ok" if ready else "not_ready",
        "database": "ok",  # a database that is away has made a 503 of this before (core.views.errors)
        "migrations": "ok" if ready else "missing",
        "broker": broker(),
        "worker": worker(at=timezone.now()) if ready else "unknown",
    }
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


def worker(*, at: datetime) -> str:
    """Return "ok" when a worker has taken a task lately, "silent" when not, "unknown" before the first time."""
    seen = cache.get(HEARTBEAT)
    if seen is None:
        return "unknown"
    return "ok" if at - datetime.fromisoformat(seen) < STALE else "silent"
