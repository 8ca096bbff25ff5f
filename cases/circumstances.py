"""What is known of a person that a service may ask for: age, papers, household (G3). Unknown stays unknown."""

from datetime import date

from django.db.models import Q

from cases.ages import ADULT, age, age_of
from cases.models import Case, Determinants, Household, Person, PersonDocument
from cases.models.persons import present_status
from partners.eligibility import Facts


def facts_of(case: Case, *, actor, on: date) -> Facts:
    """Return what the actor may know of the person of a case on a day, for the evaluator of eligibility.

    Needs `person`; reads `person.area`, `person.statuses` (prefetch them), and four queries of its own.
    """
    person = case.person
    years = age_of(person, on=on)
    papers = PersonDocument.objects.visible_to(actor).filter(person=person, retired_at=None)
    held = papers.filter(Q(valid_until=None) | Q(valid_until__gte=on)).values_list("type", flat=True)
    documents = frozenset(held)
    return Facts(
        age=years,
        sex=person.sex,
        migration_status=present_status(person.statuses.all()),
        citizenships=frozenset(person.citizenships),
        languages=frozenset(entry["code"] for entry in person.languages),
        areas=frozenset({person.area_id, person.area.parent_id} - {None} if person.area_id else ()),
        documents=documents,
        no_documents=not documents and _has_no_papers(case, actor),
        household=_household(person, years, actor=actor, on=on),
    )


def _has_no_papers(case: Case, actor) -> bool:
    """Whether the last complete assessment says so. Nothing written down is not the same as having none."""
    parts = Determinants.objects.visible_to(actor).filter(case=case, field_class=3)
    last = parts.filter(assessment__completed_at__isnull=False).order_by("-assessment__completed_at").first()
    return last is not None and last.answers.get("no_documents") == "present"


def _household(person: Person, years: int | None, *, actor, on: date) -> str | None:
    """Return the code of the list household_type, None where nobody wrote down who belongs together."""
    if person.unaccompanied and (years is None or years < ADULT):
        return "unaccompanied_child"
    household = Household.objects.visible_to(actor).filter(member_ids__contains=[person.pk]).first()
    if household is None:
        return None
    if len(household.member_ids) == 1:
        return "single"
    births = (
        Person.objects.visible_to(actor)
        .filter(pk__in=household.member_ids)
        .values_list("birth_date", "birth_precision")
    )
    ages = [age(day, precision, on=on) for day, precision in births]
    if any(years is not None and years < ADULT for years in ages):
        return "family_with_children"
    # A member whose record or age is closed to us may be a child.
    return "family" if len(ages) == len(household.member_ids) and None not in ages else None
