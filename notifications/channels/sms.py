"""Text messages: a subject and a random code, in one part; through a gateway of the operator's choice."""

import json
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.actors import SYSTEM
from notifications import links
from notifications.channels import HOUR, MINUTE, SECOND, Channel, Dead, Done, Dropped, Result, Send
from notifications.channels.asking import ask
from notifications.models import Delivery, MailboxMessage, Preference
from notifications.words import LINK_MADE, PHONE_ADDED, SUBJECTS

# The basic character set of GSM 03.38; what stands in it goes 160 to a message, all else 70 (UCS-2).
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
WRONG_NUMBER = Dead("http_422")


class Sms(Channel):
    """A gateway that takes a number and a text. A text that is hours late helps nobody: six tries."""

    name = "sms"
    waits = (15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)

    def prepare(self, delivery: Delivery, *, at: datetime) -> Send | Result:
        if delivery.kind == LINK_MADE:
            return links.text(delivery, at=at, gateways=GATEWAYS)
        preference = Preference.objects.visible_to(SYSTEM).filter(pk=delivery.recipient_id).first()
        confirming = delivery.kind == PHONE_ADDED
        if preference is None or not preference.phone or not (preference.phone_verified_at or confirming):
            return Dropped("no_number")
        if confirming and not preference.phone_code:
            return Dropped("confirmed_meanwhile")
        gateway = GATEWAYS.get(settings.SMS_GATEWAY)
        if gateway is None:
            return Dead("no_gateway")
        words = text(delivery, code=preference.phone_code if confirming else "")
        return partial(gateway, preference.phone, words, str(delivery.pk))

    def settled(self, delivery: Delivery, result: Result, *, at: datetime) -> None:
        if delivery.kind == LINK_MADE:
            links.settled(delivery, result, at=at)


def text(delivery: Delivery, *, code: str = "") -> str:
    """Return what is sent, in the recipient's language: how urgent it is, or the `code` that proves the number."""
    with override(delivery.recipient.user.language):
        if code:
            return _("Waymark: your code is %(code)s") % {"code": code}
        return f"{SUBJECTS[delivery.urgency]} ({delivery.code})"


def parts(words: str) -> int:
    """Return how many messages a text takes: each part of a longer one loses room to its header."""
    plain = set(words) <= GSM_7
    whole, each = (160, 153) if plain else (70, 67)
    return 1 if len(words) <= whole else -(-len(words) // each)


def by_mailbox(to: str, words: str, pk: str) -> Result:
    """The embedded gateway of the demonstration: the page of the mailbox shows it, and nothing leaves."""
    MailboxMessage.objects.create(
        channel="sms", to=f"…{to[-2:]}", subject=_("Text message"), text=words, at=timezone.now()
    )
    return Done()


def by_http(to: str, words: str, pk: str) -> Result:
    """Any provider that takes a POST. SMS_FIELDS says which field holds what: {to}, {text} and {id} are put in.

    The id goes along so that a provider that knows such keys sends a repeated request once.
    """
    fields = {name: value.format(to=to, text=words, id=pk) for name, value in settings.SMS_FIELDS.items()}
    form = settings.SMS_FORMAT == "form"
    body = urlencode(fields).encode() if form else json.dumps(fields).encode()
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    headers = {"Content-Type": kind, "Idempotency-Key": pk, **settings.SMS_HEADERS}
    return ask(settings.SMS_URL, body=body, headers=headers, finals={422: WRONG_NUMBER}, most=0, trusted=True)


GATEWAYS = {"mailbox": by_mailbox, "http": by_http}
