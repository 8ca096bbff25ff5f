"""Input and output of resources: explicit fields, strict types, and a reader for each field of an answer."""

import re
from datetime import date
from functools import cached_property
from operator import attrgetter
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

# Control characters, and those that turn the direction of text so that it reads as something else. Isolates, marks
# and joiners stay: real Arabic and Persian text needs them. Line breaks are for `Words` only.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e]")
LINES = re.compile("[\t\n\r]")
FIRST_DAY, LAST_DAY = date(1850, 1, 1), date(2200, 1, 1)


class Text(serializers.CharField):
    """One line of text; `max_length` is always given."""

    default_error_messages = {
        "control": _("Control characters are not allowed."),
        "lines": _("Write it in one line."),
        "invalid": _("Write text."),
    }
    one_line = True

    def to_internal_value(self, data) -> str:
        """Return the text without outer blanks. Numbers are no text."""
        if not isinstance(data, str):
            self.fail("invalid")
        if UNSAFE.search(data):
            self.fail("control")
        if self.one_line and LINES.search(data.strip()):
            self.fail("lines")
        return super().to_internal_value(data)


class Words(Text):
    """Text of several lines."""

    one_line = False


class Code(serializers.ChoiceField):
    """A code of a list, as a string."""

    def to_internal_value(self, data) -> str:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", input=str(data)[:32] if isinstance(data, str) else "")
        return data


class Id(serializers.UUIDField):
    """An identifier in its canonical form."""

    def to_internal_value(self, data) -> UUID:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value="")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false, nothing that only looks like it."""

    def to_internal_value(self, data) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input="")
        return data


class Whole(serializers.IntegerField):
    """A whole number; "3" and 3.0 are none."""

    def to_internal_value(self, data) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day, ISO 8601."""

    default_error_messages = {"range": _("This day is too far away.")}

    def to_internal_value(self, value) -> date:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DD")
        found = super().to_internal_value(value)
        if not FIRST_DAY <= found <= LAST_DAY:
            self.fail("range")
        return found


class Moment(serializers.DateTimeField):
    """A moment, RFC 3339 with its offset."""

    default_error_messages = {"range": _("This moment is too far away.")}

    def to_internal_value(self, value):
        if not isinstance(value, str) or not re.search(r"[tT ].*([zZ]|[+-]\d\d:?\d\d)$", value):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ")
        found = super().to_internal_value(value)
        if not FIRST_DAY <= found.date() <= LAST_DAY:
            self.fail("range")
        return found


class Many(serializers.ListField):
    """A list of at most `max_length` values."""

    def to_internal_value(self, data) -> list:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        return super().to_internal_value(data)


class Input(serializers.Serializer):
    """What a resource takes. A field that is not named here is refused, by its name."""

    default_error_messages = {"unknown": _("This field is not known here.")}

    def to_internal_value(self, data) -> dict:
        """Return the facts. Raises ValidationError with the errors of all fields, the unknown ones included."""
        errors, facts = {}, {}
        if isinstance(data, dict):
            text = str(self.error_messages["unknown"])
            errors = {shown(name): [text] for name in data if name not in self.fields}
        try:
            facts = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return facts


def shown(name: str) -> str:
    """Return a name from outside so that it can be quoted: short, without control characters."""
    return UNSAFE.sub("?", LINES.sub("?", name))[:64]


class Output(serializers.Serializer):
    """What a resource gives: the declared fields, each read by `get_<name>(row)` or from its `source`.

    DRF's own rendering costs more than the query of a list. orjson writes times, dates and ids as they are,
    so the values are only picked up here.
    """

    @cached_property
    def _readers(self) -> list[tuple]:
        return [
            (name, getattr(self, f"get_{name}", None) or attrgetter(field.source or name))
            for name, field in self._declared_fields.items()
        ]

    def to_representation(self, row) -> dict:
        """Return the answer's part for one row."""
        return {name: read(row) for name, read in self._readers}


class Links(Output):
    """Where more is."""

    self = serializers.CharField()
