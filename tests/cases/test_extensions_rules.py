"""Questions that organisations add: which answers fit, as the page, the door and the JSON Schema say alike."""

import copy
import json
from dataclasses import replace

import pytest
from django import forms as django_forms
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from cases.extensions.answers import check, in_text, read, typed
from cases.extensions.checking import problems_of, warnings_of
from cases.extensions.conditions import holds
from cases.extensions.definition import Condition, Field, Option, active, carried, dump, load, words
from cases.extensions.schema import schema_of
from cases.forms.extended import with_questions
from cases.models import Form
from tests.cases.questions import answers, forms

MANY = settings(max_examples=100, deadline=None)
YES = Field("has_children", "yes_no", {"en": "Children?"})
TEXT = Field("t", "text", {"en": "T"})
IF_YES = Condition("has_children", "equals", True)


def validator(fields) -> Draft202012Validator:
    schema = schema_of(fields, address="https://waymark.test/forms/1", title="Form")
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(json.loads(json.dumps(schema)), format_checker=FormatChecker(["date"]))


@MANY
@given(st.data())
def test_what_the_door_accepts_fits_the_schema_and_nothing_else_does(data):
    fields = data.draw(forms())
    given_now = data.draw(answers(fields))
    assert (check(fields, given_now) == {}) == validator(fields).is_valid(given_now), given_now


@MANY
@given(st.data())
def test_what_the_page_accepts_fits_the_schema_and_what_fits_the_schema_the_page_accepts(data):
    fields = data.draw(forms())
    given_now = data.draw(answers(fields))
    Page = with_questions(django_forms.Form, [Form(organisation_id=None, definition=dump(fields))])
    if validator(fields).is_valid(given_now):
        sent = {f"extra_network_{one.code}": _sent(one, given_now[one.code]) for one in fields if one.code in given_now}
        page = Page(sent)
        assert page.is_valid(), page.errors
        assert check(fields, page.extra()["network"]) == {}
    raw = data.draw(
        st.dictionaries(st.sampled_from([f"extra_network_{one.code}" for one in fields]), st.text(max_size=12))
    )
    page = Page(raw)
    if page.is_valid():
        assert validator(fields).is_valid(page.extra()["network"])


def _sent(one: Field, value):
    value = typed(one, value)
    return value if isinstance(value, list) else f"{value:.10f}" if isinstance(value, float) else str(value)


@MANY
@given(forms())
def test_a_form_is_written_and_read_without_loss(fields):
    assert load(json.loads(json.dumps(dump(fields)))) == fields


def test_zero_and_no_are_answers_and_limits():
    fields = [
        Field("count", "number", {"en": "How many"}, minimum=0, maximum=0),
        Field("why", "text", {"en": "Why"}, shown_if=Condition("has_children", "equals", False)),
        YES,
    ]
    assert load(dump(fields)) == fields
    assert check(fields, {"count": 0, "has_children": False, "why": "x"}) == {}
    assert set(check(fields, {"count": 1})) == {"count"}


def test_a_required_question_needs_an_answer_only_where_it_is_asked():
    names = Field("names", "text", {"en": "Names"}, required=True, shown_if=Condition("has_children", "equals", True))
    fields = [YES, names]
    assert set(check(fields, {"has_children": True})) == {"names"}
    assert check(fields, {"has_children": False}) == {}
    refused = check(fields, {"has_children": False, "names": "Ali"})
    assert "Only if “Children?” is: Yes." in refused["names"]


@pytest.mark.parametrize(
    ("condition", "value", "asked"),
    [
        (Condition("a", "equals", "x"), "x", True),
        (Condition("a", "not_equals", "x"), None, True),
        (Condition("a", "includes", "x"), ["y", "x"], True),
        (Condition("a", "includes", "x"), "x", False),
        (Condition("a", "at_least", 5), 5, True),
        (Condition("a", "at_least", 1), True, False),
        (Condition("a", "equals", 1), True, False),
        (Condition("a", "at_most", "2026-01-01"), "2025-12-31", True),
        (Condition("a", "answered"), "x", True),
        (Condition("a", "answered"), None, False),
    ],
)
def test_a_condition_compares_as_it_says(condition, value, asked):
    assert holds(condition, {} if value is None else {"a": value}) is asked


WRONG = {
    "two of one code": ([YES, YES], "code"),
    "a code with a space": ([replace(YES, code="has children")], "code"),
    "no word": ([replace(YES, labels={})], "labels"),
    "turned text": ([replace(YES, labels={"en": "a\u202eb"})], "labels"),
    "a null byte": ([replace(YES, help={"en": "a\x00"})], "help"),
    "a label too long": ([replace(YES, labels={"en": "x" * 256})], "labels"),
    "a command": ([replace(YES, labels={"en": "${other}"})], "labels"),
    "no options": ([replace(YES, kind="choice")], "options"),
    "two options of one code": (
        [replace(YES, kind="choice", options=(Option("a", {"en": "A"}), Option("a", {"en": "B"})))], "options",
    ),
    "too many options": (
        [replace(YES, kind="choice", options=tuple(Option(f"o{n}", {"en": "A"}) for n in range(501)))], "options",
    ),
    "too many fields": ([replace(YES, code=f"f{n}") for n in range(201)], ""),
    "an unknown kind": ([replace(YES, kind="photo")], "kind"),
    "class 5": ([replace(YES, field_class=5)], "field_class"),
    "limits crossed": ([Field("n", "number", {"en": "N"}, minimum=2, maximum=1)], "maximum"),
    "a day for a number": ([Field("n", "number", {"en": "N"}, minimum="2026-01-01")], "minimum"),
    "a filter of a text": ([Field("n", "text", {"en": "N"}, listed=True, field_class=1)], "listed"),
    "a filter of a sensitive answer": ([replace(YES, listed=True)], "listed"),
    "an unknown question": ([replace(YES, shown_if=Condition("other", "equals", True))], "shown_if"),
    "itself": ([replace(YES, shown_if=Condition("has_children", "equals", True))], "shown_if"),
    "a circle": (
        [replace(YES, code="a", shown_if=Condition("b", "equals", True)),
         replace(YES, code="b", shown_if=Condition("a", "equals", True))], "shown_if",
    ),
    "another comparison": ([YES, replace(TEXT, shown_if=Condition("has_children", "at_least", 1))], "shown_if"),
    "an answer that is not offered": (
        [Field("c", "choice", {"en": "C"}, options=(Option("a", {"en": "A"}),)),
         Field("t", "text", {"en": "T"}, shown_if=Condition("c", "equals", "b"))], "shown_if",
    ),
    "a more sensitive question": (
        [replace(YES, field_class=4), replace(TEXT, shown_if=IF_YES)], "shown_if",
    ),
    "required and never asked": (
        [Field("n", "number", {"en": "N"}, maximum=5),
         Field("t", "text", {"en": "T"}, required=True, shown_if=Condition("n", "at_least", 6))], "shown_if",
    ),
    "required and hanging on what is never asked": (
        [Field("n", "number", {"en": "N"}, maximum=5), replace(YES, shown_if=Condition("n", "at_least", 6)),
         replace(TEXT, required=True, shown_if=IF_YES)], "shown_if",
    ),
    "required and hanging on a retired question": (
        [replace(YES, retired=True),
         replace(TEXT, required=True, shown_if=IF_YES)], "shown_if",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_form_with_a_fault_is_refused_beside_the_right_part(name):
    fields, part = WRONG[name]
    assert part in {problem.part for problem in problems_of(fields)}


def test_kind_and_class_of_a_question_in_use_do_not_change():
    parts = {problem.part for problem in problems_of([replace(YES, kind="text", field_class=1)], [YES])}
    assert parts == {"kind", "field_class"}


def test_missing_translations_are_warnings_only():
    choice = Field("c", "choice", {"en": "C", "ru": "Ц", "be": "Ц"}, options=(Option("a", {"en": "A"}),))
    assert [warning.part for warning in warnings_of([YES, choice])] == ["labels", "options"]
    assert problems_of([YES, choice]) == []


def test_what_was_in_use_is_retired_and_not_lost():
    old = Field("c", "choice", {"en": "C"}, options=(Option("a", {"en": "A"}), Option("b", {"en": "B"})))
    new = replace(old, options=(Option("b", {"en": "B"}),))
    kept = carried([new], [old, YES])
    assert [(one.code, one.retired) for one in kept] == [("c", False), ("has_children", True)]
    assert [(option.code, option.retired) for option in kept[0].options] == [("b", False), ("a", True)]
    assert active(kept) == [new]
    assert set(check(kept, {"c": "a", "has_children": True})) == {"c", "has_children"}


def test_the_schema_is_valid_and_names_no_retired_question():
    schema = validator([YES, replace(YES, code="gone", retired=True)]).schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(schema["properties"]) == ["has_children"]


def test_answers_are_read_as_people_write_them():
    number = Field("n", "number", {"en": "N"})
    assert [read(number, text) for text in ("1 200,5", "7", "", "seven")] == [1200.5, 7, None, "seven"]
    assert "n" in check([number], {"n": read(number, "seven")})
    assert read(YES, "no") is False
    assert read(Field("t", "text", {"en": "T"}), "  e\u0301 ") == "é"


def test_answers_are_said_in_the_language_of_the_reader():
    choice = Field("c", "multiple_choice", {"en": "C"}, options=(Option("a", {"en": "Tent", "ru": "Палатка"}),))
    with translation.override("ru"):
        assert in_text(choice, ["a", "gone"]) == "Палатка, gone"
        assert in_text(YES, True) == "Да"
        assert in_text(Field("d", "date", {"en": "D"}), "2026-11-23") == "23 ноября 2026"
    assert words({"be": "Толькі"}) == "Толькі"


def test_a_check_changes_no_answer():
    given_now = {"has_children": "x"}
    before = copy.deepcopy(given_now)
    check([YES], given_now)
    assert given_now == before
