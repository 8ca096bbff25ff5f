"""Who is told of what, in one table (DOMAIN 8). Each kind of event stands in RULES, or in SILENT with a reason."""

from dataclasses import dataclass

APP = ("app",)
BOTH = ("app", "email")


@dataclass(frozen=True)
class Rule:
    """One line: whom (`audiences.py`), by which channels, and with which words in the mail (`delivery.py`).

    The urgency is the event's own fact, where it has one; else `urgency`.
    """

    audience: tuple[str, ...]
    channels: tuple[str, ...]
    words: str
    urgency: str = "routine"


RULES: dict[str, Rule] = {
    "referral.submitted": Rule(("sender_supervisor",), BOTH, "approval"),
    "referral.sent": Rule(("receiver_desk",), BOTH, "new"),
    "referral.approved": Rule(("receiver_desk", "sender_worker"), BOTH, "new"),
    "referral.received": Rule(("sender_worker",), APP, "news"),
    "referral.info_requested": Rule(("sender_worker",), BOTH, "question"),
    "referral.info_given": Rule(("assignee",), BOTH, "news"),
    "referral.accepted": Rule(("sender_worker", "worker"), BOTH, "news"),
    "referral.waitlisted": Rule(("sender_worker",), BOTH, "news"),
    "referral.declined": Rule(("sender_worker",), BOTH, "news"),
    "referral.started": Rule(("sender_worker",), APP, "news"),
    "referral.completed": Rule(("sender_worker",), BOTH, "news"),
    "referral.not_completed": Rule(("sender_worker",), BOTH, "news"),
    "referral.held": Rule(("sender_worker",), APP, "news"),
    "referral.resumed": Rule(("sender_worker",), APP, "news"),
    "referral.cancelled": Rule(("assignee", "sender_worker"), BOTH, "news"),
    "referral.withdrawn": Rule(("assignee", "sender_worker"), BOTH, "news"),
    "referral.expired": Rule(("sender_worker", "sender_supervisor", "receiver_supervisor"), BOTH, "news"),
    "referral.reassigned": Rule(("worker", "sender_worker"), BOTH, "news"),
    "message.written": Rule(("other_side",), BOTH, "message"),
    "deadline.reached": Rule(("deadline_owner",), BOTH, "deadline"),
    "deadline.resumed": Rule(("assignee",), APP, "deadline"),
    "case.reassigned": Rule(("case_worker",), BOTH, "news"),
    "reminder.status_end": Rule(("case_lead",), BOTH, "reminder"),
    "reminder.consent_end": Rule(("case_lead",), BOTH, "reminder"),
    "reminder.review": Rule(("case_lead", "case_supervisor"), BOTH, "reminder"),
    "reminder.retention": Rule(("data_officers", "former_worker"), BOTH, "reminder"),
    "reminder.appointment": Rule(("whose_date",), BOTH, "reminder"),
    "reminder.task": Rule(("whose_date",), APP, "reminder"),
    "export.asked": Rule(("releasers",), BOTH, "approval"),
    "export.released": Rule(("asked_by",), BOTH, "news"),
    "export.sent_back": Rule(("asked_by",), BOTH, "news"),
    "export.large": Rule(("protection_officers",), BOTH, "alarm", "urgent"),
    "import.done": Rule(("brought_by",), APP, "news"),
    "import.failed": Rule(("brought_by",), APP, "news"),
    "import.undone": Rule(("brought_by",), APP, "news"),
    "approval.asked": Rule(("deciders",), BOTH, "approval"),
    "approval.approved": Rule(("asker",), BOTH, "news"),
    "approval.sent_back": Rule(("asker",), BOTH, "news"),
}

_ONES_OWN = "what somebody did in the record they work in; the timeline shows it"
_DIRECTORY = "the directory shows it; nobody waits for it"
_ADMINISTRATION = "administration; the trail shows it"
SILENT: dict[str, str] = {
    "account.signed_in": _ADMINISTRATION,
    "record.read": "the trail of reads is for those who may read trails",
    "person.duplicate_found": "the page of possible duplicates shows it; nobody is in danger while it waits",
    "person.duplicate_proposed": "the page of possible duplicates shows it first",
    "person.duplicate_dismissed": _ONES_OWN,
    "person.merged": _ONES_OWN,
    "person.merge_undone": _ONES_OWN,
    "referral.drafted": _ONES_OWN,
    "referral.changed": _ONES_OWN,
    "referral.entered_in_error": "the receiver does not see it any more, and may not be told about it",
    "person.registered": _ONES_OWN,
    "person.contact_changed": _ONES_OWN,
    "consent.recorded": _ONES_OWN,
    "consent.withdrawn": "each referral that it withdraws tells its own sides",
    "case.opened": _ONES_OWN,
    "case.assessed": _ONES_OWN,
    "case.activated": _ONES_OWN,
    "case.held": _ONES_OWN,
    "case.resumed": _ONES_OWN,
    "case.followed_up": _ONES_OWN,
    "case.closed": _ONES_OWN,
    "case.reopened": _ONES_OWN,
    "case.erased": "nobody may see the case any more; the data-protection page shows it",
    "person.erased": "nobody may see the person any more; the data-protection page shows it",
    "retention.swept": "the data-protection page shows it",
    "need.added": _ONES_OWN,
    "assessment.started": _ONES_OWN,
    "assessment.saved": _ONES_OWN,
    "assessment.completed": _ONES_OWN,
    "case.reviewed": _ONES_OWN,
    "case.risk_changed": _ONES_OWN,
    "need.settled": _ONES_OWN,
    "import.uploaded": _ONES_OWN,
    "import.checked": "the page of the import shows it",
    "import.ordered": _ONES_OWN,
    "import.discarded": _ONES_OWN,
    "export.prepared": _ONES_OWN,
    "export.taken": "the trail shows it; a large one tells by its own event",
    "export.ended": "the page of the list shows it",
    "note.added": _ONES_OWN,
    "note.changed": _ONES_OWN,
    "note.pinned": _ONES_OWN,
    "note.unpinned": _ONES_OWN,
    "document.added": _ONES_OWN,
    "document.replaced": _ONES_OWN,
    "document.withdrawn": _ONES_OWN,
    "document.purged": "a rule of retention that everybody knows; the timeline shows it",
    "task.added": "the task list shows it",
    "task.done": "the task list shows it",
    "absence.set": "the list of absences shows it, and the substitute's work does",
    "absence.ended": "the list of absences shows it",
    "case.restricted_changed": "whoever reads it stands in the case already; nobody else may know",
    "organisation.entitled": _ADMINISTRATION,
    "task.reopened": "the task list shows it",
    "goal.added": _ONES_OWN,
    "goal.changed": _ONES_OWN,
    "plan.agreed": _ONES_OWN,
    "appointment.added": "the list of work shows it, and a day before somebody is reminded",
    "appointment.settled": _ONES_OWN,
    "approval.dropped": "nobody waits for it any more",
    "organisation.added": _DIRECTORY,
    "capacity.set": _DIRECTORY,
    "service.added": _DIRECTORY,
    "service.changed": _DIRECTORY,
    "service.verified": _DIRECTORY,
    "member.added": _ADMINISTRATION,
    "member.changed": _ADMINISTRATION,
    "member.closed": _ADMINISTRATION,
    "token.created": _ADMINISTRATION,
    "token.revoked": _ADMINISTRATION,
    "answers.changed": _ONES_OWN,
    "form.drafted": _ADMINISTRATION,
    "form.changed": _ADMINISTRATION,
    "form.published": _ADMINISTRATION,
    "form.retired": _ADMINISTRATION,
    "form.discarded": _ADMINISTRATION,
    "agreement.recorded": "the parties signed it outside; the directory shows it",
}
