"""Forms as XLSForm workbooks: out and in again without loss, and nothing half understood."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from pyxform.xls2xform import convert
from xlsxwriter import Workbook

from cases.extensions.definition import Condition, Field, Option, active
from cases.extensions.workbooks import Unreadable
from cases.extensions.xlsform_reading import read
from cases.extensions.xlsform_writing import workbook
from core.files import FileRefused
from tests.cases.questions import forms

HEADS = ["type", "name", "label::English (en)", "label::Русский (ru)", "required", "relevant", "constraint"]
CHOICES = [["list_name", "name", "label"], ["way", "bus", "By bus"], ["way", "foot", "On foot"]]


def book(survey, choices=CHOICES, *, write="write_string", extra=None) -> bytes:
    held = BytesIO()
    with Workbook(held, {"in_memory": True}) as made:
        for name, rows in (("survey", survey), ("choices", choices), *((extra or {}).items())):
            sheet = made.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, text in enumerate(cells):
                    if text != "":
                        getattr(sheet, write if isinstance(text, str) else "write")(row, column, text)
    return held.getvalue()


def export(fields) -> bytes:
    return workbook(fields, title="Person", form_id="waymark_person", version="1")


@settings(max_examples=100, deadline=None)
@given(forms())
def test_what_is_exported_is_read_again_without_loss(fields):
    assert read(BytesIO(export(fields))) == active(fields)


@settings(max_examples=25, deadline=None)
@given(forms())
def test_pyxform_makes_a_form_of_every_export(fields):
    made = convert(BytesIO(export(fields)))
    for one in fields:
        assert f"/data/{one.code}" in made.xform or f"/{one.code}" in made.xform


def test_pyxform_sees_conditions_limits_and_languages():
    fields = [
        Field("children", "yes_no", {"en": "Children?", "ru": "Дети?", "be": "Дзеці?"}, required=True),
        Field("count", "number", {"en": "How many"}, whole=True, minimum=1, maximum=20,
              shown_if=Condition("children", "equals", True)),
        Field("way", "choice", {"en": "Way"}, options=(Option("bus", {"en": "Bus", "be": "Аўтобус"}),)),
    ]  # fmt: skip
    made = convert(BytesIO(export(fields)))
    assert made.warnings == [] or all("language" in warning or "translation" in warning for warning in made.warnings)
    for part in ("Дзеці?", "relevant=", "&gt;= 1 and", "Беларуская (be)", 'type="int"'):
        assert part in made.xform, part


def test_a_retired_question_is_not_exported():
    gone = Field("gone", "text", {"en": "Gone"}, retired=True)
    assert [one.code for one in read(BytesIO(export([gone, Field("here", "text", {"en": "Here"})])))] == ["here"]


def test_a_form_made_by_hand_is_read():
    made = book(
        [
            [*HEADS, "hint", "appearance"],
            ["select_one yes_no", "has_children", "Children?", "Дети?", "true", "", "", "Any age", ""],
            ["integer", "count", "How many", "", "", "${has_children} = 'yes'", ". >= 1 and . <= 20"],
            ["select_multiple way", "ways", "Ways", "", "", "${count} >= 2", "", "", ""],
            ["select_one way", "last_way", "Last", "", "", "selected(${ways}, 'bus')", "", "", "minimal"],
            ["text", "story", "Story", "", "", "${last_way} != 'foot'", "string-length(.) <= 500", "", "multiline"],
            ["date", "since", "Since", "", "", "${story} != ''", ". >= date('2020-01-01')", "", ""],
            ["decimal", "debt", "Debt", "", "", "", "", "", ""],
        ],
        [*CHOICES, ["yes_no", "yes", "Yes"], ["yes_no", "no", "No"]],
        extra={"settings": [["form_title", "default_language"], ["T", "English (en)"]], "notes": [["="]]},
    )
    found = read(BytesIO(made))
    ways = (Option("bus", {"en": "By bus"}), Option("foot", {"en": "On foot"}))
    assert found == [
        Field("has_children", "yes_no", {"en": "Children?", "ru": "Дети?"}, help={"en": "Any age"}, required=True),
        Field("count", "number", {"en": "How many"}, whole=True, minimum=1, maximum=20,
              shown_if=Condition("has_children", "equals", True)),
        Field("ways", "multiple_choice", {"en": "Ways"}, options=ways, shown_if=Condition("count", "at_least", 2)),
        Field("last_way", "choice", {"en": "Last"}, options=ways, shown_if=Condition("ways", "includes", "bus")),
        Field("story", "long_text", {"en": "Story"}, max_length=500,
              shown_if=Condition("last_way", "not_equals", "foot")),
        Field("since", "date", {"en": "Since"}, minimum="2020-01-01", shown_if=Condition("story", "answered")),
        Field("debt", "number", {"en": "Debt"}),
    ]  # fmt: skip


def faults(content: bytes) -> list[tuple]:
    with pytest.raises(Unreadable) as refused:
        read(BytesIO(content))
    return [(fault.sheet, fault.row, fault.column) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (["geopoint", "place", "Where"], "A"),
        (["begin_group", "g", "Group"], "A"),
        (["calculate", "c", "C"], "A"),
        (["select_one nowhere", "c", "C"], "A"),
        (["select_one way or_other", "c", "C"], "A"),
        (["text", "t", "T", "", "maybe"], "E"),
        (["text", "t", "T", "", "", "${other} = 1 or ${more} = 2"], "F"),
        (["text", "t", "T", "", "", "pulldata('x')"], "F"),
        (["text", "t", "T", "", "", "${unknown} = 'x'"], "F"),
        (["text", "t", "T", "", "", "", "regex(., 'a')"], "G"),
        (["text", "T t", "T"], "B"),
        (["text", "t", "a\u202eb"], "C"),
        (["text", "t", ""], "C"),
        (["text", "first", "Twice"], "B"),
    ],
)
def test_what_is_not_understood_is_named_with_its_cell(line, place):
    found = faults(book([HEADS, ["text", "first", "First"], line]))
    assert ("survey", 3, place) in found


def test_columns_languages_and_choices_that_are_not_understood_are_named():
    heads = [*HEADS, "calculation", "label::Français (fr)"]
    found = faults(book([heads, ["text", "t", "T", "", "", "", "", "1+1", "Q"]], [*CHOICES, ["way", "", "X"]]))
    assert set(found) == {("survey", 2, "H"), ("survey", 2, "I"), ("choices", 4, "B")}


def test_formulas_are_refused_by_sheet_and_cell():
    content = book([HEADS, ["text", "t", "=1+1"]], write="write")
    assert faults(content) == [("survey", 2, "C")]


def test_a_cell_far_out_does_not_fill_the_memory():
    held = BytesIO()
    with Workbook(held, {"in_memory": True}) as made:
        made.add_worksheet("survey").write_string(1_048_575, 16_383, "x")
    assert faults(held.getvalue())[0] == ("survey", 1_048_576, "A")


def with_part(name: str, content: str) -> bytes:
    held = BytesIO(book([HEADS, ["text", "t", "T"]]))
    with zipfile.ZipFile(held, "a") as packed:
        packed.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"type,name\ntext,t",
        b"PK\x03\x04broken",
        b"x" * (2 * 1024 * 1024 + 1),
        with_part("xl/vbaProject.bin", "x"),
        with_part("xl/worksheets/sheet9.xml", '<!DOCTYPE x [<!ENTITY a "aaa">]><worksheet>&a;</worksheet>'),
    ],
    ids=["empty", "csv", "broken", "too large", "macros", "entities"],
)
def test_what_is_no_harmless_workbook_is_refused(content):
    with pytest.raises(FileRefused):
        read(BytesIO(content))


def test_too_many_questions_are_refused():
    assert faults(book([HEADS, *(["text", f"t{n}", "T"] for n in range(201))])) == [("survey", 202, "A")]
