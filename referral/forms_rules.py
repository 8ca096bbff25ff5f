"""The form of a routing rule."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from core.codelists import choices
from core.faces import into_form
from partners.models import Area, Organisation, Service
from referral.models.rules import LOWEST


class _Labelled(forms.ModelChoiceField):
    """A choice of rows by their label in the active language."""

    def label_from_instance(self, obj):
        return f"{obj.label}, {obj.organisation.label}" if isinstance(obj, Service) else obj.label


class RuleForm(forms.Form):
    """Which need of which place goes where, how early it is tried, and for how long."""

    category = forms.ChoiceField(label=gettext_lazy("Need"), required=False)
    area = _Labelled(
        label=gettext_lazy("Place"), queryset=Area.objects.none(), empty_label=gettext_lazy("Any place"), required=False
    )
    service = _Labelled(
        label=gettext_lazy("Goes to this service"),
        queryset=Service.objects.none(),
        empty_label=gettext_lazy("None: a desk decides"),
        required=False,
    )
    desk = _Labelled(
        label=gettext_lazy("Or to the fitting service of this organisation"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("None"),
        required=False,
    )
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        help_text=gettext_lazy("1 is tried first. Only matters between rules for the same need and place."),
        min_value=1,
        max_value=LOWEST,
        initial=10,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    valid_to = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", gettext_lazy("Any need")), *choices("need_category")]
        self.fields["area"].queryset = Area.objects.order_by("code")
        offered = Q(status="active", accepts_referrals=True, organisation__member_of_network=True)
        self.fields["service"].queryset = (
            Service.objects.filter(offered).select_related("organisation").order_by("name", "pk")
        )
        network = Organisation.objects.filter(status="active", member_of_network=True)
        self.fields["desk"].queryset = network.order_by("name", "pk")

    def shows(self, refusal) -> None:
        """Write what the door refused beside its fields."""
        into_form(self, refusal)
