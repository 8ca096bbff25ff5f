"""Any form of a subject with the questions that organisations added: drawn, read, checked as its door will."""

import json

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cases.actions.answers import field_name, may_restrict
from cases.answers import given, published, rows_of
from cases.extensions.answers import check, read, typed
from cases.extensions.conditions import in_words
from cases.extensions.definition import Field, asked, label, words
from cases.models import Form
from cases.models.extensions import NETWORK

MOST_RADIOS = 6  # more answers than these stand in a list that opens


def extended(form: type[forms.Form], subject: str, actor, *, row=None) -> type[forms.Form]:
    """Return `form` with the questions of the published forms of a subject; `row` is what exists already.

    `form.extra()` is what the doors take as `extra`. Nothing else about the form changes. One query; with a row three.
    """
    rows = rows_of([row.pk], actor) if row is not None else []
    restricted = row is None or may_restrict(subject, row, rows, actor)
    return with_questions(form, published(subject, actor), given(rows), restricted=restricted)


def with_questions(
    form: type[forms.Form], asking: list[Form], answers: dict | None = None, *, restricted: bool = True
) -> type[forms.Form]:
    """Return `form` with the questions of the given forms, begun with `answers`."""
    facts = {"asking": asking, "answered": answers or {}, "restricted": restricted}
    return type(form.__name__, (Extended, form), facts)


class Question(forms.Field):
    """One question as Django draws it. What was typed is read and checked with the others: one may hang on another."""

    def __init__(self, asked: Field, others: dict[str, Field]):
        condition = in_words(asked.shown_if, others) if asked.shown_if else ""
        super().__init__(
            label=label(asked),
            help_text=" ".join(filter(None, [words(asked.help), condition])),
            required=asked.required,
            widget=_widget(asked),
        )
        # A browser would refuse a required question that is not asked of this person.
        self.widget.use_required_attribute = lambda initial: asked.required and not asked.shown_if
        self.asked = asked

    def clean(self, value):
        return value


class Extended:
    """Mixed into a form by `extended`: the questions of other organisations' making, behind the form's own."""

    asking: list[Form] = []
    answered: dict[str, dict] = {}
    restricted = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for scope, fields in self._asked().items():
            others = {one.code: one for one in fields}
            for one in fields:
                name = field_name(scope, one.code)
                self.fields[name] = Question(one, others)
                if one.code in self.answered.get(scope, {}):
                    self.fields[name].initial = typed(one, self.answered[scope][one.code])

    def _asked(self) -> dict[str, list[Field]]:
        return {form.scope: asked(form.fields, restricted=self.restricted) for form in self.asking}

    def clean(self):
        """Check the questions together: which are asked hangs on the answers to others."""
        cleaned = super().clean()
        cleaned = self.cleaned_data if cleaned is None else cleaned
        for scope, answers in self._read(cleaned).items():
            fields = next(form.fields for form in self.asking if form.scope == scope)
            for code, sentence in check(fields, answers, restricted=self.restricted).items():
                self.add_error(field_name(scope, code), sentence)
        return cleaned

    def _read(self, cleaned: dict) -> dict[str, dict]:
        found: dict[str, dict] = {}
        for scope, fields in self._asked().items():
            read_now = {one.code: read(one, cleaned.get(field_name(scope, one.code))) for one in fields}
            found[scope] = {code: value for code, value in read_now.items() if value is not None}
        return found

    def extra(self) -> dict[str, dict] | None:
        """Return the answers as a door takes them; None where nothing is asked."""
        return self._read(self.cleaned_data) or None

    def own_facts(self) -> dict:
        """Return what was typed into the form's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("extra_")}

    @cached_property
    def question_cards(self) -> list[dict]:
        """Return the questions for `cases/_questions.html`: a card for each form, with what a script hides."""
        cards = []
        for scope, fields in self._asked().items():
            title = _("Questions of the network") if scope == NETWORK else _("Questions of your organisation")
            lines = [{"field": self[field_name(scope, one.code)], "when": _when(scope, one)} for one in fields]
            if lines:
                cards.append({"title": title, "questions": lines})
        return cards


def _when(scope: str, one: Field) -> str:
    """Return the condition for the script: the name of the control, how it is compared, and with what."""
    if one.shown_if is None:
        return ""
    value = {True: "yes", False: "no"}.get(one.shown_if.value, one.shown_if.value)
    if isinstance(one.shown_if.value, int | float) and not isinstance(one.shown_if.value, bool):
        value = one.shown_if.value  # 1 equals True
    return json.dumps({"name": field_name(scope, one.shown_if.field), "is": one.shown_if.operator, "value": value})


def _widget(one: Field) -> forms.Widget:
    return _WIDGETS[one.kind](one)


def _choice(one: Field) -> forms.Widget:
    pairs = [(option.code, label(option)) for option in one.offered]
    return forms.Select(choices=[("", ""), *pairs]) if len(pairs) > MOST_RADIOS else _radios(one, pairs)


def _radios(one: Field, pairs: list[tuple[str, str]]) -> forms.Widget:
    # Without a script a radio group cannot be emptied again.
    return forms.RadioSelect(choices=pairs if one.required else [*pairs, ("", _("No answer"))])


def _date(one: Field) -> forms.Widget:
    limits = {name: day for name, day in (("min", one.minimum), ("max", one.maximum)) if day}
    return forms.DateInput(attrs={"type": "date"} | limits, format="%Y-%m-%d")


_WIDGETS = {
    "text": lambda one: forms.TextInput(attrs={"maxlength": one.length}),
    "long_text": lambda one: forms.Textarea(attrs={"rows": 3, "maxlength": one.length}),
    "number": lambda one: forms.TextInput(attrs={"inputmode": "numeric" if one.whole else "decimal"}),
    "date": _date,
    "choice": _choice,
    "multiple_choice": lambda one: forms.CheckboxSelectMultiple(choices=[(o.code, label(o)) for o in one.offered]),
    "yes_no": lambda one: _radios(one, [("yes", _("Yes")), ("no", _("No"))]),
}
