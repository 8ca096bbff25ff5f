"""Registering persons, and changing how they may be reached (DOMAIN 2, 13, 14)."""

from datetime import date
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.answers import store
from cases.actions.duplicates import find_duplicates
from cases.actions.keeping import keep_intake
from cases.codes import country_codes
from cases.facts import Facts, checking
from cases.models import MigrationStatus, Person, PersonName
from cases.models.persons import NAME_KINDS, PRECISIONS, SCRIPTS
from cases.names import search_key
from core import events
from core.actions import action
from core.references import reference
from partners.models import Area

NAME_PARTS = ("given", "family", "patronymic", "father", "grandfather")
LANGUAGE_LEVELS = ("native", "good", "basic", "")
NEEDS_NO_VALUE = frozenset({"none", "in_person"})
OLDEST_YEARS = 130


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
        written = _names(facts, names)
        person = Person(
            id=uuid4(),
            reference=reference("P"),
            organisation_id=actor.organisation_id,
            registered_by_id=actor.principal_id,
            sex=facts.code("sex", sex, "sex"),
            citizenships=_countries(facts, "citizenships", citizenships),
            country_of_birth="".join(
                _countries(facts, "country_of_birth", [country_of_birth] if country_of_birth else [])
            ),
            languages=_languages(facts, languages),
            area_id=_area(facts, area),
            caregiver=facts.text("caregiver", caregiver, limit=2000, lines=True),
            unaccompanied=bool(unaccompanied),
            created_at=at,
        )
        _birth(facts, person, birth_date, birth_precision, today)
        _contact(
            facts,
            person,
            channel=contact_channel,
            value=contact_value,
            hours=contact_hours,
            warning=contact_warning,
            phrase=safe_phrase,
        )
        status = MigrationStatus(
            person=person,
            organisation_id=actor.organisation_id,
            status=facts.code("migration_status", migration_status, "migration_status"),
            since=_past(facts, "status_since", status_since, today),
            basis=facts.text("status_basis", status_basis, limit=2000, lines=True),
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
) -> Person:
    """Replace the safe contact of a person as a whole. Raises Person.DoesNotExist, Incomplete."""
    person = Person.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=person_id)
    with checking() as facts:
        _contact(
            facts,
            person,
            channel=contact_channel,
            value=contact_value,
            hours=contact_hours,
            warning=contact_warning,
            phrase=safe_phrase,
        )
    person.version += 1
    person.save(
        update_fields=[
            "contact_channel",
            "contact_value",
            "contact_hours",
            "contact_warning",
            "safe_phrase",
            "version",
            "updated_at",
        ]
    )
    events.record("person.contact_changed", actor=actor, at=at, about=person.pk, channel=contact_channel)
    return person


def _names(facts: Facts, names) -> list[PersonName]:
    written = []
    for given in names:
        if not isinstance(given, dict) or set(given) - {f.name for f in PersonName._meta.fields}:
            facts.wrong("names", _("Write each name with its own fields."))
            continue
        full = facts.text(
            "names", given.get("full_as_written"), limit=255, required=_("Write the name as the person uses it.")
        )
        name = PersonName(
            full_as_written=full,
            kind=facts.choice("names", given.get("kind") or "legal", NAME_KINDS),
            script=facts.choice("names", given.get("script") or "Zyyy", SCRIPTS),
            language=facts.language("names", given["language"]) if given.get("language") else "",
            is_primary=bool(given.get("is_primary")),
            search_key=search_key(full),
        )
        for part in NAME_PARTS:
            setattr(name, part, facts.text("names", given.get(part), limit=100))
        written.append(name)
    primary = [name for name in written if name.is_primary]
    if not written and "names" not in facts.problems:
        facts.wrong("names", _("Write at least one name. An alias is enough."))
    elif len(primary) > 1:
        facts.wrong("names", _("Choose one name as the main one."))
    elif written and not primary:
        written[0].is_primary = True
    return written


def _birth(facts: Facts, person: Person, birth_date, precision, today: date) -> None:
    person.birth_precision = facts.choice("birth_precision", precision, PRECISIONS)
    person.birth_date = _past(facts, "birth_date", birth_date, today)
    if person.birth_date is None:
        if precision != "unknown" and "birth_date" not in facts.problems:
            facts.wrong("birth_date", _("Write the birth date, or say that it is not known."))
    elif precision == "unknown":
        facts.wrong("birth_precision", _("Say how exact the birth date is."))
    elif person.birth_date.year < today.year - OLDEST_YEARS:
        facts.wrong("birth_date", _("Check the year."))


def _past(facts: Facts, field: str, value, today: date) -> date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, date):
        facts.wrong(field, _("Write a date."))
        return None
    if value > today:
        facts.wrong(field, _("This date is in the future."))
    return value


def _countries(facts: Facts, field: str, values) -> list[str]:
    known = set(country_codes())
    if any(value not in known for value in values):
        facts.wrong(field, _("Choose a country."))
    return list(dict.fromkeys(values))


def _languages(facts: Facts, languages) -> list[dict]:
    spoken = []
    for entry in languages:
        if not isinstance(entry, dict) or not entry.get("code"):
            facts.wrong("languages", _("Choose a language."))
            continue
        spoken.append(
            {
                "code": facts.language("languages", entry["code"]),
                "level": facts.choice("languages", entry.get("level") or "", LANGUAGE_LEVELS),
                "interpreter": bool(entry.get("interpreter")),
            }
        )
    if len({entry["code"] for entry in spoken}) < len(spoken):
        facts.wrong("languages", _("A language is named twice."))
    return spoken


def _area(facts: Facts, area) -> str | None:
    if area is None or area == "":
        return None
    if isinstance(area, Area):
        return area.pk
    if not Area.objects.filter(pk=area).exists():
        facts.wrong("area", _("Choose a place of the list."))
    return area


def _contact(facts: Facts, person: Person, *, channel, value, hours, warning, phrase) -> None:
    person.contact_channel = facts.code("contact_channel", channel, "contact_channel")
    needed = "" if channel in NEEDS_NO_VALUE else _("Write the number or address, or choose another way.")
    person.contact_value = facts.text("contact_value", value, limit=255, required=needed)
    person.contact_hours = facts.text("contact_hours", hours, limit=100)
    person.contact_warning = facts.text("contact_warning", warning, limit=1000, lines=True)
    person.safe_phrase = facts.text("safe_phrase", phrase, limit=255)
