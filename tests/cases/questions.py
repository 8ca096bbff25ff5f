"""Strategies: forms that organisations could make, answers that fit them, and answers that do not."""

import re
from datetime import date

from hypothesis import strategies as st

from cases.extensions.checking import problems_of
from cases.extensions.conditions import OPERATORS_OF
from cases.extensions.definition import CHOOSING, KINDS, Condition, Field, Option

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2150, 1, 1))
SAFE = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters='\u2028\u2029${}"')
TEXTS = st.text(SAFE, min_size=1, max_size=20).map(str.strip).filter(lambda text: re.search(r"[^\s]", text))
LABELS = st.dictionaries(st.sampled_from(["en", "ru", "be"]), TEXTS, min_size=1)
CODES = st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9_-]{0,6}\Z")
NUMBERS = st.one_of(st.integers(-10_000, 10_000), st.decimals(-1000, 1000, places=2).map(float))


@st.composite
def limits(draw, kind: str) -> dict:
    if kind in {"text", "long_text"}:
        return {"max_length": draw(st.none() | st.integers(1, 30))}
    if kind not in {"number", "date"}:
        return {}
    values = NUMBERS if kind == "number" else DAYS.map(str)
    low, high = draw(st.none() | values), draw(st.none() | values)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return {"minimum": low, "maximum": high} | ({"whole": draw(st.booleans())} if kind == "number" else {})


@st.composite
def conditions(draw, fields: list[Field]):
    of = draw(st.sampled_from(fields))
    operator = draw(st.sampled_from(OPERATORS_OF[of.kind]))
    values = {
        "text": TEXTS.map(lambda text: text.replace("'", "")[: of.length if of.kind == "text" else 1]),
        "number": NUMBERS,
        "date": DAYS.map(str),
        "yes_no": st.booleans(),
    }
    if operator == "answered":
        return Condition(of.code, operator)
    if of.kind in CHOOSING:
        return Condition(of.code, operator, draw(st.sampled_from([option.code for option in of.offered])))
    return Condition(of.code, operator, draw(values[of.kind]))


@st.composite
def forms(draw) -> list[Field]:
    """Forms without a problem, with conditions on earlier questions."""
    fields: list[Field] = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(KINDS))
        codes = draw(
            st.lists(st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9_-]{0,6}\Z"), min_size=1, max_size=4, unique=True)
        )
        options = tuple(Option(code, draw(LABELS)) for code in codes) if kind in CHOOSING else ()
        one = Field(
            code=f"q{number}",
            kind=kind,
            labels=draw(LABELS),
            help=draw(st.just({}) | LABELS),
            required=draw(st.booleans()),
            field_class=draw(st.integers(1, 4)),
            shown_if=draw(st.none() | conditions(fields)) if fields else None,
            options=options,
            **draw(limits(kind)),
        )
        if not problems_of([*fields, one]):
            fields.append(one)
    return fields or [Field("q", "yes_no", {"en": "Q"})]


def fitting(one: Field):
    """Values that mostly fit a field."""
    codes = [option.code for option in one.options]
    return {
        "text": TEXTS,
        "long_text": TEXTS,
        "number": st.one_of(NUMBERS, *([st.just(value) for value in (one.minimum, one.maximum) if value is not None])),
        "date": st.one_of(DAYS.map(str), *([st.just(value) for value in (one.minimum, one.maximum) if value])),
        "yes_no": st.booleans(),
        "choice": st.sampled_from(codes or ["x"]),
        "multiple_choice": st.lists(st.sampled_from(codes or ["x"]), min_size=1, unique=True),
    }[one.kind]


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(["", " ", "\n", "a\nb", "a\x00", "\u202eb", "2026-02-30", "2026-1-1", "1700-01-01", "2026-11-23\n",
                     "٢٠٢٦-١١-٢٣", "12", "yes", "x" * 300]),
    st.lists(st.text(max_size=3), max_size=3), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


@st.composite
def answers(draw, fields: list[Field]) -> dict:
    """Answers that fit, or nearly fit, or do not fit at all."""
    found = {}
    for one in fields:
        choice = draw(st.integers(0, 9))
        if choice < 7:
            found[one.code] = draw(fitting(one))
        elif choice == 7:
            found[one.code] = draw(ODD)
    if draw(st.integers(0, 9)) == 0:
        found[draw(st.text(max_size=4))] = draw(ODD)
    return found
