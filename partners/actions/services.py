"""What the directory says of a service: added, changed, confirmed (DOMAIN 2, 8)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import Incomplete, NotNow, action
from core.events import record
from partners import conditions
from partners.actions.refusals import own_service, wrong
from partners.models import Area, Service, ServiceArea

# What an organisation may say of its own service; `organisation` and the verification have doors of their own.
SERVICE_FIELDS = frozenset({
    "name", "alternate_name", "description", "translations", "category", "status", "visibility", "accepts_referrals",
    "intake_mode", "referral_method", "url", "email", "phone", "alert", "application_process", "fees_description",
    "eligibility_description", "interpretation_services", "minimum_age", "maximum_age", "sexes", "migration_statuses",
    "citizenships", "residence_areas", "document_types", "household_types", "soft_rules", "languages", "interpreter",
    "covers_country", "waiting_list", "asks_for",
})  # fmt: skip


@action("service.verify", permission="service.manage")
def verify_service(service_id: UUID, *, actor, at: datetime) -> Service:
    """Confirm that what the directory says of a service of one's own is still right (DOMAIN 8: for 180 days)."""
    service = own_service(service_id, actor)
    service.verified_on, service.verified_by, service.version = timezone.localdate(at), actor.name, service.version + 1
    service.save()
    record("service.verified", actor=actor, at=at, about=service.pk)
    return service


@action("service.add", permission="service.manage")
def add_service(*, actor, at: datetime, areas: list[str] = (), **fields) -> Service:
    """Add a service to one's own organisation; `areas` are codes. Raises Incomplete with the fields that are wrong."""
    service = Service(id=uuid4(), organisation_id=actor.organisation_id)
    service.verified_on, service.verified_by = timezone.localdate(at), actor.name
    _fill(service, fields, areas)
    service.save(force_insert=True)
    _cover(service, areas)
    record("service.added", actor=actor, at=at, about=service.pk)
    return service


@action("service.edit", permission="service.manage")
def edit_service(
    service_id: UUID, *, actor, at: datetime, version: int | None = None, areas: list[str] | None = None, **fields
) -> Service:
    """Change a service of one's own; `version` guards against a change in between, None leaves the areas.

    Raises NotPermitted, Incomplete, and NotNow when somebody changed it since.
    """
    service = own_service(service_id, actor)
    if version is not None and version != service.version:
        raise NotNow("changed_since", _("Somebody changed this service since you opened it. Look at it again."))
    _fill(service, fields, areas)
    service.version += 1
    service.save()
    if areas is not None:
        _cover(service, areas)
    record("service.changed", actor=actor, at=at, about=service.pk, fields=sorted(fields))
    return service


def _cover(service: Service, areas: list[str]) -> None:
    known = set(Area.objects.filter(pk__in=areas).values_list("pk", flat=True))
    if set(areas) - known:
        raise wrong("areas", "unknown_code", _("Choose areas from the list."))
    ServiceArea.objects.filter(service=service, area__isnull=False).exclude(area_id__in=areas).delete()
    there = set(ServiceArea.objects.filter(service=service).values_list("area_id", flat=True))
    ServiceArea.objects.bulk_create(ServiceArea(service=service, area_id=code) for code in areas if code not in there)


def _fill(service: Service, fields: dict, areas: list[str] | None) -> None:
    unknown = set(fields) - SERVICE_FIELDS
    if unknown:
        raise TypeError(f"No such fields of a service: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(service, name, value)
    try:
        service.full_clean(exclude=["organisation"], validate_unique=False, validate_constraints=False)
        conditions.check(service, covers=areas)
        service.validate_constraints(exclude=["organisation"])
    except ValidationError as error:
        found = {("name" if name == "__all__" else name): texts for name, texts in error.message_dict.items()}
        raise Incomplete("wrong_fields", _("Some fields need another look."), fields=found) from None
