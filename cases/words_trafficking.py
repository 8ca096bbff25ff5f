"""Words of the trafficking screen: groups, dimensions, and the codes of HTCDS 2.0."""

from django.utils.translation import gettext_lazy as _

GROUP_WORDS = {
    "adult_labour": _("An adult, about work"),
    "adult_sexual": _("An adult, about sexual exploitation"),
    "child_labour": _("A child, about work"),
    "child_sexual": _("A child, about sexual exploitation"),
}
DIMENSION_WORDS = {
    "deceptive_recruitment": _("Deceived when recruited"),
    "coercive_recruitment": _("Forced when recruited"),
    "abuse_at_recruitment": _("Weakness used when recruited"),
    "exploitation": _("Exploitation"),
    "coercion": _("Forced at the place"),
    "abuse_at_destination": _("Weakness used at the place"),
}
STRENGTH_WORDS = {"strong": _("strong"), "medium": _("medium"), "weak": _("weak")}
MEANS_WORDS = {
    "AtAPlaceOfBusiness": _("At a business"),
    "AtAnEducationalInstitution": _("At a school or university"),
    "AtWork": _("At work"),
    "ThroughOnlineSocialNetworks": _("Through social networks"),
    "ThroughAnOnlineAdvertisement": _("Through an advertisement on the internet"),
    "ThroughATelevisionAdvert": _("Through an advertisement on television"),
    "ThroughANewspaperAdvert": _("Through an advertisement in a newspaper"),
    "ThroughFamilyOrFamilyEvents": _("Through the family"),
    "ThroughFriendsOrSocialEvents": _("Through friends or acquaintances"),
    "Other": _("In another way"),
}
CONTROL_WORDS = {
    "PhysicalThreats": _("Threats of violence"),
    "ThreatsLawEnforcement": _("Threats with police or authorities"),
    "ThreatensChildrenFamily": _("Threats against children or family"),
    "DebtBondage": _("A debt that has to be worked off"),
    "FalsePromises": _("False promises"),
    "PhysicalAbuse": _("Violence"),
    "SexualAbuse": _("Sexual violence"),
    "TakesEarnings": _("Takes what is earned"),
    "RestrictsFinancialAccess": _("No access to one's own money"),
    "RestrictsMedicalCare": _("No access to medical help"),
    "WithholdsNecessities": _("Food, sleep or clothes are withheld"),
    "PsychologicalAbuse": _("Humiliation and pressure"),
    "PsychoactiveSubstance": _("Alcohol or drugs"),
    "ExcessiveWorkingHours": _("Endless working hours"),
    "WithholdsDocuments": _("Papers are kept back"),
    "Other": _("In another way"),
}
EXPLOITATION_WORDS = {
    "ForcedLabour": _("Forced labour"),
    "SexualExploitation": _("Sexual exploitation"),
    "ChildLabour": _("Child labour"),
    "ForcedMarriage": _("Forced marriage"),
    "Servitude": _("Servitude"),
    "ForcedMilitaryByNonStateActors": _("Forced fighting for an armed group"),
    "OrganRemoval": _("Removal of organs"),
    "ForcedBegging": _("Forced begging"),
    "ForcedAdoption": _("Forced adoption"),
    "Surrogacy": _("Forced surrogacy"),
    "Other": _("Another kind"),
}
BODY_WORDS = {
    "Police": _("Police"),
    "NGO": _("Non-governmental organisation"),
    "CourtOrProsecution": _("Court or prosecution"),
    "NonPoliceGovernmentalOrganization": _("Another State body"),
    "Other": _("Another body"),
}
