"""Which answers fit a form: read from a page, checked as JSON, and said in words."""

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from cases.extensions.conditions import holds, in_words, number
from cases.extensions.definition import (
    CODE,
    FIRST_DAY,
    LARGEST,
    LAST_DAY,
    UNSAFE,
    UNSAFE_LINE,
    WRITTEN,
    Field,
    asked,
    label,
)

_UNSAFE, _UNSAFE_LINE = re.compile(UNSAFE), re.compile(UNSAFE_LINE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,10})?", re.ASCII)


def check(fields: Iterable[Field], answers, *, restricted: bool = True) -> dict[str, str]:
    """Return what is wrong with the answers (JSON values by code), as {code: sentence}; empty when all is well.

    The same answers fit `schema.schema_of(fields)`. An answer to a question that is not asked is refused rather than
    dropped: nothing that somebody wrote is lost without a word. Without `restricted`, fields of class 4 are not known.
    """
    if not isinstance(answers, dict):
        return {"": _("Write the answers by their codes.")}
    known = {one.code: one for one in asked(fields, restricted=restricted)}
    # A name that can be no code is not said back: it may be anything.
    strange = {code if CODE.fullmatch(code) else "" for code in map(str, answers) if code not in known}
    problems = {code: _("This field is not known here.") for code in sorted(strange)}
    for code, one in known.items():
        shown = holds(one.shown_if, answers)
        if code in answers and not shown:
            problems[code] = _("Leave this empty, or change the other answer.") + " " + in_words(one.shown_if, known)
        elif code in answers:
            if sentence := wrong(one, answers[code]):
                problems[code] = sentence
        elif shown and one.required:
            problems[code] = _("This question needs an answer.")
    return problems


def wrong(one: Field, value) -> str:
    """Return why a JSON value does not fit the field, "" when it does."""
    if one.kind in WRITTEN:
        return _wrong_text(one, value)
    if one.kind == "number":
        return _wrong_number(one, value)
    if one.kind == "date":
        return _wrong_day(one, value)
    if one.kind == "yes_no":
        return "" if isinstance(value, bool) else _("Answer yes or no.")
    codes = [option.code for option in one.offered]
    if one.kind == "choice":
        return "" if isinstance(value, str) and value in codes else _("Choose one of the answers.")
    fits = isinstance(value, list) and value and all(isinstance(code, str) and code in codes for code in value)
    return "" if fits and len(set(value)) == len(value) else _("Choose one of the answers.")


def _wrong_text(one: Field, value) -> str:
    if not isinstance(value, str) or not re.search(r"[^\s]", value):
        return _("Write text.")
    if (_UNSAFE if one.kind == "long_text" else _UNSAFE_LINE).search(value) or not _encodable(value):
        return _("Remove the invisible control signs from this text.")
    if len(value) > one.length:
        return _("Make it shorter: %(limit)s characters at most.") % {"limit": one.length}
    return ""


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair: no text
        return False
    return True


def _wrong_number(one: Field, value) -> str:
    if not number(value) or not math.isfinite(value):
        return _("Write a number.")
    if one.whole and value != int(value):
        return _("Write a whole number.")
    least = -LARGEST if one.minimum is None else one.minimum
    most = LARGEST if one.maximum is None else one.maximum
    if not least <= value <= most:
        return _out_of_range(one, least, most)
    return ""


def _wrong_day(one: Field, value) -> str:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return _("Write a date.")
    try:
        date.fromisoformat(value)
    except ValueError:
        return _("Write a date.")
    least, most = one.minimum or FIRST_DAY, one.maximum or LAST_DAY
    return "" if least <= value <= most else _out_of_range(one, least, most)


def _out_of_range(one: Field, least, most) -> str:
    return _("Between %(least)s and %(most)s, please.") % {"least": in_text(one, least), "most": in_text(one, most)}


def read(one: Field, raw):
    """Return what was typed into a page as the JSON value of an answer; None for no answer.

    What cannot be one comes back as it was typed, so that `wrong` says so.
    """
    if one.kind == "multiple_choice":
        return list(dict.fromkeys(raw or [])) or None
    text = unicodedata.normalize("NFC", str(raw or "").replace("\r\n", "\n")).strip()
    if not text:
        return None
    if one.kind == "number":
        plain = re.sub(r"[ \u00a0\u202f]", "", text)
        if not _NUMBER.fullmatch(plain):
            return text
        value = float(plain.replace(",", "."))
        return int(value) if value == int(value) else value
    if one.kind == "yes_no":
        return {"yes": True, "no": False}.get(text, text)
    return text


def typed(one: Field, value):
    """Return an answer as a page takes it: the other way round of `read`."""
    if one.kind == "yes_no":
        return "yes" if value else "no"
    return value


def in_text(one: Field, value) -> str:
    """Return an answer as people read it, in the active language. A code without a label comes back as it is."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    labels = {option.code: label(option) for option in one.options}
    if isinstance(value, list):
        return ", ".join(labels.get(code, str(code)) for code in value)
    if one.kind == "date" and isinstance(value, str):
        try:
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
        except ValueError:
            return value
    if number(value):
        return number_format(value, use_l10n=True)
    return labels.get(value, str(value)) if one.kind == "choice" else str(value)
