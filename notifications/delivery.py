"""Sending what waits, channel by channel: claimed before it leaves, tried again, and its result kept (DOMAIN 8).

A delivery is claimed and written as `sending` before it leaves. A worker that dies in between leaves a row whose
lease ends; it is sent again, and marked, because a second message harms less than none. What each channel offers
against a second one (a Message-ID, a webhook-id, a topic) is the delivery's own id.
"""

import logging
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

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

BATCH = 20
BUDGET = 60.0  # seconds in which a round begins sends
LONGEST_SEND = 35.0  # seconds that no send may exceed; each channel's own limit is below
LEASE = timedelta(minutes=2)  # longer than both together: nobody sends what another one still holds
SLOW = timedelta(seconds=3)  # a row in flight for so long: the other side is slow, and one worker waiting is enough
STANDSTILL = timedelta(seconds=30)  # how long the rest of a round waits when nothing answers at all
EMERGENCY_WAITS = 5  # an emergency is given up after six tries: then somebody telephones
MAYBE_TWICE = "maybe_sent_twice"
OPEN = ["waiting", "sending"]
CLOSED = "account_closed"


def deliver(*, at: datetime, channel: str = "", limit: int = 200) -> int:
    """Send what is due at the time `at` by one channel, or by all; return how many messages left.

    Runs as the worker role. Several at once share the work; one failing message does not hold up the others.
    """
    return sum(_work(CHANNELS[name], at=at, limit=limit) for name in ([channel] if channel else CHANNELS))


def _work(channel: Channel, *, at: datetime, limit: int) -> int:
    if _is_slow(channel, at=at):
        return 0
    sent, end = 0, monotonic() + BUDGET
    for _ in range(max(1, limit // BATCH)):
        claimed = _claim(channel, at=at)
        results = _send_all(channel, claimed, at=at, end=end)
        sent += results.count(Done())
        if len(claimed) < BATCH or len(results) < len(claimed):
            break
    return sent


def _rows(channel: Channel):
    return Delivery.objects.visible_to(SYSTEM).filter(channel=channel.name, status__in=OPEN)


def _is_slow(channel: Channel, *, at: datetime) -> bool:
    flying = _rows(channel).filter(status="sending", next_try_at__gt=at, last_try_at__lt=at - SLOW)
    return flying.filter(last_try_at__gt=at - timedelta(seconds=LONGEST_SEND)).exists()


def _claim(channel: Channel, *, at: datetime) -> list[Delivery]:
    with transaction.atomic():
        rows = list(
            channel.due(_rows(channel).filter(next_try_at__lte=at), at=at)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("recipient__user", "recipient__organisation")
            .order_by("next_try_at", "pk")[:BATCH]
        )
        for row in rows:
            if row.status == "sending":
                row.error = MAYBE_TWICE
            row.status, row.attempts = "sending", row.attempts + 1
            row.next_try_at, row.last_try_at = at + LEASE, at
        Delivery.objects.bulk_update(rows, ["status", "attempts", "next_try_at", "last_try_at", "error"])
    return rows


def _send_all(channel: Channel, claimed: list[Delivery], *, at: datetime, end: float) -> list[Result]:
    """Send the claimed rows, as many at once as the channel likes; give back those that were not begun."""
    results: list[Result] = []
    rest = list(claimed)
    while rest and monotonic() < end:
        some, rest = rest[: channel.at_once], rest[channel.at_once :]
        sends = [_prepared(channel, row, at=at) for row in some]
        if len(sends) == 1:
            found = [_tried(sends[0])]
        else:
            with ThreadPoolExecutor(len(sends)) as pool:
                found = list(pool.map(_tried, sends))
        for row, result in zip(some, found, strict=True):
            _write(channel, row, result, at=at)
        results += found
        if any(isinstance(result, Retry) and result.silent for result in found):
            break
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


def _tried(send: Send | Result) -> Result:
    if not callable(send):
        return send
    try:
        return send()
    except Exception as error:
        # The text of an exception may quote an address.
        log.warning("a delivery failed: %s", type(error).__name__)
        return Retry(type(error).__name__)


def wait(channel: Channel, attempts: int, *, emergency: bool = False) -> timedelta | None:
    """Return how long to wait after so many failures, spread by a fifth; None when it is time to give up."""
    waits = channel.waits[:EMERGENCY_WAITS] if emergency else channel.waits
    return waits[attempts - 1] * random.uniform(0.8, 1.2) if attempts <= len(waits) else None


def _write(channel: Channel, row: Delivery, result: Result, *, at: datetime) -> None:
    """Write what came of a row: sent, tried again later, given up, or no longer wanted."""
    with acting(SYSTEM):
        match result:
            case Done():
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
        channel.settled(row, result, at=at)


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


def _settle(row: Delivery, **facts) -> bool:
    """Write the result, unless the lease ended and somebody else has taken the row meanwhile; return whether."""
    rows = Delivery.objects.visible_to(SYSTEM)
    mine = rows.filter(pk=row.pk, status="sending", attempts=row.attempts).update(**facts)
    if mine and row.kind == DIGEST and facts["status"] in {"sent", "failed", "dropped"}:
        bundled = {name: facts[name] for name in ("status", "sent_at", "error") if name in facts}
        rows.filter(digest_id=row.pk).update(**bundled)
    return bool(mine)
