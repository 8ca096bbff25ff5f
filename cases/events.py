"""What can happen to persons, consents, cases, needs and tasks, in words."""

from django.utils.translation import gettext_lazy as _

from core.events import kinds

kinds(
    person_registered=_("Person registered"),
    person_contact_changed=_("Safe contact changed"),
    consent_recorded=_("Consent recorded"),
    consent_withdrawn=_("Consent withdrawn"),
    case_opened=_("Case opened"),
    case_assessed=_("Assessment begun"),
    case_activated=_("Plan begun"),
    case_held=_("Case put on hold"),
    case_resumed=_("Work on the case goes on"),
    case_followed_up=_("Follow-up begun"),
    case_closed=_("Case closed"),
    case_reopened=_("Case reopened"),
    case_reassigned=_("Case given to another caseworker"),
    need_added=_("Need recorded"),
    need_settled=_("Need settled after asking the client"),
    task_added=_("Task added"),
    task_done=_("Task done"),
    reminder_status_end=_("Reminder: a status in the country ends soon"),
    reminder_consent_end=_("Reminder: a consent ends soon"),
    reminder_review=_("Reminder: the review of a case is due"),
    reminder_retention=_("Reminder: the time to keep a case ends soon"),
    reminder_appointment=_("Reminder: an appointment is tomorrow"),
    reminder_task=_("Reminder: a task is due today"),
    assessment_started=_("Assessment started"),
    assessment_saved=_("Assessment saved"),
    assessment_completed=_("Assessment completed"),
    case_reviewed=_("Case reviewed: nothing changed"),
    case_risk_changed=_("Risk level changed"),
    task_reopened=_("Task open again"),
    goal_added=_("Goal added to the plan"),
    goal_changed=_("Goal of the plan changed"),
    plan_agreed=_("Plan agreed with the person"),
    appointment_added=_("Appointment made"),
    appointment_settled=_("Noted what came of an appointment"),
)
