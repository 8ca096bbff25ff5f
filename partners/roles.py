"""Who may do what is a cell: role x verb (DOMAIN 7). The only place in the project that names roles."""

from django.utils.translation import gettext_lazy as _

FOUNDER = "organisation_admin"  # the first member of an organisation that was let in

EVERYBODY = {"directory.read", "notice.read", "account.manage", "incident.report"}
CASE_WORK = {
    "person.search",
    "person.write",
    "consent.record",
    "person.match",
    "case.open",
    "case.read",
    "case.write",
    "rights.answer",
    "need.write",
    "task.write",
    "note.write",
    "document.write",
    "event.read",
}
SENDING = {"referral.draft", "referral.send", "referral.cancel", "message.write"}
ANSWERING = {
    "referral.read_in", "referral.answer", "message.write", "capacity.set", "event.read", "task.write",
    "place.read_safe",
}  # fmt: skip
SUPERVISING = {
    "referral.approve",
    "referral.reassign",
    "referral.mark_error",
    "case.reassign",
    "approval.decide",
    "transfer.answer",
}
GUARDING = {"case.seal", "emergency.review"}

ROLES: dict[str, set[str]] = {
    "hotline_operator": EVERYBODY
    | {"person.search", "person.write", "consent.record", "case.open", "case.read", "note.write"},
    "caseworker": EVERYBODY
    | CASE_WORK
    | SENDING
    | {"case.read_team", "referral.read_assigned", "referral.answer_assigned", "absence.set", "case.break_glass"}
    | {"place.read_safe", "organisation.propose"},
    "focal_point": EVERYBODY | ANSWERING | {"service.manage"},
    "supervisor": EVERYBODY
    | CASE_WORK
    | SENDING
    | ANSWERING
    | SUPERVISING
    | GUARDING
    | {"case.read_team", "board.read", "case.break_glass"}
    | {"rights.decide", "hold.set", "incident.handle"}
    | {"person.merge"}
    | {"absence.set", "absence.set_for_others"}
    | {"record.import", "record.export", "export.approve"}
    | {"organisation.propose"},
    "organisation_admin": EVERYBODY
    | {
        "rule.manage",
        "service.manage",
        "member.manage",
        "token.manage",
        "webhook.manage",
        "capacity.set",
        "form.manage",
        "place.read_safe",
        "agreement.confirm",
    },
    "coordinator": EVERYBODY
    | {"referral.read_status", "agreement.write", "network.read", "entitlement.set", "rule.manage_network"}
    | {"organisation.approve"}
    | {"form.manage_network", "matching.set"},
    "policy_analyst": {"notice.read", "account.manage", "incident.report", "statistics.read"},
    "data_protection_officer": EVERYBODY
    | {"audit.read", "event.read", "rights.answer", "rights.decide", "hold.set", "retention.set", "incident.handle"}
    | {"export.approve", "emergency.review"},
    "system_admin": {"notice.read", "account.manage", "incident.report", "system.read"},
}

LABELS = {
    "hotline_operator": _("Hotline operator"),
    "caseworker": _("Caseworker"),
    "focal_point": _("Focal point"),
    "supervisor": _("Supervisor"),
    "organisation_admin": _("Organisation administrator"),
    "coordinator": _("Network coordinator"),
    "policy_analyst": _("Policy analyst"),
    "data_protection_officer": _("Data-protection officer"),
    "system_admin": _("System administrator"),
}

# What a token of an organisation's own system may be given. It acts for the organisation, never for a person.
SCOPES: dict[str, set[str]] = {
    "directory:read": {"directory.read"},
    "directory:write": {"directory.read", "service.manage"},
    "referrals:read": {"referral.read_in", "event.read"},
    "referrals:answer": {"referral.read_in", "referral.answer", "message.write", "event.read"},
    "cases:write": CASE_WORK | {"case.read_team"},
    "referrals:send": SENDING | {"case.read", "case.read_team"},
    "capacity:write": {"capacity.set", "directory.read"},
    "tokens:read": {"token.manage"},
    "webhooks:manage": {"webhook.manage"},
}

# What whoever opened an answer link may do: answer one referral, and ask for an account afterwards (ADR 16).
BY_LINK = frozenset({"referral.answer_linked", "account.ask"})


def permissions_of(role: str) -> frozenset[str]:
    """Return the verbs of a role. Raises KeyError for an unknown one."""
    return frozenset(ROLES[role])


def permissions_of_scopes(scopes: list[str]) -> frozenset[str]:
    """Return the verbs that a token with these scopes holds."""
    return frozenset().union(*(SCOPES[scope] for scope in scopes))
