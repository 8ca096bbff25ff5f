"""Forms of matching: what narrows the candidates of a need, and the weights of the network."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import Refusal
from core.codelists import label
from core.faces import into_form
from partners.languages import language_choices
from partners.models import Area
from referral.candidates import Narrowed
from referral.matching import LEAST, MOST, TERMS


class NarrowForm(forms.Form):
    """Filters of the page of candidates, by GET: area codes and language codes, nothing of the person."""

    place = forms.ChoiceField(label=_("Works in"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    open = forms.BooleanField(label=_("Open now"), required=False)

    def __init__(self, *args, areas: list[Area], **kwargs):
        super().__init__(*args, **kwargs)
        self.areas = {area.pk: area for area in areas}
        tops = [area for area in areas if area.parent_id is None]
        grouped = [
            (top.label, [(top.pk, top.label), *((a.pk, a.label) for a in areas if a.parent_id == top.pk)])
            for top in tops
        ]
        self.fields["place"].choices = [("", _("Anywhere")), *grouped]
        self.fields["language"].choices = [("", _("Any language")), *language_choices()]

    def narrowed(self) -> Narrowed:
        """Return the filters that are on."""
        given = self.cleaned_data
        return Narrowed(place=self.areas.get(given["place"]), language=given["language"], open_now=bool(given["open"]))


class WeightsForm(forms.Form):
    """One number for each term, and why. `weights()` is what the door takes."""

    reason = forms.CharField(
        label=_("Why is it changed?"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, weights: dict, version: int, **kwargs):
        kwargs["initial"] = dict(weights) | {"version": version}
        super().__init__(*args, **kwargs)
        for code in TERMS:
            self.fields[code] = forms.DecimalField(
                label=label("matching_term", code), min_value=LEAST, max_value=MOST, max_digits=4, decimal_places=2,
                localize=False, widget=forms.NumberInput(attrs={"step": "0.25"}),
            )  # fmt: skip

    @property
    def terms(self) -> list:
        """The bound fields of the weights, in the order of the terms."""
        return [self[code] for code in TERMS]

    def weights(self) -> dict:
        """Return the numbers by term."""
        return {code: self.cleaned_data[code] for code in TERMS}

    def shows(self, refusal: Refusal) -> None:
        """Write what the door refused beside the fields it names."""
        into_form(self, refusal)
