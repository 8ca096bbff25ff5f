"""A form read from an XLSForm workbook. What is not understood is named by sheet, row and column."""

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from cases.extensions.checking import problems_of
from cases.extensions.definition import LANGUAGES, MOST_FIELDS, Field, Option
from cases.extensions.expressions import NotUnderstood, condition, limits
from cases.extensions.workbooks import Fault, Unreadable, letters, sheets_of
from cases.extensions.xlsform_writing import NAMES, YES_NO

KINDS = {"text": "text", "string": "text", "integer": "number", "int": "number", "decimal": "number", "date": "date"}
SELECTS = {"select_one": "choice", "select one": "choice", "select_multiple": "multiple_choice",
           "select multiple": "multiple_choice"}  # fmt: skip
YES = frozenset({"yes", "true", "true()", "1"})
NO = frozenset({"", "no", "false", "false()", "0"})
APPEARANCES = frozenset({"", "multiline", "minimal", "quick", "likert", "compact", "horizontal", "columns"})
PLAIN = frozenset({"type", "name", "required", "relevant", "constraint", "appearance"})
OURS = frozenset({"waymark_class", "waymark_filter"})
# What these say is lost without changing any answer.
PASSED_OVER = ("constraint_message", "required_message", "guidance_hint")
CLASS_OF_STRANGERS = 3  # a file that does not say how sensitive its questions are


class Table:
    """A sheet with its headings; `faults` collects what is wrong in it."""

    def __init__(self, name: str, rows: list[list[str]], faults: list[Fault]):
        self.name, self.faults = name, faults
        self.heads = [re.sub(r"\s*::?\s*", "::", head.strip()) for head in rows[0]] if rows else []
        self.lines = [(number, row) for number, row in enumerate(rows[1:], 2) if any(row)]

    def cells(self, number: int, row: list[str]) -> dict[str, tuple[int, str]]:
        """Return {heading: (column, text)} of one row, empty cells aside."""
        found = {}
        for column, (head, text) in enumerate(zip(self.heads, row, strict=False), 1):
            if text:
                if not head:
                    self.wrong(number, column, _("This column has no heading."))
                elif head in found:
                    self.wrong(number, column, _("Two columns have this heading."))
                found[head] = (column, text)
        return found

    def wrong(self, row: int, column: int, sentence: str) -> None:
        self.faults.append(Fault(self.name, row, letters(column), sentence))


def read(upload) -> list[Field]:
    """Return the questions of an uploaded XLSForm file.

    Raises Unreadable with everything that was not understood, and FileRefused for what is no harmless workbook.
    """
    sheets, faults = sheets_of(upload), []
    if "survey" not in sheets:
        raise Unreadable(Fault("survey", 0, "", _("The sheet “survey” is missing.")))
    survey = Table("survey", sheets["survey"], faults)
    if len(survey.lines) > MOST_FIELDS:
        text = _("A form has %(limit)s questions at most.") % {"limit": MOST_FIELDS}
        raise Unreadable(Fault("survey", MOST_FIELDS + 2, "A", text))
    default = _default_language(sheets.get("settings", []))
    lists = _lists(Table("choices", sheets.get("choices", []), faults), default)
    lines = [(number, survey.cells(number, row)) for number, row in survey.lines]
    fields, places = [], {}
    for number, cells in lines:
        one = _question(survey, number, cells, lists, default)
        if one is not None:
            places[one.code] = number
            fields.append(one)
    known = {one.code: one for one in fields}
    fields = [_with_condition(survey, places[one.code], dict(lines)[places[one.code]], one, known) for one in fields]
    if not faults:  # what was not understood would only be named twice
        for problem in problems_of(fields):
            survey.wrong(places.get(problem.code, 0), _column(survey, problem.part), problem.sentence)
    if faults:
        raise Unreadable(*sorted(faults, key=lambda fault: (fault.sheet != survey.name, fault.row))[:100])
    return fields


def _column(survey: Table, part: str) -> int:
    head = {"code": "name", "shown_if": "relevant", "minimum": "constraint", "maximum": "constraint", "options": "type",
            "max_length": "constraint", "kind": "type", "field_class": "waymark_class", "listed": "waymark_filter",
            "labels": "label", "help": "hint"}.get(part, part)  # fmt: skip
    return next((at for at, name in enumerate(survey.heads, 1) if name.split("::")[0] == head), 1)


def _default_language(settings: list[list[str]]) -> str:
    if len(settings) > 1 and "default_language" in settings[0]:
        text = settings[1][settings[0].index("default_language")]
        return _language(text) or "en"
    return "en"


def _language(text: str) -> str:
    """Return which of our languages a heading names, "" for another."""
    plain = text.strip().casefold()
    for code, name in NAMES.items():
        if plain in {code, name.casefold(), name.split(" (")[0].casefold()} or plain.endswith(f"({code})"):
            return code
    return ""


def _words(table: Table, number: int, cells: dict, head: str, default: str) -> dict[str, str]:
    """Return {language: text} of the columns `label` or `label::English (en)`; a language that is not ours is named."""
    found = {}
    for name, (column, text) in cells.items():
        kind, _sign, language = name.partition("::")
        if kind != head:
            continue
        code = _language(language) if language else default
        if not code:
            table.wrong(number, column, _("This language is not used here: English, Russian and Belarusian are."))
        elif code not in found or language:
            found[code] = text
    return {code: found[code] for code in LANGUAGES if code in found}


def _refuse_others(table: Table, number: int, cells: dict, known: frozenset, worded: tuple[str, ...]) -> None:
    for name, (column, _text) in cells.items():
        kind = name.split("::")[0]
        if name not in known and kind not in worded and kind not in PASSED_OVER:
            table.wrong(number, column, _("%(name)s: this column is not understood here.") % {"name": name[:40]})


def _lists(choices: Table, default: str) -> dict[str, list[Option]]:
    found: dict[str, list[Option]] = {}
    for number, row in choices.lines:
        cells = choices.cells(number, row)
        _refuse_others(choices, number, cells, frozenset({"list_name", "list name", "name", "value"}), ("label",))
        name = cells.get("list_name", cells.get("list name", (1, "")))
        code = cells.get("name", cells.get("value", (2, "")))
        if not name[1] or not code[1]:
            choices.wrong(number, name[0] if not name[1] else code[0], _("Write the name of the list, and the code."))
            continue
        found.setdefault(name[1], []).append(Option(code[1], _words(choices, number, cells, "label", default)))
    return found


def _question(survey: Table, number: int, cells: dict, lists: dict, default: str) -> Field | None:
    """Return one question without its condition; None, with a fault noted, where its type is not ours."""
    _refuse_others(survey, number, cells, PLAIN | OURS, ("label", "hint"))
    column, kind_text = cells.get("type", (1, ""))
    kind, options = _kind(kind_text, lists)
    appearance = cells.get("appearance", (1, ""))
    if not kind:
        text = _("%(type)s: this type of question is not known here.") % {"type": kind_text[:40]}
        survey.wrong(number, column, text)
        return None
    if appearance[1] not in APPEARANCES:
        survey.wrong(number, appearance[0], _("This appearance is not known here."))
    if kind == "text" and appearance[1] == "multiline":
        kind = "long_text"
    facts = {}
    at, text = cells.get("constraint", (1, ""))
    try:
        facts = limits(text)
    except NotUnderstood:
        survey.wrong(number, at, _("This expression is not understood: %(text)s") % {"text": text[:80]})
    return Field(
        code=cells.get("name", (2, ""))[1],
        kind=kind,
        labels=_words(survey, number, cells, "label", default),
        help=_words(survey, number, cells, "hint", default),
        required=_flag(survey, number, cells, "required"),
        field_class=_class(survey, number, cells),
        options=tuple(options),
        whole=kind_text in {"integer", "int"},
        listed=_flag(survey, number, cells, "waymark_filter"),
        **facts,
    )


def _kind(text: str, lists: dict) -> tuple[str, list[Option]]:
    """Return our kind of an XLSForm type, with the answers of its list; "" for one that is not ours."""
    if text in KINDS:
        return KINDS[text], []
    for select, kind in SELECTS.items():
        name = text.removeprefix(select).strip()
        if text.startswith(f"{select} ") and name in lists and " " not in name:
            options = lists[name]
            if kind == "choice" and name == YES_NO and {option.code for option in options} == {"yes", "no"}:
                return YES_NO, []
            return kind, options
    return "", []


def _flag(survey: Table, number: int, cells: dict, name: str) -> bool:
    column, text = cells.get(name, (1, ""))
    if text.casefold() not in YES | NO:
        survey.wrong(number, column, _("Write yes, or leave it empty."))
    return text.casefold() in YES


def _class(survey: Table, number: int, cells: dict) -> int:
    column, text = cells.get("waymark_class", (1, str(CLASS_OF_STRANGERS)))
    if text not in {"1", "2", "3", "4"}:
        survey.wrong(number, column, _("A class is a number from 1 to 4."))
        return CLASS_OF_STRANGERS
    return int(text)


def _with_condition(survey: Table, number: int, cells: dict, one: Field, known: dict[str, Field]) -> Field:
    column, text = cells.get("relevant", (1, ""))
    try:
        found = condition(text, known)
    except NotUnderstood:
        survey.wrong(number, column, _("This expression is not understood: %(text)s") % {"text": text[:80]})
        return one
    return replace(one, shown_if=found)
