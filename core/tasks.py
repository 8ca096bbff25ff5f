"""What Celery runs for the core: a bell that is answered, and a sign of life."""

import logging
from functools import wraps

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from core import erasure, outbox
from core.actors import SYSTEM, acting

log = logging.getLogger(__name__)

HEARTBEAT = "waymark.worker.heartbeat"
HEARTBEAT_SECONDS = 3600


def job(name: str):
    """Return a decorator for a task: keyword arguments, one call, no result, and a failure logged by class only.

    Nothing is retried by the queue: what was not done is still a row in the database, and beat rings again. Celery's
    own report of a failure would quote the exception's text, and with it values.
    """

    def decorate(function):
        @shared_task(name=name, ignore_result=True)
        @wraps(function)
        def task(**kwargs):
            try:
                function(**kwargs)
            except Exception as error:
                log.error("%s failed: %s", name, type(error).__name__)

        return task

    return decorate


@job("core.relay")
def relay(**_):
    """Hand over what waits in the outbox."""
    outbox.relay(at=timezone.now())


@job("core.heartbeat")
def heartbeat(**_):
    """Note that a worker takes tasks; `/healthz` shows how long ago."""
    cache.set(HEARTBEAT, timezone.now().isoformat(), HEARTBEAT_SECONDS)


@job("core.forget_answers")
def forget_answers(**_):
    """Delete the answers kept for repeated requests that are too old to be asked for."""
    with acting(SYSTEM):
        erasure.forget_answers(at=timezone.now())
