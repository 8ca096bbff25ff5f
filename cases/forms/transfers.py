"""Forms of handing a case over: the offer of the sender, and the answer of the receiver."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.actions.cases import colleagues_for
from cases.actions.transfers import CLASSES, PURPOSE, takers
from cases.forms.base import DoorForm, pairs, text_box
from cases.handing import open_tasks, to_keep
from cases.models import Appointment, Consent
from cases.words import CLASS_HINTS, CLASS_WORDS
from core.codelists import choices, label
from core.dates import day, moment
from partners.models import Organisation


class ProposeForm(DoorForm):
    """To whom, why, with what, and who of us still reads what we keep."""

    to = forms.ModelChoiceField(label=gettext_lazy("To which organisation"), queryset=None)
    consent = forms.ModelChoiceField(label=gettext_lazy("The person agreed to it"), queryset=None)
    reason = forms.ChoiceField(label=gettext_lazy("Why the case goes"), widget=forms.RadioSelect)
    classes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What goes along"),
        help_text=gettext_lazy(
            "Name, age and safe contact always go. Notes, documents, assessments and the plan never go: write below "
            "what has to be known."
        ),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tasks = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Open tasks that the next caseworker goes on with"),
        help_text=gettext_lazy("The others end with our work."),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    appointments = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Appointments to come that the next caseworker keeps"),
        help_text=gettext_lazy("Day, place and with whom go along. The others are cancelled: tell the person."),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=gettext_lazy("What the next caseworker has to know"),
        help_text=gettext_lazy(
            "Their supervisor reads it before the answer: write no name, and nothing that names somebody."
        ),
        max_length=4000,
        widget=text_box(5),
    )
    record = forms.ChoiceField(
        label=gettext_lazy("Who of us reads our record afterwards"), widget=forms.RadioSelect, initial="supervisor"
    )

    def __init__(self, *args, case, actor, at, **kwargs):
        super().__init__(*args, **kwargs)
        others = Organisation.objects.filter(pk__in=takers()).exclude(pk=case.organisation_id)
        self.fields["to"].queryset = others.order_by("name", "pk")
        self.fields["to"].label_from_instance = lambda row: row.full_label
        given = Consent.objects.visible_to(actor).filter(person_id=case.person_id, purposes__contains=[PURPOSE])
        self.fields["consent"].queryset = given.filter(status="given", expires_at__gt=at).order_by("-given_at")
        self.fields["consent"].label_from_instance = _consent_words
        self.fields["reason"].choices = choices("transfer_reason")
        self.fields["classes"].choices = pairs(CLASSES[1:], CLASS_WORDS)
        self.fields["classes"].choice_hints = {str(code): text for code, text in CLASS_HINTS.items()}
        self.fields["tasks"].queryset = open_tasks(case, actor)
        self.fields["tasks"].label_from_instance = lambda row: row.text
        if not self.fields["tasks"].queryset.exists():
            del self.fields["tasks"]
        self.fields["appointments"].queryset = to_keep(case, actor, at=at)
        self.fields["appointments"].label_from_instance = _appointment_words
        if not self.fields["appointments"].queryset.exists():
            del self.fields["appointments"]
        self.fields["record"].choices = choices("transfer_record")


class AcceptForm(DoorForm):
    """Who goes on with the case."""

    caseworker = forms.ModelChoiceField(label=gettext_lazy("Caseworker of ours"), queryset=None)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["caseworker"].queryset = colleagues_for(actor)
        self.fields["caseworker"].label_from_instance = lambda row: row.name


class DeclineForm(DoorForm):
    """Why not."""

    reason = forms.ChoiceField(label=gettext_lazy("Why you do not take the case over"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("Needed for another reason than those above. The sender reads it."),
        max_length=1000,
        required=False,
        widget=text_box(2),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices("transfer_decline")


def _appointment_words(row: Appointment) -> str:
    parts = [moment(row.starts_at), label("appointment_kind", row.kind), row.with_whom, row.place]
    return " · ".join(filter(None, parts))


def _consent_words(row: Consent) -> str:
    return f"{day(row.given_at)} – {day(row.expires_at)}"
