"""Who we are and what we offer."""

from partners.models.agreements import Agreement
from partners.models.organisations import ApiToken, Area, Member, Organisation, Team
from partners.models.services import Capacity, Location, RequiredDocument, Service, ServiceArea, ServiceAtLocation

__all__ = [
    "Agreement",
    "ApiToken",
    "Area",
    "Capacity",
    "Location",
    "Member",
    "Organisation",
    "RequiredDocument",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "Team",
]
