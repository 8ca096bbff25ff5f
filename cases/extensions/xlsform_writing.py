"""A form as an XLSForm workbook: what KoboToolbox, ODK and others open."""

from io import BytesIO

from xlsxwriter import Workbook

from cases.extensions.definition import CHOOSING, LANGUAGES, Field, active, label
from cases.extensions.expressions import constraint, relevant

NAMES = {"en": "English (en)", "ru": "Русский (ru)", "be": "Беларуская (be)"}
YES_NO = "yes_no"
YES_NO_WORDS = (("yes", ("Yes", "Да", "Так")), ("no", ("No", "Нет", "Не")))
TYPES = {"text": "text", "long_text": "text", "number": "decimal", "date": "date", YES_NO: f"select_one {YES_NO}"}
SURVEY = (
    "type", "name", *(f"label::{NAMES[code]}" for code in LANGUAGES), *(f"hint::{NAMES[code]}" for code in LANGUAGES),
    "required", "relevant", "constraint", "appearance", "waymark_class", "waymark_filter",
)  # fmt: skip
CHOICES = ("list_name", "name", *(f"label::{NAMES[code]}" for code in LANGUAGES))
SETTINGS = ("form_title", "form_id", "version", "default_language")


def workbook(fields: list[Field], *, title: str, form_id: str, version: str) -> bytes:
    """Return the questions that are asked now as an .xlsx file. Texts are written as texts: none becomes a formula."""
    asked = active(fields)
    known = {one.code: one for one in asked}
    survey = [_question(one, known) for one in asked]
    choices = [[YES_NO, code, *words] for code, words in YES_NO_WORDS if any(one.kind == YES_NO for one in asked)]
    for one in asked:
        choices += [[list_of(one), option.code, *_words(option.labels, label(option))] for option in one.options]
    held = BytesIO()
    with Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, heads, rows in (
            ("survey", SURVEY, survey),
            ("choices", CHOICES, choices),
            ("settings", SETTINGS, [[title, form_id, version, NAMES["en"]]]),
        ):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate([heads, *rows]):
                for column, text in enumerate(cells):
                    if text:
                        sheet.write_string(row, column, text)
    return held.getvalue()


def list_of(one: Field) -> str:
    """Return the name of a field's list of answers; never the one of yes and no."""
    return f"{one.code}_answers"


def _words(labels: dict[str, str], otherwise: str = "") -> list[str]:
    # Programs that know one language show what is there; an empty cell would be an empty question.
    return [labels.get(code, "") if any(labels.values()) else otherwise for code in LANGUAGES]


def _question(one: Field, known: dict[str, Field]) -> list[str]:
    kind = TYPES.get(one.kind, "")
    if one.kind in CHOOSING:
        kind = ("select_one " if one.kind == "choice" else "select_multiple ") + list_of(one)
    elif one.whole:
        kind = "integer"
    of = known.get(one.shown_if.field) if one.shown_if else None
    return [
        kind,
        one.code,
        *_words(one.labels),
        *_words(one.help),
        "yes" if one.required else "",
        relevant(one.shown_if, of),
        constraint(one),
        "multiline" if one.kind == "long_text" else "",
        str(one.field_class),
        "yes" if one.listed else "",
    ]
