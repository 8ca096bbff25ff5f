"""Routes of two organisations, for the twin test's world."""

from uuid import uuid4

from cases.models import Case, Need
from core.actors import Actor, acting
from partners.actions import ask_account
from referral.links import holder_of, make_link
from referral.models import Batch, BatchRow, PhoneCall, Route, RouteStop, RoutingRule
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
    """A call of the sender about a referral, one of a stranger about nothing it sends, and a link to the referral."""
    populate_links(w, referral)
    for where in (w.of.sender, w.of.stranger):
        with acting(Actor(organisation_id=where.pk)):
            PhoneCall(referral=referral, sender=where, number="1", outcome="reached", at=NOON).save(force_insert=True)


def populate_links(w, referral) -> None:
    """A link to a referral of the sender; it acts in this world, too."""
    with acting(w.actors["caseworker"]) as actor:
        made = make_link(referral.pk, actor=actor, at=NOON, way="paper", code_way="phone", language="en")
    w.actors["link"] = holder = holder_of(made.token)
    with acting(holder):
        ask_account(actor=holder, at=NOON, name="Maria", email="maria@example.test")


def populate_batches(w, cases) -> None:
    """A sheet with a refused row of class 2 and of class 4 for each case."""
    for short, where in cases:
        actor = w.actors[short]
        with acting(actor):
            batch = Batch(id=uuid4(), organisation_id=actor.organisation_id, case=where, created_at=NOON)
            batch.save(force_insert=True)
            own = Case.objects.visible_to(actor).get(pk=where.pk)
            first = own.needs.first()
            for field_class, need in ((2, first), (4, Need.objects.filter(case=own).exclude(pk=first.pk).first())):
                if need is not None:
                    BatchRow(
                        batch=batch, organisation_id=actor.organisation_id, case=where, need=need,
                        field_class=field_class, state="refused", refusal="consent_missing",
                    ).save(force_insert=True)  # fmt: skip


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
