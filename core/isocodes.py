"""Countries (ISO 3166-1) and languages (ISO 639-3) in the three languages of the pages (names: Unicode CLDR)."""

import csv
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

# By code point, Ё and the Belarusian І and Ў would stand outside the alphabet.
ALPHABET = {letter: place for place, letter in enumerate("абвгдеёжзиійклмнопрстуўфхцчшщъыьэюя", start=0x430)}


def _place(pair: tuple[str, str]) -> list[int]:
    return [ALPHABET.get(letter, ord(letter)) for letter in pair[1].lower()]


@cache
def _table(name: str) -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def _label(name: str, code: str) -> str:
    row = _table(name).get(code)
    if row is None:
        return code
    return row.get((get_language() or "en")[:2]) or row["en"]


def country_codes() -> list[str]:
    """Return the codes of all countries."""
    return list(_table("countries"))


def country_label(code: str) -> str:
    """Return a country's name in the active language; an unknown code comes back as it is."""
    return _label("countries", code)


def country_choices() -> list[tuple[str, str]]:
    """Return (code, name) pairs in the order of the names."""
    return sorted(((code, country_label(code)) for code in _table("countries")), key=_place)


def language_label(code: str) -> str:
    """Return a language's name in the active language; a code outside our list comes back as it is."""
    return _label("languages", code)


def language_choices() -> list[tuple[str, str]]:
    """Return (code, name) pairs of the languages that clients of the network speak, in the order of the names."""
    return sorted(((code, language_label(code)) for code in _table("languages")), key=_place)
