"""When a field is asked: conditions evaluated, said in words, and found to be impossible."""

from django.utils.translation import gettext as _

from cases.extensions.definition import Condition, Field, label

OPERATORS_OF = {
    "text": ("equals", "not_equals", "answered"),
    "long_text": ("answered",),
    "number": ("equals", "not_equals", "at_least", "at_most", "answered"),
    "date": ("equals", "not_equals", "at_least", "at_most", "answered"),
    "choice": ("equals", "not_equals", "answered"),
    "multiple_choice": ("includes", "answered"),
    "yes_no": ("equals", "not_equals", "answered"),
}


def holds(condition: Condition | None, answers: dict) -> bool:
    """Return whether a field with this condition is asked, given the other answers (JSON values by code).

    A question without an answer fulfils "is not", as in XLSForm; it fulfils nothing else.
    """
    if condition is None:
        return True
    given, wanted = answers.get(condition.field), condition.value
    match condition.operator:
        case "answered":
            return condition.field in answers
        case "equals" | "not_equals":
            return same(given, wanted) == (condition.operator == "equals")
        case "includes":
            return isinstance(given, list) and wanted in given
    if not (number(given) and number(wanted)) and not (isinstance(given, str) and isinstance(wanted, str)):
        return False
    return given >= wanted if condition.operator == "at_least" else given <= wanted  # ISO days stand in order


def number(value) -> bool:
    """Return whether a JSON value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(one, other) -> bool:
    """Return whether two JSON values are equal; in Python True would equal 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def in_words(condition: Condition, fields: dict[str, Field]) -> str:
    """Return the condition as a sentence: for pages without script, and for administrators."""
    facts = {"question": label(fields[condition.field]), "answer": value_words(condition, fields[condition.field])}
    sentence = {
        "equals": _("Only if “%(question)s” is: %(answer)s."),
        "not_equals": _("Only if “%(question)s” is not: %(answer)s."),
        "includes": _("Only if the answers to “%(question)s” include: %(answer)s."),
        "at_least": _("Only if “%(question)s” is %(answer)s or more."),
        "at_most": _("Only if “%(question)s” is %(answer)s or less."),
        "answered": _("Only if “%(question)s” is answered."),
    }[condition.operator]
    return sentence % facts


def value_words(condition: Condition, of: Field) -> str:
    """Return what a condition compares with, as people read it."""
    if isinstance(condition.value, bool):
        return _("Yes") if condition.value else _("No")
    found = next((label(option) for option in of.options if option.code == condition.value), None)
    return found if found is not None else str(condition.value if condition.value is not None else "")


def possible(condition: Condition, of: Field) -> bool:
    """Return whether some answer to the field `of` fulfils the condition, its limits and options considered."""
    value, codes = condition.value, {option.code for option in of.offered}
    if of.retired:
        return condition.operator == "not_equals"  # it is never answered again
    match condition.operator:
        case "at_least":
            return of.maximum is None or value <= of.maximum
        case "at_most":
            return of.minimum is None or value >= of.minimum
        case "equals" if of.kind in {"number", "date"}:
            return (of.minimum is None or value >= of.minimum) and (of.maximum is None or value <= of.maximum)
        case "not_equals" if of.kind == "choice":
            return not (of.required and of.shown_if is None and codes == {value})
    return True
