"""The person of a referral as a FHIR Patient: the facts that were disclosed to this reader, and no other."""

from core.codelists import label
from core.isocodes import country_label, language_label
from partners.models import Area
from referral.copies.codes import (
    BASE,
    CASE_CODE,
    CITIZENSHIP,
    CONTACT,
    COUNTRIES,
    GENDER,
    INTERPRETER,
    LANGUAGES,
    UNITS,
    coding,
    concept,
    extension,
    language_tag,
)
from referral.copies.taking import Copy
from referral.sharing import BY_CODE


def patient(copy: Copy) -> dict:
    """Return the fields of the Patient but its id; nothing at all where nothing is open. One query for an area."""
    found: dict = {}
    for code, add in _FIELDS.items():
        value = copy.said(code)
        if value is not None:
            for name, content in add(value).items():
                found[name] = [*found.get(name, []), *content] if isinstance(content, list) else content
    return found


def is_known(copy: Copy) -> bool:
    """Return whether anything about the person is open to this reader."""
    return any(copy.said(code) is not None for code in _FIELDS)


def _case_code(value: str) -> dict:
    return {"identifier": [{"system": CASE_CODE, "value": value}]}


def _names(value: str) -> dict:
    """The packet keeps the names in all scripts in one line, the main one first."""
    return {"name": [{"text": name} for name in value.split(" / ")]}


def _sex_age(value: dict) -> dict:
    if "age" in value:
        years = {"value": value["age"], "unit": "a", "system": UNITS, "code": "a"}
        told = extension("age", valueAge=years)
    else:
        told = extension("age-band", valueCoding=coding("age_band", value["band"]))
    return {"gender": GENDER[value["sex"]], "extension": [told]}


def _languages(value: list) -> dict:
    spoken = [
        {
            "language": {
                "coding": [{"system": LANGUAGES, "code": language_tag(entry["code"])}],
                "text": language_label(entry["code"]),
            }
        }
        for entry in value
    ]
    needed = any(entry.get("interpreter") for entry in value)
    return {"communication": spoken, "extension": [{"url": INTERPRETER, "valueBoolean": needed}]}


def _contact(value: dict) -> dict:
    """A way that is safe, with what makes it safe; "do not contact" is said as well."""
    way: dict = {"system": CONTACT.get(value["channel"], "other")}
    if value.get("value"):
        way["value"] = value["value"]
    told = {"contact-hours": value.get("hours"), "contact-warning": value.get("warning")}
    way["extension"] = [
        extension("contact-channel", valueCoding=coding("contact_channel", value["channel"])),
        *(extension(name, valueString=text) for name, text in told.items() if text),
    ]
    return {"telecom": [way]}


def _caregiver(value: str) -> dict:
    return {"contact": [{"relationship": [{"text": str(BY_CODE["caregiver"].label)}], "name": {"text": value}}]}


def _citizenships(value: list) -> dict:
    return {
        "extension": [
            {
                "url": CITIZENSHIP,
                "extension": [
                    {
                        "url": "code",
                        "valueCodeableConcept": {
                            "coding": [{"system": COUNTRIES, "code": code, "display": country_label(code)}]
                        },
                    }
                ],
            }
            for code in value
        ]
    }


def _area(value: str) -> dict:
    """Where the person stays, as far as it is kept: an oblast or a district, never a street."""
    area = Area.objects.select_related("parent").filter(code=value).first()
    if area is None:
        return {"address": [{"text": value}]}
    coded = {"system": f"{BASE}/CodeSystem/area", "code": value, "display": area.label}
    address = {"extension": [extension("area", valueCoding=coded)], "use": "temp", "country": value[:2]}
    address |= {"district": area.label, "state": area.parent.label} if area.parent else {"state": area.label}
    return {"address": [address]}


_FIELDS = {
    "case_code": _case_code,
    "name": _names,
    "sex_age": _sex_age,
    "birth_date": lambda value: {"birthDate": value},
    "language": _languages,
    "contact": _contact,
    "caregiver": _caregiver,
    "citizenship": _citizenships,
    "area": _area,
    "migration_status": lambda value: {
        "extension": [extension("migration-status", valueCodeableConcept=concept("migration_status", value))]
    },
}
# What is said of the request and not of the person (`fhir`): a packet has no other fields.
ELSEWHERE = frozenset({"need", "note", "risk"})


def words_of(need: dict) -> str:
    """Return the words of a need, without its category."""
    return need.get("description") or label("need_category", need["category"])
