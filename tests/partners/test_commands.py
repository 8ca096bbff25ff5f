"""create_token and create_account."""

import io

import pytest
from django.core.management import CommandError, call_command

from core.models import User
from partners.identity import actor_of_token, actor_of_user

pytestmark = pytest.mark.django_db


def run(*words) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


@pytest.mark.parametrize("by", ["pk", "name"])
def test_a_token_is_printed_once_and_acts_for_the_organisation(desk, by):
    scopes = ["--scope", "referrals:read", "--scope", "capacity:write"]
    secret = run("create_token", str(getattr(desk.ours, by)), *scopes, "--expires-days", "30")
    found = actor_of_token(secret)
    assert found.organisation_id == desk.ours.pk
    assert found.may("capacity.set")
    assert not found.may("token.manage")


def test_a_token_for_an_unknown_organisation_or_one_that_is_over_is_refused(desk):
    with pytest.raises(CommandError, match="No organisation"):
        run("create_token", "Nobody", "--scope", "referrals:read")
    with pytest.raises(CommandError, match="future"):
        run("create_token", desk.ours.name, "--scope", "referrals:read", "--expires-days", "-1")


def test_the_first_account_of_a_new_organisation_can_sign_in(db):
    words = ["--name", "First", "--organisation", "New Desk", "--new-organisation", "--role", "organisation_admin"]
    said = run("create_account", "First@partners.test", *words, "--random-password")
    user = User.objects.get(email="first@partners.test")
    assert user.check_password(said.rpartition(": ")[2])
    assert actor_of_user(user.pk).role == "organisation_admin"


def test_a_second_account_with_the_address_is_refused_and_nothing_stays(desk):
    words = ["--name", "x", "--organisation", "Another Desk", "--new-organisation", "--role", "caseworker"]
    with pytest.raises(CommandError, match="already"):
        run("create_account", "focal@partners.test", *words, "--random-password")
    with pytest.raises(CommandError, match="No organisation"):
        run("create_token", "Another Desk", "--scope", "referrals:read")
