"""Words that people write: kept as written, without what would break a page or the database."""

import unicodedata

from django.utils.translation import gettext as _

from core.actions import Incomplete

# Bidi controls can make a text read otherwise than it is written; the isolates of real right-to-left text are kept.
FORBIDDEN = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e"}


def clean(text, *, field: str, limit: int, required: bool = True) -> str:
    """Return the text in NFC without outer blanks.

    Raises Incomplete naming `field`: empty though required, longer than `limit` characters, or with control signs.
    """
    if not isinstance(text, str):
        text = "" if text is None else str(text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    sentence = ""
    if any(sign in FORBIDDEN or (unicodedata.category(sign) == "Cc" and sign not in "\n\t") for sign in text):
        sentence = _("Remove the invisible control signs from this text.")
    elif required and not text:
        sentence = _("Write this in a few words.")
    elif len(text) > limit:
        sentence = _("Make it shorter: %(limit)s characters at most.") % {"limit": limit}
    if sentence:
        raise Incomplete("text_wrong", sentence, fields={field: [sentence]})
    return text
