"""What can happen in the directory and its organisations."""

from django.utils.translation import gettext_lazy as _

from core.events import kinds

kinds(
    organisation_added=_("Organisation added"),
    organisation_changed=_("What the directory says of an organisation changed"),
    closure_changed=_("Closed days changed"),
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
    service_unverified=_("Entry not confirmed for five months"),
    service_hidden=_("Entry hidden: not confirmed for half a year"),
    capacity_stale=_("Places not confirmed for seven days"),
    organisation_proposed=_("Organisation proposed"),
    organisation_approved=_("Organisation let into the network"),
    organisation_refused=_("Organisation not let into the network"),
    agreement_proposed=_("Agreement laid before its parties"),
    agreement_confirmed=_("Agreement confirmed by a party"),
    agreement_ended=_("Agreement ended"),
    agreement_ending=_("Agreement ends soon"),
    account_asked=_("Asked for an account after an answer by a link"),
    account_approved=_("Account made for who asked"),
    account_refused=_("Account refused"),
    organisation_entitled=_("Entitlement to identify victims changed"),
)
