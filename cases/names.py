"""One search key for a name in any script (DOMAIN 14). Pure: no Django.

Cyrillic, Arabic and Ethiopic become Latin, spellings that sound alike become one, the order of the words stops
to matter, and each word's consonants are added: Arabic script writes no short vowels.
"""

import re
import unicodedata

from anyascii import anyascii

LIMIT = 512
_SAME_LETTER = str.maketrans({"ё": "е", "і": "и", "ў": "у", "ґ": "г", "ي": "ی", "ك": "ک", "ة": "ه", "ى": "ی"})
_APOSTROPHES = re.compile("['\u02bc\u2018\u2019\u02b9\u02ba`\u00b4\u0640ьъЬЪ]")
_SAME_SOUND = (("shch", "sh"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("ou", "u"), ("iu", "yu"), ("ia", "ya"))
_SAME_CONSONANT = (("sh", "s"), ("ch", "c"), ("ts", "c"), ("tz", "c"), ("q", "k"), ("g", "h"))
_PARTICLES = frozenset({"al", "el", "ul", "abu", "ibn", "bin", "bint", "ud", "ad", "ed"})


def tokens(text: str) -> list[str]:
    """Return the words of a name in plain Latin letters, sorted, without particles unless nothing else is left."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SAME_LETTER)
    folded = unicodedata.normalize("NFC", _APOSTROPHES.sub("", folded))
    plain = _APOSTROPHES.sub("", anyascii(folded)).casefold()
    words = [_sound(word) for word in re.findall(r"[a-z0-9]+", plain)]
    return sorted([word for word in words if word not in _PARTICLES] or words)


def _sound(word: str) -> str:
    for written, heard in _SAME_SOUND:
        word = word.replace(written, heard)
    return word


def skeleton(word: str) -> str:
    """Return the consonants of a word, letters that sound alike as one, doubled ones once."""
    for written, heard in _SAME_CONSONANT:
        word = word.replace(written, heard)
    bare = re.sub(r"[aeiouyw]", "", word)
    return re.sub(r"(.)\1+", r"\1", bare)


def search_key(text: str) -> str:
    """Return what is stored beside a name and compared by trigrams: sorted words, then their consonants."""
    words = tokens(text)
    bones = sorted({bone for word in words if len(bone := skeleton(word)) > 1})
    return " ".join([*words, *bones])[:LIMIT].strip()
