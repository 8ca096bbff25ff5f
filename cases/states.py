"""The lifecycle of a case as one table (DOMAIN 3), and the times that its risk level sets. Pure Python.

Handing a case over to another organisation (`transferred`) needs the agreement of two sides and has doors of its own
(`cases/actions/transfers.py`, `takeovers.py`). Joining two cases (`merged`) has no page yet.
"""

from dataclasses import dataclass

INTAKE, ASSESSMENT, ACTIVE, ON_HOLD, FOLLOW_UP, CLOSED = (
    "intake",
    "assessment",
    "active",
    "on_hold",
    "follow_up",
    "closed",
)
OPEN = frozenset({INTAKE, ASSESSMENT, ACTIVE, ON_HOLD, FOLLOW_UP})
AT_WORK = OPEN - {INTAKE}

# A closed case is opened again for one of these; "other" would need words that nobody could count.
REOPEN_REASONS = ("new_need", "client_came_back", "closed_in_error")
TOLD = ("yes", "no")  # whether the client knows that the case is closed; "no" says why (DOMAIN 3)
REOPEN_DAYS = 30  # within which the caseworker needs no supervisor

# First contact after opening: hours that pass day and night; None: working days.
FIRST_CONTACT_HOURS = {"critical": 1, "high": 24, "medium": 72, "low": None}
FIRST_CONTACT_WORKING_DAYS = 10
REVIEW_DAYS = {"critical": 7, "high": 14, "medium": 30, "low": 91}
SUPERVISED_RISKS = frozenset({"critical", "high"})


@dataclass(frozen=True)
class Step:
    """One named step: from which states, to which, with which verb, which facts, and the event it records."""

    name: str
    sources: frozenset[str]
    target: str
    event: str
    permission: str = "case.write"
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("assess", frozenset({INTAKE}), ASSESSMENT, "case.assessed"),
        Step("activate", frozenset({ASSESSMENT}), ACTIVE, "case.activated", takes=("note",)),
        Step("hold", frozenset({ACTIVE}), ON_HOLD, "case.held"),
        Step("resume", frozenset({ON_HOLD}), ACTIVE, "case.resumed"),
        Step("follow_up", frozenset({ACTIVE}), FOLLOW_UP, "case.followed_up"),
        Step("close", OPEN, CLOSED, "case.closed", needs=("reason",), takes=("told", "note", "told_note")),
        Step("reopen", frozenset({CLOSED}), ACTIVE, "case.reopened", needs=("reason",)),
    )
}


def steps_from(status: str) -> list[Step]:
    """Return the steps that lead out of a state, in the order of the table."""
    return [step for step in STEPS.values() if status in step.sources]
