"""What a form asks: its fields as data, their limits, and their words in three languages. No database here."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

from anyascii import anyascii
from django.utils.translation import get_language

LANGUAGES = ("en", "ru", "be")
SUBJECTS = ("person", "assessment", "need", "note")
STATES = ("draft", "published", "retired")
KINDS = ("text", "long_text", "number", "date", "choice", "multiple_choice", "yes_no")
CHOOSING = frozenset({"choice", "multiple_choice"})
WRITTEN = frozenset({"text", "long_text"})
MEASURED = frozenset({"number", "date"})
FILTERED = frozenset({"choice", "yes_no"})  # what can be a filter of a list
INDEXED = frozenset({"choice", "multiple_choice", "yes_no", "number", "date"})
OPERATORS = ("equals", "not_equals", "includes", "at_least", "at_most", "answered")

MOST_FIELDS, MOST_OPTIONS, MOST_FILTERS = 200, 500, 3
LABEL_LENGTH, HELP_LENGTH = 255, 1000
LENGTHS = {"text": 255, "long_text": 10_000}  # the most that one answer may hold
LARGEST = 1_000_000_000_000
FIRST_DAY, LAST_DAY = "1850-01-01", "2199-12-31"
RESTRICTED = 4  # the class that only named readers see
INDEXED_CLASS = 2  # the highest class that may stand in clear in a table to search by

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
OPTION_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}")
# Control characters, and those that turn the direction of text. JSON Schema uses the same two patterns.
UNSAFE = "[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u2028-\\u202e]"
UNSAFE_LINE = "[\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e]"


@dataclass(frozen=True)
class Option:
    """One answer of a choice. A retired one is not offered any more, and old answers keep its label."""

    code: str
    labels: dict[str, str] = field(default_factory=dict)
    retired: bool = False


@dataclass(frozen=True)
class Condition:
    """When a field is asked: the answer to another `field`, compared with `value`. Data, never an expression."""

    field: str
    operator: str
    value: object = None


@dataclass(frozen=True)
class Field:
    """One question of a form."""

    code: str
    kind: str
    labels: dict[str, str] = field(default_factory=dict)
    help: dict[str, str] = field(default_factory=dict)
    required: bool = False
    field_class: int = 3
    shown_if: Condition | None = None
    options: tuple[Option, ...] = ()
    minimum: float | str | None = None  # a number, or a day as ISO 8601
    maximum: float | str | None = None
    max_length: int | None = None
    whole: bool = False  # numbers without a fraction
    listed: bool = False  # offered as a filter of the list
    retired: bool = False

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options that can be chosen today."""
        return tuple(option for option in self.options if not option.retired)

    @property
    def length(self) -> int:
        """How many characters an answer may have."""
        return self.max_length or LENGTHS[self.kind]


def words(labels: dict[str, str], otherwise: str = "", language: str | None = None) -> str:
    """Return a text in `language` (the active one when None), else in the first language it was written in."""
    wanted = (language or get_language() or "en")[:2]
    return labels.get(wanted) or next((labels[code] for code in LANGUAGES if labels.get(code)), otherwise)


def label(asked: Field | Option, language: str | None = None) -> str:
    """Return what a field or an option is called; its code where nobody named it."""
    return words(asked.labels, asked.code, language)


def code_of(text: str) -> str:
    """Return a code made of words in any script, "" where nothing is left of them."""
    return re.sub(r"[^a-z0-9]+", "_", anyascii(text).casefold()).strip("_0123456789")[:40].rstrip("_")


def asked(fields: Iterable[Field], *, restricted: bool = True) -> list[Field]:
    """Return the fields that are asked today; without `restricted` those of class 4 are left out."""
    return [one for one in fields if not one.retired and (restricted or one.field_class < RESTRICTED)]


def active(fields: Iterable[Field]) -> list[Field]:
    """Return the fields that are asked today, with the options that are offered today."""
    return [replace(one, options=one.offered) for one in asked(fields)]


def dump(fields: Iterable[Field]) -> list[dict]:
    """Return fields as JSON, without what is not said."""
    return [{name: value for name, value in asdict(one).items() if not _unsaid(value)} for one in fields]


def _unsaid(value) -> bool:
    return value is None or value is False or value in ((), {})  # 0 says something


def load(raw: list[dict]) -> list[Field]:
    """Return the fields that `dump` wrote."""
    return [_field(dict(facts)) for facts in raw]


def _field(facts: dict) -> Field:
    condition = facts.pop("shown_if", None)
    options = tuple(
        Option(one["code"], one.get("labels") or {}, bool(one.get("retired"))) for one in facts.pop("options", ())
    )
    return Field(**facts, options=options, shown_if=Condition(**condition) if condition else None)


def carried(fields: list[Field], before: Iterable[Field]) -> list[Field]:
    """Return `fields` with what was published and is missing now, as retired: old answers stay readable."""
    codes = {one.code: one for one in fields}
    kept = []
    for one in fields:
        old = next((former for former in before if former.code == one.code), None)
        if old is not None:
            offered = {option.code for option in one.options}
            gone = tuple(replace(option, retired=True) for option in old.options if option.code not in offered)
            kept.append(replace(one, options=(*one.options, *gone)))
        else:
            kept.append(one)
    return kept + [replace(old, retired=True, shown_if=None) for old in before if old.code not in codes]
