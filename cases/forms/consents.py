"""The form of informed consent."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.consents import DATA_CLASSES, LIFETIME
from cases.codes import language_choices
from cases.forms.base import DoorForm, day_input, or_none, pairs, text_box
from cases.models.consents import RELATIONS
from cases.words import CLASS_HINTS, CLASS_WORDS, PURPOSE_HINTS, RELATION_WORDS
from core.codelists import choices
from partners.models import Organisation


class ConsentForm(DoorForm):
    """What the person agrees to, answer by answer."""

    FIELD_OF = {"expires_at": "expires_on"}
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("The person says yes to"),
        help_text=gettext_lazy("Ask each one by itself. A “no” never stops help that does not need the data."),
        widget=forms.CheckboxSelectMultiple,
    )
    receiver_class = forms.ChoiceField(
        label=gettext_lazy("Who may receive a referral"), required=False, widget=forms.RadioSelect, initial=""
    )
    receivers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    excluded = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Never these organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    data_classes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What may be shared in a referral"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    given_by = forms.ChoiceField(label=gettext_lazy("Who agrees"))
    representative = forms.CharField(label=gettext_lazy("Name of the representative"), max_length=255, required=False)
    assent = forms.BooleanField(label=gettext_lazy("The child agrees too, in its own words"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Explained in"))
    interpreter = forms.BooleanField(label=gettext_lazy("An interpreter helped"), required=False)
    method = forms.ChoiceField(label=gettext_lazy("How consent was given"), widget=forms.RadioSelect)
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"), help_text=gettext_lazy("12 months at most."), widget=day_input()
    )
    evidence = forms.CharField(
        label=gettext_lazy("Where the signed paper or the recording is kept"),
        max_length=2000,
        required=False,
        widget=text_box(2),
    )

    def __init__(self, *args, at, home: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        network = Organisation.objects.filter(member_of_network=True, status="active").exclude(pk=home.pk)
        for name in ("receivers", "excluded"):
            self.fields[name].queryset = network.order_by("name", "pk")
            self.fields[name].label_from_instance = lambda organisation: organisation.full_label
        self.fields["purposes"].choices = choices("consent_purpose")
        self.fields["purposes"].choice_hints = PURPOSE_HINTS
        self.fields["data_classes"].choices = pairs(DATA_CLASSES, CLASS_WORDS)
        self.fields["data_classes"].choice_hints = {str(code): text for code, text in CLASS_HINTS.items()}
        self.fields["receiver_class"].choices = [
            ("", _("Only the organisations chosen below")),
            ("network", _("Every organisation of the network that we choose together")),
        ]
        self.fields["given_by"].choices = pairs(RELATIONS, RELATION_WORDS)
        self.fields["language"].choices = or_none(language_choices())
        # DOMAIN 5.1: the law of the country knows no spoken consent; bodies under another regime do.
        methods = [
            pair for pair in choices("consent_method") if home.legal_regime != "by_law" or "verbal" not in pair[0]
        ]
        self.fields["method"].choices = methods
        last = timezone.localdate(at + LIFETIME)
        self.fields["expires_on"].initial = last
        self.fields["expires_on"].widget.attrs |= {"max": last.isoformat()}

    def facts(self) -> dict:
        """Return what `record_consent` takes; the last day counts to its end."""
        given = dict(self.cleaned_data)
        day = given.pop("expires_on")
        full = day == timezone.localdate(self.at + LIFETIME)
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        given["expires_at"] = self.at + LIFETIME if full else end
        given["receivers"] = [] if given["receiver_class"] else [row.pk for row in given["receivers"]]
        given["excluded"] = [row.pk for row in given["excluded"]]
        given["assent"] = given["assent"] or None
        return given
