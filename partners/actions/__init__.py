"""Doors of the directory: services, capacity, members, tokens, agreements (DOMAIN 2, 4.1 G4, 7)."""

from partners.actions.agreements import record_agreement
from partners.actions.capacity import MAX_PLACES, set_capacity
from partners.actions.members import add_member, change_member, close_member, create_token, revoke_token
from partners.actions.organisations import add_organisation, set_entitlement
from partners.actions.services import SERVICE_FIELDS, add_service, edit_service, verify_service

__all__ = [
    "MAX_PLACES",
    "SERVICE_FIELDS",
    "add_member",
    "add_organisation",
    "add_service",
    "change_member",
    "close_member",
    "create_token",
    "edit_service",
    "record_agreement",
    "revoke_token",
    "set_capacity",
    "set_entitlement",
    "verify_service",
]
