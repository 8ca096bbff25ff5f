"""Routes of two organisations, for the twin test's world."""

from core.actors import acting
from referral.models import Route, RouteStop
from tests.world import NOON


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
