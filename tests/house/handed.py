"""Offers of cases from two organisations to a third, a restriction in force, and breaches, for the twin test."""

from datetime import timedelta

from cases.models import CaseTransfer, DataRequest, Incident
from core.actors import acting
from core.references import reference
from tests.world import NOON, case, consent, person

ASKED = {"reason": "moved", "classes": [2], "record": "supervisor", "asked_at": NOON}


def populate_transfers(w, ours, theirs) -> None:
    """One of the sender's that waits, one that is offered to the receiver, one of the stranger's offered to it."""
    o = w.of
    second = case(w.actors["caseworker"], person(w.actors["caseworker"], name="Second"), team=o.team)
    for short, where, of, offered in (
        ("caseworker", o.sender, ours, False),
        ("caseworker", o.sender, second, True),
        ("stranger", o.stranger, theirs, True),
    ):
        by = w.members[short]
        told = {"approved_by": by, "approved_at": NOON, "expires_at": NOON + timedelta(days=14)} if offered else {}
        agreed = consent(w.actors[short], of.person, o.receiver)
        with acting(w.actors[short]):
            CaseTransfer(
                reference=reference("T"),
                case=of,
                from_organisation=where,
                to_organisation=o.receiver,
                state="approved" if offered else "proposed",
                asked_by=by,
                consent=agreed,
                **ASKED,
                **told,
            ).save(force_insert=True)
    for short in ("caseworker", "partner", "stranger"):
        with acting(w.actors[short]) as actor:
            Incident(
                reference=reference("B"),
                organisation_id=actor.organisation_id,
                kind="lost_device",
                what="x",
                noticed_by=w.members[short],
                noticed_at=NOON,
                recorded_at=NOON,
                due_at=NOON + timedelta(hours=72),
            ).save(force_insert=True)


def populate_restricted(w) -> None:
    """A case of the sender's team, of a person whose restriction is in force: the team's grant rests."""
    actor = w.actors["caseworker"]
    third = case(actor, person(actor, name="Third"), team=w.of.team)
    with acting(w.actors["supervisor"]) as supervisor:
        DataRequest(
            organisation=w.of.sender, person=third.person, reference="Q-rests", person_reference="P",
            kind="restriction", identity_check="known", asked_by_id=supervisor.member_id, received_at=NOON,
            state="answered", due_at=NOON + timedelta(days=5), answered_by_id=supervisor.member_id, answered_at=NOON,
        ).save(force_insert=True)  # fmt: skip
