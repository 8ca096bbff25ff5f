"""Doors of the directory: services, capacity, places, members, tokens, agreements, proposals (DOMAIN 2, 4.1 G4, 7)."""

from partners.actions.agreements import confirm_agreement, end_agreement, propose_agreement, record_agreement
from partners.actions.capacity import MAX_PLACES, confirm_capacities, set_capacities, set_capacity
from partners.actions.claims import approve_account, ask_account, refuse_account
from partners.actions.members import add_member, change_member, close_member, create_token, revoke_token
from partners.actions.organisations import add_organisation, change_organisation, set_entitlement
from partners.actions.places import remove_place, save_place
from partners.actions.proposals import approve_organisation, propose_organisation, refuse_organisation
from partners.actions.services import SERVICE_FIELDS, add_service, edit_service, undo_service, verify_service

__all__ = [
    "MAX_PLACES",
    "SERVICE_FIELDS",
    "add_member",
    "add_organisation",
    "add_service",
    "approve_account",
    "approve_organisation",
    "ask_account",
    "change_member",
    "change_organisation",
    "close_member",
    "confirm_agreement",
    "confirm_capacities",
    "create_token",
    "edit_service",
    "end_agreement",
    "propose_agreement",
    "propose_organisation",
    "record_agreement",
    "refuse_account",
    "refuse_organisation",
    "remove_place",
    "revoke_token",
    "save_place",
    "set_capacities",
    "set_capacity",
    "set_entitlement",
    "undo_service",
    "verify_service",
]
