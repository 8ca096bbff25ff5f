"""What is wrong with a form before it may be published, and what is only worth a look."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cases.extensions import definition as d
from cases.extensions.conditions import OPERATORS_OF, number, possible
from cases.extensions.definition import Condition, Field

_UNSAFE, _UNSAFE_LINE = re.compile(d.UNSAFE), re.compile(d.UNSAFE_LINE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Problem:
    """What is wrong: the code of the field ("" for the whole form), the part of it, and a sentence."""

    code: str
    part: str
    sentence: str


def problems_of(fields: list[Field], before: list[Field] = ()) -> list[Problem]:
    """Return everything that keeps a form from being published. `before` are the fields of the version in use."""
    found = []
    if len(fields) > d.MOST_FIELDS:
        found.append(Problem("", "", _("A form has %(limit)s questions at most.") % {"limit": d.MOST_FIELDS}))
    if sum(one.listed and not one.retired for one in fields) > d.MOST_FILTERS:
        found.append(Problem("", "", _("A list has %(limit)s such filters at most.") % {"limit": d.MOST_FILTERS}))
    times, known, former = Counter(one.code for one in fields), {}, {one.code: one for one in before}
    for one in fields:
        known.setdefault(one.code, one)
    for one in fields:
        parts = [*_of_code(one, times), *_of_words(one), *_of_options(one), *_of_limits(one), *_of_kind(one)]
        if one.code in former:
            parts += _of_change(one, former[one.code])
        if not one.retired:
            parts += _of_condition(one, known)
        found += [Problem(one.code, part, sentence) for part, sentence in parts]
    return found


def warnings_of(fields: list[Field]) -> list[Problem]:
    """Return what a form may be published with, and an administrator should know: words that nobody translated."""
    found = []
    for one in d.asked(fields):
        missing = [code for code in d.LANGUAGES if not one.labels.get(code)]
        gaps = {code for code in d.LANGUAGES for option in one.offered if not option.labels.get(code)}
        if missing:
            text = _("The question is not translated into: %(languages)s.") % {"languages": ", ".join(missing)}
            found.append(Problem(one.code, "labels", text))
        if gaps:
            text = _("Answers are not translated into: %(languages)s.") % {"languages": ", ".join(sorted(gaps))}
            found.append(Problem(one.code, "options", text))
    return found


def _of_code(one: Field, times: Counter) -> Iterator[tuple[str, str]]:
    if not d.CODE.fullmatch(one.code):
        text = _("Small Latin letters, digits and _ only, a letter first, 40 at most. For example: has_children")
        yield "code", text
    elif times[one.code] > 1:
        yield "code", _("Another question has this code already.")


def _of_words(one: Field) -> Iterator[tuple[str, str]]:
    if not any(one.labels.get(language) for language in d.LANGUAGES):
        yield "labels", _("Write the question in one language at least.")
    if sentence := _text(one.labels, d.LABEL_LENGTH):
        yield "labels", sentence
    if sentence := _text(one.help, d.HELP_LENGTH):
        yield "help", sentence


def _text(words: dict[str, str], limit: int) -> str:
    for language, text in words.items():
        if language not in d.LANGUAGES or not isinstance(text, str):
            return _("Choose a language.")
        if _UNSAFE.search(text):
            return _("Remove the invisible control signs from this text.")
        if len(text) > limit:
            return _("Make it shorter: %(limit)s characters at most.") % {"limit": limit}
        if "${" in text:  # XLSForm reads it as the answer to another question
            return _("Leave out the signs ${ here: other programs read them as a command.")
    return ""


def _of_options(one: Field) -> Iterator[tuple[str, str]]:
    if one.kind not in d.CHOOSING:
        if one.options:
            yield "options", _("Only a choice has answers to choose from.")
        return
    if not one.offered:
        yield "options", _("Write one answer at least.")
    if len(one.options) > d.MOST_OPTIONS:
        yield "options", _("A question has %(limit)s answers at most.") % {"limit": d.MOST_OPTIONS}
    for code, times in Counter(option.code for option in one.options).items():
        if not d.OPTION_CODE.fullmatch(code):
            text = _("%(code)s: a code has Latin letters, digits, - and _ only, 40 at most.")
            yield "options", text % {"code": code[:40]}
        elif times > 1:
            yield "options", _("%(code)s: two answers have this code.") % {"code": code}
    for option in one.options:
        if not any(option.labels.get(language) for language in d.LANGUAGES):
            yield "options", _("%(code)s: write what this answer is called.") % {"code": option.code[:40]}
        if sentence := _text(option.labels, d.LABEL_LENGTH):
            yield "options", f"{option.code[:40]}: {sentence}"


def _of_limits(one: Field) -> Iterator[tuple[str, str]]:
    if one.max_length is not None and (one.kind not in d.WRITTEN or not 1 <= one.max_length <= d.LENGTHS[one.kind]):
        limit = d.LENGTHS.get(one.kind, d.LENGTHS["text"])
        yield "max_length", _("A number from 1 to %(limit)s, for texts only.") % {"limit": limit}
    for part, value in (("minimum", one.minimum), ("maximum", one.maximum)):
        if value is not None and not fits_kind(one, value):
            yield part, _("Write a number for a number, and a date for a date.")
    both = one.minimum is not None and one.maximum is not None
    if both and fits_kind(one, one.minimum) and fits_kind(one, one.maximum) and one.minimum > one.maximum:
        yield "maximum", _("The highest must not be below the lowest.")


def _of_kind(one: Field) -> Iterator[tuple[str, str]]:
    if one.kind not in d.KINDS:
        yield "kind", _("Choose one of the answers.")
    if one.field_class not in (1, 2, 3, 4):
        yield "field_class", _("Choose one of the answers.")
    if one.whole and one.kind != "number":
        yield "whole", _("Only numbers can be whole.")
    if one.listed and (one.kind not in d.FILTERED or one.field_class > d.INDEXED_CLASS):
        yield "listed", _("A filter is a choice or a yes/no question of class 1 or 2: what is sensitive is encrypted.")


def fits_kind(one: Field, value) -> bool:
    """Return whether a limit, or what a condition compares with, is a number for a number and a day for a date."""
    if one.kind == "number":
        return number(value) and abs(value) <= d.LARGEST
    if one.kind != "date" or not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return d.FIRST_DAY <= value <= d.LAST_DAY


def _of_change(one: Field, before: Field) -> Iterator[tuple[str, str]]:
    # Answers were given under the old kind and class; they cannot be turned into others, nor shown to more people.
    if one.kind != before.kind:
        yield "kind", _("The kind of a question in use does not change. Retire it and add a new one.")
    if one.field_class != before.field_class:
        yield "field_class", _("The class of a question in use does not change. Retire it and add a new one.")


def _of_condition(one: Field, known: dict[str, Field]) -> Iterator[tuple[str, str]]:
    condition = one.shown_if
    if condition is None:
        return
    of = known.get(condition.field)
    if of is None:
        yield "shown_if", _("There is no question with the code %(code)s.") % {"code": str(condition.field)[:40]}
    elif _circle(one, known):
        yield "shown_if", _("The conditions run in a circle, so that none of these questions is ever asked.")
    elif of.field_class > one.field_class:
        yield "shown_if", _("It depends on a more sensitive question. That it is asked would tell the answer.")
    elif sentence := _of_value(condition, of):
        yield "shown_if", sentence
    elif one.required and _never(one, known):
        yield "shown_if", _("This question needs an answer, but its condition can never be true.")


def _circle(one: Field, known: dict[str, Field]) -> bool:
    seen, at = set(), one
    while at is not None and at.shown_if is not None:
        if at.code in seen:
            return True
        seen.add(at.code)
        at = known.get(at.shown_if.field)
    return False


def _of_value(condition: Condition, of: Field) -> str:
    value = condition.value
    if condition.operator not in OPERATORS_OF.get(of.kind, ()):
        return _("This comparison does not fit the other question.")
    if condition.operator == "answered":
        fits, sentence = value is None, _("Leave the value empty.")
    elif of.kind in d.CHOOSING:
        fits = value in {option.code for option in of.offered}
        sentence = _("The other question has no answer with this code.")
    elif of.kind == "yes_no":
        fits, sentence = isinstance(value, bool), _("Write yes or no.")
    elif of.kind == "text":
        fits = isinstance(value, str) and 0 < len(value) <= of.length and value == value.strip()
        fits = fits and not _UNSAFE_LINE.search(value) and not ("'" in value and '"' in value)
        sentence = _("Write the text to compare with, in one line, with one kind of quotation marks at most.")
    else:
        fits, sentence = fits_kind(of, value), _("Write a number for a number, and a date for a date.")
    return "" if fits else sentence


def _never(one: Field, known: dict[str, Field]) -> bool:
    """Return whether a field cannot come to be asked: its condition, or one that it hangs on, is impossible."""
    at = one
    while at is not None and at.shown_if is not None:
        of = known.get(at.shown_if.field)
        if of is None or not possible(at.shown_if, of):
            return True
        at = of
    return False
