"""Whether two records may be of one person: a score from 0 to 1, and why, as codes (DOMAIN 14). Pure: no Django.

Each thing that two records say speaks for or against one person with a weight (a log-odds, `data/evidence.csv`); the
score is their sum on the scale from 0 to 1. Two records of brothers or twins share much; their given names differ,
and that weighs more. Nothing here decides: people do.
"""

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from cases.spellings import DATA, Word, alike, alike_family, joined, marks, words

LIKELY = 0.7  # offered from here on
CROWD = 150  # a key that so many records share tells nobody apart
EXACT = "day"


@dataclass(frozen=True)
class Name:
    """One name as one paper writes it; `full` where its parts are not known."""

    given: str = ""
    family: str = ""
    father: str = ""  # or patronymic, and what else stands between
    full: str = ""


@dataclass(frozen=True)
class Record:
    """What is known of one person. Phones are digits only; documents any comparable value, a keyed hash as well."""

    id: object
    names: tuple[Name, ...]
    born: date | None = None
    precision: str = EXACT
    sex: str = ""
    citizenships: frozenset = frozenset()
    phones: frozenset = frozenset()
    documents: frozenset = frozenset()
    address: str = ""


@dataclass(frozen=True)
class Likeness:
    """How like two records are: the score and the codes of what speaks for it (+) and against it (-)."""

    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Parts:
    given: tuple[Word, ...]
    family: tuple[Word, ...]
    father: tuple[Word, ...]
    all: tuple[Word, ...]


def likeness(one: Record, other: Record) -> Likeness:
    """Return how like two records are, with the reasons, heaviest first."""
    found = evidence(one, other)
    weights = _weights()
    total = weights["base", "any"]
    told = []
    for kind, level in found.items():
        weight = weights[kind, level]
        total += weight
        if abs(weight) >= 0.25:  # what hardly weighs is not told
            told.append((-abs(weight), f"{'+' if weight > 0 else '-'}{kind}_{level}"))
    return Likeness(round(1 / (1 + math.exp(-total)), 4), tuple(reason for _, reason in sorted(told)))


def evidence(one: Record, other: Record) -> dict[str, str]:
    """Return what two records say about each other: kind -> level, as in `data/evidence.csv`."""
    found = _names(one, other)
    found["birth"] = _birth(one, other)
    for kind, left, right in (
        ("citizenship", one.citizenships, other.citizenships),
        ("phone", one.phones, other.phones),
        ("document", one.documents, other.documents),
    ):
        found[kind] = "unknown" if not left or not right else "same" if left & right else "differs"
    if found["document"] == "differs" and any(_slip(a, b) for a in one.documents for b in other.documents):
        found["document"] = "close"
    found["address"] = _address(one.address, other.address)
    known = one.sex in _SEXES and other.sex in _SEXES
    found["sex"] = "unknown" if not known else "same" if one.sex == other.sex else "differs"
    return found


_SEXES = frozenset({"m", "f", "male", "female"})


@lru_cache(maxsize=100_000)
def _address(one: str, other: str) -> str:
    if not one or not other:
        return "unknown"
    value = fuzz.token_sort_ratio(one, other)
    return "same" if value >= 85 else "alike" if value >= 65 else "differs"


def _slip(one, other) -> bool:
    return isinstance(one, str) and isinstance(other, str) and OSA.distance(one, other, score_cutoff=1) <= 1


def _names(one: Record, other: Record) -> dict[str, str]:
    best = None
    for left in one.names:
        for right in other.names:
            found = _compared(_parts(left), _parts(right))
            if best is None or found[0] + found[1] > best[0] + best[1]:
                best = found
    if best is None:
        return {**dict.fromkeys(("given", "family", "father", "name"), "unknown"), "order": "same"}
    given, family, father, swapped = best
    return {
        "given": _level(given),
        "family": _level(family),
        "father": _level(father),
        "name": _whole(given, family),
        "order": "swapped" if swapped else "same",
    }


def _whole(given: float, family: float) -> str:
    """Names speak together: one part alone is shared by brothers, and by half a country."""
    weaker = min(given, family)
    return "unknown" if weaker < 0 else _level(weaker)


_LEVELS = ((0.97, "same"), (0.9, "alike"), (0.82, "close"), (0.72, "far"))


def _level(value: float) -> str:
    if value < 0:
        return "unknown"
    return next((level for least, level in _LEVELS if value >= least), "differs")


@lru_cache(maxsize=200_000)
def _compared(one: _Parts, other: _Parts) -> tuple[float, float, float, bool]:
    """Return how alike given, family and father's names are (-1: not known), and whether they changed places."""
    if not (one.given and one.family and other.given and other.family):
        return _unsorted(one, other)
    straight = _part(one.given, other.given, alike), _part(one.family, other.family, alike_family)
    swapped = _part(one.given, other.family, alike), _part(one.family, other.given, alike_family)
    turned = min(swapped) > min(straight) and sum(swapped) > sum(straight) + 0.1
    given, family = swapped if turned else straight
    return given, family, _part(one.father, other.father, alike_family), turned


def _unsorted(one: _Parts, other: _Parts) -> tuple[float, float, float, bool]:
    """Names whose parts nobody has told apart: the best pairs of words, the worse of the two counts as given name."""
    if not one.all or not other.all:
        return -1.0, -1.0, -1.0, False
    values = sorted(_pairs(one.all, other.all, alike_family), reverse=True)
    if len(values) == 1:
        return values[0], -1.0, -1.0, False
    return values[1], values[0], values[2] if len(values) > 2 else -1.0, False


def _part(one: tuple[Word, ...], other: tuple[Word, ...], like) -> float:
    if not one or not other:
        return -1.0
    if len(one) == len(other) == 1:
        return like(one[0], other[0])
    values = _pairs(one, other, like)
    apart = sum(values) / len(values) * (1 if len(one) == len(other) else 0.95)
    return max(apart, like(joined(one), joined(other)))


def _pairs(one: tuple[Word, ...], other: tuple[Word, ...], like) -> list[float]:
    """Return the likeness of each word of the shorter name with its own partner in the longer, best pairs first."""
    table = sorted(((like(a, b), i, j) for i, a in enumerate(one) for j, b in enumerate(other)), reverse=True)
    left, right, values = set(), set(), []
    for value, i, j in table:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            values.append(value)
    return values


@lru_cache(maxsize=200_000)
def _parts(name: Name) -> _Parts:
    given, family, father = words(name.given), words(name.family), words(name.father)
    return _Parts(given, family, father, words(name.full) if name.full else (*given, *father, *family))


def _birth(one: Record, other: Record) -> str:  # noqa: PLR0911 one line for each level
    if one.born is None or other.born is None:
        return "unknown"
    years = abs(one.born.year - other.born.year)
    if _vague(one) or _vague(other):
        return "same_year" if not years else "near_year" if years == 1 else "differs"
    if one.born == other.born:
        return "same"
    if not years and (one.born.month, one.born.day) == (other.born.day, other.born.month):
        return "swapped"
    if (one.born.month, one.born.day) == (other.born.month, other.born.day):
        return "year_off" if years == 1 else "year_slip"
    if OSA.distance(one.born.isoformat(), other.born.isoformat(), score_cutoff=1) <= 1:
        return "slip"
    if abs((one.born - other.born).days) <= 3:
        return "days_off"
    if not years:
        return "part"
    moved = one.born.replace(year=2000).toordinal() - other.born.replace(year=2000).toordinal()  # a leap year
    return "near" if years == 1 and abs(moved) <= 3 else "differs"


def _vague(record: Record) -> bool:
    """The first of January stands for "some day of the year" in many papers."""
    return record.precision not in (EXACT, "month") or (record.born.month, record.born.day) == (1, 1)


@cache
def _weights() -> dict[tuple[str, str], float]:
    with (DATA / "evidence.csv").open(encoding="utf-8", newline="") as file:
        return {(row["kind"], row["level"]): float(row["weight"]) for row in csv.DictReader(file)}


def keys(record: Record, *, probe: bool = False, hide: Callable[[str], str] = str) -> frozenset[str]:
    """Return what a record is found again by: it shares one of them with nearly each record of the same person.

    Those of a record that is looked for (`probe`) hold the years beside its own as well. Letters say of what:
    d date, n two words of the name, y year and a word, m day and month and a word, s date and two words, p phone,
    i document (its characters in order, since two of them change places easily). `hide` is laid over phones and
    documents where keys are stored.
    """
    bones = {bone for name in record.names for word in _parts(name).all for bone in marks(word)}
    found = {f"n:{a}:{b}" for a, b in combinations(sorted(bones), 2)}
    if record.born is not None:
        year, vague = record.born.year, _vague(record)
        years = (year - 1, year, year + 1) if probe else (year,)
        found |= {f"y:{number}:{bone}" for number in years for bone in bones}
        if not vague:
            low, high = sorted((record.born.month, record.born.day))
            found |= {f"m:{low}.{high}:{bone}" for bone in bones}
            found |= {f"d:{year}.{low}.{high}"}
            found |= {f"s:{year}.{low}.{high}:{a}:{b}" for a, b in combinations(sorted(bones), 2)}
    found |= {f"p:{hide(phone)}" for phone in record.phones}
    found |= {f"i:{hide(''.join(sorted(number)))}" for number in record.documents}
    return frozenset(found)


def candidates(records: Iterable[Record]) -> Iterator[tuple[Record, Record]]:
    """Yield each two records that share a key, once. Keys shared by a crowd are left out."""
    records = list(records)
    shared = defaultdict(list)
    for place, record in enumerate(records):
        for key in keys(record):
            shared[key].append(place)
    for place, record in enumerate(records):
        near = set()
        for key in keys(record, probe=True):
            places = shared.get(key, ())
            if len(places) <= CROWD:
                near.update(places)
        yield from ((record, records[other]) for other in sorted(near) if other > place)


def pairs(records: Iterable[Record], *, least: float = LIKELY) -> Iterator[tuple[Record, Record, Likeness]]:
    """Yield the pairs of records that may be of one person, with a score of `least` and more."""
    for one, other in candidates(records):
        found = likeness(one, other)
        if found.score >= least:
            yield one, other, found
