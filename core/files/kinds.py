"""Which files may come in, how large, and how one that may not is refused."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.actions import Incomplete

LIMIT = 10 * 1024 * 1024  # bytes of one file


@dataclass(frozen=True)
class Kind:
    """A kind of file: its code, the type it is served with, and the ending of its neutral name."""

    code: str
    mime: str
    ending: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", "application/pdf", "pdf"),
        Kind("jpeg", "image/jpeg", "jpg"),
        Kind("png", "image/png", "png"),
        Kind("webp", "image/webp", "webp"),
        Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        Kind("odt", "application/vnd.oasis.opendocument.text", "odt"),
        Kind("txt", "text/plain; charset=utf-8", "txt"),
        Kind("csv", "text/csv; charset=utf-8", "csv"),
    )
}
PICTURES = frozenset({"jpeg", "png", "webp"})
# For the file chooser only: what decides is the content.
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.odt,.txt,.csv"


@dataclass(frozen=True)
class Clean:
    """A file that passed: what it is, and its bytes as they may be kept (metadata gone)."""

    kind: str
    content: bytes

    @property
    def mime(self) -> str:
        return KINDS[self.kind].mime

    @property
    def ending(self) -> str:
        return KINDS[self.kind].ending


class FileRefused(Incomplete):
    """A file that cannot be taken. The sentence says what the person can do; it never quotes the file."""

    def __init__(self, code: str, sentence: str):
        super().__init__(code, sentence, fields={"file": [sentence]})


def damaged() -> FileRefused:
    """Return the refusal of a file that is not whole, or not what its beginning says."""
    return FileRefused("file_damaged", _("This file is damaged or not complete. Save it again and choose the new one."))
