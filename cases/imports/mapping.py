"""Which column is which field of ours, and which word is which code: guessed from three languages, then confirmed."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cases.codes import country_choices, language_choices
from cases.words import BASIS_WORDS
from core.codelists import LANGUAGES, choices
from partners.models import Area

TEXT, NAME, CODE, DATE, YES, PLACE, COLLEAGUE, NUMBER, QUESTION = (
    "text", "name", "code", "date", "yes", "place", "colleague", "number", "question",
)  # fmt: skip
HEADS = Path(__file__).parents[1] / "data" / "import_heads.csv"  # heads that people write, in three languages
SEVERAL = re.compile(r"[;,/\n]+")  # several values in one cell
MOST_WORDS = 60  # unknown words of one column; more means that it is the wrong column
PARTS_OF_NAME = ("given", "family", "patronymic")


@dataclass(frozen=True)
class Field:
    """A field that a column can fill: where it goes, and how it is read."""

    code: str
    label: object
    goes_to: str  # person | case | need
    kind: str
    list: str = ""
    several: bool = False


FIELDS = (
    Field("known", _("Person number here, if registered already"), "person", NUMBER),
    Field("full_name", _("Full name"), "person", NAME),
    Field("given", _("Given name"), "person", NAME),
    Field("family", _("Family name"), "person", NAME),
    Field("patronymic", _("Patronymic"), "person", NAME),
    Field("other_name", _("Other name or spelling"), "person", NAME),
    Field("sex", _("Sex"), "person", CODE, "sex"),
    Field("birth_date", _("Date of birth"), "person", DATE),
    Field("citizenships", _("Citizenship"), "person", CODE, "countries", True),
    Field("country_of_birth", _("Country of birth"), "person", CODE, "countries"),
    Field("languages", _("Languages"), "person", CODE, "languages", True),
    Field("area", _("Where the person stays (district)"), "person", PLACE),
    Field("migration_status", _("Status in the country"), "person", CODE, "migration_status"),
    Field("status_since", _("Status since"), "person", DATE),
    Field("contact_channel", _("Safe way to reach the person"), "person", CODE, "contact_channel"),
    Field("contact_value", _("Number, address or name"), "person", TEXT),
    Field("contact_hours", _("When it is safe"), "person", TEXT),
    Field("contact_warning", _("What must not be done"), "person", TEXT),
    Field("caregiver", _("Who cares for the child"), "person", TEXT),
    Field("unaccompanied", _("The child is here without parents or guardian"), "person", YES),
    Field("risk_level", _("How much danger the person is in"), "case", CODE, "risk_level"),
    Field("entry_point", _("How the person came to us"), "case", CODE, "entry_point"),
    Field("consent_basis", _("The work rests on"), "case", CODE, "bases"),
    Field("basis_note", _("Why you work without consent"), "case", TEXT),
    Field("caseworker", _("Caseworker (name or e-mail)"), "case", COLLEAGUE),
    Field("need_category", _("Needs"), "need", CODE, "need_category", True),
    Field("need_description", _("In a few words"), "need", TEXT),
    Field("need_priority", _("How soon"), "need", CODE, "urgency"),
)  # fmt: skip
BY_CODE = {field.code: field for field in FIELDS}
SYNONYMS = {
    "sex": {"f": "female", "w": "female", "woman": "female", "ж": "female", "жен": "female", "жен.": "female",
            "m": "male", "man": "male", "м": "male", "муж": "male", "муж.": "male"},
    "yes": {"1": "yes", "x": "yes", "+": "yes", "true": "yes", "yes": "yes", "y": "yes", "да": "yes", "так": "yes",
            "0": "no", "-": "no", "false": "no", "no": "no", "n": "no", "нет": "no", "не": "no"},
    "contact_channel": {"phone": "phone_call", "телефон": "phone_call", "тэлефон": "phone_call",
                        "whatsapp": "messenger", "telegram": "messenger", "viber": "messenger",
                        "e-mail": "email", "mail": "email"},
    "urgency": {"high": "urgent", "low": "routine", "normal": "routine"},
}  # fmt: skip


def plain(word) -> str:
    """Return a head or a word as it is compared: small letters, single blanks, without marks around."""
    return " ".join(str(word).casefold().replace("ё", "е").replace("_", " ").split()).strip(" :*№#.")


@cache
def _heads() -> dict[str, str]:
    found = {}
    for field in FIELDS:
        for language in LANGUAGES:
            with translation.override(language):
                found.setdefault(plain(field.label), field.code)
        found.setdefault(plain(field.code), field.code)
    with HEADS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found |= {plain(head): row["field"] for head in row["heads"].split("|")}
    return found


def guess(heads: list[str], saved: dict[str, str] | None = None, own: tuple[Field, ...] = ()) -> dict[str, str]:
    """Return {number of the column: field} as far as its head says; each field once. A saved mapping goes first.

    `own` are the columns of questions that organisations added; a head is compared with what they are called.
    """
    found: dict[str, str] = {}
    known = {plain(head): code for head, code in (saved or {}).items()}
    called = {plain(field.label): field.code for field in own}
    offered = BY_CODE.keys() | {field.code for field in own}
    for number, head in enumerate(heads):
        code = known.get(plain(head)) or _heads().get(plain(head)) or called.get(plain(head), "")
        if code in offered and code not in found.values():
            found[str(number)] = code
    return found


def words_of(name: str) -> list[tuple[str, str]]:
    """Return (code, label) pairs of what a coded column may mean, in the active language."""
    if name == "countries":
        return country_choices()
    if name == "languages":
        return language_choices()
    if name == "bases":
        return [(code, str(words)) for code, words in BASIS_WORDS.items()]
    return choices(name)


@cache
def dictionary(name: str) -> dict[str, str]:
    """Return {word: code} of a list: its codes, its labels in three languages, and what people write besides."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for code, words in words_of(name):
                found.setdefault(plain(words), code)
                found.setdefault(plain(code), code)
    return found | SYNONYMS.get(name, {})


def places() -> dict[str, str]:
    """Return {name: code} of oblasts and districts in three languages. One query."""
    return {
        plain(word): area.pk
        for area in Area.objects.all()
        for word in (area.pk, area.name_en, area.name_ru, area.name_be)
    }


def split(field: Field, cell) -> list[str]:
    """Return the words of a coded cell: several where the field holds several."""
    text = str(cell).strip()
    if not text:
        return []
    if not field.several or plain(text) in dictionary(field.list):
        return [text]
    return [part.strip() for part in SEVERAL.split(text) if part.strip()]


def unknown_words(cells: dict[str, set], columns: dict[str, str], words: dict) -> dict[str, list[str]]:
    """Return {field: words that no code list explains} among the words found, in the order of the alphabet."""
    missing: dict[str, list[str]] = {}
    for number, code in columns.items():
        field = BY_CODE.get(code)
        if field is not None and field.kind == CODE:
            known = dictionary(field.list).keys() | words.get(code, {}).keys()
            if odd := sorted({plain(word) for word in cells.get(number, ()) if plain(word) not in known}):
                missing[code] = odd
    return missing
