"""What pages say about steps, states and clocks. The table of steps itself is in `states`."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from referral.states import FINAL, S, State


@dataclass(frozen=True, kw_only=True)
class StepWords:
    """How a step is offered: the button, the page's heading and lead, what it did, and the label of its text."""

    button: str
    icon: str
    title: str
    lead: str = ""
    done: str
    text_label: str = ""
    kind: str = "default"
    form_page: bool = True  # False: has a page of its own (sending)


# In the order in which buttons stand; the first available one is the primary button.
STEP_WORDS: dict[str, StepWords] = {
    "approve": StepWords(
        button=_("Approve and send"),
        icon="circle-check",
        title=_("Approve this referral"),
        lead=_("Read what is disclosed. When you approve, it is sent at once."),
        done=_("Approved and sent"),
    ),
    "send": StepWords(
        button=_("Check and send"), icon="send", title=_("Check and send"), done=_("Referral sent"), form_page=False
    ),
    "submit": StepWords(
        button=_("Ask for approval"),
        icon="user-check",
        title=_("Ask for approval"),
        done=_("Your supervisor was asked for approval"),
        form_page=False,
    ),
    "reply": StepWords(
        button=_("Reply"),
        icon="message-circle",
        title=_("Reply to the question"),
        lead=_("The partner's clock starts again when you reply."),
        done=_("Reply sent; the partner's clock runs again"),
        text_label=_("Your reply"),
    ),
    "accept": StepWords(
        button=_("Accept"),
        icon="check",
        title=_("Accept this referral"),
        lead=_("The sender is told who will work with the person. Name and safe contact open to you."),
        done=_("Referral accepted; name and safe contact are open to you now"),
    ),
    "start": StepWords(
        button=_("Record first contact"),
        icon="player-play",
        title=_("Record the first contact"),
        lead=_("The sender sees this at once."),
        done=_("First contact recorded"),
    ),
    "resume": StepWords(
        button=_("Go on with the service"),
        icon="player-play",
        title=_("Go on with the service"),
        lead=_("The clock runs again."),
        done=_("The service goes on"),
    ),
    "complete": StepWords(
        button=_("Report the result"),
        icon="circle-check",
        title=_("Report the result"),
        lead=_("The sender asks the person and then settles the need."),
        done=_("Result reported; the referral is completed"),
    ),
    "ask": StepWords(
        button=_("Ask"),
        icon="message-circle-question",
        title=_("Ask the sender a question"),
        lead=_("Your clock stops until the sender replies, the first time you ask."),
        done=_("Question sent; your clock is stopped"),
        text_label=_("Your question"),
    ),
    "waitlist": StepWords(
        button=_("Waiting list"),
        icon="clock-pause",
        title=_("Put on the waiting list"),
        lead=_("The sender is told the date and may ask other services as well."),
        done=_("Put on the waiting list"),
    ),
    "decline": StepWords(
        button=_("Decline"),
        icon="x",
        title=_("Decline this referral"),
        lead=_(
            "The sender is told at once and can ask another service. Your reason is a code, so that gaps in services "
            "can be counted."
        ),
        done=_("Referral declined"),
        text_label=_("Note to the sender"),
    ),
    "not_complete": StepWords(
        button=_("It did not take place"),
        icon="circle-x",
        title=_("Say why it did not take place"),
        lead=_("The need opens again, so that the sender can look for another service."),
        done=_("The sender was told that it did not take place"),
    ),
    "hold": StepWords(
        button=_("Put on hold"),
        icon="player-pause",
        title=_("Put the service on hold"),
        lead=_("The clock stops until the day you give."),
        done=_("Service put on hold"),
        text_label=_("Reason"),
    ),
    "cancel": StepWords(
        button=_("Cancel referral"),
        icon="ban",
        title=_("Cancel this referral"),
        lead=_("The partner is told. What was already disclosed cannot be taken back."),
        done=_("Referral cancelled"),
        text_label=_("Reason"),
        kind="stop",
    ),
    "mark_error": StepWords(
        button=_("Entered in error"),
        icon="trash",
        title=_("Mark as entered in error"),
        lead=_("What it discloses is hidden from everybody. A trace that it existed stays."),
        done=_("Marked as entered in error"),
        text_label=_("Reason"),
        kind="stop",
    ),
}

# What a state expects, said to each side: (to the sender, to the receiver).
EXPECTS: dict[str, tuple[str, str]] = {
    S.SENT: (_("The partner has to open it"), _("Open it and answer")),
    S.RECEIVED: (_("The partner has to answer"), _("Answer: accept, ask or decline")),
    S.INFO_REQUESTED: (_("The partner waits for your answer"), _("Waits for the sender's reply")),
    S.WAITLISTED: (_("On the partner's waiting list"), _("On your waiting list")),
    S.ACCEPTED: (_("The partner makes the first contact"), _("Make the first contact")),
    S.IN_PROGRESS: (_("The partner works with the person"), _("Report the result")),
    S.ON_HOLD: (_("The partner has put it on hold"), _("On hold")),
}

# The line of life: its stations, and where each state stands on it.
STATIONS = (_("Sent"), _("Opened"), _("Answered"), _("First contact"), _("Completed"))
_REACHED: dict[str, int] = {
    S.DRAFT: 0,
    S.PENDING_APPROVAL: 0,
    S.SENT: 1,
    S.RECEIVED: 2,
    S.INFO_REQUESTED: 2,
    S.WAITLISTED: 2,
    S.DECLINED: 2,
    S.EXPIRED: 2,
    S.ACCEPTED: 3,
    S.IN_PROGRESS: 4,
    S.ON_HOLD: 4,
    S.NOT_COMPLETED: 4,
    S.COMPLETED: 5,
}
_HOLDS = frozenset({S.INFO_REQUESTED, S.WAITLISTED, S.ON_HOLD, S.PENDING_APPROVAL})


def life(referral, *, label) -> list[dict]:
    """Return the stations of a referral for the line of life; `label` gives the word of a state."""
    state = State(referral.state)
    notes = (referral.sent_at, referral.received_at, referral.decided_at, None, referral.closed_at)
    reached = _REACHED.get(state, sum(1 for moment in notes[:3] if moment))  # cancelled, withdrawn: as far as it came
    ends_badly = state in FINAL - {S.COMPLETED}
    stations = []
    for index, station in enumerate(STATIONS):
        if index == reached and ends_badly:
            stations.append({"label": label(state), "state": "stop", "at": referral.closed_at})
            break
        kind, word = ("done" if index < reached else "todo"), station
        if index == reached:
            kind, word = ("hold", label(state)) if state in _HOLDS else ("now", station)
        stations.append({"label": word, "state": kind, "at": notes[index] if kind == "done" else None})
    return stations
