"""Forms of what follows an answer: another service, a task with a day, referring on, correcting, what nobody meets."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.forms.base import DoorForm, day_input, text_box
from cases.models import Consent, Need
from core.codelists import choices, label
from partners.models import Service
from referral.forms import ShareForm, consent_label
from referral.unmet import RECORDED

NO_NAMES = gettext_lazy("No names, phones or addresses: they are shared only through the fields.")
SUGGESTED_TEXTS = {
    "collect_missing": gettext_lazy("Get what the partner was missing, then send it again"),
    "remind_later": gettext_lazy("Ask this service again: places were expected by now"),
    "find_interpreter": gettext_lazy("Find an interpreter, then ask the partner again"),
    "ask_person": gettext_lazy("Ask the person what is needed now"),
    "case_conference": gettext_lazy("Hold a case conference about this need"),
}


def words_for(code: str, referral) -> str:
    """Return what a task says until somebody writes something better; it names the partner, never the person."""
    text = SUGGESTED_TEXTS.get(code)
    return f"{text} ({referral.receiver.label}, {referral.reference})" if text else ""


class AgainForm(DoorForm):
    """Which service is asked next."""

    service = forms.ModelChoiceField(
        queryset=Service.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("Choose a service from the list.")},
    )

    def __init__(self, *args, services, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services


class PlanForm(DoorForm):
    """A task that follows from an answer."""

    text = forms.CharField(label=gettext_lazy("What is to be done"), widget=text_box(), max_length=500)
    due_on = forms.DateField(label=gettext_lazy("By when"), widget=day_input())


class ReferOnForm(DoorForm):
    """A referral of one's own from one that was received."""

    need = forms.ModelChoiceField(label=gettext_lazy("Need of your case"), queryset=Need.objects.none())
    service = forms.ModelChoiceField(label=gettext_lazy("Service"), queryset=Service.objects.none())
    urgency = forms.ChoiceField(label=gettext_lazy("How soon must a partner answer?"))
    consent = forms.ModelChoiceField(
        label=gettext_lazy("The person's consent to the new partner"),
        queryset=Consent.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose a consent"),
    )

    def __init__(self, *args, needs, consents, services, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = needs
        self.fields["need"].label_from_instance = lambda need: label("need_category", need.category)
        kinds = needs.values_list("category", flat=True)
        found = services.filter(category__in=list(kinds), status="active", accepts_referrals=True)
        self.fields["service"].queryset = found.select_related("organisation").order_by("name", "pk")
        self.fields["service"].label_from_instance = lambda one: f"{one.label}, {one.organisation.label}"
        self.fields["urgency"].choices = choices("urgency")
        self.fields["urgency"].initial = "routine"
        self.fields["consent"].queryset = consents.order_by("-given_at")
        self.fields["consent"].label_from_instance = consent_label


class AmendForm(ShareForm, DoorForm):
    """A correction: field by field as at sending, and why."""

    reason = forms.CharField(
        label=gettext_lazy("What has changed, and why"), help_text=NO_NAMES, widget=text_box(2), max_length=1000
    )
    consent = forms.ModelChoiceField(
        label=gettext_lazy("Consent that this rests on"), queryset=Consent.objects.none(), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, consents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].queryset = consents
        self.fields["consent"].label_from_instance = consent_label
        self.fields["reason"].required = "preview" not in self.data


class SeenForm(DoorForm):
    """That a correction was read; the version of the packet that was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class UnmetForm(DoorForm):
    """Why nothing meets a need."""

    reason = forms.ChoiceField(label=gettext_lazy("Why?"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [pair for pair in choices("unmet_reason") if pair[0] in RECORDED]


class CorrectionForm(DoorForm):
    """One tap: as proposed, or the entry is right."""

    take = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes", widget=forms.HiddenInput
    )
