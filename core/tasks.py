"""What Celery runs for the core: a bell that is answered, and a sign of life."""

import logging
from functools import wraps

from celery import shared_task
from celery.signals import before_task_publish
from django.db import Error, close_old_connections

from core import clock, erasure, heartbeat, outbox
from core.actors import SYSTEM, acting

log = logging.getLogger(__name__)


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
    outbox.relay(at=clock.now())


@job("core.heartbeat")
def beat_heard(**_):
    """Note that a worker takes tasks: a process that only lives would not do."""
    heartbeat.sign(heartbeat.WORKER, at=clock.now())


@before_task_publish.connect(sender="core.heartbeat")
def _beat_lives(**_):
    """Beat notes by itself that it rings: the worker's sign would not say which of the two is silent."""
    close_old_connections()  # beat lives for weeks, and the database may have been started anew
    try:
        heartbeat.sign(heartbeat.BEAT, at=clock.now())
    except Error as error:
        log.warning("the sign of life was not written: %s", type(error).__name__)


@job("core.forget_answers")
def forget_answers(**_):
    """Delete the answers kept for repeated requests that are too old to be asked for."""
    with acting(SYSTEM):
        erasure.forget_answers(at=clock.now())
