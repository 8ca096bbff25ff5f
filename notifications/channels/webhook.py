"""Signed webhooks to organisations' own systems: identifiers only; who wants more asks the API (Standard Webhooks)."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db.models import F, QuerySet

from core.actors import SYSTEM
from core.models import Event
from notifications import hooks
from notifications.channels import HOUR, MINUTE, SECOND, Channel, Dead, Done, Dropped, Result, Retry, Send
from notifications.channels.asking import ask
from notifications.models import Delivery, WebhookEndpoint
from notifications.signing import signature

GONE = Dead("gone")
FIRST_QUIET, LONGEST_QUIET = timedelta(seconds=5), timedelta(minutes=5)


class Webhook(Channel):
    """Ten tries over 75 hours. An address that failed is left alone for a while, so that it holds up no other."""

    name = "webhook"
    at_once = 8
    waits = (5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)

    def due(self, rows: QuerySet, *, at: datetime) -> QuerySet:
        quiet = WebhookEndpoint.objects.visible_to(SYSTEM).filter(quiet_until__gt=at)
        return rows.exclude(target_id__in=quiet.values("pk"))

    def prepare(self, delivery: Delivery, *, at: datetime) -> Send | Result:
        endpoint = WebhookEndpoint.objects.visible_to(SYSTEM).filter(pk=delivery.target_id).first()
        if endpoint is None or not endpoint.is_active:
            return Dropped("stopped")
        body = payload(Event.objects.visible_to(SYSTEM).get(pk=delivery.event_id))
        headers = signed(delivery, endpoint, body, at=at)
        return partial(ask, endpoint.url, body=body, headers=headers, finals={410: GONE}, most=0)

    def settled(self, delivery: Delivery, result: Result, *, at: datetime) -> None:
        rows = WebhookEndpoint.objects.visible_to(SYSTEM).filter(pk=delivery.target_id, is_active=True)
        failures = rows.values_list("failures", flat=True).first()
        if failures is None:
            return  # stopped by hand meanwhile
        if isinstance(result, Done):
            rows.exclude(failures=0).update(failures=0, quiet_until=None)
        elif result == GONE:
            hooks.stop(delivery.target_id, actor=SYSTEM, at=at, why="gone")
        elif isinstance(result, Retry):
            quiet = min(FIRST_QUIET * 2 ** min(failures, 10), LONGEST_QUIET)
            rows.update(failures=F("failures") + 1, quiet_until=at + quiet)
            if delivery.attempts > len(self.waits):
                hooks.stop(delivery.target_id, actor=SYSTEM, at=at, why="failing")


def payload(event: Event) -> bytes:
    """Return what is told: the kind, when it happened, and ids; no name, no text, no reason."""
    told = {
        "type": event.kind,
        "timestamp": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {"id": str(event.about), "event": str(event.pk), "referral": _text(event.referral_id)},
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _text(pk) -> str | None:
    return None if pk is None else str(pk)


def signed(delivery: Delivery, endpoint: WebhookEndpoint, body: bytes, *, at: datetime) -> dict[str, str]:
    """Return the headers. The id is the same at each try: the receiver knows by it what it has seen already."""
    keys = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until and endpoint.previous_until > at:
        keys.append(endpoint.previous_secret)
    message_id, timestamp = f"msg_{delivery.pk.hex}", int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(keys, message_id=message_id, timestamp=timestamp, body=body),
    }
