"""Forms of the pages where an administrator adds questions."""

from dataclasses import asdict

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.extensions.definition import (
    CHOOSING,
    HELP_LENGTH,
    KINDS,
    LABEL_LENGTH,
    LANGUAGES,
    OPERATORS,
    RESTRICTED,
    Condition,
    Field,
    Option,
    asked,
    code_of,
    label,
)
from cases.forms.base import DoorForm
from cases.words import CLASS_WORDS

KIND_WORDS = {
    "text": gettext_lazy("Text in one line"),
    "long_text": gettext_lazy("Text of several lines"),
    "number": gettext_lazy("Number"),
    "date": gettext_lazy("Date"),
    "choice": gettext_lazy("One answer of a list"),
    "multiple_choice": gettext_lazy("Several answers of a list"),
    "yes_no": gettext_lazy("Yes or no"),
}
OPERATOR_WORDS = {
    "equals": gettext_lazy("is"),
    "not_equals": gettext_lazy("is not"),
    "includes": gettext_lazy("includes"),
    "at_least": gettext_lazy("is this or more"),
    "at_most": gettext_lazy("is this or less"),
    "answered": gettext_lazy("has an answer"),
}
LANGUAGE_WORDS = {"en": gettext_lazy("English"), "ru": gettext_lazy("Russian"), "be": gettext_lazy("Belarusian")}
SEEN_BY = {
    False: gettext_lazy("Seen by all who see the record that it belongs to."),
    True: gettext_lazy("Seen only by those whom the case names."),
}
LINES = 60_000  # characters of all answers of a choice


class FieldForm(DoorForm):
    """One question: its words, its kind, who sees the answer, and when it is asked."""

    FIELD_OF = {"labels": "label_en", "help": "help_en", "shown_if": "if_value"}
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy(
            "For files and other systems; it stays when the words change. Left empty, it is made from the question."
        ),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of answer"))
    required = forms.BooleanField(label=gettext_lazy("Needs an answer, wherever it is asked"), required=False)
    field_class = forms.TypedChoiceField(
        label=gettext_lazy("How sensitive the answers are"),
        help_text=gettext_lazy("It decides who sees them. When in doubt, take the higher one."),
        coerce=int,
        widget=forms.RadioSelect,
        initial=3,
    )
    options = forms.CharField(
        label=gettext_lazy("Answers of the list"),
        help_text=gettext_lazy(
            "One in each line: code | English | Russian | Belarusian. For example: bus | By bus | Автобусом | Аўтобусам"
        ),
        max_length=LINES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    minimum = forms.CharField(label=gettext_lazy("Lowest number or first day"), max_length=20, required=False)
    maximum = forms.CharField(label=gettext_lazy("Highest number or last day"), max_length=20, required=False)
    max_length = forms.IntegerField(label=gettext_lazy("Longest text, in characters"), min_value=1, required=False)
    whole = forms.BooleanField(label=gettext_lazy("Whole numbers only"), required=False)
    listed = forms.BooleanField(
        label=gettext_lazy("Offer it as a filter of the case list"),
        help_text=gettext_lazy("One answer of a list, or yes or no, of class 1 or 2."),
        required=False,
    )
    if_field = forms.ChoiceField(label=gettext_lazy("Ask it only if this question"), required=False)
    if_operator = forms.ChoiceField(label=gettext_lazy("is answered so"), required=False)
    if_value = forms.CharField(
        label=gettext_lazy("Answer to compare with"),
        help_text=gettext_lazy("The code of an answer, yes or no, a number, or a day like 2026-11-23."),
        max_length=255,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, others: list[Field], **kwargs):
        super().__init__(*args, **kwargs)
        self.others = {one.code: one for one in asked(others)}
        for language in LANGUAGES:
            words = {"language": LANGUAGE_WORDS[language]}
            self.fields[f"label_{language}"] = forms.CharField(
                label=_("Question, %(language)s") % words, max_length=LABEL_LENGTH, required=False
            )
            self.fields[f"help_{language}"] = forms.CharField(
                label=_("Help under it, %(language)s") % words,
                max_length=HELP_LENGTH,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["kind"].choices = [(code, KIND_WORDS[code]) for code in KINDS]
        self.fields["field_class"].choices = [(code, CLASS_WORDS[code]) for code in CLASS_WORDS]
        self.fields["field_class"].choice_hints = {str(code): SEEN_BY[code == RESTRICTED] for code in CLASS_WORDS}
        self.fields["if_field"].choices = [
            ("", _("Always ask it")),
            *((o.code, label(o)) for o in self.others.values()),
        ]
        self.fields["if_operator"].choices = [(code, OPERATOR_WORDS[code]) for code in OPERATORS]

    def words(self):
        """Return the bound fields of the words, language by language, for the template."""
        return [(self[f"label_{language}"], self[f"help_{language}"]) for language in LANGUAGES]

    def field(self) -> Field:
        """Return what was typed as a field; the door says what is wrong with it."""
        given = self.cleaned_data
        labels = {language: given[f"label_{language}"] for language in LANGUAGES if given[f"label_{language}"]}
        made = Field(
            code=given["code"] or code_of(labels.get("en") or next(iter(labels.values()), "")),
            kind=given["kind"],
            labels=labels,
            help={language: given[f"help_{language}"] for language in LANGUAGES if given[f"help_{language}"]},
            required=given["required"],
            field_class=given["field_class"],
            options=_options(given["options"]) if given["kind"] in CHOOSING else (),
            minimum=_limit(given["kind"], given["minimum"]),
            maximum=_limit(given["kind"], given["maximum"]),
            max_length=given["max_length"],
            whole=given["whole"],
            listed=given["listed"],
            shown_if=self._condition(given),
        )
        return made

    def _condition(self, given: dict) -> Condition | None:
        of = self.others.get(given["if_field"])
        if of is None:
            return None
        text = given["if_value"].strip()
        value: object = text or None
        if of.kind == "yes_no":
            value = {"yes": True, "no": False}.get(text.casefold(), value)
        elif of.kind == "number" and text:
            value = _limit("number", text)
        return Condition(of.code, given["if_operator"], value)


def initial_of(one: Field) -> dict:
    """Return a field as `FieldForm` begins with it."""
    facts = {
        name: value for name, value in asdict(one).items() if name not in {"labels", "help", "options", "shown_if"}
    }
    facts |= {f"label_{language}": text for language, text in one.labels.items()}
    facts |= {f"help_{language}": text for language, text in one.help.items()}
    facts["options"] = "\n".join(_line(option) for option in one.offered)
    if one.shown_if:
        value = {True: "yes", False: "no"}[one.shown_if.value] if isinstance(one.shown_if.value, bool) else ""
        value = value or ("" if one.shown_if.value is None else one.shown_if.value)
        facts |= {"if_field": one.shown_if.field, "if_operator": one.shown_if.operator, "if_value": value}
    return facts


def _line(option: Option) -> str:
    return " | ".join([option.code, *(option.labels.get(language, "") for language in LANGUAGES)]).rstrip(" |")


def _options(text: str) -> tuple[Option, ...]:
    found = []
    for line in text.splitlines():
        if line.strip():
            code, *labels = (part.strip() for part in line.split("|"))
            pairs = zip(LANGUAGES, labels[: len(LANGUAGES)], strict=False)
            found.append(Option(code, {language: label for language, label in pairs if label}))
    return tuple(found)


def _limit(kind: str, text: str):
    """Return a limit as number or day; what is neither stays text, and the door says so."""
    text = text.strip()
    if not text:
        return None
    if kind != "number":
        return text
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


class ImportForm(DoorForm):
    """A form as an XLSForm file."""

    file = forms.FileField(
        label=gettext_lazy("XLSForm file"),
        help_text=gettext_lazy("An .xlsx file with the sheets survey and choices, without formulas, 2 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
