"""Two organisations with an administrator each, made through the database as any row is."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from core.actors import Actor, acting
from core.models import User
from partners.identity import actor_of_member
from partners.models import Member, Organisation, Service

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def member(organisation, role, email) -> Member:
    user = User.objects.create_user(email, None, name=email)
    manager = Actor(organisation_id=organisation.pk, permissions=frozenset({"member.manage"}))
    with acting(manager):
        found = Member(user=user, organisation=organisation, name=email.split("@")[0].title(), role=role)
        found.save(force_insert=True)
    return found


def actor(organisation, role, email) -> Actor:
    return actor_of_member(member(organisation, role, email))


@pytest.fixture
def desk(db):
    """Our organisation with a service, its administrator and its focal point; and another organisation with one."""
    ours = Organisation.objects.create(name="Sunny Lane Legal Desk", member_of_network=True)
    other = Organisation.objects.create(name="Riverside Shelter", member_of_network=True)
    facts = {"status": "active", "accepts_referrals": True, "verified_on": AT.date(), "covers_country": True}
    service = Service.objects.create(organisation=ours, name="First legal advice", category="legal", **facts)
    theirs = Service.objects.create(organisation=other, name="Beds for women", category="shelter", **facts)
    return SimpleNamespace(
        ours=ours,
        other=other,
        service=service,
        theirs=theirs,
        admin=actor(ours, "organisation_admin", "admin@partners.test"),
        focal=actor(ours, "focal_point", "focal@partners.test"),
        caseworker=actor(other, "caseworker", "case@partners.test"),
        coordinator=actor(other, "coordinator", "coordinator@partners.test"),
    )
