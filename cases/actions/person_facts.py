"""Checking what is said about a person: shared by registering and by every change afterwards."""

from datetime import date, time

from django.utils.translation import gettext as _

from cases.codes import country_codes
from cases.facts import Facts
from cases.models import Person, PersonName
from cases.models.persons import NAME_KINDS, PRECISIONS, SCRIPTS
from cases.names import search_key
from partners.models import Area

NAME_PARTS = ("given", "family", "patronymic", "father", "grandfather")
NAME_FACTS = {"full_as_written", "kind", "script", "language", "source", "is_primary", *NAME_PARTS}
LANGUAGE_LEVELS = ("native", "good", "basic", "")
NEEDS_NO_VALUE = frozenset({"none", "in_person"})
OLDEST_YEARS = 130


def read_name(facts: Facts, name: PersonName, given: dict, *, field: str = "") -> None:
    """Set what is written of one name; what is wrong stands beside `field`, or beside the part itself without one."""
    full = facts.text(
        field or "full_as_written",
        given.get("full_as_written"),
        limit=255,
        required=_("Write the name as the person uses it."),
    )
    name.full_as_written, name.search_key = full, search_key(full)
    name.kind = facts.choice(field or "kind", given.get("kind") or "legal", NAME_KINDS)
    name.script = facts.choice(field or "script", given.get("script") or "Zyyy", SCRIPTS)
    name.language = facts.language(field or "language", given["language"]) if given.get("language") else ""
    name.source = facts.text(field or "source", given.get("source"), limit=100)
    for part in NAME_PARTS:
        setattr(name, part, facts.text(field or part, given.get(part), limit=100))


def read_names(facts: Facts, names) -> list[PersonName]:
    """Return unsaved names, one of them the main one, or note what is wrong."""
    written = []
    for given in names:
        if not isinstance(given, dict) or set(given) - NAME_FACTS:
            facts.wrong("names", _("Write each name with its own fields."))
            continue
        name = PersonName(is_primary=bool(given.get("is_primary")))
        read_name(facts, name, given, field="names")
        written.append(name)
    primary = [name for name in written if name.is_primary]
    if not written and "names" not in facts.problems:
        facts.wrong("names", _("Write at least one name. An alias is enough."))
    elif len(primary) > 1:
        facts.wrong("names", _("Choose one name as the main one."))
    elif written and not primary:
        written[0].is_primary = True
    return written


def read_birth(facts: Facts, person: Person, birth_date, precision, today: date) -> None:
    """Set the birth date and how exact it is, or note what is wrong."""
    person.birth_precision = facts.choice("birth_precision", precision, PRECISIONS)
    person.birth_date = read_past(facts, "birth_date", birth_date, today)
    if person.birth_date is None:
        if precision != "unknown" and "birth_date" not in facts.problems:
            facts.wrong("birth_date", _("Write the birth date, or say that it is not known."))
    elif precision == "unknown":
        facts.wrong("birth_precision", _("Say how exact the birth date is."))
    elif person.birth_date.year < today.year - OLDEST_YEARS:
        facts.wrong("birth_date", _("Check the year."))


def read_past(facts: Facts, field: str, value, today: date) -> date | None:
    """Return a date that is not in the future; None for none."""
    if value is None or value == "":
        return None
    if not isinstance(value, date):
        facts.wrong(field, _("Write a date."))
        return None
    if value > today:
        facts.wrong(field, _("This date is in the future."))
    return value


def read_countries(facts: Facts, field: str, values) -> list[str]:
    """Return country codes, each once, or note that one is unknown."""
    known = set(country_codes())
    if any(value not in known for value in values):
        facts.wrong(field, _("Choose a country."))
    return list(dict.fromkeys(values))


def read_languages(facts: Facts, languages) -> list[dict]:
    """Return the languages as they are stored, or note what is wrong."""
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


def read_area(facts: Facts, area) -> str | None:
    """Return the code of a place, or note that it is unknown."""
    if area is None or area == "":
        return None
    if isinstance(area, Area):
        return area.pk
    if not Area.objects.filter(pk=area).exists():
        facts.wrong("area", _("Choose a place of the list."))
    return area


def read_contact(
    facts: Facts, person: Person, *, channel, value, hours, warning, phrase, since=None, until=None
) -> None:
    """Set the way agreed with the person as a whole, or note what is wrong."""
    person.contact_channel = facts.code("contact_channel", channel, "contact_channel")
    needed = "" if channel in NEEDS_NO_VALUE else _("Write the number or address, or choose another way.")
    person.contact_value = facts.text("contact_value", value, limit=255, required=needed)
    person.contact_hours = facts.text("contact_hours", hours, limit=100)
    person.contact_warning = facts.text("contact_warning", warning, limit=1000, lines=True)
    person.safe_phrase = facts.text("safe_phrase", phrase, limit=255)
    person.contact_from, person.contact_to = read_window(facts, "contact_from", since, until)


def read_window(facts: Facts, field: str, since, until) -> tuple[time | None, time | None]:
    """Return the hours of a day in which contact is safe, both or neither, or note what is wrong."""
    if (since is None) != (until is None):
        facts.wrong(field, _("Write both times, or none."))
    elif since is not None and since == until:
        facts.wrong(field, _("Write two different times."))
    return since, until


def read_later(facts: Facts, field: str, value, *, than: date | None) -> date | None:
    """Return an end that is not before `than`; None for none."""
    if value is None or value == "":
        return None
    if not isinstance(value, date):
        facts.wrong(field, _("Write a date."))
        return None
    if than is not None and value < than:
        facts.wrong(field, _("It cannot end before it begins."))
    return value
