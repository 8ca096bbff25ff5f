"""How alike two words of a name are, whatever script and rule of spelling they were written by (DOMAIN 14).

Pure: no Django. Cyrillic and Latin words are compared by letters, by sound and by consonants; Arabic script writes no
short vowels, so an Arabic word is laid along a Latin one, letter by letter, by `data/arabic_letters.csv`.
Known given names and their short forms stand in `data/name_variants.csv`.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from anyascii import anyascii
from rapidfuzz.distance import OSA, JaroWinkler

DATA = Path(__file__).parent / "data"
# A short form; two spellings of one name; the same but for letters that Arabic does not write; two known names.
SHORT, SAME_NAME, SAME_SOUTH, OTHER_NAME = 0.9, 0.98, 0.975, 0.75
_ARABIC = re.compile("[\u0600-\u06ff]")
_MARKS = re.compile("['\u02bc\u2018\u2019\u02b9\u02ba`\u00b4\u0640\u064b-\u065f\u0670ьъЬЪ]")
_ARABIC_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ك": "ک", "ګ": "گ", "ة": "ه", "ھ": "ه",
                                "ہ": "ه", "ە": "ه", "ټ": "ٹ", "ړ": "ڑ", "ڼ": "ن", "ڨ": "ق"})  # fmt: skip
_PARTICLES = frozenset({"al", "el", "ul", "ol", "il", "ibn", "ben", "bin", "bint", "ud", "ad", "ed", "as", "ar", "az",
                        "ash", "oglu", "ogly", "kyzy"})  # fmt: skip
# What rules of spelling write differently and people say alike; in this order.
_SOUNDS = tuple((re.compile(written), heard) for written, heard in (
    ("(?<=[aeiouy])j(?![aeouy])", "y"), ("sh?ch|sch", "sh"), ("kh|gh|g", "h"), ("dzh|dj|zh", "j"), ("ph", "f"),
    ("ck|q", "k"), ("w", "v"), ("x", "ks"),
    ("c(?=[eiy])", "s"), ("c(?!h)", "k"),
    ("dz(?=[iey])", "d"), ("t[sz](?=[iey])", "t"), ("^u(?=l[aeiy])", "v"), ("[aeo]u$", "av"), ("^i(?=[aeou])", "y"),
    ("[aeoiuy]*[ao][aeoiuy]*", "a"), ("[eiyu]*e[eiyu]*", "e"), ("[iyu]*u[iyu]*", "u"), ("[iy]+", "i"),
    (r"(.)\1+", r"\1"),
))  # fmt: skip
# The same for names that came to Latin letters from Arabic ones, through English, French, Persian or Turkish.
_SOUTH = tuple((re.compile(written), heard) for written, heard in (
    ("tch", "c"), ("sch|sh|ch", "S"), ("th|dh|z", "z"), ("kh", "h"), ("gh", "G"), ("dzh|dj|j|g", "j"), ("G", "g"),
    ("ph", "f"), ("ck|q|c", "k"), ("ee|ie|iy|y(?![aeiou])", "i"), ("oo|ou|o|w|v", "u"), ("u+", "u"), ("h$", ""),
    ("ai|ei|ay|ey", "a"), ("e", "a"), ("y", "i"), (r"(.)\1+", r"\1"),
))  # fmt: skip
_BONES = tuple((re.compile(written), heard) for written, heard in (
    ("dzh|dj|zh", "j"), ("sh?ch|sch|sh|ch|th|ts|tz|dz|z|c(?=[eiy])", "s"), ("ph", "f"), ("kh|gh|g|h", ""),
    ("ck|q|c", "k"), ("w|(?<=[aeo])u$|^u(?=l)", "v"), ("d", "t"), ("p", "b"), ("f", "v"), ("[aeiouyjv]", ""),
    (r"(.)\1+", r"\1"),
))  # fmt: skip


@dataclass(frozen=True)
class Word:
    """One word of a name, ready to be compared: Latin letters, its sound, its consonants, and names it may be."""

    text: str
    latin: str
    sound: str
    bone: str
    arabic: str = ""
    full: frozenset = frozenset()  # known names this is a spelling of
    short: frozenset = frozenset()  # known names this is a short form of


@lru_cache(maxsize=200_000)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a name or of a part of it in the order written, without particles (al-, bin ...)."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    found = [_word(piece) for piece in re.findall(r"[^\W_]+", _MARKS.sub("", folded))]
    found = [word for piece in found for word in piece]
    return tuple([word for word in found if word.latin not in _PARTICLES] or found)


@lru_cache(maxsize=200_000)
def _word(piece: str) -> tuple[Word, ...]:
    if _ARABIC.search(piece):
        letters = piece.translate(_ARABIC_LETTER)
        if len(letters) > 6 and letters.startswith("عبدال"):
            return (*_word("عبد"), *_word(letters[5:]))
        if (len(letters) > 4 and letters.startswith("ال")) or letters == "الله":
            letters = letters[2:]
        latin = "".join(_letters().get(letter, ((anyascii(letter),), 1.0))[0][0] for letter in letters)
        return (Word(text=piece, latin=latin, sound=sound(latin), bone=bones(latin), arabic=letters),)
    latin = re.sub("[^a-z0-9]", "", anyascii(piece).casefold())
    if not latin:
        return ()
    if match := re.fullmatch(r"(abd)(?:[eoua]l|[eoua][a-z](?=[a-z]))(.{2,})", latin):
        return (_plain("abd"), _plain(match[2]))
    return (_plain(re.sub("^abd[eou]l?$", "abd", latin)),)


@lru_cache(maxsize=200_000)
def _plain(latin: str) -> Word:
    heard = sound(latin)
    full, short = _names().get(heard, (frozenset(), frozenset()))
    return Word(text=latin, latin=latin, sound=heard, bone=bones(latin), full=full, short=short)


def sound(latin: str) -> str:
    """Return how a Latin word sounds: one letter for what spellings of the same sound differ in."""
    for written, heard in _SOUNDS:
        latin = written.sub(heard, latin)
    return latin


@lru_cache(maxsize=200_000)
def south(latin: str) -> str:
    """Return how a Latin word sounds that may stand for an Arabic one."""
    for written, heard in _SOUTH:
        latin = written.sub(heard, latin)
    return latin


def bones(latin: str) -> str:
    """Return the consonants of a Latin word in few classes, for keys that find it again in any script."""
    latin = sound(latin)
    for written, heard in _BONES:
        latin = written.sub(heard, latin)
    return latin


def marks(word: Word) -> frozenset[str]:
    """Return what a word is found again by in any script: its consonants in no order, of its full name as well."""
    found = {_sorted(word.bone) or "." + word.sound[:1]}
    return frozenset(found | {_sorted(bones(name)) for name in word.full | word.short})


def _sorted(bone: str) -> str:
    return "".join(sorted(set(bone)))


def joined(found: tuple[Word, ...]) -> Word:
    """Return the words of one part of a name as one word: Walieldin, Abdul Haq, Mohammad-Reza."""
    if len(found) == 1:
        return found[0]
    latin = "".join(word.latin for word in found)
    arabic = ""
    if all(word.arabic for word in found):  # inside, the article is written and heard
        arabic = found[0].arabic + "".join("ل" * word.text.startswith("ال") + word.arabic for word in found[1:])
    return Word(text=latin, latin=latin, sound=sound(latin), bone=bones(latin), arabic=arabic)


def _bare(heard: str) -> str:
    return re.sub("^[ae]l(?=[^aeiou].{4})", "", heard)


def stem(heard: str) -> str:
    """Return a family name's sound without the ending that tells a woman's from a man's."""
    return re.sub("(?<=..)[aeiu]+$", "", heard)


@lru_cache(maxsize=500_000)
def alike(one: Word, other: Word) -> float:  # noqa: PLR0911 one line for each way to be alike
    """Return how alike two words are, from 0 to 1; 1 is the same by sound."""
    if one.latin == other.latin or (one.arabic and one.arabic == other.arabic):
        return 1.0
    if bool(one.arabic) != bool(other.arabic):
        return _laid(one.arabic or other.arabic, other.latin if one.arabic else one.latin)
    if one.arabic:
        return max(JaroWinkler.similarity(one.arabic, other.arabic) - 0.05, _typed(one.arabic, other.arabic))
    if one.full & other.full:
        return SAME_NAME
    if one.full & other.short or one.short & other.full or one.short & other.short:
        return SHORT
    if one.sound == other.sound:
        return SAME_NAME
    letters = max(_near(one.latin, other.latin), _near(one.sound, other.sound))
    if not (one.full or other.full):
        souths = south(one.latin), south(other.latin)
        letters = max(letters, SAME_SOUTH if souths[0] == souths[1] else _near(*souths))
    if one.full and other.full:
        return min(letters, OTHER_NAME)
    return letters


def _near(one: str, other: str) -> float:
    whole = (JaroWinkler.similarity(one, other) + OSA.normalized_similarity(one, other)) / 2
    return max(whole * 0.98, _typed(one, other))


def _typed(one: str, other: str) -> float:
    """A slip of the finger: letters changed places, or one is missing, doubled or wrong."""
    slips = OSA.distance(one, other, score_cutoff=2)
    return 1 - slips / max(len(one), len(other), 1) * 0.7 if slips <= 2 else 0.0


def alike_family(one: Word, other: Word) -> float:
    """Return how alike two family names are; a man's and a woman's form of one name are nearly the same."""
    found = alike(one, other)
    if found < SAME_NAME and not one.arabic and not other.arabic:
        stems = stem(_bare(one.sound)), stem(_bare(other.sound))
        if min(map(len, stems)) > 2:
            found = max(found, 0.97 if stems[0] == stems[1] else _near(*stems) * 0.97)
    return found


@lru_cache(maxsize=200_000)
def _laid(arabic: str, latin: str) -> float:
    """Lay an Arabic word along a Latin one: what neither explains, in proportion to their consonants."""
    letters, wide = _letters(), len(latin)
    row = [0.0]
    for j in range(wide):
        row.append(row[j] + _unwritten(latin, j))
    weight = 0.0
    rows = [row]
    for letter in arabic:
        spellings, missing = letters.get(letter, ((anyascii(letter),), 1.0))
        weight += missing
        above = rows[-1]
        row = [above[0] + missing]
        for j in range(1, wide + 1):
            best = min(above[j] + missing, row[j - 1] + _unwritten(latin, j - 1))
            for rank, spelling in enumerate(spellings):
                size = len(spelling)
                if size <= j and latin.startswith(spelling, j - size):
                    best = min(best, above[j - size] + 0.01 * rank)
            best = min(best, above[j - 1] + 1.0)
            row.append(best)
        rows.append(row)
    written = sum(1 for j in range(wide) if _unwritten(latin, j) > 0.5)
    return max(0.0, 1 - rows[-1][wide] / max(1.5, (weight + written) / 2 + 0.5))


def _unwritten(latin: str, j: int) -> float:
    """What it costs that a Latin letter has no Arabic one: vowels nearly nothing, a doubled or silent one little."""
    letter = latin[j]
    if letter in "aeiou":
        return 0.12 if j and latin[j - 1] in "aeiouy" else 0.04
    if j and letter == latin[j - 1]:
        return 0.02
    return {"y": 0.2, "h": 0.3, "w": 0.5}.get(letter, 1.0)


@cache
def _letters() -> dict[str, tuple[tuple[str, ...], float]]:
    with (DATA / "arabic_letters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["letter"]: (tuple(row["latin"].split()) or ("",), float(row["missing"])) for row in rows}


def _ascii(written: str) -> str:
    return re.sub("[^a-z]", "", anyascii(_MARKS.sub("", written.casefold().replace("ё", "е"))).casefold())


@cache
def _names() -> dict[str, tuple[frozenset, frozenset]]:
    """Return sound -> (names it is a spelling of, names it is a short form of)."""
    full, short = {}, {}
    with (DATA / "name_variants.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = _ascii(row["name"])
            for column, target in (("name", full), ("spellings", full), ("short_forms", short)):
                for written in row[column].split():
                    target.setdefault(sound(_ascii(written)), set()).add(known)
    return {heard: (frozenset(full.get(heard, ())), frozenset(short.get(heard, ()))) for heard in {*full, *short}}
