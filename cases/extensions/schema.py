"""A form as JSON Schema, draft 2020-12: what an organisation's own system checks its answers against."""

from collections.abc import Iterable

from cases.extensions.definition import (
    FIRST_DAY,
    LARGEST,
    LAST_DAY,
    UNSAFE,
    UNSAFE_LINE,
    WRITTEN,
    Condition,
    Field,
    asked,
    label,
    words,
)

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(fields: Iterable[Field], *, address: str, title: str) -> dict:
    """Return the schema of one form's answers: an object by code; hidden questions may have no answer."""
    known = asked(fields)
    rules = [_rule(one, {other.code: other for other in known}) for one in known if one.shown_if]
    found = {
        "$schema": DRAFT,
        "$id": address,
        "title": title,
        "type": "object",
        "properties": {one.code: property_of(one) for one in known},
        "required": [one.code for one in known if one.required and not one.shown_if],
        "additionalProperties": False,
    }
    return found | ({"allOf": rules} if rules else {})


def property_of(one: Field) -> dict:
    """Return the schema of the answer to one field."""
    notes = {"title": label(one), "description": words(one.help), "x-field-class": one.field_class}
    return {name: value for name, value in notes.items() if value} | _values(one)


def _values(one: Field) -> dict:
    codes = [option.code for option in one.offered]
    if one.kind in WRITTEN:
        return {
            "type": "string",
            "maxLength": one.length,
            "pattern": r"[^\s]",
            "not": {"pattern": UNSAFE if one.kind == "long_text" else UNSAFE_LINE},
        }
    if one.kind == "number":
        least = -LARGEST if one.minimum is None else one.minimum
        most = LARGEST if one.maximum is None else one.maximum
        return {"type": "integer" if one.whole else "number", "minimum": least, "maximum": most}
    if one.kind == "date":
        least, most = one.minimum or FIRST_DAY, one.maximum or LAST_DAY
        ends = [{"pattern": from_day(least)}, {"pattern": to_day(most)}]
        return {"type": "string", "format": "date", "maxLength": 10, "allOf": ends}
    if one.kind == "yes_no":
        return {"type": "boolean"}
    if one.kind == "choice":
        return {"enum": codes}
    return {"type": "array", "items": {"enum": codes}, "minItems": 1, "uniqueItems": True}


def _rule(one: Field, known: dict[str, Field]) -> dict:
    """Return when a field is asked: then it may be required, else it must be left out."""
    then = {"then": {"required": [one.code]}} if one.required else {}
    return {"if": _met(one.shown_if, known), **then, "else": {"properties": {one.code: False}}}


def _met(condition: Condition, known: dict[str, Field]) -> dict:
    code, value = condition.field, condition.value
    of = known.get(code)
    if condition.operator == "answered":
        return {"required": [code]}
    if condition.operator == "not_equals":
        return {"not": _met(Condition(code, "equals", value), known)}
    if condition.operator == "includes":
        wanted = {"type": "array", "contains": {"const": value}}
    elif condition.operator == "equals":
        wanted = {"const": value}
    elif of is not None and of.kind == "date":
        pattern = from_day(value) if condition.operator == "at_least" else to_day(value)
        wanted = {"type": "string", "maxLength": 10, "pattern": pattern}
    else:
        wanted = {"type": "number", "minimum" if condition.operator == "at_least" else "maximum": value}
    return {"properties": {code: wanted}, "required": [code]}


def from_day(day: str) -> str:
    """Return a pattern for days from `day` on: JSON Schema compares no days, but ISO days stand in digit order."""
    return _beside(day, "9", lambda digit: (str(int(digit) + 1), "9"))


def to_day(day: str) -> str:
    """Return a pattern for days up to `day`."""
    return _beside(day, "0", lambda digit: ("0", str(int(digit) - 1)))


def _beside(day: str, last: str, span) -> str:
    ways = [day]
    for position, digit in enumerate(day):
        if digit in ("-", last):
            continue
        first, end = span(digit)
        rest = "".join("-" if sign == "-" else "[0-9]" for sign in day[position + 1 :])
        ways.append(f"{day[:position]}[{first}-{end}]{rest}")
    return f"^({'|'.join(ways)})$"
