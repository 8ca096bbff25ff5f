"""What the forms of the case pages share. The doors check; a form only reads what was typed and shows a refusal."""

from django import forms
from django.utils.translation import gettext_lazy

from core.actions import Refusal
from core.faces import into_form


def pairs(codes, words) -> list[tuple[str, str]]:
    return [(code, str(words[code])) for code in codes]


def or_none(pairs, text: str = "") -> list[tuple[str, str]]:
    return [("", text), *pairs]


def day_input(**attributes) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"} | attributes, format="%Y-%m-%d")


def clock_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def text_box(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DoorForm(forms.Form):
    """A form in front of a door: `shows` writes what the door refused beside the right fields."""

    FIELD_OF: dict[str, str] = {}  # name at the door -> name in the form, where they differ

    def shows(self, refusal: Refusal) -> None:
        """Write a refusal into the form, under the form's own names."""
        refusal.fields = {self.FIELD_OF.get(name, name): texts for name, texts in refusal.fields.items()}
        into_form(self, refusal)


class SearchForm(forms.Form):
    """One box: a name in any script, or a case number."""

    q = forms.CharField(
        label=gettext_lazy("Name, alias or case number"),
        help_text=gettext_lazy("Any script and spelling: Latin, Cyrillic and Arabic are searched together."),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
