"""Forms about a case: opening it, its needs and tasks, and its steps."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.actions.cases import CONSENT_BASES, colleagues_for
from cases.forms.base import DoorForm, or_none, pairs, text_box
from cases.states import REOPEN_REASONS
from cases.words import BASIS_WORDS, NEED_HINTS, REOPEN_WORDS, RISK_HINTS
from core.codelists import choices


class CaseForm(DoorForm):
    """Opening a case: how much danger, and how the person came."""

    risk_level = forms.ChoiceField(label=gettext_lazy("How much danger is the person in?"), widget=forms.RadioSelect)
    entry_point = forms.ChoiceField(label=gettext_lazy("How the person came to us"))
    consent_basis = forms.ChoiceField(label=gettext_lazy("The work rests on"))
    basis_note = forms.CharField(
        label=gettext_lazy("Why you work without consent"),
        help_text=gettext_lazy("Only if the work does not rest on consent."),
        max_length=2000,
        required=False,
        widget=text_box(2),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["risk_level"].choices = choices("risk_level")
        self.fields["risk_level"].choice_hints = RISK_HINTS
        self.fields["entry_point"].choices = choices("entry_point")
        self.fields["entry_point"].initial = "walk_in"
        self.fields["consent_basis"].choices = pairs(CONSENT_BASES, BASIS_WORDS)


class NeedForm(DoorForm):
    """One need."""

    category = forms.ChoiceField(label=gettext_lazy("What is needed"))
    description = forms.CharField(
        label=gettext_lazy("In a few words"), max_length=2000, required=False, widget=text_box(3)
    )
    priority = forms.ChoiceField(label=gettext_lazy("How soon"), widget=forms.RadioSelect, initial="routine")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = or_none(choices("need_category"))
        self.fields["priority"].choices = choices("urgency")
        self.fields["priority"].choice_hints = NEED_HINTS


class NeedChangeForm(DoorForm):
    """A need that stands: its words, and how soon."""

    description = NeedForm.base_fields["description"]
    priority = NeedForm.base_fields["priority"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["priority"].choices = choices("urgency")
        self.fields["priority"].choice_hints = NEED_HINTS


class SettleForm(DoorForm):
    """What became of a need."""

    status = forms.ChoiceField(label=gettext_lazy("What the person says"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [
            pair for pair in choices("need_status") if pair[0] not in {"open", "in_referral"}
        ]


class ReassignForm(DoorForm):
    """Who takes the case over."""

    caseworker = forms.ModelChoiceField(label=gettext_lazy("New caseworker"), queryset=None)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["caseworker"].queryset = colleagues_for(actor)
        self.fields["caseworker"].label_from_instance = lambda member: member.name


class CloseForm(DoorForm):
    """Why a case is closed."""

    reason = forms.ChoiceField(label=gettext_lazy("Why the case is closed"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("Needed for another reason than those above."),
        max_length=1000,
        required=False,
        widget=text_box(2),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices("case_closure_reason")


class ReopenForm(DoorForm):
    """Why a case is opened again."""

    reason = forms.ChoiceField(label=gettext_lazy("Why the case is opened again"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = pairs(REOPEN_REASONS, REOPEN_WORDS)


class ActivateForm(DoorForm):
    """Beginning the plan: why there is no need, where none is recorded."""

    note = forms.CharField(
        label=gettext_lazy("Why no need is recorded"),
        help_text=gettext_lazy("Only if the case has no need."),
        max_length=1000,
        required=False,
        widget=text_box(2),
    )


STEP_FORMS = {"activate": ActivateForm, "close": CloseForm, "reopen": ReopenForm}
