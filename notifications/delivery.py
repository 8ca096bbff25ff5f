"""Sending what waits, channel by channel: claimed before it leaves, tried again, and its result kept (DOMAIN 8).

A delivery is claimed and written as `sending` before it leaves. A worker that dies in between leaves a row whose
lease ends; it is sent again, and marked, because a second message harms less than none. What each channel offers
against a second one (a Message-ID, a webhook-id, a topic) is the delivery's own id.
"""

import logging
import random
from collections import defaultdict
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F

from core.actors import SYSTEM, acting
from notifications.channels import Channel, Dead, Done, Dropped, Result, Retry, Send
from notifications.channels.email import Email
from notifications.channels.push import Push
from notifications.channels.sms import Sms
from notifications.channels.webhook import Webhook
from notifications.models import Delivery
from notifications.untold import dropped, never_arrived
from notifications.words import DIGEST, PHONE_ADDED

log = logging.getLogger(__name__)

CHANNELS: dict[str, Channel] = {channel.name: channel for channel in (Email(), Sms(), Push(), Webhook())}

FEWEST, MOST = 20, 160  # rows that are claimed at once: few of what is slow, more of what is quick
QUICK = 0.5  # seconds
UNWRITTEN = 0.25  # seconds of results that a killed worker may leave unwritten: so much may leave a second time
BUDGET = 60.0  # seconds in which a round begins sends
LONGEST_SEND = 35.0  # seconds that no send may exceed; each channel's own limit is below
LEASE = timedelta(minutes=2)  # longer than both together: nobody sends what another one still holds
SLOW = timedelta(seconds=3)  # a row in flight for so long: the other side is slow, and one worker waiting is enough
STANDSTILL = timedelta(seconds=30)  # how long the rest of a round waits when nothing answers at all
EMERGENCY_WAITS = 5  # an emergency is given up after six tries: then somebody telephones
MAYBE_TWICE = "maybe_sent_twice"
OPEN = ["waiting", "sending"]
CLOSED = "account_closed"


def deliver(*, at: datetime, channel: str = "", limit: int = 1000) -> int:
    """Send what is due at the time `at` by one channel, or by all; return how many messages left.

    Runs as the worker role. Several at once share the work; one failing message does not hold up the others.
    """
    return sum(_work(CHANNELS[name], at=at, limit=limit) for name in ([channel] if channel else CHANNELS))


def _work(channel: Channel, *, at: datetime, limit: int) -> int:
    if _is_slow(channel, at=at):
        return 0
    begun = monotonic()
    taken, sent, size = 0, 0, FEWEST
    while taken < limit:
        before = monotonic()
        claimed = _claim(channel, size, at=at)
        results = _send_all(channel, claimed, at=at, end=begun + BUDGET)
        taken, sent = taken + len(claimed), sent + results.count(Done())
        if len(claimed) < size or len(results) < len(claimed):
            break
        size = min(size * 2, MOST) if monotonic() - before < QUICK else FEWEST
    return sent


def _rows(channel: Channel):
    return Delivery.objects.visible_to(SYSTEM).filter(channel=channel.name, status__in=OPEN)


def _is_slow(channel: Channel, *, at: datetime) -> bool:
    flying = _rows(channel).filter(status="sending", next_try_at__gt=at, last_try_at__lt=at - SLOW)
    return flying.filter(last_try_at__gt=at - timedelta(seconds=LONGEST_SEND)).exists()


def _claim(channel: Channel, size: int, *, at: datetime) -> list[Delivery]:
    with transaction.atomic():
        rows = list(
            channel.due(_rows(channel).filter(next_try_at__lte=at), at=at)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("recipient__user", "recipient__organisation")
            .order_by("next_try_at", "pk")[:size]
        )
        claimed = {"status": "sending", "next_try_at": at + LEASE, "last_try_at": at}
        if again := [row.pk for row in rows if row.status == "sending"]:
            Delivery.objects.filter(pk__in=again).update(error=MAYBE_TWICE)
        if rows:
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1, **claimed)
        for row in rows:
            row.error = MAYBE_TWICE if row.status == "sending" else row.error
            row.attempts += 1
            for name, value in claimed.items():
                setattr(row, name, value)
    return rows


def _send_all(channel: Channel, claimed: list[Delivery], *, at: datetime, end: float) -> list[Result]:
    """Send the claimed rows, as many at once as the channel likes; give back those that were not begun."""
    results: list[Result] = []
    rest, unwritten, written = list(claimed), [], monotonic()
    while rest and monotonic() < end:
        some, rest = rest[: channel.at_once], rest[channel.at_once :]
        found = channel.send([_prepared(channel, row, at=at) for row in some])
        unwritten += zip(some, found, strict=True)
        results += found
        if any(isinstance(result, Retry) and result.silent for result in found):
            break
        if monotonic() - written > UNWRITTEN:
            _write(channel, unwritten, at=at)
            unwritten, written = [], monotonic()
    _write(channel, unwritten, at=at)
    for row in rest:
        _settle(row, status="waiting", attempts=row.attempts - 1, next_try_at=at + STANDSTILL)
    return results


def _prepared(channel: Channel, row: Delivery, *, at: datetime) -> Send | Result:
    member = row.recipient
    if member and not (member.is_active and member.user.is_active and member.organisation.status == "active"):
        return Dropped(CLOSED)
    try:
        return channel.prepare(row, at=at)
    except Exception as error:
        log.warning("delivery %s cannot be made: %s", row.pk, type(error).__name__)
        return Retry(type(error).__name__)


def wait(channel: Channel, attempts: int, *, emergency: bool = False) -> timedelta | None:
    """Return how long to wait after so many failures, spread by a fifth; None when it is time to give up."""
    waits = channel.waits[:EMERGENCY_WAITS] if emergency else channel.waits
    return waits[attempts - 1] * random.uniform(0.8, 1.2) if attempts <= len(waits) else None


def _write(channel: Channel, done: list[tuple[Delivery, Result]], *, at: datetime) -> None:
    """Write what came of these rows: sent, tried again later, given up, or no longer wanted."""
    if not done:
        return
    with acting(SYSTEM):
        _settle_sent([row for row, result in done if result == Done() and row.kind != DIGEST], at=at)
        for row, result in done:
            _write_one(channel, row, result, at=at)
            channel.settled(row, result, at=at)


def _write_one(channel: Channel, row: Delivery, result: Result, *, at: datetime) -> None:
    match result:
        case Done():
            if row.kind == DIGEST:
                _settle(row, status="sent", sent_at=at, next_try_at=None)
        case Dropped(why):
            _settle(row, status="dropped", error=why, next_try_at=None)
            if why == CLOSED:
                for one in _about(row):  # somebody else there has to know
                    dropped(one, at=at)
        case Retry(error, after):
            later = wait(channel, row.attempts, emergency=row.urgency == "emergency" and row.recipient_id)
            if later is None:
                _give_up(row, error, at=at)
            else:
                _settle(row, status="waiting", error=error, next_try_at=at + max(later, after or later))
        case Dead(error):
            _give_up(row, error, at=at)


def _give_up(row: Delivery, error: str, *, at: datetime) -> None:
    if _settle(row, status="failed", error=error, next_try_at=None) and row.recipient and row.kind != PHONE_ADDED:
        for one in _about(row):
            if not _told_otherwise(one):
                never_arrived(one, at=at)


def _told_otherwise(row: Delivery) -> bool:
    """Return whether another channel told this person of it, or still tries."""
    rows = Delivery.objects.visible_to(SYSTEM).filter(event_id=row.event_id, recipient_id=row.recipient_id)
    return rows.exclude(pk=row.pk).filter(status__in=["sent", "bundled", *OPEN]).exists()


def _about(row: Delivery) -> list[Delivery]:
    """Return what a message was about: itself, or the rows that travelled in a summary."""
    rows = Delivery.objects.visible_to(SYSTEM).select_related("recipient").filter(digest_id=row.pk)
    return list(rows) if row.kind == DIGEST else [row]


def _settle_sent(rows: list[Delivery], *, at: datetime) -> None:
    """Write that these left, unless somebody else has taken one meanwhile; one query for those of as many tries."""
    tries: dict[int, list] = defaultdict(list)
    for row in rows:
        tries[row.attempts].append(row.pk)
    for attempts, keys in tries.items():
        mine = Delivery.objects.visible_to(SYSTEM).filter(pk__in=keys, status="sending", attempts=attempts)
        mine.update(status="sent", sent_at=at, next_try_at=None)


def _settle(row: Delivery, **facts) -> bool:
    """Write the result, unless the lease ended and somebody else has taken the row meanwhile; return whether."""
    rows = Delivery.objects.visible_to(SYSTEM)
    mine = rows.filter(pk=row.pk, status="sending", attempts=row.attempts).update(**facts)
    if mine and row.kind == DIGEST and facts["status"] in {"sent", "failed", "dropped"}:
        bundled = {name: facts[name] for name in ("status", "sent_at", "error") if name in facts}
        rows.filter(digest_id=row.pk).update(**bundled)
    return bool(mine)
