"""Forms of the directory, of capacity, and of an organisation's own people, services and tokens."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.codelists import choices
from partners.languages import language_choices
from partners.models import Area, Service, Team
from partners.roles import LABELS, SCOPES


def _regions() -> list[tuple[str, str]]:
    return [(area.pk, area.label) for area in Area.objects.filter(parent=None).order_by("code")]


class CapacityForm(forms.Form):
    """One tap for the answer; the number of free places only where places are counted."""

    status = forms.ChoiceField(choices=lambda: choices("capacity_status"))
    free = forms.IntegerField(label=_("Free places"), required=False, min_value=0, max_value=100_000)
    expected_on = forms.DateField(
        label=_("Next free place expected on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CapacityRowForm(CapacityForm):
    """The same in a row of a list: without an answer nothing is said."""

    status = forms.ChoiceField(
        label=_("Answer"), required=False, choices=lambda: [("", _("Not said")), *choices("capacity_status")]
    )


class MemberForm(forms.Form):
    """A person who joins one's organisation."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("The person signs in with it."))
    role = forms.ChoiceField(label=_("Role"), choices=lambda: list(LABELS.items()))
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(organisation_id=actor.organisation_id).order_by("name")
        self.fields["team"].label_from_instance = lambda team: team.name

    def facts(self) -> dict:
        """Return what the doors take."""
        team = self.cleaned_data["team"]
        return self.cleaned_data | {"team": team.pk if team else None}


class MemberRoleForm(MemberForm):
    """Another role or team for a member."""

    name = email = None


class ServiceForm(forms.ModelForm):
    """What the directory says of a service of one's own."""

    areas = forms.MultipleChoiceField(
        label=_("Regions"), required=False, widget=forms.CheckboxSelectMultiple, choices=_regions
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple, choices=language_choices
    )
    category = forms.ChoiceField(label=_("Need"), choices=lambda: choices("need_category"))
    status = forms.ChoiceField(
        label=_("State"),
        choices=[
            ("active", _("Working")),
            ("temporarily closed", _("Closed for a time")),
            ("inactive", _("Not working")),
            ("defunct", _("Ended")),
        ],
    )

    class Meta:
        model = Service
        fields = (
            "name", "description", "category", "status", "accepts_referrals", "waiting_list", "minimum_age",
            "maximum_age", "eligibility_description", "fees_description", "languages", "interpreter",
            "covers_country", "phone", "email", "alert",
        )  # fmt: skip
        labels = {
            "name": _("Service name"),
            "description": _("What a person gets, in plain words"),
            "accepts_referrals": _("Takes referrals"),
            "waiting_list": _("Keeps a waiting list"),
            "minimum_age": _("From age"),
            "maximum_age": _("Up to age"),
            "eligibility_description": _("For whom"),
            "fees_description": _("What it costs"),
            "interpreter": _("Interpreters can be booked"),
            "covers_country": _("Works in the whole country"),
            "phone": _("Phone"),
            "email": _("E-mail of the desk"),
            "alert": _("Notice for those who refer"),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("description", "eligibility_description", "fees_description", "alert")
        }


class TokenForm(forms.Form):
    """A new access token for one's organisation's own system."""

    name = forms.CharField(label=_("Which system uses it"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(scope, scope) for scope in sorted(SCOPES)],
    )
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=3650, initial=365)
