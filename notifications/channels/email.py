"""E-mail: one recipient a message, plain and HTML, and nothing in it about anybody (DOMAIN 8, RELIABILITY 1)."""

import logging
import smtplib
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import ngettext, override

from core.actors import SYSTEM
from core.sealing import seal
from notifications.channels import HOUR, MINUTE, SECOND, Channel, Dead, Done, Dropped, Result, Retry, Send
from notifications.models import Delivery, Notice
from notifications.rules import RULES
from notifications.words import DIGEST, NOTICES, SUBJECTS, WORDS

log = logging.getLogger(__name__)

UNSUBSCRIBE = "unsubscribe"  # the purpose of the token


class OneRecipient(EmailMultiAlternatives):
    """A mail that cannot have two recipients: whoever stands in "To" sees the others (an incident of 2021)."""

    def recipients(self) -> list[str]:
        """Return the one recipient. Raises ValueError when there are more or fewer; Django asks before sending."""
        found = super().recipients()
        if len(found) != 1 or "," in found[0]:
            raise ValueError("a mail has exactly one recipient")
        return found


class Email(Channel):
    """Through whatever EMAIL_BACKEND the settings name."""

    name = "email"
    waits = (15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE, 32 * MINUTE, HOUR)

    def prepare(self, delivery: Delivery, *, at: datetime) -> Send | Result:
        count = waiting(delivery)
        if not count:
            return Dropped("read_meanwhile")
        mail = message(delivery, count=count)
        return lambda: send(mail, delivery)


def send(mail: OneRecipient, delivery: Delivery) -> Result:
    """Hand the mail over. What the server says about the recipient is final; all else may be better later."""
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        if codes and all(500 <= code < 600 for code in codes):
            return Dead(f"smtp_{codes[0]}")
        return Retry(f"smtp_{codes[0]}" if codes else "refused")
    except Exception as error:
        # The text of a mail server's answer quotes the address.
        log.warning("delivery %s failed: %s", delivery.pk, type(error).__name__)
        return Retry(type(error).__name__, silent=isinstance(error, TimeoutError))
    return Done()


def waiting(delivery: Delivery) -> int:
    """Return how many things the mail is about; 0 where its recipient has read them all, and nothing is urgent."""
    if delivery.urgency != "routine":
        return 1
    events = [delivery.event_id]
    if delivery.kind == DIGEST:
        bundled = Delivery.objects.visible_to(SYSTEM).filter(digest_id=delivery.pk)
        events = list(bundled.values_list("event_id", flat=True))
    notices = Notice.objects.visible_to(SYSTEM).filter(recipient_id=delivery.recipient_id, event_id__in=events)
    return len(events) - notices.filter(read_at__isnull=False).count()


def message(delivery: Delivery, *, count: int = 1) -> OneRecipient:
    """Return the mail of a delivery, in its recipient's language: no name, no reference, no organisation."""
    user = delivery.recipient.user
    with override(user.language):
        facts = {
            "language": user.language,
            "words": _words(delivery, count),
            "urgency": delivery.urgency,
            "code": delivery.code,
            "url": settings.SITE_URL + NOTICES,
            "settings_url": settings.SITE_URL + "/notices/settings/",
        }
        mail = OneRecipient(
            subject=str(SUBJECTS[delivery.urgency]),
            body=render_to_string("notifications/mail.txt", facts),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[user.email],
            headers=_headers(delivery),
        )
        mail.attach_alternative(render_to_string("notifications/mail.html", facts), "text/html")
    return mail


def _words(delivery: Delivery, count: int) -> str:
    if delivery.kind == DIGEST:
        return ngettext("%(count)d notice waits for you.", "%(count)d notices wait for you.", count) % {"count": count}
    rule = RULES.get(delivery.kind)
    return str(WORDS[rule.words if rule else "news"])


def _headers(delivery: Delivery) -> dict[str, str]:
    """The same Message-ID however often it is tried: a server that has it already may drop the second one.

    One click turns mail off (RFC 8058), except for emergencies, which nobody can turn off.
    """
    host = urlsplit(settings.SITE_URL).hostname or "waymark.invalid"
    headers = {"Message-ID": f"<{delivery.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    if delivery.urgency != "emergency":
        member = delivery.recipient
        token = seal((member.pk, member.organisation_id), UNSUBSCRIBE)
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL}/notices/unsubscribe/{token}/>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
