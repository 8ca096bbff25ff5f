"""The door for files: size, viruses, content, cleaning. Neither the name nor the browser's word decides anything."""

import filetype
from django.utils.translation import gettext as _

from core.files import office, pdfs, pictures, scanner, texts
from core.files.kinds import KINDS, LIMIT, Clean, FileRefused

# What `filetype` knows by content and we take. What it does not know may be text; everything else is refused.
_BY_CONTENT = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png", "image/webp": "webp"}
_ZIP = b"PK\x03\x04"
_CHUNK = 64 * 1024


def check(upload, *, limit: int = LIMIT, kinds=frozenset(KINDS)) -> Clean:
    """Return the cleaned file, or raise FileRefused.

    `upload` is Django's UploadedFile or any open binary file with `read(n)`; `name` is asked only to tell CSV from
    other text. At most `limit` bytes are read. `kinds` are the codes that are welcome here.
    """
    content = _read(upload, limit)
    if not content:
        raise FileRefused("file_empty", _("This file is empty. Choose another one."))
    scanner.scan(content)
    kind = _kind_of(content, getattr(upload, "name", None) or "")
    clean = _CLEANERS[kind](content, kind)
    if clean.kind not in kinds:
        raise _not_taken()
    return clean


def _read(upload, limit: int) -> bytes:
    """Read at most one byte more than the limit; what is announced is not believed."""
    if getattr(upload, "too_large", False):
        raise _too_large(limit)
    parts, left = [], limit + 1
    while left > 0 and (part := upload.read(min(_CHUNK, left))):
        parts.append(part)
        left -= len(part)
    content = b"".join(parts)
    if len(content) > limit:
        raise _too_large(limit)
    return content


def _too_large(limit: int) -> FileRefused:
    return FileRefused(
        "file_too_large",
        _("This file is too large: %(limit)s MB at most. Take the picture in a smaller size, or split the document.")
        % {"limit": limit // (1024 * 1024)},
    )


def _not_taken() -> FileRefused:
    return FileRefused(
        "file_kind_refused",
        _("This kind of file cannot be taken. Take PDF, JPG, PNG, WebP, DOCX, XLSX, ODT, TXT or CSV."),
    )


def _kind_of(content: bytes, name: str) -> str:
    if content.startswith(_ZIP):
        return "office"
    guessed = filetype.guess(content)
    if guessed is not None:
        if guessed.mime in _BY_CONTENT:
            return _BY_CONTENT[guessed.mime]
        # "BM" or "MZ" may begin an ordinary sentence; a program holds bytes that no text holds.
        if not texts.is_text(content):
            raise _not_taken()
    elif not texts.is_text(content):
        raise _not_taken()
    return "csv" if name.lower().endswith(".csv") else "txt"


_CLEANERS = {
    "pdf": lambda content, kind: Clean(kind, pdfs.clean(content)),
    **dict.fromkeys(("jpeg", "png", "webp"), lambda content, kind: Clean(kind, pictures.clean(content, kind))),
    **dict.fromkeys(("txt", "csv"), lambda content, kind: Clean(kind, texts.clean(content))),
    "office": lambda content, kind: Clean(*office.clean(content)),
}
