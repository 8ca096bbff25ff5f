"""The form of whom a service takes: a part that the page of a service includes, or a page of its own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import Refusal
from core.codelists import choices
from core.faces import into_form
from core.isocodes import country_choices
from partners.conditions import ARRAYS, FIELDS
from partners.eligibility import MAX_AGE, OLDEST, RULES
from partners.models import Area, Service
from partners.models.services import ASKED, usually_soft


def _listed(field: str, name: str) -> list[tuple[str, str]]:
    return [(code, words) for code, words in choices(name) if code in ASKED[field]]


def _areas() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return oblasts, each with its districts below it, for a grouped choice."""
    found: dict[str, list[Area]] = {}
    tops = []
    for area in Area.objects.order_by("code"):
        if area.parent_id:
            found.setdefault(area.parent_id, []).append(area)
        else:
            tops.append(area)
    return [
        (top.label, [(top.pk, top.label), *((area.pk, area.label) for area in found.get(top.pk, []))]) for top in tops
    ]


class EligibilityForm(forms.Form):
    """Whom a service takes. An empty rule takes everybody; a rule that must hold excludes, the others ask why.

    `EligibilityForm(data, service=row)`; `facts()` are the keywords of the doors `add_service` and `edit_service`.
    The template `partners/_eligibility.html` draws it as `form`.
    """

    minimum_age = forms.IntegerField(label=_("From age"), required=False, min_value=0, max_value=OLDEST)
    maximum_age = forms.IntegerField(label=_("Up to age"), required=False, min_value=0, max_value=MAX_AGE)
    sexes = forms.MultipleChoiceField(label=_("Sex"), required=False, widget=forms.CheckboxSelectMultiple)
    household_types = forms.MultipleChoiceField(
        label=_("Household"), required=False, widget=forms.CheckboxSelectMultiple
    )
    migration_statuses = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who was not asked, or does not say, is never turned away by this rule."),
    )
    citizenships = forms.MultipleChoiceField(
        label=_("Citizenship"), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    residence_areas = forms.MultipleChoiceField(
        label=_("Lives in"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Where people must live to come. Where the service works is said separately."),
    )
    document_types = forms.MultipleChoiceField(
        label=_("Has one of these papers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    hard_rules = forms.MultipleChoiceField(
        label=_("Rules that must hold"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The others are wishes: a referral may still be sent, with a reason."),
    )

    def __init__(self, *args, service: Service | None = None, **kwargs):
        soft = service.soft_rules if service else usually_soft()
        start = {name: getattr(service, name) for name in FIELDS if name != "soft_rules"} if service else {}
        kwargs["initial"] = start | {"hard_rules": [r for r in RULES if r not in soft]} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["sexes"].choices = _listed("sexes", "sex")
        self.fields["household_types"].choices = _listed("household_types", "household_type")
        self.fields["migration_statuses"].choices = _listed("migration_statuses", "migration_status")
        self.fields["document_types"].choices = _listed("document_types", "document_type")
        self.fields["citizenships"].choices = country_choices()
        self.fields["residence_areas"].choices = _areas()
        self.fields["hard_rules"].choices = choices("eligibility_rule")

    def shows(self, refusal: Refusal) -> None:
        """Write what the door refused beside the fields it names."""
        into_form(self, refusal)

    def facts(self) -> dict:
        """Return the keywords that the doors of a service take."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("minimum_age", "maximum_age", *ARRAYS) if name in given}
        return found | {"soft_rules": [rule for rule in RULES if rule not in given["hard_rules"]]}
