"""Small opaque tokens: an id that only this house can read back, for one purpose."""

import base64
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


def _cipher() -> AESGCM:
    return AESGCM(base64.b64decode(settings.FIELD_KEY))


def seal(ids: tuple[UUID, ...], purpose: str) -> str:
    """Return the ids as text for a URL. Each call gives another one; it cannot be read, changed or used elsewhere."""
    nonce = os.urandom(12)
    sealed = _cipher().encrypt(nonce, b"".join(one.bytes for one in ids), f"waymark {purpose}".encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def unseal(token: str, purpose: str) -> tuple[UUID, ...] | None:
    """Return the ids that `seal` was given for this purpose, or None for any other text."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        plain = _cipher().decrypt(raw[:12], raw[12:], f"waymark {purpose}".encode())
    except (ValueError, InvalidTag):
        return None
    return tuple(UUID(bytes=plain[at : at + 16]) for at in range(0, len(plain), 16))
