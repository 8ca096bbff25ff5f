"""What codes without a list of their own are called, and the hints beside answers."""

from django.utils.translation import gettext_lazy as _

SCRIPT_WORDS = {
    "Zyyy": _("Not said"),
    "Latn": _("Latin"),
    "Cyrl": _("Cyrillic"),
    "Arab": _("Arabic script"),
    "Ethi": _("Ethiopic"),
}
KIND_WORDS = {
    "legal": _("As on papers"),
    "preferred": _("Preferred"),
    "alias": _("Alias or spelling"),
    "birth": _("Name at birth"),
}
PRECISION_WORDS = {
    "day": _("Exact to the day"),
    "month": _("Month and year are known"),
    "year": _("Only the year is known"),
    "estimated": _("Estimated"),
    "unknown": _("Not known"),
}
RELATION_WORDS = {
    "self": _("The person"),
    "parent": _("A parent"),
    "guardian": _("The guardian"),
    "representative": _("A legal representative"),
}
BASIS_WORDS = {
    "consent": _("Consent of the person"),
    "vital_interest": _("Danger to life: the person cannot consent now"),
    "legal_duty": _("A duty by law"),
    "child_best_interest": _("The best interests of the child"),
}
REOPEN_WORDS = {
    "new_need": _("There is a new need"),
    "client_came_back": _("The person came back"),
    "closed_in_error": _("It was closed by mistake"),
}
RISK_HINTS = {
    "critical": _("Life, safety or freedom is threatened now. First contact within 1 hour."),
    "high": _("Serious harm is likely within days. First contact within 24 hours."),
    "medium": _("Harm is likely without support. First contact within 72 hours."),
    "low": _("Support is useful, no harm is expected. First contact within 10 working days."),
}
NEED_HINTS = {
    "emergency": _("Help today"),
    "urgent": _("Help within 3 days"),
    "routine": _("Help within 2 weeks"),
}
PURPOSE_HINTS = {
    "case_management": _("Name, contact, needs. Seen by the people of this case only."),
    "referral_disclosure": _("Each time we show the person what is sent, before it is sent."),
    "contact": _("Only in the safe way recorded before."),
    "interpreter": _("The interpreter hears what is said, and keeps it secret."),
    "follow_up_survey": _("A question or two about the help. Help does not depend on it."),
    "statistics": _("Without a name; groups smaller than 5 people are never published."),
    "authority_disclosure": _("To a named body only. Never part of a referral consent."),
    "cross_border_transfer": _("To a named organisation abroad only."),
    "case_transfer": _("Another organisation goes on with the case. Each time we name it, and what it is told."),
}
CLASS_WORDS = {
    1: _("What is needed, which language, which place"),
    2: _("Name, age, family, how to reach the person"),
    3: _("Sensitive: health, children, protection claim, status"),
    4: _("Highly sensitive: trafficking, violence, detention, safe address"),
}
CLASS_HINTS = {
    3: _("Ask apart, and only when a service needs it."),
    4: _("Ask apart, without family members in the room."),
}
GRANT_WORDS = {
    "ownership": _("works in the organisation of the case"),
    "team": _("team of the case"),
    "assignment": _("caseworker"),
    "supervision": _("supervisor"),
    "named": _("named for this case"),
    "referral": _("received a referral with consent: sees only what was sent"),
    "break_glass": _("opened in an emergency"),
    "cover": _("stands in for an absent colleague"),
    "cover_named": _("stands in for an absent colleague, named for restricted parts"),
}
REMINDER_WORDS = {
    "status_end": _("Status in the country ends"),
    "consent_end": _("Consent ends"),
    "review": _("Review of the case"),
    "retention": _("The case is erased"),
    "appointment": _("Appointment"),
    "task": _("Task"),
}
APPROVAL_WORDS = {
    "assessment": _("Assessment"),
    "plan": _("Plan"),
    "closure": _("Closing the case"),
    "risk_downgrade": _("A lower level of danger"),
    "transfer": _("Transfer to another organisation"),
}
LEVEL_WORDS = {
    "": _("Not said"),
    "native": _("First language"),
    "good": _("Well"),
    "basic": _("A little"),
}
REVEAL_WORDS = {
    "danger": _("Somebody is in danger, and no safe way works"),
    "correct": _("To correct what is written"),
    "tell_apart": _("To tell whether a number that calls us is this one"),
}
STEP_WORDS = {
    "assess": _("Begin the assessment"),
    "activate": _("Begin the plan"),
    "hold": _("Put on hold"),
    "resume": _("Go on"),
    "follow_up": _("Begin follow-up"),
    "close": _("Close the case"),
    "reopen": _("Reopen the case"),
}
TASK_WORDS = {
    "approve_referral": _("Approve a referral"),
    "route_next": _("Decide: ask the next service?"),
    "call_now": _("Call now: an emergency has not been opened"),
    "stop_processing": _("Stop work on the data: consent was withdrawn"),
    "case_conference": _("Talk the case over: three partners declined"),
    "ask_client": _("Ask the client what became of the need"),
    "follow_up": _("Ask how the client is now"),
    "delivery_failed": _("A notice reached nobody: call"),
}
NOTE_CLASS_WORDS = {
    2: _("Everybody who works on the case"),
    3: _("The same people, and each reading is written down"),
    4: _("Only people whom the case names"),
}
NOTE_CLASS_HINTS = {
    2: _("Appointments, arrangements, ordinary help."),
    3: _("Health, children, status, protection claim."),
    4: _("Trafficking, violence, detention, a safe address. The team does not see that it exists."),
}
# What a new note begins with: questions whose answers the next colleague will look for.
NOTE_TEMPLATES = {
    "call": _("Who was reached:\nWhat was said:\nWhat was agreed:\nNext step:"),
    "visit": _("Place and who was there:\nHow the person is:\nWhat was seen:\nWhat was agreed:\nNext step:"),
    "meeting": _(
        "Who took part, interpreter:\nWhat was talked about:\nWhat the person wants:\nWhat was agreed:\nNext step:"
    ),
}
READING_WORDS = {
    "person": _("The case page"),
    "notes": _("Notes and documents"),
    "timeline": _("Timeline"),
    "document": _("A document"),
    "referral": _("A referral"),
    "referral_form": _("A referral form, taken out"),
    "referral_fhir": _("A referral as FHIR, taken out"),
    "case": _("The case"),
    "need": _("A need"),
    "transfer": _("An offered case"),
}
