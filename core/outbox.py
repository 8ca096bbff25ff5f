"""The relay: hands what happened to the feeds and the consumers, once each (ARCHITECTURE, Events and outbox).

An Outbox row is the promise to tell. It is deleted in the transaction in which every consumer has written what it
wanted, so a relay that dies in the middle leaves everything as it was. Many events share a transaction: what is asked
about people and cases is then asked once for all of them.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from core.actors import SYSTEM, acting
from core.models import Event, Feed, Outbox

log = logging.getLogger(__name__)

BATCH = 100
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
FEED_LOCK = 0x7761796D  # "waym": one relay at a time numbers the feeds


def relay(*, at: datetime, limit: int = 5000) -> int:
    """Take what waits at the time `at`; return how many events were handed over.

    Runs as the worker role. Several relays share the work: rows that another one holds are stepped over.
    """
    done = 0
    while done < limit:
        taken, handed = _batch(at=at, size=min(BATCH, limit - done))
        done += handed
        if taken < BATCH:
            break
    return done


def _batch(*, at: datetime, size: int) -> tuple[int, int]:
    with acting(SYSTEM):
        rows = list(
            Outbox.objects.select_for_update(skip_locked=True, of=("self",))
            # What was never tried is due, whatever the clock said where it was written.
            .filter(Q(attempts=0) | Q(next_try_at__lte=at))
            .order_by("next_try_at", "id")[:size]
        )
        events = Event.objects.in_bulk([row.event_id for row in rows])
        handed = _hand_over(rows, events, at=at)
        _feed([events[row.event_id] for row in handed])
        Outbox.objects.filter(pk__in=[row.pk for row in handed]).delete()
    return len(rows), len(handed)


def together(consumer: Callable) -> Callable:
    """Mark a consumer that takes many events in one call: `consumer(*events, at=at)`."""
    consumer.together = True
    return consumer


def _hand_over(rows: list[Outbox], events: dict, *, at: datetime) -> list[Outbox]:
    """Call every consumer in one savepoint; return the rows that were handed over.

    A failure is looked for by halves: the event that it comes from goes back with a later time, the others do not
    wait for it.
    """
    if not rows:
        return []
    try:
        with transaction.atomic():
            told = [events[row.event_id] for row in rows]
            for path in settings.CONSUMERS:
                _tell(_consumer(path), told, at=at)
    except Exception as error:
        if len(rows) > 1:
            half = len(rows) // 2
            return _hand_over(rows[:half], events, at=at) + _hand_over(rows[half:], events, at=at)
        _put_back(rows[0], error, at=at)
        return []
    return rows


def _tell(consumer: Callable, told: list[Event], *, at: datetime) -> None:
    if getattr(consumer, "together", False):
        consumer(*told, at=at)
    else:
        for event in told:
            consumer(event, at=at)


def _put_back(row: Outbox, error: Exception, *, at: datetime) -> None:
    # The text of an exception may quote values; its class may not.
    log.warning("event %s waits: %s", row.event_id, type(error).__name__)
    row.attempts += 1
    row.next_try_at = at + wait(row.attempts)
    row.error = type(error).__name__
    row.save(update_fields=["attempts", "next_try_at", "error"])


def wait(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: doubling up to an hour, spread by a fifth."""
    doubled = FIRST_WAIT * 2 ** min(attempts - 1, 12)
    return min(doubled, LONGEST_WAIT) * random.uniform(0.8, 1.2)


def _feed(events: list[Event]) -> None:
    """Number the events for each organisation that may read them.

    The lock is held until the commit: a reader that has seen position 8 will never be shown a 7 later.
    """
    rows = [
        Feed(organisation_id=organisation_id, event_id=event.pk)
        for event in sorted(events, key=lambda event: event.recorded_at)
        for organisation_id in event.organisation_ids
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FEED_LOCK])
        Feed.objects.bulk_create(rows, ignore_conflicts=True)


@cache
def _consumer(path: str):
    return import_string(path)
