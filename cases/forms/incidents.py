"""Forms of breaches of data. The doors check; a form reads and shows."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.actions.incidents import CLASSES, MOST
from cases.forms.base import DoorForm, text_box
from cases.words import CLASS_WORDS
from core.codelists import choices


class _Extent(DoorForm):
    """How far it goes, as far as known: numbers and classes, nobody by name."""

    persons = forms.IntegerField(
        label=gettext_lazy("How many persons it concerns"),
        help_text=gettext_lazy("As far as you know. Leave it empty if you do not know."),
        min_value=0,
        max_value=MOST,
        required=False,
    )
    records = forms.IntegerField(
        label=gettext_lazy("How many records"), min_value=0, max_value=MOST, required=False
    )  # fmt: skip
    classes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What kind of data"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["classes"].choices = [(number, str(CLASS_WORDS[number])) for number in CLASSES]


class ReportForm(_Extent):
    """What somebody noticed."""

    kind = forms.ChoiceField(label=gettext_lazy("What happened?"), widget=forms.RadioSelect)
    what = forms.CharField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("What, where, when, who may have the data now. Name no client: write numbers of cases."),
        max_length=4000,
        widget=text_box(5),
    )
    noticed_at = forms.DateTimeField(
        label=gettext_lazy("When it was noticed"),
        help_text=gettext_lazy("The 72 hours begin here. Leave it empty for now."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ("kind", "what", "noticed_at", "persons", "records", "classes")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices("incident_kind")


class NoteForm(DoorForm):
    """What was done, in words."""

    note = forms.CharField(label=gettext_lazy("What was done"), max_length=4000, widget=text_box(3))


class AssessForm(_Extent):
    """What it may do to the persons."""

    risk = forms.ChoiceField(label=gettext_lazy("Risk for the persons"), widget=forms.RadioSelect)
    note = forms.CharField(label=gettext_lazy("Why"), max_length=4000, widget=text_box(3))
    field_order = ("risk", "note", "persons", "records", "classes")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["risk"].choices = choices("incident_risk")


class ToldForm(DoorForm):
    """Whether somebody was told, and how, or why not."""

    told = forms.TypedChoiceField(
        label=gettext_lazy("Were they told?"),
        choices=(("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, there is no need"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("How, with which number; or why there is no need"), max_length=4000, widget=text_box(3)
    )
