"""Routes over the API: planned with the draft, read by the sender alone, answered by a named answer."""

import pytest

from tests.referral.routes import partners
from tests.referral.steps import NOTE


@pytest.fixture
def body(world):
    w = world
    services = partners(w)
    return {
        "need": str(w.of.need.pk),
        "service": str(w.of.service.pk),
        "urgency": "urgent",
        "consent": str(w.of.wide.pk),
        "note": NOTE,
        "route": {"mode": "ordered", "services": [str(one.pk) for one in services], "on_no": "go_on"},
    }


def test_a_referral_is_drafted_with_its_route_and_the_route_begins_when_it_is_sent(world, signed_in, body):
    sender = signed_in("caseworker")
    drafted = sender.post("referrals/", body)
    assert drafted.status_code == 201, drafted.content
    (route,) = sender.get("routes/").json()["results"]
    assert (route["mode"], route["state"], route["on_no"]) == ("ordered", "planned", "go_on")
    assert sender.post(f"referrals/{drafted.json()['id']}/steps/send/", {}).status_code == 200
    shown = sender.get(f"routes/{route['id']}/").json()
    assert shown["state"] == "running"
    assert [stop["state"] for stop in shown["stops"]] == ["open", "waiting", "waiting"]
    answer = sender.post(f"routes/{route['id']}/answer/", {"answer": "go_on"})
    assert (answer.status_code, answer.json()["code"]) == (409, "route_not_asking")
    assert sender.post(f"routes/{route['id']}/answer/", {"answer": "stop"}).json()["state"] == "stopped"


def test_a_route_is_planned_for_a_draft_and_refused_with_the_field(world, signed_in, body):
    sender = signed_in("caseworker")
    facts = body.pop("route")
    draft = sender.post("referrals/", body).json()["id"]
    wrong = sender.post("routes/", {"referral": draft, "mode": "ordered", "services": []})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["services"])
    assert sender.post("routes/", {"referral": draft, **facts}).status_code == 201


def test_a_partner_finds_no_route(world, signed_in, body):
    sender = signed_in("caseworker")
    sender.post("referrals/", body)
    route = sender.get("routes/").json()["results"][0]["id"]
    partner = signed_in("partner_supervisor")
    assert partner.get("routes/").json()["results"] == []
    assert partner.get(f"routes/{route}/").status_code == 404


def test_a_rule_is_set_and_a_referral_follows_it(world, signed_in, body):
    admin, sender = signed_in("admin"), signed_in("caseworker")
    service = body.pop("service")
    body.pop("route")
    assert sender.post("referrals/", body | {"desk": True}).json()["code"] == "no_rule"
    assert sender.post("referrals/", body).status_code == 422
    rule = admin.post("routing-rules/", {"category": "legal", "service": service, "priority": 3})
    assert rule.status_code == 201, rule.content
    assert admin.post("routing-rules/", {"category": "legal", "service": service, "priority": 3}).status_code == 422
    assert sender.post("routing-rules/", {"service": service}).status_code == 403
    drafted = sender.post("referrals/", body | {"desk": True})
    assert (drafted.status_code, drafted.json()["service"]["id"]) == (201, service)
    assert admin.post(f"routing-rules/{rule.json()['id']}/retire/").json()["retired_at"]
    stranger = signed_in("stranger")
    assert stranger.get("routing-rules/").json()["results"] == []


def test_a_call_about_an_emergency_is_recorded_and_reached_counts_as_delivered(world, signed_in, body):
    world.of.receiver.after_hours_phone = "+375 17 200-00-01"
    world.of.receiver.save()
    sender = signed_in("caseworker")
    body.pop("route")
    draft = sender.post("referrals/", body | {"urgency": "emergency"}).json()
    at = f"referrals/{draft['id']}/"
    sender.post(f"{at}steps/send/", {})
    missing = sender.post(f"{at}call/", {"outcome": "reached"})
    assert (missing.status_code, list(missing.json()["errors"])) == (422, ["spoke_to"])
    assert sender.post(f"{at}call/", {"outcome": "not_reached"}).json()["state"] == "sent"
    assert sender.post(f"{at}call/", {"outcome": "reached", "spoke_to": "Duty officer"}).json()["state"] == "received"
    assert signed_in("partner_supervisor").post(f"{at}call/", {"outcome": "not_reached"}).status_code == 409
