"""The lifecycle of a referral as one table: DOMAIN 4.1, T1 to T17. Pure Python.

Buttons, API steps, the diagram, the database trigger and the tests' matrix are drawn from it (house rule 2).
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The 16 states; labels are in the code list `referral_status`."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    SENT = "sent"
    RECEIVED = "received"
    INFO_REQUESTED = "info_requested"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENTERED_IN_ERROR = "entered_in_error"


class Side(StrEnum):
    """Who takes a step: the sending organisation, the receiving one, or the system (consent, time)."""

    SENDER = "sender"
    RECEIVER = "receiver"
    SYSTEM = "system"


S = State
FINAL = frozenset({S.COMPLETED, S.NOT_COMPLETED, S.DECLINED, S.CANCELLED, S.WITHDRAWN, S.EXPIRED, S.ENTERED_IN_ERROR})
OPEN = frozenset(S) - FINAL
UNSENT = frozenset({S.DRAFT, S.PENDING_APPROVAL})
WAITING = frozenset({S.SENT, S.RECEIVED, S.INFO_REQUESTED})  # the receiver owes an answer
UNANSWERED = WAITING - {S.INFO_REQUESTED}  # and its clock runs
RUNNING = frozenset({S.ACCEPTED, S.IN_PROGRESS, S.ON_HOLD})
HOLDS_PLACE = RUNNING  # counts against the service's capacity
SHOWS_IDENTITY = RUNNING | {S.COMPLETED, S.NOT_COMPLETED}
ENDS_READING = frozenset({S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.ENTERED_IN_ERROR})  # closes the receiver's grant
HIDDEN_FROM_RECEIVER = UNSENT | {S.ENTERED_IN_ERROR}

# What a state means for the sender's need (T6, T8, T15): open again, in referral, or untouched.
NEED_BECOMES = {
    S.ACCEPTED: "in_referral",
    S.IN_PROGRESS: "in_referral",
    S.ON_HOLD: "in_referral",
    S.DECLINED: "open",
    S.CANCELLED: "open",
    S.WITHDRAWN: "open",
    S.EXPIRED: "open",
    S.NOT_COMPLETED: "open",
    S.ENTERED_IN_ERROR: "open",
}

COMPLETED_OUTCOMES = ("provided_full", "provided_part", "referred_on", "need_met_elsewhere")
NOT_COMPLETED_OUTCOMES = (
    "client_declined",
    "client_no_show",
    "client_unreachable",
    "client_moved",
    "found_ineligible",
    "service_failed",
    "died",
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One named step: from which states, to which, by which side, with which verb and which facts.

    `needs` are facts that must be given, `takes` may be. `number` is the transition of DOMAIN 4.1.
    `guarded` steps pass the guards G1 to G9. A receiver takes a step only after reading what the sender corrected,
    unless the step is `unread`.
    """

    name: str
    number: str
    sources: frozenset[State]
    target: State
    side: Side
    permission: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    guarded: bool = False
    unread: bool = False


def _step(name, number, sources, target, side, permission, **more) -> Step:  # noqa: PLR0917 (one row of a table)
    found = frozenset(sources if isinstance(sources, (set, frozenset)) else {sources})
    return Step(name=name, number=number, sources=found, target=target, side=side, permission=permission, **more)


_SENDER, _RECEIVER, _SYSTEM = Side.SENDER, Side.RECEIVER, Side.SYSTEM

STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        _step("submit", "T2", S.DRAFT, S.PENDING_APPROVAL, _SENDER, "referral.send", guarded=True),
        _step("send", "T3", S.DRAFT, S.SENT, _SENDER, "referral.send", guarded=True),
        _step("approve", "T3", S.PENDING_APPROVAL, S.SENT, _SENDER, "referral.approve", guarded=True),
        _step("receive", "T4", S.SENT, S.RECEIVED, _RECEIVER, "referral.answer", unread=True),
        # Nobody opens it, so the sender tells them by telephone: that counts as delivered (G7, DOMAIN 4.3).
        _step("phone", "T4", S.SENT, S.RECEIVED, _SENDER, "referral.send", needs=("text",)),
        _step(
            "ask", "T5", S.RECEIVED, S.INFO_REQUESTED, _RECEIVER, "referral.answer", needs=("text",), takes=("asked",)
        ),
        _step(
            "reply",
            "T5",
            S.INFO_REQUESTED,
            S.RECEIVED,
            _SENDER,
            "referral.send",
            needs=("text",),
            takes=("give", "consent"),
        ),
        _step(
            "accept",
            "T6",
            {S.RECEIVED, S.WAITLISTED},
            S.ACCEPTED,
            _RECEIVER,
            "referral.answer",
            needs=("worker",),
            takes=("line_reason", "text"),
        ),
        _step("waitlist", "T7", S.RECEIVED, S.WAITLISTED, _RECEIVER, "referral.answer", needs=("expected_on",)),
        _step(
            "decline",
            "T8",
            {S.RECEIVED, S.WAITLISTED},
            S.DECLINED,
            _RECEIVER,
            "referral.answer",
            needs=("reason",),
            takes=("text", "suggested_service", "expected_on"),
        ),
        _step("start", "T9", S.ACCEPTED, S.IN_PROGRESS, _RECEIVER, "referral.answer", needs=("first_contact_on",)),
        _step(
            "complete",
            "T10",
            S.IN_PROGRESS,
            S.COMPLETED,
            _RECEIVER,
            "referral.answer",
            needs=("outcome",),
            takes=("text",),
        ),
        _step(
            "not_complete",
            "T11",
            {S.ACCEPTED, S.IN_PROGRESS},
            S.NOT_COMPLETED,
            _RECEIVER,
            "referral.answer",
            needs=("outcome",),
            takes=("text", "attempts"),
        ),
        _step("hold", "T12", S.IN_PROGRESS, S.ON_HOLD, _RECEIVER, "referral.answer", needs=("text", "resume_on")),
        _step("resume", "T12", S.ON_HOLD, S.IN_PROGRESS, _RECEIVER, "referral.answer"),
        _step("cancel", "T13", OPEN, S.CANCELLED, _SENDER, "referral.cancel", needs=("text",)),
        _step("withdraw", "T14", OPEN, S.WITHDRAWN, _SYSTEM, "", takes=("withdrawal_reason",)),
        _step("expire", "T15", {S.SENT, S.RECEIVED}, S.EXPIRED, _SYSTEM, ""),
        _step(
            "mark_error",
            "T16",
            {S.DRAFT, S.PENDING_APPROVAL, S.SENT, S.RECEIVED},
            S.ENTERED_IN_ERROR,
            _SENDER,
            "referral.mark_error",
            needs=("text",),
        ),
    )
}


def codes(states) -> list[str]:
    """Return states as sorted plain codes, as the database stores them."""
    return sorted(state.value for state in states)


def pairs() -> list[tuple[str, str]]:
    """Return every allowed (from, to), sorted; the database trigger refuses any other."""
    return sorted({(source.value, step.target.value) for step in STEPS.values() for source in step.sources})


def steps_from(state: str, side: Side) -> list[Step]:
    """Return the steps that lead from a state for a side, in the order of the table."""
    return [step for step in STEPS.values() if state in step.sources and step.side == side]
