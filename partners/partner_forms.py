"""Forms of partners that join: proposals and agreements."""

from hashlib import sha256
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions import Refusal
from core.codelists import choices
from core.faces import into_form
from partners.models import Area, Organisation

CLASSES = [
    (1, gettext_lazy("Which need, which language, which place")),
    (2, gettext_lazy("Personal: name, age, contact")),
    (3, gettext_lazy("Sensitive: health, children, status")),
    (4, gettext_lazy("Highly restricted: trafficking, violence, safe address")),
]
BIGGEST = 20 * 1024 * 1024  # bytes of a signed file


class DoorForm(forms.Form):
    """A form in front of a door."""

    def shows(self, refusal: Refusal) -> None:
        """Write a refusal into the form."""
        into_form(self, refusal)


class ProposalForm(DoorForm):
    """An organisation that is not in the network yet."""

    name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=255)
    type = forms.ChoiceField(label=gettext_lazy("Kind"), choices=lambda: choices("organization_type"))
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("What it helps with"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: choices("need_category"),
    )
    area = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    about = forms.CharField(
        label=gettext_lazy("What it does, in a few sentences"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    website = forms.URLField(label=gettext_lazy("Web page"), max_length=500, required=False, assume_scheme="https")
    email = forms.EmailField(label=gettext_lazy("E-mail of the organisation"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=64, required=False)
    contact = forms.CharField(
        label=gettext_lazy("Whom to ask: name and e-mail"),
        max_length=500,
        help_text=gettext_lazy("Only the coordination desk of the network reads it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(parent=None).order_by("code")
        self.fields["area"].choices = [("", _("Not said")), *((row.pk, row.label) for row in areas)]


class DecisionForm(DoorForm):
    """What the desk decides about a proposal."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What was checked, and by whom. The proposer reads it."),
    )  # fmt: skip
    admin_name = forms.CharField(label=gettext_lazy("First administrator: name"), max_length=150, required=False)
    admin_email = forms.EmailField(label=gettext_lazy("First administrator: e-mail"), max_length=254, required=False)


class AgreementForm(DoorForm):
    """What organisations may share with each other."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    organisation_ids = forms.MultipleChoiceField(
        label=gettext_lazy("Parties"), widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Two or more.")
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("For what"), widget=forms.CheckboxSelectMultiple, choices=lambda: choices("consent_purpose")
    )
    data_classes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which data"), widget=forms.CheckboxSelectMultiple, choices=CLASSES, coerce=int
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("About which needs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: choices("need_category"),
        help_text=gettext_lazy("None chosen: every need."),
    )
    countries = forms.CharField(
        label=gettext_lazy("In which countries"), initial="BY", max_length=200,
        help_text=gettext_lazy("Codes of two letters with spaces between, such as BY PL."),
    )  # fmt: skip
    valid_from = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        label=gettext_lazy("To the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    signed = forms.FileField(
        label=gettext_lazy("Signed file"),
        required=False,
        help_text=gettext_lazy("Only its fingerprint is kept, so that the right file can be told from a changed one."),
    )
    in_force = forms.BooleanField(
        label=gettext_lazy("The parties signed already: it is in force without their confirmation here"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Organisation.objects.filter(member_of_network=True, status="active").order_by("name")
        self.fields["organisation_ids"].choices = [(str(row.pk), row.full_label) for row in rows]

    def clean_signed(self):
        """Return the file. Raises ValidationError for one that is too big to read here."""
        found = self.cleaned_data["signed"]
        if found and found.size > BIGGEST:
            raise forms.ValidationError(_("The file is too big: at most 20 MB."))
        return found

    def facts(self) -> dict:
        """Return what the door takes; of the signed file its SHA-256."""
        given = dict(self.cleaned_data)
        given.pop("in_force")
        signed = given.pop("signed")
        given["file_sha256"] = sha256(signed.read()).hexdigest() if signed else ""
        given["organisation_ids"] = [UUID(pk) for pk in given["organisation_ids"]]
        given["countries"] = given["countries"].upper().split()
        return given
