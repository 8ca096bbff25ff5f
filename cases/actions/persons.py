"""Registering persons, and changing how they may be reached (DOMAIN 2, 13, 14)."""

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.answers import store
from cases.actions.duplicates import find_duplicates
from cases.actions.keeping import keep_intake
from cases.actions.person_facts import (
    read_area,
    read_birth,
    read_contact,
    read_countries,
    read_languages,
    read_names,
    read_past,
)
from cases.facts import checking
from cases.models import Case, MigrationStatus, Person, named_cases
from core import events
from core.actions import NotPermitted, action
from core.edits import check_version
from core.references import reference


@action("person.register", permission="person.write")
def register_person(
    *,
    actor,
    at,
    names,
    sex="unknown",
    birth_date=None,
    birth_precision="unknown",
    citizenships=(),
    country_of_birth="",
    languages=(),
    area=None,
    migration_status="not_asked",
    status_since=None,
    status_basis="",
    contact_channel="none",
    contact_value="",
    contact_hours="",
    contact_warning="",
    safe_phrase="",
    contact_from=None,
    contact_to=None,
    caregiver="",
    unaccompanied=False,
    extra=None,
    not_same=(),
) -> Person:
    """Register a person with at least one name; nothing else must be known (DOMAIN 13, 14).

    Args: `names` are dicts with `full_as_written` and, if known, `kind`, `script`, `language`, the parts of the
    name and `is_primary`; without a primary one the first is. `languages` are dicts {code, level, interpreter}.
    `area` is an Area or its code. `extra` are answers to the organisation's own questions (cases.actions.answers).
    `not_same` are ids of persons of whom it was said that they are others.
    Possible duplicates are stored (`find_duplicates`). Returns the Person. Raises Incomplete with the fields that
    are wrong.
    """
    today = timezone.localdate(at)
    with checking() as facts:
        written = read_names(facts, names)
        person = Person(
            id=uuid4(),
            reference=reference("P"),
            organisation_id=actor.organisation_id,
            registered_by_id=actor.principal_id,
            sex=facts.code("sex", sex, "sex"),
            citizenships=read_countries(facts, "citizenships", citizenships),
            country_of_birth="".join(
                read_countries(facts, "country_of_birth", [country_of_birth] if country_of_birth else [])
            ),
            languages=read_languages(facts, languages),
            area_id=read_area(facts, area),
            caregiver=facts.text("caregiver", caregiver, limit=2000, lines=True),
            unaccompanied=bool(unaccompanied),
            created_at=at,
        )
        read_birth(facts, person, birth_date, birth_precision, today)
        read_contact(
            facts,
            person,
            channel=contact_channel,
            value=contact_value,
            hours=contact_hours,
            warning=contact_warning,
            phrase=safe_phrase,
            since=contact_from,
            until=contact_to,
        )
        status = MigrationStatus(
            person=person,
            organisation_id=actor.organisation_id,
            status=facts.code("migration_status", migration_status, "migration_status"),
            since=read_past(facts, "status_since", status_since, today),
            basis=facts.text("status_basis", status_basis, limit=2000, lines=True),
            recorded_by_id=actor.principal_id,
            recorded_at=at,
        )
    person.save(force_insert=True)
    for name in written:
        name.person, name.organisation_id = person, actor.organisation_id
        name.save(force_insert=True)
    status.save(force_insert=True)
    keep_intake(person, None, actor=actor, at=at)
    store("person", person, extra, actor=actor, at=at)
    find_duplicates(person, actor=actor, at=at, answered=frozenset(not_same))
    events.record("person.registered", actor=actor, at=at, about=person.pk)
    return person


@action("person.change_contact", permission="person.write")
def change_contact(
    person_id,
    *,
    actor,
    at,
    contact_channel,
    contact_value="",
    contact_hours="",
    contact_warning="",
    safe_phrase="",
    contact_from=None,
    contact_to=None,
    version=None,
) -> Person:
    """Replace the safe contact of a person as a whole.

    `contact_from` and `contact_to` are the hours of a day in which it is safe, for machines; `contact_hours` are words.
    `version` is the one that was edited. Raises Person.DoesNotExist, NotNow (changed_since), Incomplete.
    """
    person = locked(person_id, actor=actor, version=version)
    with checking() as facts:
        read_contact(
            facts,
            person,
            channel=contact_channel,
            value=contact_value,
            hours=contact_hours,
            warning=contact_warning,
            phrase=safe_phrase,
            since=contact_from,
            until=contact_to,
        )
    person.version += 1
    person.matched_at = None  # compared with the others anew, by the worker
    person.save(
        update_fields=[
            "contact_channel",
            "contact_value",
            "contact_hours",
            "contact_warning",
            "safe_phrase",
            "contact_from",
            "contact_to",
            "matched_at",
            "version",
            "updated_at",
        ]
    )
    events.record("person.contact_changed", actor=actor, at=at, about=person.pk, channel=contact_channel)
    return person


@action("person.change", permission="person.write")
def change_person(
    person_id,
    *,
    actor,
    at,
    version=None,
    sex,
    birth_date,
    birth_precision,
    citizenships,
    country_of_birth,
    languages,
    area,
    caregiver="",
    unaccompanied=False,
    gender=None,
) -> Person:
    """Change what was said of a person at registration; names, papers, status and contact have doors of their own.

    `version` is the one that was edited. `gender`, in the person's words, is class 4: None leaves it alone, and only
    those whom a case of the person names may change it. Returns the Person. Raises Person.DoesNotExist, NotNow
    (changed_since), NotPermitted (not_named), Incomplete.
    """
    person = locked(person_id, actor=actor, version=version)
    if gender is not None and not sees_restricted(person, actor):
        raise NotPermitted("not_named", _("Only those whom a case of this person names may change this answer."))
    with checking() as facts:
        person.sex = facts.code("sex", sex, "sex")
        read_birth(facts, person, birth_date, birth_precision, timezone.localdate(at))
        person.citizenships = read_countries(facts, "citizenships", citizenships)
        chosen = [country_of_birth] if country_of_birth else []
        person.country_of_birth = "".join(read_countries(facts, "country_of_birth", chosen))
        person.languages = read_languages(facts, languages)
        person.area_id = read_area(facts, area)
        person.caregiver = facts.text("caregiver", caregiver, limit=2000, lines=True)
        person.unaccompanied = bool(unaccompanied)
        if gender is not None:
            person.gender = facts.text("gender", gender, limit=100)
    person.version += 1
    person.matched_at = None  # compared with the others anew, by the worker
    person.save()
    events.record("person.changed", actor=actor, at=at, about=person.pk)
    return person


def compare_again(person: Person, actor) -> None:
    """Let the worker look for duplicates under what is known now: a name, a number or a paper has changed."""
    Person.objects.visible_to(actor).filter(pk=person.pk).update(matched_at=None)


def locked(person_id, *, actor, version=None) -> Person:
    """Return a person locked for a change. Raises Person.DoesNotExist, NotNow (changed_since) for an old `version`."""
    person = Person.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=person_id)
    check_version(person, version)
    return person


def sees_restricted(person, actor) -> bool:
    """Return whether class 4 data of a person is open to the actor: a case names it, or it registered the person."""
    if person.registered_by_id == actor.principal_id:
        return True
    return Case.objects.visible_to(actor).filter(person_id=person.pk, pk__in=named_cases(actor)).exists()
