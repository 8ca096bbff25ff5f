"""Routes of two organisations, for the twin test's world."""

from core.actors import Actor, acting
from referral.models import PhoneCall, Route, RouteStop, RoutingRule
from tests.world import NOON


def populate_rules(w) -> None:
    """A rule of the sender, of a stranger and of the network."""
    for where in (w.of.sender, w.of.stranger, None):
        verbs = frozenset({"rule.manage", "rule.manage_network"})
        with acting(Actor(organisation_id=where.pk if where else w.of.network.pk, permissions=verbs)):
            RoutingRule(organisation=where, service=w.of.service, valid_from=NOON.date(), created_at=NOON).save(
                force_insert=True
            )


def populate_calls(w, referral) -> None:
    """A call of the sender about a referral, and one of a stranger about nothing it sends."""
    for where in (w.of.sender, w.of.stranger):
        with acting(Actor(organisation_id=where.pk)):
            PhoneCall(referral=referral, sender=where, number="1", outcome="reached", at=NOON).save(force_insert=True)


def populate_routes(w, cases) -> None:
    """A route with a service for each case, of class 2 and of class 4."""
    for short, where in cases:
        actor = w.actors[short]
        with acting(actor):
            for field_class in (2, 4):
                route = Route(
                    organisation_id=actor.organisation_id, case=where, need=where.needs.first(), mode="ordered",
                    field_class=field_class, state_since=NOON, created_at=NOON,
                )  # fmt: skip
                route.save(force_insert=True)
                RouteStop(
                    route=route, organisation_id=actor.organisation_id, position=1, service=w.of.service
                ).save(force_insert=True)  # fmt: skip
