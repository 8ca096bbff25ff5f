"""Whom a service takes, read from its row: for the evaluator, in words, and checked before it is written (G3)."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from core.actions import Incomplete
from core.codelists import label
from core.isocodes import country_codes, country_label
from partners.eligibility import RULES, Conditions, Finding, contradictions
from partners.languages import language_label
from partners.models import Area, Service
from partners.models.services import ASKED

FIELDS = (
    "minimum_age", "maximum_age", "sexes", "migration_statuses", "citizenships", "residence_areas", "document_types",
    "household_types", "soft_rules",
)  # fmt: skip
ARRAYS = FIELDS[2:]
MOST_NAMED = 4  # of what a rule asks for, in a sentence


def conditions_of(service: Service, *, covers: Iterable[str] | None = None) -> Conditions:
    """Return whom a service takes. Reads its areas (prefetch `servicearea_set`), unless `covers` names them."""
    if covers is None:
        covers = [] if service.covers_country else [row.area_id for row in service.servicearea_set.all() if row.area_id]
    return Conditions(
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        sexes=frozenset(service.sexes),
        migration_statuses=frozenset(service.migration_statuses),
        citizenships=frozenset(service.citizenships),
        residence_areas=frozenset(service.residence_areas),
        document_types=frozenset(service.document_types),
        household_types=frozenset(service.household_types),
        languages=frozenset(service.languages),
        interpreter=service.interpreter,
        interpreter_languages=frozenset(service.interpreter_languages),
        covers=frozenset(covers),
        soft=frozenset(service.soft_rules),
    )


def check(service: Service, *, covers: Iterable[str] | None = None) -> None:
    """Raise Incomplete with the fields of conditions that are not in the lists, or that nobody could meet.

    `covers` are the areas that are written with the service, None where they stay as they are.
    """
    areas = dict(Area.objects.values_list("pk", "parent_id"))
    known = ASKED | {"citizenships": country_codes(), "residence_areas": list(areas)}
    conditions = conditions_of(service, covers=() if service.covers_country else covers)
    # First what nobody could meet: a status that nobody must tell is outside the list for that very reason.
    found = {
        field: label("eligibility_contradiction", code)
        for field, code in contradictions(conditions, parents=areas).items()
    }
    for field in ARRAYS:
        values = getattr(service, field)
        if set(values) - set(known[field]):
            found.setdefault(field, _("Choose from the list."))
        setattr(service, field, sorted(set(values)))
    if found:
        fields = {field: [sentence] for field, sentence in found.items()}
        raise Incomplete("eligibility", _("The conditions need another look."), fields=fields)


def area_names() -> dict[str, str]:
    """Return {code: name} of all areas in the active language. One query."""
    return {area.pk: area.label for area in Area.objects.all()}


def asked_words(rule: str, asked: tuple, *, areas: Mapping[str, str] = {}) -> str:
    """Return what a rule asks for: "18 to 35", "Female", "Passport, Visa". `areas` are names of areas by code."""
    if rule == "age":
        return _ages(*asked)
    named = {
        "sex": lambda code: label("sex", code),
        "migration_status": lambda code: label("migration_status", code),
        "citizenship": country_label,
        "documents": lambda code: label("document_type", code),
        "household": lambda code: label("household_type", code),
        "language": language_label,
    }.get(rule, lambda code: areas.get(code, code))
    return ", ".join(named(code) for code in asked)


def _ages(low: int | None, high: int | None) -> str:
    if high is None:
        return _("from %(low)s years") % {"low": low}
    if low is None:
        return _("up to %(high)s years") % {"high": high}
    return _("%(low)s to %(high)s years") % {"low": low, "high": high}


def finding_words(finding: Finding, *, areas: Mapping[str, str] = {}) -> str:
    """Return a finding as a sentence: what is asked for where it does not fit, the language that an interpreter has."""
    words = label("eligibility_finding", finding.code)
    interpreted = finding.code == "language_interpreter" and finding.asked
    if (finding.fits and not interpreted) or (finding.fits is None and finding.rule != "documents"):
        return words
    asked = asked_words(finding.rule, finding.asked[:MOST_NAMED], areas=areas)
    if len(finding.asked) > MOST_NAMED:
        asked += ", …"
    return _("%(finding)s: %(asked)s") % {"finding": words, "asked": asked}


def lines(service: Service) -> list[dict]:
    """Return the conditions of a service for its page: [{"rule", "label", "value", "hard"}], those it states. Queries
    its areas."""
    conditions, areas = conditions_of(service), area_names()
    asked = {
        "age": (conditions.minimum_age, conditions.maximum_age),
        "sex": conditions.sexes,
        "migration_status": conditions.migration_statuses,
        "citizenship": conditions.citizenships,
        "residence": conditions.residence_areas,
        "documents": conditions.document_types,
        "household": conditions.household_types,
        "language": conditions.languages,
        "area": conditions.covers,
    }
    return [
        {
            "rule": rule,
            "label": label("eligibility_rule", rule),
            "value": asked_words(
                rule, tuple(asked[rule]) if rule == "age" else tuple(sorted(asked[rule])), areas=areas
            ),
            "hard": rule not in conditions.soft,
        }
        for rule in RULES
        if any(value is not None for value in asked[rule])
    ]
