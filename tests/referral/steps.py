"""Short ways to a referral in a given state, through the real doors."""

from datetime import timedelta

from core.actors import acting
from referral.drafting import draft_referral, set_share
from referral.lifecycle import advance
from tests.world import NOON

NOTE = "Employer keeps the passport; we called twice."


def drafted(w, *, need=None, service=None, consent=None, urgency="urgent", note=NOTE, by="caseworker"):
    with acting(w.actors[by]) as actor:
        referral = draft_referral(
            need or w.of.need,
            actor=actor,
            at=NOON,
            service=service or w.of.service,
            urgency=urgency,
            consent=consent or w.of.consent,
        )
        return set_share(referral.pk, actor=actor, at=NOON, note=note)


def step(w, referral, name, by, *, hours=0, **facts):
    with acting(w.actors[by]) as actor:
        return advance(referral.pk, name, actor=actor, at=NOON + timedelta(hours=hours), **facts)


def sent(w, **facts):
    return step(w, drafted(w, **facts), "send", "caseworker")


def received(w, **facts):
    return step(w, sent(w, **facts), "receive", "partner", hours=1)


def accepted(w, **facts):
    return step(w, received(w, **facts), "accept", "partner", hours=2, worker=w.members["worker"].pk)


def started(w, **facts):
    return step(w, accepted(w, **facts), "start", "partner", hours=3, first_contact_on=NOON.date())
