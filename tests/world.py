"""A small true world: a sender with two teams, a receiver, a stranger, one person with consent, case and needs."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace

from cases.models import Case, Consent, Grant, MigrationStatus, Need, Person, PersonName
from cases.models.cases import class_of
from cases.names import search_key
from core.actors import Actor, acting
from core.models import User
from core.references import reference
from partners.identity import actor_of_member
from partners.models import Agreement, Capacity, Member, Organisation, Service, Team

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, noon in Minsk
_numbers = count(1)


def organisation(name: str, **facts) -> Organisation:
    return Organisation.objects.create(name=name, member_of_network=True, **facts)


def member(of: Organisation, role: str, *, team=None, name: str = "") -> Member:
    number = next(_numbers)
    user = User.objects.create_user(f"{role}{number}@example.test", "a long password", name=name or f"{role} {number}")
    row = Member(user=user, organisation=of, role=role, team=team, name=user.name)
    with acting(Actor(organisation_id=of.pk, user_id=user.pk, permissions=frozenset({"member.manage"}))):
        row.save(force_insert=True)
    return row


def agreement(*parties: Organisation, **facts) -> Agreement:
    row = Agreement(
        **{
            "title": "Agreement",
            "organisation_ids": [party.pk for party in parties],
            "purposes": ["referral_disclosure"],
            "data_classes": [1, 2, 3, 4],
            "countries": ["BY"],
            "valid_from": (NOON - timedelta(days=100)).date(),
            "valid_to": (NOON + timedelta(days=300)).date(),
            **facts,
        }
    )
    with acting(Actor(organisation_id=parties[0].pk, permissions=frozenset({"agreement.write"}))):
        row.save(force_insert=True)
    return row


def service(of: Organisation, *, places: int | None = 5, **facts) -> Service:
    row = Service.objects.create(
        **{
            "organisation": of,
            "name": "Legal advice",
            "category": "legal",
            "accepts_referrals": True,
            "covers_country": True,
            "waiting_list": True,
            "verified_on": NOON.date(),
            **facts,
        }
    )
    Capacity.objects.create(service=row, maximum=places, updated_at=NOON)
    return row


def person(actor: Actor, *, name: str = "Амина Хайдари", **facts) -> Person:
    row = Person(
        **{
            "reference": reference("P"),
            "organisation_id": actor.organisation_id,
            "registered_by_id": actor.principal_id,
            "sex": "female",
            "birth_date": datetime(1999, 3, 8).date(),
            "birth_precision": "day",
            "languages": [{"code": "prs", "level": "native", "interpreter": True}],
            "contact_channel": "phone_call",
            "contact_value": "+375290000000",
            "contact_warning": "Только до обеда",
            "created_at": NOON,
            **facts,
        }
    )
    with acting(actor):
        row.save(force_insert=True)
        PersonName(
            person=row,
            organisation_id=actor.organisation_id,
            full_as_written=name,
            script="Cyrl",
            is_primary=True,
            search_key=search_key(name),
        ).save(force_insert=True)
        MigrationStatus(person=row, organisation_id=actor.organisation_id, recorded_at=NOON).save(force_insert=True)
    return row


def consent(actor: Actor, of: Person, *receivers: Organisation, **facts) -> Consent:
    row = Consent(
        **{
            "organisation_id": actor.organisation_id,
            "person": of,
            "purposes": ["case_management", "referral_disclosure"],
            "receivers": [receiver.pk for receiver in receivers],
            "data_classes": [1, 2, 3],
            "text_version": "1",
            "language": "prs",
            "method": "written",
            "given_at": NOON - timedelta(days=1),
            "expires_at": NOON + timedelta(days=3650),  # reading ends with it by the clock of the machine
            **facts,
        }
    )
    with acting(actor):
        row.save(force_insert=True)
    return row


def case(actor: Actor, of: Person, *, team=None, caseworker=None, supervisor=None, **facts) -> Case:
    row = Case(
        **{
            "reference": reference("C"),
            "organisation_id": actor.organisation_id,
            "person": of,
            "team": team,
            "caseworker": caseworker,
            "supervisor": supervisor,
            "status": "active",
            "status_since": NOON,
            "opened_at": NOON - timedelta(days=2),
            **facts,
        }
    )
    openings = [{"team": team, "basis": "team"}]
    openings += [{"member": who, "basis": "assignment"} for who in (caseworker, supervisor) if who]
    with acting(actor):
        for opening in openings:
            Grant(
                case=row,
                owner_id=actor.organisation_id,
                organisation_id=actor.organisation_id,
                level="full",
                opened_at=NOON,
                **opening,
            ).save(force_insert=True)
        row.save(force_insert=True)
    return row


def need(actor: Actor, of: Case, *, category: str = "legal", **facts) -> Need:
    row = Need(
        organisation_id=actor.organisation_id,
        case=of,
        category=category,
        field_class=class_of(category),
        description="Wages were not paid",
        identified_at=NOON,
        **facts,
    )
    with acting(actor):
        row.save(force_insert=True)
    return row


@dataclass
class World:
    """Names for everybody; `actors` maps a short name to the Actor of each member."""

    actors: dict[str, Actor] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    of: SimpleNamespace = field(default_factory=SimpleNamespace)


def build() -> World:
    """Make the world in the database that Django is connected to, as the `app` role."""
    w, o = World(), SimpleNamespace()
    w.of = o
    o.sender = organisation("Sender agency")
    o.receiver = organisation("Receiver partner")
    o.stranger = organisation("Stranger")
    o.network = organisation("Coordination desk")
    o.team, o.other_team = (Team.objects.create(organisation=o.sender, name=name) for name in ("North", "South"))
    people = {
        "caseworker": (o.sender, "caseworker", o.team),
        "colleague": (o.sender, "caseworker", o.team),
        "other_team": (o.sender, "caseworker", o.other_team),
        "supervisor": (o.sender, "supervisor", o.team),
        "hotline": (o.sender, "hotline_operator", None),
        "admin": (o.sender, "organisation_admin", None),
        "officer": (o.sender, "data_protection_officer", None),
        "partner": (o.receiver, "focal_point", None),
        "worker": (o.receiver, "caseworker", None),
        "partner_supervisor": (o.receiver, "supervisor", None),
        "stranger": (o.stranger, "supervisor", None),
        "coordinator": (o.network, "coordinator", None),
        "analyst": (o.network, "policy_analyst", None),
    }
    for short, (where, role, team) in people.items():
        w.members[short] = member(where, role, team=team, name=short.replace("_", " ").title())
        w.actors[short] = actor_of_member(w.members[short])
    o.agreement = agreement(o.sender, o.receiver)
    o.service = service(o.receiver)
    mine = w.actors["caseworker"]
    o.person = person(mine)
    o.consent = consent(mine, o.person, o.receiver)
    who = {"team": o.team, "caseworker": w.members["caseworker"], "supervisor": w.members["supervisor"]}
    o.case = case(mine, o.person, **who)
    o.need = need(mine, o.case)
    o.secret_need = need(mine, o.case, category="trafficking")
    return w
