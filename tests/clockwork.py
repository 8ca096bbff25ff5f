"""A small network for the tests of time and telling, made by the worker role: two organisations, one referral."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from cases.models import Case, Consent, Grant, Need, Person, PersonName
from core.models import User
from core.references import reference
from partners.models import Member, Organisation, Service, Team
from referral.lines import key_of
from referral.models import Referral
from tests.conftest import role

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 10:00 in Minsk
CANARIES = ("Zarifa-Canary", "+375290001122", "canary-note", "Canary Shelter", "Canary Aid", "shelter")


@contextmanager
def rolled_back(blocker):
    """Be the worker role for a while, and leave nothing behind."""
    with blocker.unblock(), role("WORKER_DATABASE_URL"), transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Network:
    """What `network()` made."""

    sender: Organisation
    receiver: Organisation
    members: dict[str, Member]
    case: Case
    need: Need
    consent: Consent
    service: Service


def member(organisation: Organisation, role_name: str, *, team: Team | None = None, language: str = "en") -> Member:
    """Make an account and its membership."""
    user = User.objects.create(email=f"{uuid4().hex[:12]}@example.test", name=role_name, language=language)
    return Member.objects.create(user=user, organisation=organisation, role=role_name, name=role_name, team=team)


def network(*, at: datetime = MONDAY) -> Network:
    """Make a sender with a case and one need, and a receiver with a desk, a service and a caseworker."""
    sender = Organisation.objects.create(name="Canary Aid", member_of_network=True)
    receiver = Organisation.objects.create(name="Canary Shelter", member_of_network=True)
    team = Team.objects.create(organisation=sender, name="First")
    members = {
        "worker": member(sender, "caseworker", team=team, language="ru"),
        "colleague": member(sender, "caseworker", team=team),
        "supervisor": member(sender, "supervisor", team=team),
        "desk": member(receiver, "focal_point", language="be"),
        "receiver_supervisor": member(receiver, "supervisor"),
        "receiver_worker": member(receiver, "caseworker"),
        "coordinator": member(sender, "coordinator"),
        "outsider": member(Organisation.objects.create(name="Elsewhere"), "focal_point"),
    }
    service = Service.objects.create(
        organisation=receiver, name="Canary Shelter", category="shelter", accepts_referrals=True
    )
    with transaction.atomic():
        person = Person.objects.create(
            reference=reference("P"),
            organisation=sender,
            registered_by_id=members["worker"].id,
            contact_value=CANARIES[1],
            created_at=at,
        )
        PersonName.objects.create(
            person=person, organisation=sender, full_as_written=CANARIES[0], is_primary=True, search_key="zarifa"
        )
        case = Case.objects.create(
            reference=reference("C"), organisation=sender, person=person, team=team,
            caseworker=members["worker"], supervisor=members["supervisor"], status_since=at, opened_at=at,
        )  # fmt: skip
        for name in ("worker", "supervisor"):
            Grant.objects.create(
                case=case, owner=sender, organisation=sender, member=members[name], level="full",
                basis="assignment", opened_at=at,
            )  # fmt: skip
        need = Need.objects.create(
            organisation=sender, case=case, category="shelter", field_class=2, description=CANARIES[2], identified_at=at
        )
        consent = Consent.objects.create(
            organisation=sender, person=person, purposes=["referral"], receivers=[receiver.id], data_classes=[2],
            text_version="1", language="en", method="written", given_at=at, expires_at=at + timedelta(days=3650),
        )  # fmt: skip
    return Network(
        sender=sender, receiver=receiver, members=members, case=case, need=need, consent=consent, service=service
    )


def referral(world: Network, *, urgency: str = "routine", state: str = "sent", at: datetime = MONDAY, **facts):
    """Make a referral of the network's need, in a state of choice."""
    sent = {"field_class": 2} if state in {"draft", "pending_approval"} else {"field_class": 2, "sent_at": at}
    service = facts.pop("service", world.service)
    if state == "waitlisted":
        facts.setdefault("line_key", key_of(urgency, at))
    return Referral.objects.create(
        reference=reference("R"), case=world.case, need=world.need, sender=world.sender, receiver=world.receiver,
        service=service, consent=world.consent, category="shelter", urgency=urgency, state=state,
        state_since=at, created_at=at, sent_by=world.members["worker"], **(sent | facts),
    )  # fmt: skip
