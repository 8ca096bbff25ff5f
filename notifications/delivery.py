"""Sending what waits, by e-mail: a mail says that something waits, never about whom (DOMAIN 8).

A delivery is claimed and written as `sending` before the mail leaves. A worker that dies in between leaves a row
whose lease ends; it is sent again, and marked, because a second mail harms less than none.
"""

import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy, override

from core.actors import SYSTEM, acting
from notifications.models import Delivery, Notice
from notifications.rules import RULES
from notifications.untold import dropped, never_arrived

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=5)  # longer than a task may take, so that nobody sends what another one still holds
TRIES = {"emergency": 6}
TRIES_ELSE = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=2)
NOTICES = "/notices/"  # not by reverse(): a page that cannot be loaded must not hold up the mail of an emergency
MAYBE_TWICE = "maybe_sent_twice"

# One subject for all events of one urgency: a subject is read over shoulders and on locked screens.
SUBJECTS = {
    "emergency": gettext_lazy("Waymark: an emergency waits for you"),
    "urgent": gettext_lazy("Waymark: something urgent waits for you"),
    "routine": gettext_lazy("Waymark: something waits for you"),
}
WORDS = {
    "new": gettext_lazy("A new request waits for an answer."),
    "news": gettext_lazy("There is news."),
    "question": gettext_lazy("A question waits for your answer."),
    "message": gettext_lazy("There is a new message."),
    "alarm": gettext_lazy("Something happened that you should look at."),
    "approval": gettext_lazy("Something waits for your approval."),
    "deadline": gettext_lazy("A time limit needs your attention."),
    "reminder": gettext_lazy("A date comes near."),
}


def deliver(*, at: datetime, limit: int = 200) -> int:
    """Send what is due at the time `at`; return how many mails left.

    Runs as the worker role. Several at once share the work; one failing mail does not hold up the others.
    """
    sent = 0
    for _ in range(max(1, limit // BATCH)):
        claimed = _claim(at=at)
        sent += sum(_send(delivery, at=at) for delivery in claimed)
        if len(claimed) < BATCH:
            break
    return sent


def _claim(*, at: datetime) -> list[Delivery]:
    with transaction.atomic():
        rows = list(
            Delivery.objects.visible_to(SYSTEM)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("recipient__user", "recipient__organisation")
            .filter(status__in=["waiting", "sending"], next_try_at__lte=at)
            .order_by("next_try_at", "pk")[:BATCH]
        )
        for row in rows:
            if row.status == "sending":
                row.error = MAYBE_TWICE
            row.status, row.attempts, row.next_try_at = "sending", row.attempts + 1, at + LEASE
        Delivery.objects.bulk_update(rows, ["status", "attempts", "next_try_at", "error"])
    return rows


def _send(delivery: Delivery, *, at: datetime) -> bool:
    """Send one claimed delivery and write what came of it."""
    recipient = delivery.recipient
    if not (recipient.is_active and recipient.user.is_active):
        with acting(SYSTEM):
            _settle(delivery, status="dropped", next_try_at=None)
            dropped(delivery, at=at)
        return False
    try:
        message(delivery).send()
    except Exception as error:
        # The text of a mail server's answer quotes the address.
        log.warning("delivery %s failed: %s", delivery.pk, type(error).__name__)
        _fail(delivery, type(error).__name__, at=at)
        return False
    _settle(delivery, status="sent", sent_at=at, next_try_at=None)
    return True


def message(delivery: Delivery) -> EmailMessage:
    """Return the mail of a delivery, in its recipient's language: no name, no reference, no organisation."""
    with override(delivery.recipient.user.language):
        kind = (
            Notice.objects.visible_to(SYSTEM)
            .filter(event_id=delivery.event_id, recipient_id=delivery.recipient_id)
            .values_list("kind", flat=True)
            .first()
        )
        rule = RULES.get(kind)
        facts = {
            "words": WORDS[rule.words if rule else "news"],
            "urgency": delivery.urgency,
            "code": delivery.code,
            "url": settings.SITE_URL + NOTICES,
        }
        return EmailMessage(
            subject=str(SUBJECTS[delivery.urgency]),
            body=render_to_string("notifications/mail.txt", facts),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[delivery.recipient.user.email],  # one recipient a mail, always
            headers={"Auto-Submitted": "auto-generated"},
        )


def wait(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: doubling up to two hours, spread by a fifth."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 12), LONGEST_WAIT) * random.uniform(0.8, 1.2)


def _fail(delivery: Delivery, error: str, *, at: datetime) -> None:
    if delivery.attempts < TRIES.get(delivery.urgency, TRIES_ELSE):
        _settle(delivery, status="waiting", error=error, next_try_at=at + wait(delivery.attempts))
        return
    with acting(SYSTEM):
        _settle(delivery, status="failed", error=error, next_try_at=None)
        never_arrived(delivery, at=at)


def _settle(delivery: Delivery, **facts) -> None:
    """Write the result, unless the lease ended and somebody else has taken the row meanwhile."""
    Delivery.objects.visible_to(SYSTEM).filter(
        pk=delivery.pk, status="sending", attempts=delivery.attempts
    ).update(**facts)  # fmt: skip
