"""What the page of a person draws, read part by part: about a dozen questions, however much there is."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.actions.households import household_of
from cases.actions.persons import sees_restricted
from cases.ages import is_minor
from cases.children import why_child_stays
from cases.codes import country_label, language_label
from cases.contacts import DO_NOT_CONTACT, safe_ways
from cases.models import BestInterests, ContactWay, MigrationStatus, Person, PersonDocument, PersonName, Relation
from cases.models.households import INVERSE
from cases.views.drawing import UNASKED, main_names
from cases.words import KIND_WORDS, LEVEL_WORDS, SCRIPT_WORDS
from core.codelists import label

PARTS_OF_NAME = ("given", "family", "patronymic", "father", "grandfather")


def parts(person: Person, actor, *, at) -> dict:
    """Return everything the page of a person shows, and `field_class`, the highest class among it (DOMAIN 2)."""
    restricted = sees_restricted(person, actor)
    statuses = list(MigrationStatus.objects.visible_to(actor).filter(person=person).order_by("-recorded_at", "id"))
    child = is_minor(person, on=timezone.localdate(at))
    interests = list(BestInterests.objects.visible_to(actor).filter(person=person).order_by("-on", "-recorded_at"))
    refusal = why_child_stays(person, at=at) if child else None
    sensitive = child or interests or any(row.status not in UNASKED for row in statuses)
    return {
        "names": _names(person, actor),
        "facts": _facts(person, restricted=restricted),
        "papers": [
            _paper(row)
            for row in PersonDocument.objects.visible_to(actor)
            .filter(person=person, retired_at=None)
            .order_by("recorded_at", "id")
        ],
        "statuses": [_status(row) for row in statuses],
        "ways": _ways(person, actor),
        "family": _family(person, actor),
        "child": child,
        "stays": refusal.sentence if refusal else "",
        "interests": [_interest(row) for row in interests],
        "field_class": 4 if restricted and person.gender else 3 if sensitive else 2,
    }


def _names(person, actor) -> dict:
    rows = list(PersonName.objects.visible_to(actor).filter(person=person).order_by("-is_primary", "id"))
    return {
        "now": [_name(row) for row in rows if row.retired_at is None],
        "former": [row.full_as_written for row in rows if row.retired_at is not None],
    }


def _name(row) -> dict:
    script = "" if row.script == "Zyyy" else str(SCRIPT_WORDS[row.script])
    language = language_label(row.language) if row.language else ""
    pieces = [getattr(row, part) for part in PARTS_OF_NAME]
    return {
        "written": row.full_as_written,
        "meta": " · ".join(
            filter(None, [str(KIND_WORDS[row.kind]), script, language, " / ".join(filter(None, pieces))])
        ),
        "primary": row.is_primary,
        "url": reverse("cases:name", args=[row.pk]),
        "retire_url": "" if row.is_primary else reverse("cases:retire", args=["name", row.pk]),
    }


def born(person) -> str:
    """Return the birth date as far as it is exact, "" where it is not known."""
    if not person.birth_date:
        return ""
    formats = {"day": "DATE_FORMAT", "month": "YEAR_MONTH_FORMAT"}
    words = date_format(person.birth_date, formats.get(person.birth_precision, "Y"))
    return _("about %(years)s") % {"years": words} if person.birth_precision == "estimated" else words


def _facts(person, *, restricted: bool) -> list[dict]:
    languages = []
    for entry in person.languages:
        level = str(LEVEL_WORDS[entry.get("level") or ""]) if entry.get("level") else ""
        interpreter = _("interpreter needed") if entry.get("interpreter") else ""
        languages.append(", ".join(filter(None, [language_label(entry["code"]), level, interpreter])))
    pairs = [
        (_("Sex"), "" if person.sex == "unknown" else label("sex", person.sex)),
        (_("Gender"), person.gender if restricted else ""),
        (_("Born"), born(person)),
        (_("Citizenship"), ", ".join(country_label(code) for code in person.citizenships)),
        (_("Country of birth"), country_label(person.country_of_birth) if person.country_of_birth else ""),
        (_("Languages"), "; ".join(languages)),
        (_("Stays in"), person.area.label if person.area else ""),
        (_("Who cares for the child"), person.caregiver),
        (_("Alone here"), _("Yes") if person.unaccompanied else ""),
    ]
    return [{"label": name, "value": value} for name, value in pairs if value]


def _paper(row) -> dict:
    issuer = country_label(row.issuer) if row.issuer else ""
    until = _("until %(day)s") % {"day": date_format(row.valid_until, "DATE_FORMAT")} if row.valid_until else ""
    return {
        "title": label("document_type", row.type),
        "meta": " · ".join(filter(None, [row.number, issuer, until, row.note])),
        "url": reverse("cases:paper", args=[row.pk]),
        "retire_url": reverse("cases:retire", args=["paper", row.pk]),
    }


def _status(row) -> dict:
    dates = [
        _("since %(day)s") % {"day": date_format(row.since, "DATE_FORMAT")} if row.since else "",
        _("until %(day)s") % {"day": date_format(row.until, "DATE_FORMAT")} if row.until else "",
    ]
    return {
        "title": label("migration_status", row.status),
        "meta": ", ".join(filter(None, dates)),
        "basis": row.basis,
        "recorded_at": row.recorded_at,
    }


def _ways(person, actor) -> dict:
    """Return the ways to reach the person. The value of one that is not safe never reaches the page."""
    rows = ContactWay.objects.visible_to(actor).filter(person=person, retired_at=None).order_by("-recorded_at", "id")
    open_to_use = {(way.channel, way.value) for way in safe_ways(person)}
    agreed = (person.contact_channel, person.contact_value)
    return {
        "agreed": label("contact_channel", person.contact_channel),
        "agreed_value": person.contact_value if agreed in open_to_use else "",
        "agreed_blocked": person.contact_channel != DO_NOT_CONTACT and agreed not in open_to_use,
        "others": [_way(row, usable=(row.channel, row.value) in open_to_use) for row in rows],
    }


def _way(row, *, usable: bool) -> dict:
    times = f"{row.time_from:%H:%M}–{row.time_to:%H:%M}" if row.time_from else ""
    return {
        "title": label("contact_channel", row.channel),
        "value": row.value if usable else "",
        "usable": usable,
        "meta": " · ".join(filter(None, [times, row.hours, row.warning])),
        "url": reverse("cases:way", args=[row.pk]),
        "reveal_url": reverse("cases:reveal", args=[row.pk]),
        "retire_url": reverse("cases:retire", args=["way", row.pk]),
    }


def _family(person, actor) -> dict:
    either = Q(person_id=person.pk) | Q(other_id=person.pk)
    relations = list(Relation.objects.visible_to(actor).filter(either, ended_at=None).order_by("recorded_at", "id"))
    household = household_of(person, actor)
    members = [pk for pk in household.member_ids if pk != person.pk] if household else []
    others = {pk for row in relations for pk in (row.person_id, row.other_id) if pk} | set(members)
    names = main_names(others, actor)
    return {
        "relations": [_relation(row, person, names) for row in relations],
        "household": [names.get(pk) or _closed() for pk in members],
        "head": bool(household and household.head_id == person.pk),
    }


def _relation(row, person, names: dict) -> dict:
    inverse = row.other_id == person.pk
    kind = INVERSE.get(row.kind, row.kind) if inverse else row.kind
    other = row.person_id if inverse else row.other_id
    marks = [_("cares for the child") if row.cares else "", _("separated") if row.separated else "", row.note]
    return {
        "title": (names.get(other) or _closed()) if other else row.outsider,
        "meta": " · ".join(filter(None, [label("relation_kind", kind), *marks])),
        "end_url": reverse("cases:end_relation", args=[row.pk]),
    }


def _closed() -> str:
    """Return what is said of somebody whose record the reader may not open: that there is somebody."""
    return _("A person whose record is closed to you")


def _interest(row) -> dict:
    return {
        "title": label("best_interests_decision", row.decision),
        "meta": " · ".join(
            [label("best_interests_kind", row.kind), date_format(row.on, "DATE_FORMAT"), row.decided_by]
        ),
        "text": row.text,
    }
