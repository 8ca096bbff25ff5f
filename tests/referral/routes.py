"""A world with several partners who offer the same, and routes through the real doors."""

from datetime import timedelta

from core import outbox
from core.actors import acting
from partners.identity import actor_of_member
from referral.drafting import draft_referral, set_share
from referral.models import Referral, Route, RouteStop
from referral.steering import plan_route
from tests.conftest import role
from tests.referral.steps import NOTE, step
from tests.world import NOON, agreement, consent, member, organisation, service


def partners(w, number=2, *, named=True, **facts):
    """Make further partners with a desk, an agreement and a service each; the consent names all of them."""
    found = []
    for position in range(number):
        name = f"Partner {position + 2}"
        where = organisation(name)
        short = f"desk{position + 2}"
        w.members[short] = member(where, "focal_point", name=name)
        w.actors[short] = actor_of_member(w.members[short])
        agreement(w.of.sender, where)
        found.append(service(where, name=f"Advice {position + 2}", **facts))
    receivers = [w.of.receiver, *(one.organisation for one in found)] if named else [w.of.receiver]
    w.of.wide = consent(w.actors["caseworker"], w.of.person, *receivers)
    return found


def planned(w, services, *, by="caseworker", urgency="urgent", consent=None, need=None, **facts):
    """Draft a referral to the world's service with a route behind it."""
    with acting(w.actors[by]) as actor:
        referral = draft_referral(
            need or w.of.need, actor=actor, at=NOON, service=w.of.service, urgency=urgency, consent=consent or w.of.wide
        )
        set_share(referral.pk, actor=actor, at=NOON, note=NOTE)
        plan_route(referral.pk, actor=actor, at=NOON, **({"mode": "ordered", "services": services} | facts))
    return referral


def begun(w, services, **facts):
    return step(w, planned(w, services, **facts), "send", facts.get("by", "caseworker"))


def tell(hours=0.0):
    """Let the worker hand over what happened."""
    with role("WORKER_DATABASE_URL"):
        while outbox.relay(at=NOON + timedelta(hours=hours, minutes=1)):
            pass


def route_of(w, by="caseworker"):
    with acting(w.actors[by]) as actor:
        return Route.objects.visible_to(actor).get()


def course(w, by="caseworker"):
    """Return [(state of the stop, state of its referral)] in the order of the route."""
    with acting(w.actors[by]) as actor:
        rows = RouteStop.objects.visible_to(actor).order_by("position").select_related("referral")
        return [(row.state, row.referral.state if row.referral else "") for row in rows]


def referrals(w, by="caseworker", **of):
    with acting(w.actors[by]) as actor:
        return list(Referral.objects.visible_to(actor).filter(**of).order_by("created_at", "sent_at"))
