"""The demonstration world: every state is there, every role can open its home, and it is made once."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.access import PROTECTED
from core.actors import SYSTEM, acting
from core.models import User
from partners.models import Organisation
from referral.models import Referral
from referral.states import State

PASSWORD = "a word for the demonstration"
ACCOUNTS = {
    "caseworker": "caseworker",
    "partner": "focal_point",
    "supervisor": "supervisor",
    "coordinator": "coordinator",
    "analyst": "policy_analyst",
    "admin": "organisation_admin",
}


@pytest.mark.timeout(300)
def test_the_demonstration_world_has_every_state_and_every_role_enters_it(
    committed, as_worker, client, monkeypatch, settings
):
    settings.REQUIRE_SECOND_FACTOR = False
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("demo", scale=0.1, stdout=io.StringIO())
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    call_command("demo", scale=0.1, stdout=io.StringIO())
    with pytest.raises(CommandError, match="organisations already"):
        call_command("demo", scale=0.1, stdout=io.StringIO())
    assert Organisation.objects.count() == 14
    with as_worker(), acting(SYSTEM):
        there = set(Referral.objects.visible_to(SYSTEM).values_list("state", flat=True))
        empty = [model.__name__ for model in PROTECTED if not model.objects.visible_to(SYSTEM).exists()]
    assert there == {state.value for state in State}
    rare = {"RetentionRule", "StatRow"}
    # What somebody sets up, what time or trouble makes: their pages say what to do while they are empty.
    rare |= {"CalendarFeed", "ClientMessage", "PushSubscription"}
    assert set(empty) <= {"Reading", "IdempotentAnswer", "Outbox", "Delivery", "SavedView"} | rare
    published = client.get("/hsds/v3/services", {"full": "true", "per_page": "100"}).json()["contents"]
    assert len(published) > 15
    assert any("metadata" in service for service in published)
    told = {one["taxonomy_term"]["code"] for service in published for one in service["attributes"]}
    assert not told & {"safety", "gbv", "trafficking", "child_protection", "shelter"}
    for account, role in ACCOUNTS.items():
        user = User.objects.get(email=f"{account}@waymark.test")
        assert user.check_password(PASSWORD)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.get(reverse("home"))
        assert answer.status_code == 200, role
        assert answer.wsgi_request.actor.role == role
