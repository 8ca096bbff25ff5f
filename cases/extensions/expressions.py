"""The few expressions of XLSForm that our conditions and limits are, written and read. Others are not understood."""

import json
import re

from cases.extensions.definition import CHOOSING, WRITTEN, Condition, Field

_REFERENCE = r"\$\{\s*(?P<code>[A-Za-z_][A-Za-z0-9_.-]*)\s*\}"
_TEXT = r"(?:'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\")"
_NUMBER = r"(?P<number>-?\d+(?:\.\d+)?)"
_DAY = r"date\(\s*['\"](?P<day>\d{4}-\d\d-\d\d)['\"]\s*\)"
_SELECTED = re.compile(rf"selected\(\s*{_REFERENCE}\s*,\s*{_TEXT}\s*\)")
_COMPARED = re.compile(rf"{_REFERENCE}\s*(?P<sign>!=|>=|<=|=)\s*(?:{_TEXT}|{_DAY}|{_NUMBER})")
_SIGNS = {"equals": "=", "not_equals": "!=", "at_least": ">=", "at_most": "<="}
_OPERATORS = {sign: operator for operator, sign in _SIGNS.items()}
_LIMIT = re.compile(rf"\.\s*(?P<sign>>=|<=)\s*(?:{_DAY}|{_NUMBER})")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*<=\s*(\d+)")


class NotUnderstood(ValueError):
    """An expression that is none of ours."""


def relevant(condition: Condition | None, of: Field | None) -> str:
    """Return a condition as the `relevant` of an XLSForm, "" for none. `of` is the field it names."""
    if condition is None or of is None:
        return ""
    reference = "${" + condition.field + "}"
    if condition.operator == "answered":
        return f"{reference} != ''"
    value = {True: "yes", False: "no"}[condition.value] if isinstance(condition.value, bool) else condition.value
    if condition.operator == "includes":
        return f"selected({reference}, '{value}')"
    return f"{reference} {_SIGNS[condition.operator]} {_literal(value, of)}"


def _literal(value, of: Field) -> str:
    if of.kind == "date":
        return f"date('{value}')"
    if of.kind == "number":
        return _plain(value)
    return f'"{value}"' if "'" in str(value) else f"'{value}'"


def _plain(value) -> str:
    """Return a number without an exponent, which XPath does not know."""
    return format(value, "f").rstrip("0").rstrip(".") if isinstance(value, float) else json.dumps(value)


def condition(text: str, fields: dict[str, Field]) -> Condition | None:
    """Return the condition that a `relevant` says; None for an empty one. Raises NotUnderstood."""
    text = text.strip()
    if not text:
        return None
    if found := _SELECTED.fullmatch(text):
        of = fields.get(found["code"])
        operator = "includes" if of is None or of.kind == "multiple_choice" else "equals"
        return Condition(found["code"], operator, _value(found, of))
    if not (found := _COMPARED.fullmatch(text)):
        raise NotUnderstood(text)
    of, operator, value = fields.get(found["code"]), _OPERATORS[found["sign"]], None
    quoted = found["one"] is not None or found["two"] is not None
    if quoted and not (found["one"] or found["two"]):
        if operator != "not_equals":
            raise NotUnderstood(text)
        return Condition(found["code"], "answered")
    value = _value(found, of)
    return Condition(found["code"], operator, value)


def _value(found: re.Match, of: Field | None):
    parts = found.groupdict()
    text = parts.get("one") or parts.get("two")
    if of is not None and of.kind == "yes_no":
        return {"yes": True, "no": False}.get(text, text)
    if parts.get("day"):
        return parts["day"]
    if parts.get("number"):
        return number(parts["number"]) if of is None or of.kind not in CHOOSING else parts["number"]
    return text


def number(text: str) -> int | float:
    """Return a number; whole ones as int."""
    value = float(text)
    return int(value) if value.is_integer() else value


def constraint(one: Field) -> str:
    """Return the limits of a field as the `constraint` of an XLSForm, "" for none."""
    if one.kind in WRITTEN:
        return f"string-length(.) <= {one.max_length}" if one.max_length else ""
    ends = [(">=", one.minimum), ("<=", one.maximum)]
    return " and ".join(f". {sign} {_literal(value, one)}" for sign, value in ends if value is not None)


def limits(text: str) -> dict:
    """Return the limits that a `constraint` says, as arguments of Field. Raises NotUnderstood."""
    found: dict = {}
    for part in re.split(r"\s+and\s+", text.strip()) if text.strip() else ():
        if length := _LENGTH.fullmatch(part):
            name, value = "max_length", int(length[1])
        elif limit := _LIMIT.fullmatch(part):
            name = "minimum" if limit["sign"] == ">=" else "maximum"
            value = limit["day"] or number(limit["number"])
        else:
            raise NotUnderstood(text)
        if name in found:
            raise NotUnderstood(text)
        found[name] = value
    return found
