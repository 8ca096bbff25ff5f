"""The code lists in three languages (`core/data/codelists.csv`): codes, labels, choices and constraints."""

import csv
from functools import cache
from pathlib import Path

from django.db import models
from django.utils.translation import get_language

LANGUAGES = ("en", "ru", "be")


@cache
def _lists() -> dict[str, dict[str, dict[str, str]]]:
    path = Path(__file__).parent / "data" / "codelists.csv"
    lists: dict[str, dict[str, dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["list"], {})[row["code"]] = {language: row[language] for language in LANGUAGES}
    return lists


def codes(name: str) -> list[str]:
    """Return the codes of a list in their order. Raises KeyError for an unknown list."""
    return list(_lists()[name])


def label(name: str, code: str, language: str | None = None) -> str:
    """Return the label of a code in `language` (the active one when None); English where there is none.

    An unknown code comes back as it is, so that data never breaks a page.
    """
    entry = _lists()[name].get(code)
    if entry is None:
        return code
    return entry.get((language or get_language() or "en")[:2]) or entry["en"]


def choices(name: str) -> list[tuple[str, str]]:
    """Return (code, label) pairs in the active language, for forms."""
    return [(code, label(name, code)) for code in codes(name)]


def one_of(column: str, name: str, *, model: str, empty: bool = False) -> models.CheckConstraint:
    """Return the constraint that keeps `column` inside the list `name` (house rule 12).

    `empty` also allows the empty string.
    """
    allowed = codes(name) + ([""] if empty else [])
    return models.CheckConstraint(condition=models.Q(**{f"{column}__in": allowed}), name=f"{model}_{column}_coded")
