"""Events by cursor, and one's own notices."""

import pytest
from django.test import Client

from core import outbox
from core.models import Feed
from notifications.models import Notice
from tests import world as worlds
from tests.api.conftest import NOW, Api, token_of


@pytest.fixture
def told(committed, as_worker):
    """A person registered through the API and an emptied outbox."""
    world = worlds.build()
    writes, _row = token_of(world.of.sender, "cases:write")
    api = Api(Client(), authorization=f"Bearer {writes}")
    for name in ("First", "Second", "Third"):
        assert api.post("persons/", {"names": [{"full_as_written": name}]}).status_code == 201
    with as_worker():
        outbox.relay(at=NOW)
    return world, api


def test_events_are_polled_from_where_one_stopped(told):
    _world, api = told
    first = api.get("events/?limit=2").json()
    assert [row["kind"] for row in first["results"]] == ["person.registered"] * 2
    assert first["next_after"] == first["results"][-1]["position"]
    rest = api.get(f"events/?after={first['next_after']}").json()
    assert len(rest["results"]) == 1
    end = api.get(f"events/?after={rest['next_after']}").json()
    assert end == {"results": [], "next_after": rest["next_after"]}
    positions = [row["position"] for row in first["results"] + rest["results"]]
    assert positions == sorted(positions)


def test_another_organisation_polls_its_own_events_only(told):
    world, _api = told
    secret, _row = token_of(world.of.stranger, "referrals:read")
    assert Api(Client(), authorization=f"Bearer {secret}").get("events/").json()["results"] == []


def test_a_notice_is_read_by_its_own_recipient_only(committed, as_worker):
    world = worlds.build()
    with as_worker():
        notice = Notice.objects.create(
            recipient=world.members["partner"],
            event_id=world.of.need.pk,
            kind="person.registered",
            urgency="routine",
            at=NOW,
        )
        assert Feed.objects.count() == 0

    def signed_in(short: str) -> Api:
        browser = Client()
        browser.force_login(world.members[short].user, "allauth.account.auth_backends.AuthenticationBackend")
        return Api(browser)

    partner = signed_in("partner")
    assert [row["id"] for row in partner.get("notices/?unread=true").json()["results"]] == [str(notice.pk)]
    assert signed_in("stranger").post(f"notices/{notice.pk}/read/").status_code == 404
    answer = partner.post(f"notices/{notice.pk}/read/")
    assert (answer.status_code, answer.json()["read_at"]) == (200, "2026-11-23T10:00:00Z")
    assert partner.get("notices/?unread=true").json()["results"] == []
