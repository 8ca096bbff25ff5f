"""Forms of closing, retention and a person's rights. The doors check; a form reads and shows."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.requests import LANGUAGES
from cases.forms.base import DoorForm, day_input, text_box
from cases.forms.cases import CloseForm
from cases.models.retention import UNITS
from cases.states import TOLD
from core.codelists import choices

UNIT_WORDS = {
    "hours": gettext_lazy("hours"),
    "days": gettext_lazy("days"),
    "months": gettext_lazy("months"),
    "years": gettext_lazy("years"),
}
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


class RequestForm(DoorForm):
    """What a person asks about the own data."""

    kind = forms.ChoiceField(label=gettext_lazy("What does the person ask for?"), widget=forms.RadioSelect)
    identity_check = forms.ChoiceField(label=gettext_lazy("How do you know that it is this person?"))
    note = forms.CharField(
        label=gettext_lazy("In the person's words"),
        help_text=gettext_lazy("What is to be corrected, or not to be used."),
        max_length=2000,
        required=False,
        widget=text_box(3),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices("data_request")
        self.fields["identity_check"].choices = choices("identity_check")


class HandOverForm(DoorForm):
    """In which form and language the data is handed over."""

    form = forms.ChoiceField(label=gettext_lazy("As"), widget=forms.RadioSelect, initial="pdf")
    language = forms.ChoiceField(label=gettext_lazy("Language of the paper"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [("pdf", _("A paper to read (PDF)")), ("json", _("A file for another system"))]
        self.fields["language"].choices = [pair for pair in settings.LANGUAGES if pair[0] in LANGUAGES]


class AnswerForm(DoorForm):
    """What the person is told."""

    answer = forms.CharField(label=gettext_lazy("What the person is told"), max_length=2000, widget=text_box(3))
    refused = forms.BooleanField(label=gettext_lazy("The request is refused for this reason"), required=False)


class HoldForm(DoorForm):
    """Why a record is kept longer, and until when."""

    reason = forms.ChoiceField(label=gettext_lazy("Why the record has to be kept"), widget=forms.RadioSelect)
    until = forms.DateField(label=gettext_lazy("Until"), widget=day_input())
    note = forms.CharField(label=gettext_lazy("In a few words"), max_length=1000, required=False, widget=text_box(2))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices("hold_reason")


class RuleForm(DoorForm):
    """How long one kind of record is kept."""

    amount = forms.IntegerField(label=gettext_lazy("How long"), min_value=1, max_value=999)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit, str(UNIT_WORDS[unit])) for unit in UNITS]
