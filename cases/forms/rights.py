"""Forms of closing, retention and a person's rights. The doors check; a form reads and shows."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.forms.cases import CloseForm
from cases.states import TOLD

TOLD_WORDS = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}


class ClosingForm(CloseForm):
    """Why a case is closed, and whether the client knows."""

    told = forms.ChoiceField(
        label=gettext_lazy("Does the client know that the case is closed?"), widget=forms.RadioSelect
    )
    told_note = forms.CharField(
        label=gettext_lazy("Why the client was not told"),
        help_text=gettext_lazy("Only if you chose “No”. For example: cannot be reached, contact is not safe."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["told"].choices = [(code, str(TOLD_WORDS[code])) for code in TOLD]
