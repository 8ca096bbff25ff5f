"""What a referral discloses: field by field, frozen into packets, shown to each side (G6, INV-3, INV-4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.ages import age_of
from cases.codes import country_label, language_label
from cases.contacts import safe_ways
from cases.models import Case, Need, Person
from cases.models.persons import present_status
from core import dates
from core.actors import Actor
from core.codelists import label
from partners.models import Area
from referral.models import Packet, Referral
from referral.states import SHOWS_IDENTITY, UNSENT

NO, AFTER, NOW, BAND = "no", "after", "now", "band"
CHOICES = {
    NO: gettext_lazy("No"),
    AFTER: gettext_lazy("After yes"),
    BAND: gettext_lazy("Now, as an age group"),
    NOW: gettext_lazy("Now"),
}


@dataclass(frozen=True)
class About:
    """Everything a field may be taken from."""

    need: Need
    case: Case
    person: Person
    at: date
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One line of the packet: its class (DOMAIN 2), the choices a sender has, and where the value comes from."""

    code: str
    label: object
    options: tuple[str, ...]
    default: str
    take: Callable[[About], object]
    show: Callable[[object], str]
    field_class: int = 2
    minimum: bool = False  # part of the minimum content of every referral (DOMAIN 4.1)


def age_band(age: int | None) -> str:
    """Return the code of the list `age_band`."""
    if age is None:
        return "unknown"
    for code, upto in (("0-4", 4), ("5-11", 11), ("12-17", 17), ("18-24", 24), ("25-59", 59)):
        if age <= upto:
            return code
    return "60+"


def _name(about: About) -> str:
    names = sorted(
        (name for name in about.person.names.all() if name.retired_at is None), key=lambda name: not name.is_primary
    )
    return " / ".join(name.full_as_written for name in names)


def _contact(about: About) -> dict | None:
    """Only a way that is safe leaves the house; without one the partner learns that there is none."""
    ways = safe_ways(about.person)
    if not ways:
        return {"channel": "none"}
    return {"channel": ways[0].channel, "value": ways[0].value, "hours": ways[0].words, "warning": ways[0].warning}


def _show_contact(value: dict) -> str:
    parts = [label("contact_channel", value["channel"])]
    parts += [value[name] for name in ("value", "hours", "warning") if value.get(name)]
    return ", ".join(parts)


def _show_sex_age(value: dict) -> str:
    age = str(value["age"]) if "age" in value else label("age_band", value["band"])
    return f"{label('sex', value['sex'])}, {age}"


def _show_languages(value: list) -> str:
    shown = ", ".join(language_label(entry["code"]) for entry in value)
    if any(entry.get("interpreter") for entry in value):
        shown = _("%(languages)s; interpreter needed") % {"languages": shown}
    return shown


def _area_label(code: str) -> str:
    area = Area.objects.filter(code=code).first()
    return area.label if area else code


FIELDS: tuple[Field, ...] = (
    Field(
        code="need",
        label=gettext_lazy("Need"),
        options=(NOW,),
        default=NOW,
        take=lambda about: {"category": about.need.category, "description": about.need.description},
        show=lambda value: ": ".join(filter(None, [label("need_category", value["category"]), value["description"]])),
        minimum=True,
    ),
    Field(
        code="note",
        label=gettext_lazy("Reason, and what was already done"),
        options=(NOW,),
        default=NOW,
        take=lambda about: about.note,
        show=str,
        minimum=True,
    ),
    Field(
        code="case_code",
        label=gettext_lazy("Case code"),
        options=(NOW,),
        default=NOW,
        take=lambda about: about.case.reference,
        show=str,
        field_class=1,
        minimum=True,
    ),
    Field(
        code="sex_age",
        label=gettext_lazy("Sex and age"),
        options=(NO, BAND, NOW),
        default=BAND,
        take=lambda about: {"sex": about.person.sex, "age": age_of(about.person, on=about.at)},
        show=_show_sex_age,
        minimum=True,
    ),
    Field(
        code="language",
        label=gettext_lazy("Language and interpreter"),
        options=(NO, AFTER, NOW),
        default=NOW,
        take=lambda about: about.person.languages,
        show=_show_languages,
        minimum=True,
    ),
    Field(
        code="name",
        label=gettext_lazy("Name"),
        options=(NO, AFTER),
        default=AFTER,
        take=_name,
        show=str,
        minimum=True,
    ),
    Field(
        code="contact",
        label=gettext_lazy("Safe contact and what to avoid"),
        options=(NO, AFTER),
        default=AFTER,
        take=_contact,
        show=_show_contact,
        minimum=True,
    ),
    Field(
        code="caregiver",
        label=gettext_lazy("Caregiver of a child"),
        options=(NO, AFTER),
        default=AFTER,
        take=lambda about: about.person.caregiver,
        show=str,
        minimum=True,
    ),
    Field(
        code="birth_date",
        label=gettext_lazy("Birth date"),
        options=(NO, AFTER),
        default=AFTER,
        take=lambda about: about.person.birth_date.isoformat() if about.person.birth_date else "",
        show=lambda value: dates.day(date.fromisoformat(value)),
    ),
    Field(
        code="citizenship",
        label=gettext_lazy("Citizenship"),
        options=(NO, AFTER, NOW),
        default=AFTER,
        take=lambda about: list(about.person.citizenships),
        show=lambda value: ", ".join(country_label(code) for code in value),
    ),
    Field(
        code="area",
        label=gettext_lazy("Where the person stays (district)"),
        options=(NO, AFTER, NOW),
        default=AFTER,
        take=lambda about: about.person.area_id or "",
        show=_area_label,
    ),
    Field(
        code="migration_status",
        label=gettext_lazy("Migration status"),
        options=(NO, AFTER, NOW),
        default=AFTER,
        take=lambda about: present_status(about.person.statuses.all()),
        show=lambda value: label("migration_status", value),
        field_class=3,
    ),
    Field(
        code="risk",
        label=gettext_lazy("Risk level"),
        options=(NO, AFTER, NOW),
        default=AFTER,
        take=lambda about: about.case.risk_level,
        show=lambda value: label("risk_level", value),
        field_class=3,
    ),
)
BY_CODE = {field.code: field for field in FIELDS}


def about(referral: Referral, at) -> About:
    """Gather what the packet is taken from; the sender's own rows only."""
    return About(referral.need, referral.case, referral.case.person, timezone.localdate(at), referral.draft_note)


def default_share(service) -> dict[str, str]:
    """Return the least: the minimum content, and what the service says it needs; everything else `no`."""
    return {field.code: field.default if field.minimum or field.code in service.asks_for else NO for field in FIELDS}


def held_back(share: dict[str, str]) -> dict[str, str]:
    """Return the choices with nothing but the minimum before acceptance: several partners read it, one will help."""
    held = {
        code: AFTER if choice == NOW and not BY_CODE[code].minimum and AFTER in BY_CODE[code].options else choice
        for code, choice in share.items()
    }
    return held | ({"sex_age": BAND} if held.get("sex_age") == NOW else {})


def class_of_field(field: Field, referral: Referral) -> int:
    """Return the class of a line; the need's own line has the class of its category."""
    return max(referral.field_class, field.field_class) if field.code in {"need", "note"} else field.field_class


def disclosed_classes(referral: Referral) -> set[int]:
    """Return the classes of all that would be disclosed, now or after acceptance."""
    return {class_of_field(BY_CODE[code], referral) for code, choice in referral.share.items() if choice != NO}


def beyond_need(referral: Referral) -> list[str]:
    """Return the codes that are shared although the service does not ask for them (G6)."""
    asked = {*referral.service.asks_for, *referral.asked_fields}
    return [
        code
        for code, choice in referral.share.items()
        if choice != NO and not BY_CODE[code].minimum and code not in asked
    ]


def _values(referral: Referral, at) -> dict[str, tuple[str, object]]:
    """Return {code: (stage, value)} of what is shared and not empty."""
    source = about(referral, at)
    values = {}
    for field in FIELDS:
        choice = referral.share.get(field.code, NO)
        value = field.take(source)
        if choice == NO or value in ("", None, []):
            continue
        if field.code == "sex_age":
            age = value["age"]
            exact = choice == NOW and age is not None
            value = {"sex": value["sex"], "age": age} if exact else {"sex": value["sex"], "band": age_band(age)}
        values[field.code] = (AFTER if choice == AFTER else NOW, value)
    return values


def packets(referral: Referral, *, at, version: int = 1) -> list[Packet]:
    """Return the two unsaved parts of the frozen packet (INV-3); a correction is the next version."""
    sender = referral.sender_id
    return [
        Packet(referral=referral, sender_id=sender, version=version, stage=stage, fields=fields, created_at=at)
        for stage, fields in _parts(referral, at).items()
    ]


def _parts(referral: Referral, at) -> dict[str, dict]:
    values = _values(referral, at)
    return {stage: {code: value for code, (when, value) in values.items() if when == stage} for stage in (NOW, AFTER)}


def share_of(parts: list[Packet], share: dict[str, str]) -> dict[str, str]:
    """Return the choices without those for what is empty: it is not announced as something that will open."""
    filled = {code for part in parts for code in part.fields}
    return {code: choice if code in filled else NO for code, choice in share.items()}


def version_of(referral: Referral, actor: Actor, version: int) -> dict[str, dict]:
    """Return one version of the packet as far as this actor reads it: {stage: {code: value}}."""
    parts = Packet.objects.visible_to(actor).filter(referral=referral, version=version)
    return {part.stage: part.fields for part in parts}


def offered(referral: Referral, *, at) -> list[dict]:
    """Return a row per field for the page where the sender chooses: value, choices, what stands, and why."""
    source, asked = about(referral, at), {*referral.service.asks_for, *referral.asked_fields}
    rows = []
    for field in FIELDS:
        value = field.take(source)
        if field.code == "sex_age":
            value = {
                "sex": value["sex"],
                **({"age": value["age"]} if value["age"] is not None else {"band": "unknown"}),
            }
        empty = value in ("", None, [])
        allowed = field.minimum or field.code in asked
        rows.append(
            {
                "code": field.code,
                "label": field.label,
                "value": "" if empty else field.show(value),
                "field_class": class_of_field(field, referral),
                "options": [(code, CHOICES[code]) for code in field.options],
                "choice": referral.share.get(field.code, NO),
                "locked": len(field.options) == 1 or not allowed,
                "why": _("Part of every referral")
                if field.minimum
                else _("The partner asked for it")
                if field.code in referral.asked_fields
                else _("This service asks for it")
                if allowed
                else _("Not asked for by this service"),
            }
        )
    return rows


def preview(referral: Referral, *, at) -> list[dict]:
    """Return exactly what the partner will see: lines with their value now, or when they open."""
    values = _values(referral, at)
    return [_line(field, values) for field in FIELDS]


def _line(field: Field, values) -> dict:
    stage, value = values.get(field.code, (None, None))
    if stage is None:
        return {"label": field.label, "value": "", "opens": "never"}
    return {"label": field.label, "value": field.show(value), "opens": stage}


def shown(referral: Referral, actor: Actor, *, at) -> dict:
    """Return what this actor reads of the packet: `now` lines, `after` lines or None, and the labels still locked.

    Before sending the sender sees the preview. The policies decide which parts come back at all.
    """
    if referral.state in UNSENT:
        lines = preview(referral, at=at)
        return {
            "now": [line for line in lines if line["opens"] == NOW],
            "after": [line for line in lines if line["opens"] == AFTER],
            "locked": [],
        }
    parts = readable(referral, actor, at=at)
    opened = {stage: _lines(fields) for stage, fields in parts.items()}
    locked = [BY_CODE[code].label for code in still_locked(referral, parts)]
    return {"now": opened.get(NOW), "after": opened.get(AFTER), "locked": locked}


def readable(referral: Referral, actor: Actor, *, at) -> dict[str, dict]:
    """Return {stage: {code: value}} of the newest packet as far as this actor reads it; of a draft what it would hold.

    The policies decide which parts come back at all: a missing stage is one that this actor may not read.
    """
    if referral.state in UNSENT:
        return _parts(referral, at)
    rows = Packet.objects.visible_to(actor).filter(referral=referral).order_by("version")
    return {part.stage: part.fields for part in rows}


def still_locked(referral: Referral, parts: dict[str, dict]) -> list[str]:
    """Return the codes that open to this reader of `parts` when the referral is accepted."""
    if AFTER in parts or NOW not in parts or referral.state in SHOWS_IDENTITY:
        return []
    return [code for code, choice in referral.share.items() if choice == AFTER]


def _lines(fields: dict) -> list[dict]:
    return [
        {"code": code, "label": BY_CODE[code].label, "value": BY_CODE[code].show(value), "opens": NOW}
        for code, value in fields.items()
    ]
