"""People on the waiting line of the world's service, put there through the real doors."""

from datetime import timedelta

from core.actors import acting
from referral import lines
from tests.referral.steps import received, step
from tests.world import NOON, case, consent, need, person

SOON = (NOON + timedelta(days=20)).date()
LATER = NOON + timedelta(days=2)


def waits(w, urgency="urgent", *, hours=2):
    """Put somebody new into the line of the world's service."""
    caseworker = w.actors["caseworker"]
    who = person(caseworker)
    where = case(caseworker, who, team=w.of.team, caseworker=w.members["caseworker"])
    facts = {"need": need(caseworker, where), "consent": consent(caseworker, who, w.of.receiver)}
    return step(w, received(w, urgency=urgency, **facts), "waitlist", "partner", hours=hours, expected_on=SOON)


def order(w):
    with acting(w.actors["partner"]) as actor:
        return list(
            lines.line_of(actor, service_id=w.of.service.pk).order_by(*lines.ORDER).values_list("pk", flat=True)
        )


def accept(w, row, *, hours=48, **facts):
    return step(w, row, "accept", "partner", hours=hours, worker=w.members["worker"].pk, **facts)
