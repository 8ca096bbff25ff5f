"""Approvals, pairs and merges, requests about own data, holds, and imports over HTTP."""

import pytest

from cases.actions.approvals import DECIDERS, ask_approval
from cases.models import DuplicateCandidate
from core import events
from core.actors import acting
from tests.api.conftest import NOW
from tests.api.test_parts_of_cases import sent
from tests.world import person

PEOPLE = "Name;Date of birth;Sex\nAmina Haidari;08.03.1999;female\nBoris Petrov;1980;male\n"


@pytest.fixture
def asked(world):
    """A request of the caseworker for approval of a plan."""
    with acting(world.actors["caseworker"]) as actor, events.counted():
        return ask_approval(world.of.case, actor=actor, at=NOW, kind="plan", about=world.of.case.pk, note="Please look")


@pytest.fixture
def pair(world):
    """Two records of the supervisor's that may be of one person; nobody else sees them."""
    mine = world.actors["supervisor"]
    rows = sorted([person(mine, name="Vera One").pk, person(mine, name="Vera One").pk])
    with acting(mine):
        row = DuplicateCandidate(
            organisation_id=mine.organisation_id, low_id=rows[0], high_id=rows[1], score=0.93, found_at=NOW
        )
        row.save(force_insert=True)
    return row


def test_somebody_else_decides_and_it_is_said_once(world, asked, signed_in, monkeypatch):
    told = []
    monkeypatch.setitem(DECIDERS, "plan", lambda approval, **_more: told.append(approval.status))
    path = f"approvals/{asked.pk}/"
    for who, status in (("caseworker", 200), ("supervisor", 200), ("other_team", 404), ("stranger", 404)):
        assert signed_in(who).get(path).status_code == status, who
    assert signed_in("caseworker").post(f"{path}decide/", {"answer": "approve"}).status_code == 403
    assert signed_in("stranger").post(f"{path}decide/", {"answer": "approve"}).status_code == 404
    api = signed_in("supervisor")
    assert [row["id"] for row in api.get("approvals/?status=waiting").json()["results"]] == [str(asked.pk)]
    assert list(api.post(f"{path}decide/", {"answer": "send_back"}).json()["errors"]) == ["note"]
    done = api.post(f"{path}decide/", {"answer": "send_back", "note": "Add a day"})
    assert (done.status_code, done.json()["status"], told) == (200, "sent_back", ["sent_back"])
    assert api.post(f"{path}decide/", {"answer": "approve"}).status_code == 409


def test_one_takes_back_what_one_asked_for(world, asked, signed_in):
    path = f"approvals/{asked.pk}/take-back/"
    assert signed_in("supervisor").post(path).status_code == 403
    assert signed_in("caseworker").post(path).json()["status"] == "dropped"


def test_a_pair_is_proposed_merged_and_taken_apart(world, pair, signed_in):
    api, path = signed_in("supervisor"), f"duplicates/{pair.pk}/"
    for who in ("caseworker", "other_team", "stranger"):
        assert signed_in(who).get(path).status_code == 404, who
    assert api.post(f"{path}propose/").json()["proposed"] is True
    assert api.post(f"{path}merge/", {"survivor": str(world.of.person.pk)}).status_code == 422
    merged = api.post(f"{path}merge/", {"survivor": str(pair.low_id), "take": ["sex"]})
    assert merged.status_code == 201, merged.json()
    assert merged.json()["shell"] == str(pair.high_id)
    assert api.post(f"{path}dismiss/").status_code == 409
    undo = f"merges/{merged.json()['id']}/undo/"
    assert signed_in("stranger").post(undo).status_code == 404
    assert signed_in("caseworker").post(undo).status_code == 403
    assert api.post(undo).json()["undone_at"]
    assert api.post(undo).status_code == 409
    assert api.post(f"{path}dismiss/").json()["state"] == "dismissed"


def test_a_request_is_recorded_answered_and_handed_over_by_people_only(world, signed_in, as_token):
    body = {"person": str(world.of.person.pk), "kind": "rectification", "identity_check": "known", "note": "The name"}
    api = signed_in("caseworker")
    made = api.post("data-requests/", body)
    assert made.status_code == 201, made.json()
    path = f"data-requests/{made.json()['id']}/"
    assert signed_in("officer").get(path).status_code == 200
    for who in ("other_team", "stranger"):
        assert signed_in(who).get(path).status_code == 404, who
    assert api.post("data-requests/", body).status_code == 409
    answered = api.post(f"{path}answer/", {"answer": "Corrected"}, **{"if-match": '"1"'})
    assert (answered.status_code, answered.json()["state"]) == (200, "answered"), answered.json()
    own = api.post("data-requests/", body | {"kind": "access"}).json()["id"]
    paper = api.post(f"data-requests/{own}/hand-over/", {"form": "json", "language": "ru"}, accept="application/json")
    assert (paper.status_code, paper["Content-Disposition"][:10]) == (200, "attachment")
    assert signed_in("colleague").post(f"data-requests/{own}/approve/").status_code == 403


def test_a_hold_is_placed_and_lifted_by_who_may(world, signed_in):
    body = {"person": str(world.of.person.pk), "reason": "court", "until": "2027-01-01"}
    assert signed_in("caseworker").post("holds/", body).status_code == 403
    assert signed_in("stranger").post("holds/", body).status_code == 404
    made = signed_in("supervisor").post("holds/", body)
    assert made.status_code == 201, made.json()
    path = f"holds/{made.json()['id']}/"
    assert signed_in("officer").get(path).status_code == 200
    assert signed_in("stranger").post(f"{path}lift/").status_code == 404
    assert signed_in("officer").post(f"{path}lift/").json()["lifted_at"]


def test_a_file_is_brought_mapped_checked_applied_and_ordered_to_be_undone(world, signed_in):
    api = signed_in("supervisor")
    brought = sent(api, "imports/", "people.csv", PEOPLE.encode())
    assert brought.status_code == 201, brought.json()
    path = f"imports/{brought.json()['id']}/"
    for who in ("stranger", "partner_supervisor"):
        assert signed_in(who).get(path).status_code == 404, who
    assert signed_in("caseworker").get(path).status_code == 403
    assert api.post(f"{path}check/").status_code == 409
    columns = {"0": "full_name", "1": "birth_date", "2": "sex"}
    assert api.post(f"{path}map/", {"columns": {"0": "nonsense"}}).status_code == 422
    mapped = api.post(f"{path}map/", {"columns": columns, "opens_cases": False})
    assert (mapped.status_code, mapped.json()["unknown_words"], mapped.json()["rows"]) == (200, {}, 2), mapped.json()
    assert api.post(f"{path}check/").json()["status"] == "checked"
    lines = api.get(f"{path}lines/").json()
    assert [row["line"] for row in lines["results"]] == [2, 3]
    assert lines["next"] is None
    if any(row["state"] == "twice" for row in lines["results"]):
        assert api.post(f"{path}apply/").status_code == 409
        assert api.post(f"{path}choose/", {"choice": "create"}).status_code == 200
    done = api.post(f"{path}apply/")
    assert (done.status_code, done.json()["status"]) == (200, "done"), done.json()
    assert all(row["person"] for row in api.get(f"{path}lines/?after=1").json()["results"])
    assert api.post(f"{path}undo/").json()["status"] == "undoing"
    assert api.post(f"{path}discard/").status_code == 409
