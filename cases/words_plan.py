"""Words of assessment, risk, plan and cover."""

from django.utils.translation import gettext_lazy as _

ANSWER_WORDS = {
    "present": _("Yes"),
    "absent": _("No"),
    "unknown": _("Not known"),
    "not_asked": _("Not asked"),
}
LEVEL_WORDS = {
    "individual": _("The person"),
    "household": _("Household and family"),
    "community": _("Community"),
    "structural": _("Law, authorities, services"),
}
PAGE_WORDS = LEVEL_WORDS | {"restricted": _("Restricted"), "risk": _("Danger and review")}
REVIEW_WORDS = {
    "set": "",
    "waiting": _("A lower level waits for a supervisor"),
    "confirmed": _("Confirmed by a supervisor"),
    "refused": _("A supervisor kept the higher level"),
}
OWNER_WORDS = {
    "staff": _("We do it"),
    "client": _("The person does it"),
    "partner": _("A partner does it"),
}
