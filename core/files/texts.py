"""Plain text and CSV: UTF-8 and nothing that reads otherwise than it is written."""

import re

from django.utils.translation import gettext as _

from core.files.kinds import FileRefused

_BOM = b"\xef\xbb\xbf"
# Embeddings, overrides and isolates turn text round; real right-to-left text does without them.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
# A browser or a shell would run these, whatever the file is called.
_RUNS = re.compile(r"\s*(<[!?a-z]|#!|%!PS|%PDF|GIF8|\{\\rtf|PK\x03\x04|MIME-Version:)", re.I)


def is_text(content: bytes) -> bool:
    """Return whether the bytes could be a text of any encoding that we name in a refusal."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:  # UTF-16: refused with its own sentence
        return True
    sample = content[:4096]
    odd = sum(byte < 9 or 13 < byte < 32 for byte in sample)
    return odd <= len(sample) // 100


def clean(content: bytes) -> bytes:
    """Return the text as UTF-8 without a byte order mark. Raises FileRefused."""
    try:
        text = content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        raise FileRefused(
            "file_not_utf8",
            _("This text is not in UTF-8. Open it, choose “Save as” with the encoding UTF-8, and try again."),
        ) from None
    if _TURNING.search(text) or _CONTROL.search(text):
        raise FileRefused(
            "file_control_signs",
            _("This text holds invisible control signs. Copy the text into a new file and try again."),
        )
    if _RUNS.match(text):
        raise FileRefused(
            "file_markup",
            _("This file is a program or a web page. Save the text alone, or print the page to a PDF."),
        )
    return text.encode("utf-8")
