"""What can happen in the directory and its organisations."""

from django.utils.translation import gettext_lazy as _

from core.events import kinds

kinds(
    organisation_added=_("Organisation added"),
    capacity_set=_("Capacity set"),
    service_added=_("Service added"),
    service_changed=_("Service changed"),
    service_verified=_("Service confirmed"),
    member_added=_("Member added"),
    member_changed=_("Member changed"),
    member_closed=_("Membership closed"),
    token_created=_("Access token made"),
    token_revoked=_("Access token withdrawn"),
    agreement_recorded=_("Agreement recorded"),
    organisation_entitled=_("Entitlement to identify victims changed"),
)
