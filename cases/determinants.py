"""What an assessment asks: IOM's determinants, risk and protective, on four levels (DOMAIN 6). Data, no database.

The list stands in `data/determinants.csv`. A factor's `floor` is the risk level that its presence means at least;
factors of field class 4 have readers of their own.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

TOOL, TOOL_VERSION = "determinants", "1"
LEVELS = ("individual", "household", "community", "structural")
ANSWERS = ("present", "absent", "unknown", "not_asked")
RISK_ORDER = ("critical", "high", "medium", "low")
SENSITIVE, RESTRICTED = 3, 4


@dataclass(frozen=True)
class Factor:
    """One line of the list, with its words in three languages."""

    code: str
    level: str
    kind: str  # risk | protective
    field_class: int
    floor: str  # "" where its presence alone says nothing of the level
    words: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """What it is called in the active language."""
        words = dict(self.words)
        return words.get((get_language() or "en")[:2]) or words["en"]


@cache
def factors() -> dict[str, Factor]:
    """Return all factors by code, in the order of the list."""
    with (Path(__file__).parent / "data" / "determinants.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Factor(
                row["code"],
                row["level"],
                row["kind"],
                int(row["field_class"]),
                row["floor"],
                tuple((language, row[language]) for language in ("en", "ru", "be")),
            )
            for row in csv.DictReader(file)
        }


def asked(field_class: int, level: str = "") -> list[Factor]:
    """Return the factors of one field class, of one level where one is given."""
    return [
        factor for factor in factors().values() if factor.field_class == field_class and level in ("", factor.level)
    ]


def higher(one: str, other: str) -> str:
    """Return the level that means more danger."""
    return min(one, other, key=RISK_ORDER.index)


def is_lower(level: str, than: str) -> bool:
    """Return whether `level` means less danger."""
    return RISK_ORDER.index(level) > RISK_ORDER.index(than)


def signs(answers: dict[str, str]) -> list[Factor]:
    """Return the factors that are present and mean a level at least."""
    return [
        factors()[code]
        for code, answer in answers.items()
        if answer == "present" and code in factors() and factors()[code].floor
    ]


def floor(answers: dict[str, str]) -> str:
    """Return the level that the signs mean at least; "" where there is none of them."""
    found = [factor.floor for factor in signs(answers)]
    return min(found, key=RISK_ORDER.index) if found else ""


@dataclass(frozen=True)
class Change:
    """What became of one factor since the assessment before."""

    factor: Factor
    before: str
    now: str


def changes(before: dict[str, str], now: dict[str, str]) -> list[Change]:
    """Return the factors whose answer differs, in the order of the list; no entry counts as not asked."""
    return [
        Change(factor, before.get(code, "not_asked"), now.get(code, "not_asked"))
        for code, factor in factors().items()
        if before.get(code, "not_asked") != now.get(code, "not_asked")
    ]
