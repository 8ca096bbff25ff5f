"""Who acts, and with which verb: asked again at each request."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.actors import Actor, acting
from partners.models import Member
from tests.api.conftest import Api, token_of


def test_nobody_is_answered_401_with_a_challenge(world):
    answer = Api(Client()).get("referrals/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="waymark"'
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic YTpi", "nonsense"])
def test_a_wrong_token_is_answered_401(world, header):
    answer = Api(Client(), authorization=header).get("organisations/")
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


def test_an_expired_token_is_answered_401(world, as_token):
    api = as_token(world.of.receiver, "directory:read", expires_at=timezone.now() - timedelta(seconds=1))
    assert api.get("organisations/").status_code == 401


def test_a_revoked_token_is_refused_at_the_next_request(world, signed_in):
    secret, row = token_of(world.of.sender, "directory:read")
    api = Api(Client(), authorization=f"Bearer {secret}")
    assert api.get("organisations/").status_code == 200
    assert signed_in("admin").post(f"tokens/{row.pk}/revoke/").status_code == 200
    assert api.get("organisations/").status_code == 401


def test_a_changed_role_counts_at_the_next_request(world, signed_in):
    api = signed_in("partner")
    assert api.get("referrals/").status_code == 200
    changes = Actor(organisation_id=world.of.receiver.pk, permissions=frozenset({"member.manage"}))
    with acting(changes):
        Member.objects.filter(pk=world.members["partner"].pk).update(role="policy_analyst")
    answer = api.get("referrals/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_a_closed_account_is_refused_at_the_next_request(world, signed_in):
    api = signed_in("partner")
    user = world.members["partner"].user
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert api.get("referrals/").status_code == 401


def test_a_closed_membership_is_refused_at_the_next_request(world, signed_in):
    api = signed_in("partner")
    changes = Actor(organisation_id=world.of.receiver.pk, permissions=frozenset({"member.manage"}))
    with acting(changes):
        Member.objects.filter(pk=world.members["partner"].pk).update(is_active=False)
    assert api.get("referrals/").status_code == 401


def test_a_session_without_the_csrf_token_may_not_post(world, signed_in):
    api = signed_in("partner", enforce_csrf_checks=True)
    answer = api.post(f"services/{world.of.service.pk}/capacity/", {"status": "capacity"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_a_token_needs_no_csrf_token(world):
    secret, _row = token_of(world.of.receiver, "capacity:write")
    api = Api(Client(enforce_csrf_checks=True), authorization=f"Bearer {secret}")
    assert api.post(f"services/{world.of.service.pk}/capacity/", {"status": "capacity"}).status_code == 200


def test_the_api_is_no_way_round_the_second_factor(world, signed_in, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    answer = signed_in("partner").get("referrals/")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")


@pytest.mark.parametrize(
    "path", ["referrals/", "cases/", "persons/", "consents/", "needs/", "messages/", "tokens/", "events/"]
)
def test_a_scope_that_lacks_the_verb_is_answered_403(world, as_token, path):
    answer = as_token(world.of.receiver, "directory:read").get(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_a_lacking_verb_is_told_before_the_body_is_looked_at(world, as_token):
    answer = as_token(world.of.sender, "directory:read").post("persons/", {"nonsense": 1})
    assert answer.status_code == 403


def test_every_action_of_every_resource_names_its_verbs():
    from config.api import router

    for name, resource, _basename in router.registry:
        actions = {"list", "retrieve", "create"} & set(dir(resource))
        actions |= {extra.__name__ for extra in resource.get_extra_actions()}
        assert actions == set(resource.verbs), name
