"""Encrypted columns: AES-GCM, bound to the table and column they stand in (DOMAIN 12, security floor)."""

import base64
import hmac
import json
import os
import unicodedata
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@cache
def _cipher(key: str) -> AESGCM:
    raw = base64.b64decode(key)
    if len(raw) != 32:
        raise ImproperlyConfigured("FIELD_KEY must be base64 of 32 bytes.")
    return AESGCM(raw)


class EncryptedText(models.BinaryField):
    """Text of any length, unreadable in the database, its backups and its logs.

    The associated data is `table.column`: a ciphertext moved to another column is refused with ValueError.
    It cannot be searched or indexed.
    """

    def __init__(self, *args, **kwargs):
        kwargs["editable"] = kwargs.get("editable", True)
        super().__init__(*args, **kwargs)

    def _bound_to(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def _check_str_default_value(self):
        return []  # Django means raw bytes; here the value is text, and encrypted on its way out

    def get_default(self):
        return self.default() if callable(self.default) else ("" if not self.has_default() else self.default)

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None:
            return None
        nonce = os.urandom(12)
        sealed = _cipher(settings.FIELD_KEY).encrypt(nonce, self.dump(value).encode(), self._bound_to())
        return connection.Database.Binary(nonce + sealed)

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        raw = bytes(value)
        try:
            return self.load(_cipher(settings.FIELD_KEY).decrypt(raw[:12], raw[12:], self._bound_to()).decode())
        except InvalidTag as error:
            raise ValueError(f"{self._bound_to().decode()} cannot be read with this key") from error

    def dump(self, value) -> str:
        return str(value)

    def load(self, text: str):
        return text

    def value_to_string(self, obj):
        return self.dump(self.value_from_object(obj))

    def to_python(self, value):
        return value


def blind_index(text: str) -> str:
    """Return a keyed hash under which equal numbers are found although they are stored unreadable ("" for none).

    Case, blanks and punctuation do not count. Without the key nobody can try numbers out against it.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    if not plain:
        return ""
    key = hmac.digest(base64.b64decode(settings.FIELD_KEY), b"waymark blind index", "sha256")
    return hmac.new(key, plain.encode(), "sha256").hexdigest()


class EncryptedJSON(EncryptedText):
    """A JSON value, encrypted whole."""

    def dump(self, value) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def load(self, text: str):
        return json.loads(text)
