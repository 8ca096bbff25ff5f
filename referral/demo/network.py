"""Organisations, services, people with accounts, agreements: all invented."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.contrib.auth.hashers import make_password

from core.actors import Actor, acting
from core.codelists import codes
from core.models import User
from partners import actions
from partners.identity import actor_of_member
from partners.models import Location, Member, Organisation, RequiredDocument, Service, ServiceAtLocation, Team

DATA = Path(__file__).parent / "data"
FOUNDED = timedelta(days=150)  # before this nothing happened
DESK = "desk"
SENDERS = ("sunny", "willow", "north")
LANGUAGES = ["rus", "bel", "eng", "ukr"]
# What everybody may look up; where safety hangs on who knows of a service, the network alone does.
PUBLIC = frozenset({
    "information", "family_links", "food_nfi", "legal", "employment", "health", "disability", "language", "education",
    "documents", "consular", "return",
})  # fmt: skip
PLENTY = 1000  # places while history is made; `settle_places` sets true numbers at the end
STALE_SERVICES = 3


def load(name: str):
    """Return a data file of the demonstration."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@dataclass
class Network:
    """What the journeys need to know of the organisations."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    actors: dict[str, dict[str, list[Actor]]] = field(default_factory=dict)  # key -> role -> actors

    def of(self, organisation_id) -> dict[str, list[Actor]]:
        """Return the actors of an organisation by role."""
        key = next(key for key, row in self.organisations.items() if row.pk == organisation_id)
        return self.actors[key]

    def desk_of(self, organisation_id) -> Actor:
        """Return who answers for an organisation."""
        people = self.of(organisation_id)
        return (people.get("focal_point") or people["supervisor"])[0]

    def workers_of(self, organisation_id) -> list[Actor]:
        """Return who may be named as the worker of a referral."""
        people = self.of(organisation_id)
        return people.get("caseworker") or [self.desk_of(organisation_id)]


def build(rng: Random, *, now: datetime, password: str) -> Network:
    """Make organisations, services, accounts and agreements. All accounts share the password."""
    network, founded = Network(), now - FOUNDED
    hashed = make_password(password)
    for facts in load("network"):
        row = _organisation(facts, rng)
        network.organisations[facts["key"]] = row
        network.services += [_service(row, facts, offer, rng, now=now) for offer in facts["services"]]
    for key, people in load("staff").items():
        network.actors[key] = _staff(network.organisations[key], people, at=founded, hashed=hashed)
    desk = network.actors[DESK]["coordinator"][0]
    _agreements(network, desk, at=founded)
    admin = network.actors["opendoor"]["organisation_admin"][0]
    with acting(admin):
        actions.create_token(
            actor=admin,
            at=now - timedelta(days=40),
            name="Case system of the clinic",
            scopes=["referrals:read", "referrals:answer", "capacity:write"],
            expires_at=now + timedelta(days=325),
        )
    return network


def _organisation(facts: dict, rng: Random) -> Organisation:
    english, russian, belarusian = facts["short"]
    number = rng.randrange(100)
    return Organisation.objects.create(
        name=facts["name"],
        short_name=english,
        description="A made-up organisation of the demonstration.",
        translations={
            "ru": {"name": facts["ru"], "short_name": russian},
            "be": {"name": facts["be"], "short_name": belarusian},
        },
        type=facts["type"],
        member_of_network=True,
        email=f"desk@{facts['key']}.waymark.test",
        phone=f"+375 17 000 00 {number:02d}",
        after_hours_phone="+375 17 000 00 00" if facts["key"] in {"harbour", "kite"} else "",
    )


def _service(organisation: Organisation, facts: dict, offer: dict, rng: Random, *, now: datetime) -> Service:
    areas = offer.get("areas", [])
    spoken = LANGUAGES[:2] + rng.sample(["eng", "ukr", "ara", "prs", "fra"], k=2)
    row = Service.objects.create(
        organisation=organisation,
        name=offer["name"],
        description=offer["text"],
        translations={
            "ru": {"name": offer["ru"], "description": offer["text_ru"]},
            "be": {"name": offer["be"], "description": offer["text_be"]},
        },
        category=offer["category"],
        visibility="public" if offer["category"] in PUBLIC and not offer.get("hidden") else "network",
        accepts_referrals=True,
        intake_mode=rng.choice(["referral_only", "appointment"]),
        languages=spoken,
        interpreter=True,
        covers_country=not areas,
        waiting_list=offer.get("wait", False),
        minimum_age=offer.get("min"),
        maximum_age=offer.get("max"),
        sexes=offer.get("sexes", []),
        asks_for=offer.get("asks", []),
        verified_on=(now - timedelta(days=rng.randrange(5, 120))).date(),
        verified_by=f"Desk of {facts['short'][0]}",
    )
    for area in areas:
        row.servicearea_set.create(area_id=area)
    for document in offer.get("docs", []):
        RequiredDocument.objects.create(service=row, document=document)
    keeper = Actor(organisation_id=organisation.pk, permissions=frozenset({"service.manage", "place.read_safe"}))
    with acting(keeper):
        place = Location(
            organisation=organisation, name=organisation.short_name, area_id=facts["area"],
            confidential=offer.get("hidden", False),
        )  # fmt: skip
        place.save(force_insert=True)
    ServiceAtLocation.objects.create(service=row, location=place)
    return row


def _staff(organisation: Organisation, people: list, *, at: datetime, hashed: str) -> dict[str, list[Actor]]:
    founder = Actor(organisation_id=organisation.pk, name="Waymark", permissions=frozenset({"member.manage"}))
    team = Team.objects.create(organisation=organisation, name="First team")
    found: dict[str, list[Actor]] = {}
    languages = ("en", "ru", "be")
    with acting(founder):
        for number, (name, role, account) in enumerate(people):
            email = f"{account or name.lower().replace(' ', '.')}@waymark.test"
            member: Member = actions.add_member(
                actor=founder, at=at, email=email, name=name, role=role, team=team.pk,
                language="en" if account else languages[number % 3],
            )  # fmt: skip
            User.objects.filter(pk=member.user_id).update(password=hashed)
            found.setdefault(role, []).append(actor_of_member(member))
    return found


def _agreements(network: Network, desk: Actor, *, at: datetime) -> None:
    every = [row.pk for key, row in network.organisations.items() if key not in {DESK, "riverbank"}]
    common = {
        "purposes": [*codes("consent_purpose")[:4], "case_transfer"],
        "valid_from": at.date(),
        "valid_to": (at + timedelta(days=365)).date(),
    }
    with acting(desk):
        actions.record_agreement(
            actor=desk, at=at, title="Network agreement", organisation_ids=every, data_classes=[1, 2, 3, 4], **common
        )
        for key in ("sunny", "willow"):
            parties = [network.organisations[key].pk, network.organisations["riverbank"].pk]
            actions.record_agreement(
                actor=desk, at=at, title="Food and clothes", organisation_ids=parties, data_classes=[1, 2, 3],
                categories=["food_nfi", "cash"], **common,
            )  # fmt: skip


def open_places(network: Network, *, at: datetime) -> None:
    """Let each service say that it has places, so that referrals of the past could be sent."""
    for service in network.services:
        actor = _keeper(network, service)
        with acting(actor):
            actions.set_capacity(service.pk, actor=actor, at=at, status="capacity", maximum=PLENTY)


def settle_places(network: Network, rng: Random, *, now: datetime) -> None:
    """Say the numbers of today: some are full, some keep a waiting list, some have said nothing for too long."""
    quiet = rng.sample(network.services, k=6)
    for service in network.services:
        actor = _keeper(network, service)
        days = rng.uniform(8, 20) if service in quiet else rng.uniform(0, 5)
        free = rng.choice([0, 1, 1, 2, 3, 4, 6])
        status = "capacity" if free else "waitlist" if service.waiting_list else "no_capacity"
        with acting(actor):
            actions.set_capacity(
                service.pk, actor=actor, at=now - timedelta(days=days), status=status, free=free,
                expected_on=None if free else (now + timedelta(days=rng.randrange(3, 30))).date(),
            )  # fmt: skip
    stale = rng.sample(quiet, k=STALE_SERVICES)
    Service.objects.filter(pk__in=[row.pk for row in stale]).update(verified_on=(now - timedelta(days=200)).date())


def _keeper(network: Network, service: Service) -> Actor:
    """Return who sets the places of a service."""
    people = network.of(service.organisation_id)
    return next(actors[0] for role, actors in people.items() if actors[0].may("capacity.set"))
