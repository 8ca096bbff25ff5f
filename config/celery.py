"""The queue and the timetable. Celery only rings: what is to be done stands in PostgreSQL (RELIABILITY 4).

A worker that dies loses nothing: its message comes again (late acknowledgement), and beat rings every few seconds
anyway. Two beats, or a message delivered twice, double nothing: each job claims its rows in the database.
"""

import logging
import os
import time

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

log = logging.getLogger(__name__)

IS_WORKER = settings.ROLE == "worker"
# A page must not wait for a broker that is away; a worker may wait for one that is slow.
SOCKET_SECONDS = 30 if IS_WORKER else 0.25
TIME_LIMIT, VISIBILITY = 240, 600  # a task longer than the visibility timeout would run twice
SILENT_FOR = 30  # seconds without ringing after the broker did not answer

HIDDEN = {"argsrepr": "()", "kwargsrepr": "{}"}  # arguments are identifiers, and still nobody's business


def _every(task: str, seconds: float) -> dict:
    # What was not taken before the next ring is not taken at all: no heap of rings after a standstill.
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds * 2, 30), **HIDDEN}}


app = Celery("waymark", broker=settings.REDIS_URL)
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    result_backend=None,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_publish_retry=False,
    task_time_limit=TIME_LIMIT,
    task_soft_time_limit=TIME_LIMIT - 30,
    task_default_queue="waymark",
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_enable_remote_control=False,  # it would show arguments to whoever asks the broker
    worker_hijack_root_logger=False,  # our own logging cuts values out
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # the broker may be away for a night
    broker_transport_options={
        "visibility_timeout": VISIBILITY,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,  # else only every tenth look counts: 100 seconds
        "socket_connect_timeout": SOCKET_SECONDS,
        "socket_timeout": SOCKET_SECONDS,
        "socket_keepalive": True,
        **({} if IS_WORKER else {"max_retries": 0}),
    },
    timezone="UTC",
    beat_scheduler="config.timetable:Timetable",
    beat_schedule={
        "relay": _every("core.relay", 5),
        **{
            f"deliver {channel}": _every("notifications.deliver", 5) | {"kwargs": {"channel": channel}}
            for channel in ("email", "sms", "push", "webhook")
        },
        "clients": _every("notifications.clients", 60),
        "sweep": _every("referral.sweep", 15),
        "standing": _every("referral.standing", 3600),
        "remind": _every("cases.remind", 300),
        "keep the directory": _every("partners.upkeep", 300),
        "match": _every("cases.match", 600),
        "exchange": _every("cases.exchange", 5),
        "papers": _every("cases.papers", 3600),
        "cover": _every("cases.cover", 300),
        "purge_drafts": _every("cases.purge_drafts", 3600),
        "end emergencies": _every("cases.end_emergencies", 60),
        "end transfers": _every("cases.end_transfers", 3600),
        "heartbeat": _every("core.heartbeat", 30),
        # In parts through the night, Minsk: a night is missed as a whole only when nothing runs at all.
        "retain": {
            "task": "cases.retain",
            "schedule": crontab(minute="10,40", hour="22,23,0,1,2"),
            "options": {"expires": 1500, **HIDDEN},
        },
        "requests_due": _every("cases.requests_due", 900),
        "forget_answers": _every("core.forget_answers", 3600),
    },
)
app.autodiscover_tasks()

_quiet_until = 0.0


def ring() -> None:
    """Ask a worker to look at the outbox now; `settings.BELL`, called after commit.

    Never raises and never waits long: beat looks every few seconds anyway. After a failure it stays silent for
    half a minute, so that a broker that is away costs one request half a second, not every request. A worker
    does not ring: it would wait as long as a worker may, and beat is its neighbour.
    """
    global _quiet_until  # noqa: PLW0603 (one circuit a process)
    if IS_WORKER or time.monotonic() < _quiet_until:
        return
    try:
        app.send_task("core.relay", retry=False, expires=60, **HIDDEN)
    except Exception as error:
        _quiet_until = time.monotonic() + SILENT_FOR
        log.warning("the bell is silent: %s", type(error).__name__)


@worker_init.connect
def _connects_as_worker(**_):
    """Refuse to start under another database role: the tasks would see nothing, and call it success."""
    if not IS_WORKER:
        raise SystemExit("Start Celery with WAYMARK_ROLE=worker.")
