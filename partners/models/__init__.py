"""Who we are and what we offer."""

from partners.models.agreements import Agreement
from partners.models.hsds import Address, Attribute, Phone, Schedule, Taxonomy, TaxonomyTerm
from partners.models.organisations import ApiToken, Area, Member, Organisation, Team
from partners.models.services import Capacity, Location, RequiredDocument, Service, ServiceArea, ServiceAtLocation

__all__ = [
    "Address",
    "Agreement",
    "ApiToken",
    "Area",
    "Attribute",
    "Capacity",
    "Location",
    "Member",
    "Organisation",
    "Phone",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "Taxonomy",
    "TaxonomyTerm",
    "Team",
]
