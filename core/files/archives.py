"""ZIP files within limits: what an archive says of itself is compared with what really comes out of it."""

import io
import stat
import zipfile
import zlib
from contextlib import contextmanager

from django.utils.translation import gettext as _

from core.files.kinds import FileRefused, damaged

PARTS = 2000
PART = 32 * 1024 * 1024  # bytes of one part, unpacked
WHOLE = 64 * 1024 * 1024  # of all parts
RATIO = 250  # a part that shrinks more than this is no document (real sheets reach about 60)
_SMALL = 1024 * 1024  # below this a high ratio does no harm
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
           ValueError, UnicodeError, MemoryError)  # fmt: skip


@contextmanager
def bounded(content: bytes):
    """Open an archive whose list of parts is harmless. Raises FileRefused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as error:
        raise damaged() from error
    with archive:
        parts = archive.infolist()
        if len(parts) > PARTS or sum(part.file_size for part in parts) > WHOLE:
            raise _bomb()
        seen = set()
        for part in parts:
            _harmless(part)
            if part.filename in seen:
                raise damaged()
            seen.add(part.filename)
        _nothing_around(archive, content)
        yield archive


def read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one part, never more than it announced. Raises FileRefused."""
    part = archive.getinfo(name)
    try:
        with archive.open(part) as file:
            found = file.read(part.file_size + 1)
    except _BROKEN as error:
        raise damaged() from error
    if len(found) != part.file_size:
        raise damaged()
    return found


def _harmless(part: zipfile.ZipInfo) -> None:
    name = part.filename
    steps = name.replace("\\", "/").split("/")
    # zipfile cuts a name at NUL and keeps the whole one in orig_filename.
    odd = name != part.orig_filename or any(ord(sign) < 32 for sign in name) or "\\" in name or ":" in name
    if odd or name.startswith("/") or ".." in steps or len(name.encode()) > 255:
        raise FileRefused("file_names", _("The parts of this document have names that can do harm. Print it to a PDF."))
    if stat.S_ISLNK(part.external_attr >> 16):
        raise FileRefused("file_names", _("The parts of this document have names that can do harm. Print it to a PDF."))
    if part.flag_bits & 0x1:
        raise FileRefused("file_locked", _("This file is locked with a password. Save it without one."))
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise damaged()
    if part.file_size > PART or (part.file_size > _SMALL and part.file_size > RATIO * max(part.compress_size, 1)):
        raise _bomb()


def _nothing_around(archive: zipfile.ZipFile, content: bytes) -> None:
    """Refuse what stands before the first part, after the last one, or in the comment: a second file in the file."""
    last_part_ends = archive.start_dir
    directory = content.find(b"PK\x05\x06", last_part_ends)
    if archive.comment or directory < 0 or directory + 22 != len(content):
        raise damaged()
    if not content.startswith(b"PK\x03\x04") or min((part.header_offset for part in archive.infolist()), default=1):
        raise damaged()
    between = last_part_ends - sum(part.compress_size + 30 + len(part.filename.encode()) for part in archive.infolist())
    if between > 64 * 1024:  # extra fields and data descriptors are small
        raise damaged()


def _bomb() -> FileRefused:
    return FileRefused("file_bomb", _("This file unpacks to far more than a document needs. Print it to a PDF."))
