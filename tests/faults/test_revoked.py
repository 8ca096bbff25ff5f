"""What was taken away counts from the next request (F14): role, membership, account, organisation, token."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from core.actors import Actor, acting
from core.models import User
from partners.models import ApiToken, Member, Organisation
from tests.api.conftest import token_of
from tests.referral.racing import signed_in
from tests.world import member

TAKING = ("role", "membership", "account", "organisation", "token")


@pytest.fixture(autouse=True)
def _one_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def _take(what: str, w, person, token) -> None:
    verbs = frozenset({"member.manage", "token.manage"})
    with acting(Actor(organisation_id=person.organisation_id, permissions=verbs)):
        if what == "role":
            Member.objects.filter(pk=person.pk).update(role="policy_analyst")
        elif what == "membership":
            Member.objects.filter(pk=person.pk).update(is_active=False)
        elif what == "account":
            User.objects.filter(pk=person.user_id).update(is_active=False)
        elif what == "organisation":
            Organisation.objects.filter(pk=person.organisation_id).update(status="suspended")
        else:
            ApiToken.objects.filter(pk=token.pk).update(revoked_at=datetime.now(UTC))


def _give_back(w) -> None:
    Organisation.objects.filter(pk=w.of.sender.pk).update(status="active")


@pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=[pytest.mark.faults, pytest.mark.timeout(900)])])
@pytest.mark.parametrize("what", TAKING)
def test_what_was_taken_away_counts_from_the_next_request(committed_world, what, rounds):
    w = committed_world
    for _ in range(rounds):
        person = member(w.of.sender, "caseworker", team=w.of.team)
        w.members["newcomer"] = person
        secret, token = token_of(w.of.sender, "cases:write", "referrals:send")
        browser = signed_in(w, "newcomer")
        system = Client(headers={"authorization": f"Bearer {secret}"})
        asks = system if what == "token" else browser
        pages = ["/api/v1/cases/", "/api/v1/events/"] if what == "token" else ["/api/v1/cases/", "/", "/cases/"]
        assert [asks.get(page).status_code for page in pages] == [200] * len(pages)
        body = {"names": [{"full_as_written": "A"}]}
        assert asks.post("/api/v1/persons/", body, content_type="application/json").status_code == 201
        _take(what, w, person, token)
        assert asks.post("/api/v1/persons/", body, content_type="application/json").status_code in {401, 403}
        if what != "role":  # another role still has pages of its own
            assert 200 not in {asks.get(page).status_code for page in pages}
        _give_back(w)
