"""E-mail: one recipient a message, plain and HTML, and nothing in it about anybody (DOMAIN 8, RELIABILITY 1)."""

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import ngettext, override

from core.actors import SYSTEM
from core.sealing import seal
from notifications import links
from notifications.channels import HOUR, MINUTE, SECOND, Channel, Dead, Done, Dropped, Result, Retry, Send, tried
from notifications.models import Delivery, Notice
from notifications.rules import RULES
from notifications.words import DIGEST, LINK_MADE, NOTICES, SUBJECTS, WORDS

log = logging.getLogger(__name__)

UNSUBSCRIBE = "unsubscribe"  # the purpose of the token
TOGETHER = 40
CODE = "N-00000000"  # stands for the code while the words of many mails are made once


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

    @property
    def at_once(self) -> int:
        """A batch where the backend keeps all of it or none; else each mail is written down before the next leaves."""
        return TOGETHER if getattr(get_connection(), "all_or_none", False) else 1

    waits = (15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE, 32 * MINUTE, HOUR)

    def prepare(self, delivery: Delivery, *, at: datetime) -> Send | Result:
        if delivery.kind == LINK_MADE:
            return links.mail(delivery, at=at, make=partial(_plain, delivery))
        count = waiting(delivery)
        if not count:
            return Dropped("read_meanwhile")
        return _Letter(message(delivery, count=count), delivery)

    def send(self, sends: list[Send | Result]) -> list[Result]:
        """Hand a batch over as one; when that fails, one mail after the other."""
        letters = [one.mail for one in sends if isinstance(one, _Letter)]
        if len(letters) > 1:
            try:
                get_connection().send_messages(letters)
            except Exception as error:
                log.warning("%d mails failed together: %s", len(letters), type(error).__name__)
            else:
                return [Done() if isinstance(one, _Letter) else one for one in sends]
        return [tried(one) for one in sends]

    def settled(self, delivery: Delivery, result: Result, *, at: datetime) -> None:
        if delivery.kind == LINK_MADE:
            links.settled(delivery, result, at=at)


@dataclass(frozen=True)
class _Letter:
    """A mail that is ready to leave."""

    mail: OneRecipient
    delivery: Delivery

    def __call__(self) -> Result:
        return send(self.mail, self.delivery)


def _plain(delivery: Delivery, *, subject: str, body: str, to: list[str]) -> Send:
    """Return what sends a mail to somebody who is no member: nothing to sign in to, nothing to switch off."""
    headers = {"Message-ID": _message_id(delivery), "Auto-Submitted": "auto-generated"}
    mail = OneRecipient(subject=subject, body=body, from_email=settings.DEFAULT_FROM_EMAIL, to=to, headers=headers)
    return _Letter(mail, delivery)


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
        plain, html = _texts(user.language, _words(delivery, count), delivery.urgency, settings.SITE_URL)
        mail = OneRecipient(
            subject=str(SUBJECTS[delivery.urgency]),
            body=plain.replace(CODE, delivery.code),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[user.email],
            headers=_headers(delivery),
        )
        mail.attach_alternative(html.replace(CODE, delivery.code), "text/html")
    return mail


@lru_cache(maxsize=256)
def _texts(language: str, words: str, urgency: str, site: str) -> tuple[str, str]:
    """Return the plain text and the HTML of a mail; nothing in them but the code differs from one to the next."""
    facts = {
        "language": language,
        "words": words,
        "urgency": urgency,
        "code": CODE,
        "url": site + NOTICES,
        "settings_url": f"{site}/notices/settings/",
    }
    return render_to_string("notifications/mail.txt", facts), render_to_string("notifications/mail.html", facts)


def _words(delivery: Delivery, count: int) -> str:
    if delivery.kind == DIGEST:
        return ngettext("%(count)d notice waits for you.", "%(count)d notices wait for you.", count) % {"count": count}
    rule = RULES.get(delivery.kind)
    return str(WORDS[rule.words if rule else "news"])


def _headers(delivery: Delivery) -> dict[str, str]:
    """The same Message-ID however often it is tried: a server that has it already may drop the second one.

    One click turns mail off (RFC 8058), except for emergencies, which nobody can turn off.
    """
    headers = {"Message-ID": _message_id(delivery), "Auto-Submitted": "auto-generated"}
    if delivery.urgency != "emergency":
        member = delivery.recipient
        token = seal((member.pk, member.organisation_id), UNSUBSCRIBE)
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL}/notices/unsubscribe/{token}/>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _message_id(delivery: Delivery) -> str:
    host = urlsplit(settings.SITE_URL).hostname or "waymark.invalid"
    return f"<{delivery.pk}@{host}>"
