"""The main job over HTTP: draft, send, answer; each side sees what is its own, and no more."""

from datetime import timedelta

import pytest
from django.db import transaction

from core.actors import acting
from referral.models import Referral
from tests import world as worlds


def test_a_draft_shows_its_steps_and_its_packet_to_the_sender(world, drafted):
    body = drafted(share={"citizenship": "no"})
    assert body["state"] == "draft"
    assert body["allowed_steps"] == ["send", "cancel"]
    assert body["sender"] == {"id": str(world.of.sender.pk), "name": "Sender agency"}
    assert body["case"] == str(world.of.case.pk)
    assert {line["label"] for line in body["packet"]["after"]} >= {"Name"}


def test_a_referral_goes_the_whole_way_through_tokens(world, sent, as_token):
    partner = as_token(world.of.receiver, "referrals:answer")
    pk = sent()["id"]
    inbox = partner.get("referrals/?box=in").json()["results"]
    assert [row["id"] for row in inbox] == [pk]
    assert inbox[0]["allowed_steps"] == ["receive"]
    assert "packet" not in inbox[0]
    steps = [
        ("receive", {}, "received"),
        ("ask", {"text": "Which employer?"}, "info_requested"),
    ]
    for step, facts, state in steps:
        answer = partner.post(f"referrals/{pk}/steps/{step}/", facts)
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.json()


def test_the_receiver_sees_the_packet_in_two_parts(world, received, signed_in):
    pk = received()["id"]
    partner = signed_in("partner")
    before = partner.get(f"referrals/{pk}/").json()
    assert before["packet"]["after"] is None
    assert "Name" in before["packet"]["locked"]
    assert "Амина" not in partner.get(f"referrals/{pk}/").content.decode()
    assert (before["case"], before["need"]) == (None, None)
    worker = str(world.members["worker"].pk)
    after = partner.post(f"referrals/{pk}/steps/accept/", {"worker": worker})
    assert after.status_code == 200, after.json()
    assert {"label": "Name", "value": "Амина Хайдари"} in after.json()["packet"]["after"]
    assert after.json()["worker_name"] == "Worker"


def test_the_second_acceptance_is_told_who_has_it(world, received, signed_in):
    pk = received()["id"]
    body = {"worker": str(world.members["worker"].pk)}
    first, second = (
        signed_in(who).post(f"referrals/{pk}/steps/accept/", body) for who in ("partner", "partner_supervisor")
    )
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["code"] == "wrong_state"
    assert second.json()["worker_name"] == "Worker"


@pytest.mark.parametrize(
    ("step", "facts", "field"),
    [
        ("accept", {}, "worker"),
        ("accept", {"worker": "x"}, "worker"),
        ("accept", {"worker": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}, "worker"),
        ("decline", {}, "reason"),
        ("decline", {"reason": "because"}, "reason"),
        ("decline", {"reason": "other"}, "text"),
        ("ask", {"text": "a\u202eb"}, "text"),
        ("ask", {"text": "  "}, "text"),
        ("ask", {"text": "a" * 4001}, "text"),
        ("waitlist", {"expected_on": "2020-01-01"}, "expected_on"),
        ("waitlist", {"expected_on": "soon"}, "expected_on"),
        ("ask", {"text": "a", "outcome": "died"}, "outcome"),
        ("ask", {"text": "a", "colour": "red"}, "colour"),
    ],
)
def test_a_missing_or_wrong_fact_of_a_step_is_named(received, signed_in, step, facts, field):
    answer = signed_in("partner").post(f"referrals/{received()['id']}/steps/{step}/", facts)
    assert answer.status_code == 422, answer.json()
    assert field in answer.json()["errors"]


def test_a_step_of_the_other_side_is_answered_403(received, signed_in):
    answer = signed_in("caseworker").post(f"referrals/{received()['id']}/steps/decline/", {"reason": "other"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_the_network_desk_sees_states_but_takes_no_step_and_reads_no_packet(sent, signed_in):
    pk, desk = sent()["id"], signed_in("coordinator")
    body = desk.get(f"referrals/{pk}/").json()
    assert body["state"] == "sent"
    assert body["packet"] == {"now": None, "after": None, "locked": []}
    assert (body["case"], body["allowed_steps"]) == (None, [])
    assert desk.post(f"referrals/{pk}/steps/receive/").status_code == 403
    assert desk.post("messages/", {"referral": pk, "text": "x"}).status_code == 403


@pytest.mark.parametrize("scopes", [["referrals:answer"], ["referrals:send", "cases:write"], ["referrals:read"]])
def test_a_third_organisation_sees_nothing_of_it(world, sent, as_token, scopes):
    pk, other = sent()["id"], as_token(world.of.stranger, *scopes)
    assert other.get("referrals/").json()["results"] == []
    assert other.get(f"referrals/?need={world.of.need.pk}").json()["results"] == []
    assert other.get(f"referrals/{pk}/").status_code == 404
    assert other.post(f"referrals/{pk}/steps/receive/").status_code == 404
    if "referrals:read" not in scopes:
        assert other.post("messages/", {"referral": pk, "text": "x"}).status_code == 422
    assert other.get(f"messages/?referral={pk}").json()["results"] == []


def test_the_receiver_cannot_connect_referrals_by_their_case(world, sent, signed_in):
    pk, partner = sent()["id"], signed_in("partner")
    assert partner.get(f"referrals/?case={world.of.case.pk}").json()["results"] == []
    assert [
        row["id"] for row in signed_in("caseworker").get(f"referrals/?case={world.of.case.pk}").json()["results"]
    ] == [pk]


def test_a_refusal_of_the_guards_has_its_code_and_a_sentence(world, drafted, signed_in):
    pk = drafted(consent=None)["id"]
    answer = signed_in("caseworker").post(f"referrals/{pk}/steps/send/")
    assert answer.status_code == 409
    assert answer.json()["code"].startswith("consent")
    assert answer.json()["title"].endswith(".")


def test_a_second_open_referral_for_need_and_service_is_answered_409(world, drafted, signed_in):
    drafted()
    body = {"need": str(world.of.need.pk), "service": str(world.of.service.pk), "urgency": "routine"}
    answer = signed_in("caseworker").post("referrals/", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_referral")


def test_what_a_draft_shares_can_be_changed_until_it_is_sent(drafted, signed_in):
    pk, api = drafted()["id"], signed_in("caseworker")
    changed = api.post(f"referrals/{pk}/share/", {"share": {"language": "no"}, "urgency": "urgent"})
    assert (changed.status_code, changed.json()["urgency"]) == (200, "urgent")
    wrong = api.post(f"referrals/{pk}/share/", {"share": {"name": "now"}})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["share.name"])
    api.post(f"referrals/{pk}/steps/send/")
    assert api.post(f"referrals/{pk}/share/", {"note": "x"}).status_code == 409


def test_a_stale_version_is_answered_412_and_changes_nothing(received, signed_in):
    pk, partner = received()["id"], signed_in("partner")
    tag = partner.get(f"referrals/{pk}/")["ETag"]
    for stale in ('"1"', "W/" + tag, "nonsense"):
        answer = partner.post(f"referrals/{pk}/steps/decline/", {"reason": "language_gap"}, **{"if-match": stale})
        assert (answer.status_code, answer.json()["code"]) == (412, "stale"), stale
    assert partner.get(f"referrals/{pk}/").json()["state"] == "received"
    answer = partner.post(f"referrals/{pk}/steps/ask/", {"text": "Why?"}, **{"if-match": f'"0", {tag}'})
    assert (answer.status_code, answer["ETag"] != tag) == (200, True)


def test_messages_go_between_the_two_sides(received, signed_in):
    pk = received()["id"]
    written = signed_in("partner").post("messages/", {"referral": pk, "text": "Line one\nline two"})
    assert written.status_code == 201, written.json()
    read = signed_in("caseworker").get(f"messages/?referral={pk}").json()["results"]
    assert [(row["text"], row["organisation"]["name"]) for row in read] == [("Line one\nline two", "Receiver partner")]


def test_candidates_come_with_their_reasons(world, signed_in):
    body = signed_in("caseworker").get(f"needs/{world.of.need.pk}/candidates/").json()
    assert [row["service"]["id"] for row in body["fitting"]] == [str(world.of.service.pk)]
    assert {reason["tone"] for reason in body["fitting"][0]["reasons"]} <= {"ok", "warn", "stop"}


def many(world, number: int, *, first: int = 0) -> None:
    """Make sent referrals, each to a service of its own, without the doors."""
    services = [worlds.service(world.of.receiver, name=f"Service {n}") for n in range(number)]
    with acting(world.actors["caseworker"]), transaction.atomic():
        for n, service in enumerate(services, start=first):
            at = worlds.NOON - timedelta(minutes=n // 2)  # two share each moment: the id decides
            Referral(
                reference=f"R-{n:08d}",
                case=world.of.case,
                need=world.of.need,
                sender=world.of.sender,
                receiver=world.of.receiver,
                service=service,
                consent=world.of.consent,
                category="legal",
                field_class=2,
                urgency="urgent" if n % 2 else "routine",
                state="sent",
                state_since=at,
                created_at=at,
                sent_at=at,
                due_at=at + timedelta(hours=1) if n % 4 else worlds.NOON + timedelta(days=1),
            ).save(force_insert=True)


def test_a_list_takes_the_same_few_queries_whatever_its_length(world, as_token, queries):
    api = as_token(world.of.receiver, "referrals:answer")
    many(world, 1)
    with queries() as one:
        assert len(api.get("referrals/?box=in").json()["results"]) == 1
    many(world, 30, first=1)
    with queries() as full:
        assert len(api.get("referrals/?box=in").json()["results"]) == 25
    assert len(full) == len(one) <= 12


def test_pages_give_each_row_once_forwards_and_backwards(world, signed_in):
    many(world, 11)
    api, seen, link = signed_in("partner"), [], "/api/v1/referrals/?limit=3&box=in"
    pages = []
    while link:
        page = api.get(link.removeprefix("/api/v1/")).json()
        pages.append([row["id"] for row in page["results"]])
        seen += pages[-1]
        last, link = page, page["next"]
    assert len(seen) == len(set(seen)) == 11
    assert [len(page) for page in pages] == [3, 3, 3, 2]
    for expected in reversed(pages[:-1]):
        last = api.get(last["previous"].removeprefix("/api/v1/")).json()
        assert [row["id"] for row in last["results"]] == expected
    assert last["previous"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("urgency=urgent", {1, 3, 5}),
        ("late=true", {1, 2, 3, 5}),
        ("late=false", {0, 4}),
        ("state=received", set()),
        ("category=legal&urgency=routine", {0, 2, 4}),
        ("box=out", set()),
        ("updated_since=2026-11-23T09:00:00Z", {0, 1}),
        ("updated_since=2026-11-23T11:59:00%2B03:00", {0, 1, 2, 3}),
    ],
)
def test_filters_choose(world, signed_in, monkeypatch, query, expected):
    from types import SimpleNamespace

    later = worlds.NOON + timedelta(hours=2)
    monkeypatch.setattr("core.api.resource.timezone", SimpleNamespace(now=lambda: later))
    many(world, 6)
    rows = signed_in("partner").get(f"referrals/?{query}").json()["results"]
    assert {int(row["reference"][2:]) for row in rows} == expected
