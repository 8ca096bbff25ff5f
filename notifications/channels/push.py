"""Web push: the device shows that something waits, and nothing else (RFC 8030, 8188, 8291, 8292).

The addresses come from browsers, so they are asked as webhooks are: through `core.egress`.
"""

import base64
import json
from datetime import datetime, timedelta
from functools import cache, partial

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from py_vapid import Vapid02

from core import egress
from core.actors import SYSTEM
from notifications.channels import MINUTE, SECOND, Channel, Dead, Dropped, Result, Send
from notifications.channels.asking import ask
from notifications.models import Delivery, PushSubscription
from notifications.words import NOTICES, SUBJECTS

GONE = Dropped("gone")
KEPT = {"emergency": timedelta(hours=4), "urgent": timedelta(hours=24), "routine": timedelta(hours=72)}
TOKEN_FOR = timedelta(hours=12)  # RFC 8292 allows a day


class Push(Channel):
    """To each browser that asked for notices. One that is gone is forgotten: the person asks again, or does not."""

    name = "push"
    at_once = 8
    waits = (15 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE)

    def prepare(self, delivery: Delivery, *, at: datetime) -> Send | Result:
        device = PushSubscription.objects.visible_to(SYSTEM).filter(pk=delivery.target_id, ended_at=None).first()
        if device is None:
            return GONE
        if not settings.VAPID_PRIVATE_KEY:
            return Dead("no_key")
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(int(KEPT[delivery.urgency].total_seconds())),
            "Urgency": "normal" if delivery.urgency == "routine" else "high",
            "Topic": delivery.pk.hex,  # 32 signs, as many as there may be: a second one takes the first one's place
            **_authorization(device.endpoint, at=at),
        }
        body = sealed(payload(delivery), device)
        finals = {404: GONE, 410: GONE, 413: Dead("http_413")}
        return partial(ask, device.endpoint, body=body, headers=headers, finals=finals, most=0)

    def settled(self, delivery: Delivery, result: Result, *, at: datetime) -> None:
        if result == GONE:
            rows = PushSubscription.objects.visible_to(SYSTEM).filter(pk=delivery.target_id, ended_at=None)
            rows.update(ended_at=at, endpoint="", p256dh="", auth="")


def payload(delivery: Delivery) -> bytes:
    """Return what the service worker shows: the subject of this urgency, in the recipient's language."""
    with override(delivery.recipient.user.language):
        told = {
            "title": str(SUBJECTS[delivery.urgency]),
            "body": _("Sign in to read it."),
            "tag": delivery.code,
            "url": NOTICES,
        }
    return json.dumps(told, ensure_ascii=False).encode()


def sealed(content: bytes, device: PushSubscription) -> bytes:
    """Return the content so that only the device can read it, not the push service between (RFC 8291)."""
    return http_ece.encrypt(
        content,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=raw(device.p256dh),
        auth_secret=raw(device.auth),
        version="aes128gcm",
    )


def raw(text: str) -> bytes:
    """Return the bytes of base64url without padding. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@cache
def _key(private: str) -> Vapid02:
    return Vapid02.from_raw(private.encode())


def public_key() -> str:
    """Return the key that browsers bind a subscription to, in base64url; "" where push is not set up."""
    if not settings.VAPID_PRIVATE_KEY:
        return ""
    point = _key(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _authorization(endpoint: str, *, at: datetime) -> dict[str, str]:
    """Return the header by which the push service knows this server (RFC 8292)."""
    try:
        audience = egress.target(endpoint).origin
    except egress.Refused:
        return {}  # asking refuses it, too, and says why
    claims = {"aud": audience, "sub": settings.VAPID_SUBJECT, "exp": int((at + TOKEN_FOR).timestamp())}
    return _key(settings.VAPID_PRIVATE_KEY).sign(claims)
