"""Organisations of the network: let in, and entitled (DOMAIN 2, INV-6)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from core.actions import action, not_permitted
from core.events import record
from partners.actions.refusals import wrong
from partners.models import Organisation


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
