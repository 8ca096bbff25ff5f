"""Forms of lists that are taken out: which columns, which rows, and what for."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.exports import Listing
from cases.forms.base import DoorForm, day_input, or_none, text_box
from core.codelists import choices

CLASSES = (1, 2, 3, 4)
CLASS_LABELS = {
    1: gettext_lazy("Work facts"),
    2: gettext_lazy("Personal facts"),
    3: gettext_lazy("Sensitive facts"),
    4: gettext_lazy("Highly restricted facts"),
}
CLASS_NOTES = {
    1: "",
    2: gettext_lazy("Each person on the list gets a line in the trail of reading."),
    3: gettext_lazy("Health, children, danger, status. Take only what the purpose needs."),
    4: gettext_lazy("Trafficking, violence, detention. A second person must release the list."),
}
STATES = (
    ("open", gettext_lazy("Open")),
    ("ended", gettext_lazy("Ended")),
    ("all", gettext_lazy("All")),
)
FORMS = (
    ("xlsx", gettext_lazy("Spreadsheet (XLSX)")),
    ("csv", gettext_lazy("Text table (CSV)")),
)


class ExportForm(DoorForm):
    """A list to take out."""

    FIELD_OF = {"columns": "columns_1", "listing": "state"}
    state = forms.ChoiceField(
        label=gettext_lazy("Which ones"), choices=STATES, initial="open", widget=forms.RadioSelect
    )
    since = forms.DateField(label=gettext_lazy("From the day"), required=False, widget=day_input())
    until = forms.DateField(label=gettext_lazy("To the day"), required=False, widget=day_input())
    form = forms.ChoiceField(
        label=gettext_lazy("Kind of file"), choices=FORMS, initial="xlsx", widget=forms.RadioSelect
    )
    purpose = forms.ChoiceField(label=gettext_lazy("What the list is for"))
    reason = forms.CharField(
        label=gettext_lazy("Who needs it, and why"), max_length=1000, required=False, widget=text_box(2)
    )

    def __init__(self, *args, listing: Listing, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.listing = listing
        self.fields["purpose"].choices = or_none(choices("export_purpose"))
        offered = listing.offered(actor)
        for number in CLASSES:
            columns = [column for column in offered if column.field_class == number]
            if not columns:
                continue
            self.fields[f"columns_{number}"] = forms.MultipleChoiceField(
                label=CLASS_LABELS[number],
                help_text=CLASS_NOTES[number],
                choices=[(column.code, column.label) for column in columns],
                initial=[column.code for column in columns if column.usual],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def column_fields(self):
        """Return the bound fields of the columns, class by class, for the template."""
        return [self[name] for name in self.fields if name.startswith("columns_")]

    def facts(self) -> dict:
        """Return what `prepare_export` takes."""
        given = self.cleaned_data
        columns = [code for name, codes in given.items() if name.startswith("columns_") for code in codes]
        return {
            "listing": self.listing.code,
            "columns": columns,
            "filters": {name: given[name] for name in ("state", "since", "until")},
            **{name: given[name] for name in ("form", "purpose", "reason")},
        }


class DecideForm(DoorForm):
    """What the second person says."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Needed only if you send the list back."),
        max_length=1000,
        required=False,
        widget=text_box(2),
    )
