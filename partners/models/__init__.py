"""Who we are and what we offer."""

from partners.models.agreements import Agreement, AgreementConfirmation
from partners.models.claims import AccountClaim
from partners.models.hsds import Address, Attribute, Metadata, Phone, Schedule, Taxonomy, TaxonomyTerm
from partners.models.organisations import ApiToken, Area, Member, Organisation, Team
from partners.models.proposals import Proposal
from partners.models.services import Capacity, Location, RequiredDocument, Service, ServiceArea, ServiceAtLocation
from partners.models.upkeep import ServiceChange, Upkeep

__all__ = [
    "AccountClaim",
    "Address",
    "Agreement",
    "AgreementConfirmation",
    "ApiToken",
    "Area",
    "Attribute",
    "Capacity",
    "Location",
    "Member",
    "Metadata",
    "Organisation",
    "Phone",
    "Proposal",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceChange",
    "Taxonomy",
    "TaxonomyTerm",
    "Team",
    "Upkeep",
]
