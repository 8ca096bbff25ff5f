"""Where cleaned files lie: sealed one by one, under random names, apart from everything that the web serves.

Each file is encrypted with AES-GCM under a key derived from FIELD_KEY and bound to the row it belongs to: a file that
was put in another's place does not open. The order of things: the file is written before its row is committed, and
removed when the row is not; what a crash leaves behind is found by `sweep`.
"""

import base64
import hashlib
import hmac
import os
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from core.actions import NotNow

_MARK = b"WMF1"
_ENDING = ".sealed"
ORPHAN_AFTER = timedelta(hours=1)  # no request takes that long to commit


class Unreadable(Exception):
    """A sealed file is missing, damaged, or of another row."""


@cache
def _key(secret: str, use: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"waymark.{use}".encode())
    return derivation.derive(base64.b64decode(secret))


def digest(content: bytes) -> str:
    """Return a keyed SHA-256 of a file: it tells whether two are the same, and nobody without the key can guess one."""
    return hmac.new(_key(settings.FIELD_KEY, "documents.digest"), content, hashlib.sha256).hexdigest()


@contextmanager
def kept(content: bytes, *, row: UUID):
    """Seal a file for a row, give its random name, and take the file away again if the block fails.

    Raises NotNow (file_not_stored) when it cannot be written.
    """
    name = uuid4()
    try:
        _write(_path(name), _MARK + _seal(content, row))
    except OSError as error:
        destroy(name)
        sentence = _("The file could not be stored now. Nothing was kept; try again later.")
        raise NotNow("file_not_stored", sentence) from error
    with ExitStack() as undo:
        undo.callback(destroy, name)
        yield name
        undo.pop_all()


def fetch(name: UUID, *, row: UUID) -> bytes:
    """Return the content of a row's file. Raises Unreadable."""
    try:
        sealed = _path(name).read_bytes()
        if not sealed.startswith(_MARK):
            raise Unreadable(str(name))
        sealed = sealed[len(_MARK) :]
        return AESGCM(_key(settings.FIELD_KEY, "documents")).decrypt(sealed[:12], sealed[12:], row.bytes)
    except (OSError, InvalidTag) as error:
        raise Unreadable(str(name)) from error


def destroy(name: UUID) -> None:
    """Remove a file for good; one that is gone already is no error."""
    with suppress(FileNotFoundError):
        _path(name).unlink()


def sweep(known, *, at: datetime) -> int:
    """Remove files that no row names, older than an hour; return how many.

    `known` is a function: names -> those of them that a row has.
    """
    removed = 0
    if not settings.DOCUMENTS.is_dir():
        return removed
    before = (at - ORPHAN_AFTER).timestamp()
    for folder in sorted(path for path in settings.DOCUMENTS.iterdir() if path.is_dir()):
        old = [path for path in folder.iterdir() if path.stat().st_mtime < before]
        named = set(known([name for path in old if (name := _name_of(path)) is not None]))
        for path in old:
            if _name_of(path) not in named:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _seal(content: bytes, row: UUID) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(_key(settings.FIELD_KEY, "documents")).encrypt(nonce, content, row.bytes)


def _path(name: UUID) -> Path:
    return settings.DOCUMENTS / name.hex[:2] / f"{name.hex}{_ENDING}"


def _name_of(path: Path) -> UUID | None:
    try:
        return UUID(path.name.removesuffix(_ENDING))
    except ValueError:
        return None  # half a file that a crash left


def _write(path: Path, sealed: bytes) -> None:
    """Write whole or not at all: into a file beside it, onto the disk, then into its place."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
