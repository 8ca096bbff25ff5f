"""Checking what is handed to a door: all that is wrong is said at once, field by field (house rule 10)."""

import re
import unicodedata
from contextlib import contextmanager

from django.utils.translation import gettext as _

from core.actions import Incomplete
from core.codelists import codes

# Embeddings and overrides can make a text read otherwise than it is written. The marks and isolates that real
# right-to-left text needs stay allowed.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")
_LINE_SIGNS = frozenset("\n\t")
LANGUAGE = re.compile(r"[a-z]{3}")  # ISO 639-3


class Facts:
    """Collects what is wrong, by field. `refuse()` raises Incomplete when anything is."""

    def __init__(self):
        self.problems: dict[str, list[str]] = {}

    def wrong(self, field: str, sentence: str) -> None:
        """Note that a field is wrong, and why."""
        self.problems.setdefault(field, []).append(sentence)

    def text(self, field: str, value, *, limit: int, lines: bool = False, required: str = "") -> str:
        """Return the text in NFC without outer blanks; `required` is the sentence for an empty one."""
        text = unicodedata.normalize("NFC", str(value or "").replace("\r\n", "\n")).strip()
        if any(sign in _TURNING or self._control(sign, lines) for sign in text):
            self.wrong(field, _("Remove the invisible control signs from this text."))
        elif required and not text:
            self.wrong(field, required)
        elif len(text) > limit:
            self.wrong(field, _("Make it shorter: %(limit)s characters at most.") % {"limit": limit})
        return text

    @staticmethod
    def _control(sign: str, lines: bool) -> bool:
        if unicodedata.category(sign) in {"Cc", "Cs"}:
            return not (lines and sign in _LINE_SIGNS)
        return sign in "\u2028\u2029"

    def code(self, field: str, value, name: str) -> str:
        """Return a code of the list `name`, or note that it is unknown."""
        return self.choice(field, value, codes(name))

    def choice(self, field: str, value, allowed) -> str:
        """Return `value` if it is one of `allowed`, or note that it is unknown."""
        if value not in allowed:
            self.wrong(field, _("Choose one of the answers."))
        return value

    def language(self, field: str, value) -> str:
        """Return a language code of three letters, or note that it is none."""
        if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
            self.wrong(field, _("Choose a language."))
        return value

    def refuse(self) -> None:
        """Raise Incomplete with everything that was noted; do nothing when nothing was."""
        if self.problems:
            raise Incomplete("facts_wrong", _("Some answers are missing or wrong."), fields=self.problems)


@contextmanager
def checking():
    """Collect problems inside the block, and refuse at its end: `with checking() as facts: ...`."""
    facts = Facts()
    yield facts
    facts.refuse()
