"""One spelling for words in any script, so that a search finds them however they were typed (DOMAIN 14). Pure."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

LONGEST = 4000  # characters of a key; what comes later is found by nothing
# Spellings of one sound: the rules of 2007, of passports, of English, and letters without their marks.
_SOUNDS = tuple(
    (re.compile(written), heard)
    for written, heard in (
        ("shch|sch|sh", "s"),
        ("zh", "z"),
        ("ch|ts|tz", "c"),
        ("kh", "h"),
        ("w", "v"),
        ("j", "y"),
        ("x", "ks"),
        ("yi|iy|yy|ii", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_WORD = re.compile(r"[^\W_]+")
_SOFT = re.compile("['\u02bc\u2018\u2019\u02b9`\u00b4\u0301ьъЬЪ]")


def words_of(text: str) -> list[str]:
    """Return the words of a text in one spelling: Latin letters without marks, in the order written."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    found = (_heard(word) for word in _WORD.findall(_SOFT.sub("", plain)))
    return [word for word in found if word]


def folded(text: str) -> str:
    """Return the words of a text in one spelling, each once, up to 4,000 characters."""
    return " ".join(dict.fromkeys(words_of(text)))[:LONGEST].strip()


@lru_cache(maxsize=100_000)
def _heard(word: str) -> str:
    latin = re.sub("[^a-z0-9]", "", anyascii(word).casefold())
    for written, heard in _SOUNDS:
        latin = written.sub(heard, latin)
    return latin
