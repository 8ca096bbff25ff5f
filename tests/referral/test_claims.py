"""An account for somebody who answered by a link: asked for once, decided by who knows the organisation (ADR 16)."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import User
from partners.actions import approve_account, ask_account, refuse_account
from partners.identity import actor_of_member
from partners.models import AccountClaim, Member
from referral.deadlines import has_desk
from tests.referral.linking import answered, browser, holder, linked, opened
from tests.referral.pages import words
from tests.referral.test_answering import ACCEPT, page
from tests.world import NOON, member

WHO = {"name": "Sister Maria", "email": "Maria@Parish.test"}


def asked(w):
    """Return a claim of somebody who answered for a partner that has nobody in Waymark."""
    _, made = linked(w)
    answered(made, opened(made))
    with acting(holder(made)) as actor:
        return made, ask_account(actor=actor, at=NOON, **WHO)


def test_an_account_is_asked_for_once_a_link_and_nothing_exists_before_somebody_decides(world):
    made, claim = asked(world)

    assert not User.objects.filter(email__iexact="maria@parish.test").exists()
    with acting(holder(made)) as actor:
        with pytest.raises(NotNow, match="asked_already"):
            ask_account(actor=actor, at=NOON, **WHO)
        assert not AccountClaim.objects.visible_to(actor).exists()
    with acting(world.actors["coordinator"]), connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM partners_accountclaim c")
        row = cursor.fetchone()[0]
    assert "Maria" not in row
    assert "parish" not in row.lower()
    assert claim.pk == made.link.pk


def test_the_database_takes_no_second_wish_under_another_id(world):
    made, _claim = asked(world)
    with acting(holder(made)) as actor, pytest.raises(DatabaseError, match="row-level security"):
        AccountClaim(id=uuid4(), organisation_id=actor.organisation_id, asked_at=NOON).save(force_insert=True)


@pytest.mark.parametrize(
    ("facts", "field"), [({"name": " "}, "name"), ({"email": "no"}, "email"), ({"email": ""}, "email")]
)
def test_name_and_address_are_asked_for(world, facts, field):
    _, made = linked(world)
    with acting(holder(made)) as actor, pytest.raises(Incomplete) as refused:
        ask_account(actor=actor, at=NOON, **WHO | facts)
    assert set(refused.value.fields) == {field}


def test_the_desk_decides_where_the_organisation_has_nobody(world):
    _, claim = asked(world)
    with acting(world.actors["coordinator"]) as desk:
        done = approve_account(claim.pk, actor=desk, at=NOON, role="focal_point")
        with pytest.raises(NotNow, match="decided_already"):
            approve_account(claim.pk, actor=desk, at=NOON, role="focal_point")

    assert (done.status, done.decided_by_name) == ("approved", "Coordinator")
    assert has_desk(world.of.bare.pk)
    with acting(actor_of_member(done.member)) as new:
        own = Member.objects.visible_to(new).get()
    assert (own.name, own.role, own.organisation_id) == ("Sister Maria", "focal_point", world.of.bare.pk)


def test_where_there_is_an_administrator_the_desk_does_not_decide(world):
    _, claim = asked(world)
    keeper = actor_of_member(member(world.of.bare, "organisation_admin"))
    with acting(world.actors["coordinator"]) as desk:
        for door, facts in ((approve_account, {"role": "focal_point"}), (refuse_account, {})):
            with pytest.raises(NotPermitted):
                door(claim.pk, actor=desk, at=NOON, **facts)
    of_another = world.actors["admin"]
    with acting(of_another), pytest.raises(AccountClaim.DoesNotExist):
        approve_account(claim.pk, actor=of_another, at=NOON, role="focal_point")
    with acting(keeper):
        assert approve_account(claim.pk, actor=keeper, at=NOON, role="focal_point").member.role == "focal_point"


def test_who_is_refused_is_forgotten(world):
    _, claim = asked(world)
    with acting(world.actors["coordinator"]) as desk:
        done = refuse_account(claim.pk, actor=desk, at=NOON)
        stored = AccountClaim.objects.visible_to(desk).get()

    assert (done.status, stored.name, stored.email, stored.member_id) == ("refused", "", "", None)


def test_the_page_is_open_after_the_answer_on_the_same_device_only(people):
    w = people.world
    cache.clear()
    _, made = linked(w)
    visitor = browser(made)
    assert visitor.get(page(made, "account/")).status_code == 302
    visitor.post(page(made, "accept/"), ACCEPT)

    assert "Ask for an account" in words(visitor.get(page(made)))
    assert visitor.post(page(made, "account/"), {"name": "", "email": "x"}).status_code == 422
    assert "You asked for an account" in words(visitor.post(page(made, "account/"), WHO))
    again = visitor.post(page(made, "account/"), WHO)
    assert again.status_code == 409

    assert Client().get(page(made, "account/")).status_code == 302

    desk = people.coordinator
    listed = desk.get("/directory/accounts/")
    assert "Sister Maria" in words(listed)
    claim = f"/directory/accounts/{made.link.pk}/"
    assert "maria@parish.test" in words(desk.get(claim))
    assert desk.post(claim, {"decision": "approve", "role": ""}).status_code == 422
    assert desk.post(claim, {"decision": "approve", "role": "focal_point"}).status_code == 302
    assert "Nobody waits" in words(desk.get("/directory/accounts/"))
    assert people.admin.get(claim).status_code == 404
    assert people.caseworker.get("/directory/accounts/").status_code == 403
