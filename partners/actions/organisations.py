"""Organisations of the network: let in, described by themselves, and entitled (DOMAIN 2, INV-6)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.actions import Incomplete, action, not_permitted
from core.edits import check_version
from core.events import record
from partners.actions.refusals import wrong
from partners.models import Organisation

# What an organisation says of itself in the directory.
OWN_FACTS = frozenset({"short_name", "description", "email", "website", "phone", "after_hours_phone"})


@action("organisation.add", permission="network.read")
def add_organisation(*, actor, at: datetime, name: str, **fields) -> Organisation:
    """Let an organisation into the network. The desk does it, and the one who sets Waymark up."""
    if not actor.may("agreement.write"):
        raise not_permitted()
    if not name.strip():
        raise wrong("name", "required", _("Enter the name."))
    organisation = Organisation(id=uuid4(), name=name.strip(), member_of_network=True, **fields)
    organisation.save(force_insert=True)
    record("organisation.added", actor=actor, at=at, about=organisation.pk, organisations=[organisation.pk])
    return organisation


@action("organisation.change", permission="service.manage")
def change_organisation(*, actor, at: datetime, version: int | None = None, **facts) -> Organisation:
    """Change what the directory says of one's own organisation: some of OWN_FACTS; the name is kept by the desk.

    Returns the Organisation. Raises NotNow (changed_since) where `version` is not the present one, Incomplete.
    """
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=actor.organisation_id)
    check_version(row, version)
    for name in OWN_FACTS & facts.keys():
        setattr(row, name, facts[name].strip())
    try:
        row.clean_fields(exclude=[field.name for field in Organisation._meta.fields if field.name not in OWN_FACTS])
    except ValidationError as error:
        told = error.message_dict
        raise Incomplete("wrong_fields", _("Some fields are missing or wrong."), fields=told) from None
    row.version += 1
    row.save(update_fields=[*OWN_FACTS, "version", "updated_at"])
    record("organisation.changed", actor=actor, at=at, about=row.pk, fields=sorted(OWN_FACTS & facts.keys()))
    return row


@action("organisation.entitle", permission="entitlement.set")
def set_entitlement(organisation_id: UUID, *, actor, at: datetime, entitled: bool) -> Organisation:
    """Say whether an organisation may identify victims of trafficking (INV-6): a fact of law, kept by the network.

    Returns the Organisation. Raises Organisation.DoesNotExist, NotPermitted.
    """
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id, member_of_network=True)
    row.may_identify_victims = entitled
    row.version += 1
    row.save(update_fields=["may_identify_victims", "version", "updated_at"])
    record("organisation.entitled", actor=actor, at=at, about=row.pk, organisations={row.pk}, entitled=entitled)
    return row
