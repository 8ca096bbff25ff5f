"""A small network: two organisations with their people, and short ways to make persons and cases."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from cases.actions.assessments import complete_assessment, save_assessment, start_assessment
from cases.actions.cases import open_case
from cases.actions.consents import record_consent
from cases.actions.persons import register_person
from core.actors import Actor, acting
from core.models import User
from partners.identity import actor_of_member
from partners.models import Member, Organisation, Team
from partners.roles import permissions_of

ROLES = {
    "worker": ("caseworker", "north"),
    "mate": ("caseworker", "north"),
    "other_team": ("caseworker", "south"),
    "supervisor": ("supervisor", "north"),
    "hotline": ("hotline_operator", "north"),
    "focal": ("focal_point", None),
    "coordinator": ("coordinator", None),
}


class Network(SimpleNamespace):
    """`actors` by short name, `members`, `users`, the organisations `home` and `away`, and a fixed time `at`."""

    @property
    def today(self):
        return timezone.localdate(self.at)

    def person(self, *, by="worker", name="Zahra Karimi", **facts):
        with acting(self.actors[by]) as actor:
            return register_person(actor=actor, at=self.at, names=[{"full_as_written": name}], **facts)

    def case(self, *, by="worker", person=None, risk_level="medium", **facts):
        person = person or self.person(by=by)
        with acting(self.actors[by]) as actor:
            return open_case(person, actor=actor, at=self.at, risk_level=risk_level, **facts)

    def assessed(self, case, *, by="worker", risk_level=None, reason="", at=None, restricted=None, **answers):
        """An assessment with these answers, completed; at the case's own level unless another is given."""
        at = at or self.at
        with acting(self.actors[by]) as actor:
            row = start_assessment(case, actor=actor, at=at)
            save_assessment(row.pk, actor=actor, at=at, answers=answers or {"homeless": "absent"})
            if restricted:
                save_assessment(row.pk, actor=actor, at=at, field_class=4, answers=restricted)
            level = risk_level or type(case).objects.get(pk=case.pk).risk_level
            return complete_assessment(row.pk, actor=actor, at=at, risk_level=level, reason=reason)

    def consent(self, person, *, by="worker", **facts):
        terms = {
            "purposes": ["case_management", "referral_disclosure"],
            "data_classes": [1, 2],
            "receiver_class": "network",
            "method": "written",
            "language": "prs",
            "text_version": "2026-1",
            "expires_at": self.at + timedelta(days=90),
        }
        with acting(self.actors[by]) as actor:
            return record_consent(person, actor=actor, at=self.at, **terms | facts)


def enrol(organisation, *, name, role, team=None):
    """Make an account and its membership, as that organisation's administrator would."""
    user = User.objects.create_user(f"{name}.{organisation.id.hex[:6]}@example.org", "a long pass phrase", name=name)
    manager = Actor(organisation_id=organisation.id, permissions=permissions_of("organisation_admin"))
    with acting(manager):
        member = Member(user=user, organisation=organisation, team=team, name=name.title(), role=role)
        member.save(force_insert=True)
    return user, member


@pytest.fixture
def network(db):
    home = Organisation.objects.create(name="Harbour House", country="BY", member_of_network=True)
    away = Organisation.objects.create(name="Lantern Centre", country="BY", member_of_network=True)
    teams = {name: Team.objects.create(organisation=home, name=name) for name in ("north", "south")}
    net = Network(home=home, away=away, teams=teams, actors={}, members={}, users={}, at=timezone.now())
    for name, (role, team) in ROLES.items():
        net.users[name], net.members[name] = enrol(home, name=name, role=role, team=teams.get(team))
    net.users["stranger"], net.members["stranger"] = enrol(away, name="stranger", role="caseworker")
    net.actors = {name: actor_of_member(member) for name, member in net.members.items()}
    return net


@pytest.fixture
def sign_in(network, settings):
    settings.REQUIRE_SECOND_FACTOR = False

    def client_of(name):
        client = Client()
        client.force_login(network.users[name])
        return client

    return client_of


@pytest.fixture
def worker(sign_in):
    return sign_in("worker")
