"""Forms of supervision: deciding, handing over, sealing, opening in an emergency."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.actions.approvals import APPROVE, SEND_BACK
from cases.actions.cases import colleagues_for
from cases.forms.base import DoorForm, or_none
from cases.models import Case
from cases.models.emergencies import JUSTIFIED, NOT_JUSTIFIED
from cases.states import OPEN
from core.codelists import choices


class DecideForm(DoorForm):
    """Approve, or send back with a reason; the two buttons are the answer."""

    answer = forms.ChoiceField(choices=[(APPROVE, APPROVE), (SEND_BACK, SEND_BACK)], widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("A word to your colleague"),
        help_text=gettext_lazy("Needed when you send it back: what has to change?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EmergencyForm(DoorForm):
    """Which case, and why it cannot wait."""

    reference = forms.CharField(
        label=gettext_lazy("Number of the case"),
        help_text=gettext_lazy("The exact number, for example C-7F3K9Q2M. Names cannot be searched here."),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why it cannot wait"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("Needed for another reason than those above."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices("emergency_reason")


class ReviewForm(DoorForm):
    """Whether an opening was right."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Was it right to open the case?"),
        choices=[(JUSTIFIED, gettext_lazy("It was justified")), (NOT_JUSTIFIED, gettext_lazy("It was not justified"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("Needed when it was not justified. Who opened the case reads it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SealForm(DoorForm):
    """Who reads the sealed case."""

    members = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these people see the case"),
        help_text=gettext_lazy("The caseworker must be one of them. Take part yourself, or you lose sight of it."),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = colleagues_for(actor)
        self.fields["members"].label_from_instance = lambda member: member.name


class ReassignManyForm(DoorForm):
    """Which cases go to whom, and why."""

    cases = forms.ModelMultipleChoiceField(label=gettext_lazy("Cases"), queryset=None, widget=forms.MultipleHiddenInput)
    caseworker = forms.ModelChoiceField(label=gettext_lazy("New caseworker"), queryset=None)
    reason = forms.ChoiceField(label=gettext_lazy("Why"))

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Case.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, status__in=OPEN)
        self.fields["cases"].queryset = rows
        self.fields["cases"].error_messages["required"] = gettext_lazy("Choose at least one case.")
        self.fields["caseworker"].queryset = colleagues_for(actor)
        self.fields["caseworker"].label_from_instance = lambda member: member.name
        self.fields["reason"].choices = or_none(choices("reassign_reason"))

    def chosen(self) -> int:
        """Return how many cases were chosen; before more is asked, nothing is wrong yet."""
        self.full_clean()
        found = len(self.cleaned_data.get("cases", ()))
        if found and "caseworker" not in self.data:
            self.errors.clear()
        return found

    def facts(self) -> dict:
        """Return what `reassign_many` takes."""
        given = dict(self.cleaned_data)
        return {"case_ids": [row.pk for row in given.pop("cases")], **given}
