"""What the directory says of a service: added, changed, confirmed, taken back (DOMAIN 2, 8; HSDS metadata)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import Incomplete, NotNow, action
from core.actors import NOBODY
from core.codelists import LANGUAGES
from core.events import record
from partners import conditions, reminders
from partners.actions.refusals import own_service, wrong
from partners.actions.terms import PARTS, read_parts, write_parts
from partners.languages import known_languages
from partners.models import Service, ServiceChange
from partners.models.upkeep import SERVICE

# What an organisation may say of its own service; `organisation` and the verification have doors of their own.
SERVICE_FIELDS = frozenset({
    "name", "alternate_name", "description", "translations", "category", "status", "visibility", "accepts_referrals",
    "intake_mode", "referral_method", "url", "email", "phone", "alert", "application_process", "fees_description",
    "eligibility_description", "interpretation_services", "minimum_age", "maximum_age", "sexes", "migration_statuses",
    "citizenships", "residence_areas", "document_types", "household_types", "soft_rules", "languages", "interpreter",
    "covers_country", "waiting_list", "asks_for",
    "after_hours_phone", "cost", "interpreter_languages", "closed_dates", "open_on_holidays", "suspended_from",
    "suspended_until",
})  # fmt: skip
TRANSLATED = {"name": 255, "description": 5000, "eligibility_description": 5000, "fees_description": 5000,
              "application_process": 5000, "alert": 2000}  # fmt: skip
LONGEST = 5000  # characters of a text


@action("service.verify", permission="service.manage")
def verify_service(service_id: UUID, *, actor, at: datetime) -> Service:
    """Confirm that what the directory says of a service of one's own is still right (DOMAIN 8: for 180 days)."""
    service = own_service(service_id, actor)
    _confirmed(service, actor, at)
    service.version += 1
    service.save()
    record("service.verified", actor=actor, at=at, about=service.pk)
    return service


@action("service.add", permission="service.manage")
def add_service(*, actor, at: datetime, **facts) -> Service:
    """Add a service to one's own organisation. Facts are SERVICE_FIELDS and PARTS, such as `areas` (codes).

    Returns the Service, confirmed today. Raises Incomplete with the fields that are wrong.
    """
    service = Service(id=uuid4(), organisation_id=actor.organisation_id)
    fields, parts = _sorted(facts)
    _fill(service, fields, parts)
    service.save(force_insert=True)
    _confirmed(service, actor, at)
    write_parts(service, parts)
    _sensible(service)
    service.save()
    _remember(service, "create", {}, {"name": service.name}, actor=actor, at=at)
    record("service.added", actor=actor, at=at, about=service.pk)
    return service


@action("service.edit", permission="service.manage")
def edit_service(service_id: UUID, *, actor, at: datetime, version: int | None = None, **facts) -> Service:
    """Change a service of one's own; `version` guards against a change in between. What is not named stays.

    Raises NotPermitted, Incomplete, and NotNow when somebody changed it since.
    """
    service = own_service(service_id, actor)
    if version is not None and version != service.version:
        raise NotNow("changed_since", _("Somebody changed this service since you opened it. Look at it again."))
    return _changed(service, "update", facts, actor=actor, at=at)


@action("service.undo", permission="service.manage")
def undo_service(service_id: UUID, *, actor, at: datetime) -> Service:
    """Take the last change back: what it changed stands again as before. Taken back twice, it stands anew.

    Raises NotPermitted, and NotNow when nothing was changed since the service was added, or not by a form.
    """
    service = own_service(service_id, actor)
    rows = ServiceChange.objects.visible_to(actor).filter(service=service)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    changes = list(rows.filter(number=last).exclude(action="create"))
    known = SERVICE_FIELDS | set(PARTS)
    if not changes or any(change.field not in known for change in changes):
        raise NotNow("nothing_to_undo", _("There is no change that can be taken back."))
    facts = {change.field: _thawed(change.field, change.before) for change in changes}
    return _changed(service, "undo", facts, actor=actor, at=at)


def _changed(service: Service, how: str, facts: dict, *, actor, at: datetime) -> Service:
    fields, parts = _sorted(facts)
    before = _frozen(service, fields) | read_parts(service, parts)
    _fill(service, fields, parts)
    write_parts(service, parts)
    _sensible(service)
    service.version += 1
    service.save()
    after = _frozen(service, fields) | read_parts(service, parts)
    _remember(service, how, before, after, actor=actor, at=at)
    if service.status != "active":
        reminders.drop(about=service.pk, kind=SERVICE)
    elif service.verified_on:
        _plan_asking(service, at)
    record("service.changed", actor=actor, at=at, about=service.pk, fields=sorted(facts), undone=how == "undo")
    return service


def _confirmed(service: Service, actor, at: datetime) -> None:
    service.verified_on, service.verified_by = timezone.localdate(at), actor.name
    _plan_asking(service, at)


def _plan_asking(service: Service, at: datetime) -> None:
    reminders.plan(
        SERVICE,
        about=service.pk,
        organisations=[service.organisation_id],
        base_at=reminders.morning(service.verified_on),
        at=at,
    )


def _sorted(facts: dict) -> tuple[dict, dict]:
    """Return the columns and the rows of other tables that are named. Raises TypeError for what is neither."""
    parts = {name: value for name, value in facts.items() if name in PARTS}
    fields = {name: value for name, value in facts.items() if name not in PARTS}
    if unknown := set(fields) - SERVICE_FIELDS:
        raise TypeError(f"No such fields of a service: {sorted(unknown)}")
    return fields, parts


def _fill(service: Service, fields: dict, parts: dict) -> None:
    for name, value in fields.items():
        setattr(service, name, value)
    try:
        service.full_clean(exclude=["organisation"], validate_unique=False, validate_constraints=False)
        conditions.check(service, covers=_covers(service, parts))
        service.validate_constraints(exclude=["organisation"])
    except ValidationError as error:
        found = {("name" if name == "__all__" else name): texts for name, texts in error.message_dict.items()}
        raise Incomplete("wrong_fields", _("Some fields need another look."), fields=found) from None
    for name, value in fields.items():
        if isinstance(value, str) and len(value) > LONGEST:
            raise wrong(name, "too_long", _("At most %(limit)s characters fit here.") % {"limit": LONGEST})
    _check_translations(service.translations)
    for name in ("languages", "interpreter_languages"):
        if set(fields.get(name, ())) - known_languages():
            raise wrong(name, "unknown_code", _("Choose languages from the list."))


def _covers(service: Service, parts: dict) -> list[str] | None:
    """Return the areas that are written with the service; None where they stay as they are."""
    named = {"areas", "remote_areas"}
    if not named & set(parts):
        return None
    there = {} if service._state.adding else read_parts(service, named)
    return [*parts.get("areas", there.get("areas", [])), *parts.get("remote_areas", there.get("remote_areas", []))]


def _check_translations(translations: dict) -> None:
    for language, told in translations.items():
        right = language in LANGUAGES and isinstance(told, dict) and set(told) <= set(TRANSLATED)
        if not right or not all(isinstance(text, str) for text in told.values()):
            raise wrong("translations", "unknown_code", _("A translation is for a language of the page."))
        for name, text in told.items():
            if len(text) > TRANSLATED[name]:
                sentence = _("At most %(limit)s characters fit here.") % {"limit": TRANSLATED[name]}
                raise wrong(f"{name}_{language}", "too_long", sentence)


def _sensible(service: Service) -> None:
    """Refuse facts that contradict each other: a service that takes people, but nowhere."""
    if not service.accepts_referrals or service.status != "active" or service.covers_country:
        return
    if not service.servicearea_set.exists():
        sentence = _("Say where the service works, or that it works in the whole country: else nobody can be referred.")
        raise wrong("areas", "covers_nothing", sentence)


def _frozen(service: Service, fields) -> dict:
    return {name: _plain(getattr(service, name)) for name in fields}


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _thawed(name: str, value):
    if name in {"suspended_from", "suspended_until"} and value:
        return date.fromisoformat(value)
    if name == "closed_dates":
        return [date.fromisoformat(day) for day in value or ()]
    return value


def _remember(service: Service, how: str, before: dict, after: dict, *, actor, at: datetime) -> None:
    """Write what changed, field by field (HSDS metadata); what was saved as it stood leaves no line."""
    ServiceChange.objects.bulk_create(
        ServiceChange(
            service=service,
            organisation_id=service.organisation_id,
            number=service.version,
            action=how,
            field=name,
            before=before.get(name),
            after=value,
            at=at,
            member_id=None if actor.member_id == NOBODY else actor.member_id,
            by_name=actor.name,
        )
        for name, value in after.items()
        if before.get(name) != value
    )
