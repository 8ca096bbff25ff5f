"""Notes, documents, assessments, goals, tasks, appointments, papers, ways and families over HTTP."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Note, NoteWording
from core.actors import acting
from core.models import Reading
from tests.api.conftest import NOW

LATER = (NOW + timedelta(days=3)).isoformat()


@pytest.fixture
def bodies(world) -> dict:
    """What makes one of each: resource -> body."""
    of, person = str(world.of.case.pk), str(world.of.person.pk)
    return {
        "notes": {"case": of, "kind": "call", "text": "Called at noon", "field_class": 3},
        "goals": {"case": of, "text": "A paper of her own", "needs": [str(world.of.need.pk)]},
        "tasks": {"case": of, "text": "Ring the embassy", "due_at": LATER},
        "appointments": {"case": of, "kind": "office", "starts_at": LATER},
        "identity-papers": {"person": person, "type": "passport", "number": "AB1234567", "issuer": "AF"},
        "contact-ways": {"person": person, "channel": "sms", "value": "+375291111111", "safe": False},
        "relations": {"person": person, "kind": "sibling", "outsider": "A sister in Brest"},
        "migration-statuses": {"person": person, "status": "asylum_seeker", "since": "2026-01-05"},
    }


CHANGES = {
    "notes": {"text": "Called at one"},
    "goals": {"text": "Papers of her own", "status": "reached"},
    "tasks": {"text": "Ring the consulate", "due_at": LATER},
    "appointments": {"kind": "office", "starts_at": LATER, "place": "Room 2"},
    "identity-papers": {"type": "passport", "number": "AB7654321"},
    "contact-ways": {"channel": "sms", "value": "+375292222222", "safe": True},
}
MADE = [*CHANGES, "relations", "migration-statuses"]


def make(api, name: str, bodies: dict) -> dict:
    answer = api.post(f"{name}/", bodies[name])
    assert answer.status_code == 201, (name, answer.json())
    return answer.json()


@pytest.mark.parametrize("name", MADE)
def test_what_a_caseworker_writes_is_read_by_those_who_see_the_case_and_is_nothing_to_others(
    world, signed_in, bodies, name
):
    row = make(signed_in("caseworker"), name, bodies)
    path = f"{name}/{row['id']}/"
    for who in ("caseworker", "colleague", "supervisor"):
        assert signed_in(who).get(path).json()["id"] == row["id"], who
        assert row["id"] in [found["id"] for found in signed_in(who).get(f"{name}/").json()["results"]], who
    missing = signed_in("other_team").get(f"{name}/00000000-0000-4000-8000-000000000000/")
    for who in ("other_team", "worker", "stranger"):
        hidden = signed_in(who).get(path)
        assert (hidden.status_code, hidden.content) == (404, missing.content), who
        assert row["id"] not in signed_in(who).get(f"{name}/").content.decode(), who
    assert signed_in("partner").get(path).status_code in (403, 404)
    assert signed_in("coordinator").get(path).status_code == 403


def test_who_received_a_referral_sees_nothing_of_the_case_s_own_parts_before_or_after(
    world, received, signed_in, bodies
):
    rows = {name: make(signed_in("caseworker"), name, bodies)["id"] for name in MADE}
    received()
    for withdrawn in (False, True):
        if withdrawn:
            signed_in("caseworker").post(f"consents/{world.of.consent.pk}/withdraw/")
        for name, pk in rows.items():
            for who in ("worker", "partner_supervisor"):
                assert signed_in(who).get(f"{name}/{pk}/").status_code == 404, (name, who)


@pytest.mark.parametrize("name", MADE)
def test_a_system_without_the_scope_may_neither_write_nor_read(world, as_token, bodies, name):
    api = as_token(world.of.sender, "referrals:read", "directory:read")
    assert api.post(f"{name}/", bodies[name]).status_code == 403
    assert api.get(f"{name}/").status_code == 403
    theirs = as_token(world.of.receiver, "cases:write").post(f"{name}/", bodies[name])
    assert theirs.status_code == 422, "another organisation's system does not see the case or the person"


@pytest.mark.parametrize("name", CHANGES)
def test_the_second_of_two_who_edit_sees_both_versions_and_loses_nothing(world, signed_in, bodies, name):
    api = signed_in("caseworker")
    row = make(api, name, bodies)
    path, change = f"{name}/{row['id']}/", CHANGES[name]
    tag = api.get(path)["ETag"]
    assert api.post(f"{path}change/", change).status_code == 428
    first = api.post(f"{path}change/", change, **{"if-match": tag})
    assert first.status_code == 200, first.json()
    assert first["ETag"] != tag
    mine = change | ({"text": "Another"} if "text" in change else {})
    second = api.post(f"{path}change/", mine, **{"if-match": tag})
    body = second.json()
    assert (second.status_code, body["code"]) == (412, "stale")
    assert body["current"]["version"] == body["version"] == row["version"] + 1
    assert body["sent"] == mine
    assert api.get(path).json() == body["current"]


@pytest.mark.parametrize("name", MADE)
def test_a_repeated_post_has_one_effect(world, signed_in, bodies, name):
    api = signed_in("caseworker")
    first, again = (api.post(f"{name}/", bodies[name], **{"idempotency-key": "k"}) for _time in range(2))
    assert first.status_code == 201, first.json()
    assert again.content == first.content
    assert len(api.get(f"{name}/").json()["results"]) == (2 if name == "migration-statuses" else 1)


def test_the_former_wording_of_a_note_is_kept_and_reading_leaves_a_trail(world, signed_in, bodies):
    api = signed_in("caseworker")
    row = make(api, "notes", bodies)
    assert api.post(f"notes/{row['id']}/change/", CHANGES["notes"], **{"if-match": '"1"'}).status_code == 200
    assert api.post(f"notes/{row['id']}/pin/", {"pinned": True}).json()["pinned"] is True
    with acting(world.actors["caseworker"]) as actor:
        assert [row.text for row in NoteWording.objects.visible_to(actor)] == ["Called at noon"]
        assert Note.objects.visible_to(actor).get().text == "Called at one"
    signed_in("colleague").get("notes/")
    with acting(world.actors["officer"]) as officer:
        found = Reading.objects.visible_to(officer).filter(subject="notes", member_id=world.members["colleague"].pk)
        assert found.count() == 1


def test_class_4_is_for_those_whom_the_case_names(world, signed_in, bodies):
    row = signed_in("caseworker").post("notes/", bodies["notes"] | {"field_class": 4}).json()
    assert signed_in("caseworker").get(f"notes/{row['id']}/").status_code == 200
    assert signed_in("colleague").get(f"notes/{row['id']}/").status_code == 404
    refused = signed_in("colleague").post("notes/", bodies["notes"] | {"field_class": 4})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["field_class"])


def test_an_assessment_is_begun_saved_in_parts_and_completed(world, signed_in):
    api = signed_in("caseworker")
    begun = api.post("assessments/", {"case": str(world.of.case.pk)})
    assert begun.status_code == 201, begun.json()
    path = f"assessments/{begun.json()['id']}/"
    assert api.post(f"{path}change/", {"answers": {"homeless": "present"}}).status_code == 428
    saved = api.post(f"{path}change/", {"answers": {"homeless": "present"}, "wishes": "Home"}, **{"if-match": '"1"'})
    assert saved.status_code == 200, saved.json()
    assert {"field_class": 3, "answers": {"homeless": "present"}, "words": {}} in saved.json()["parts"]
    assert [part["field_class"] for part in signed_in("colleague").get(path).json()["parts"]] == [3]
    wrong = api.post(f"{path}change/", {"answers": {"nonsense": "present"}}, **{"if-match": '"2"'})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["nonsense"])
    done = api.post(f"{path}complete/", {"risk_level": "high"})
    assert (done.status_code, done.json()["risk_level"]) == (200, "high"), done.json()
    assert api.post(f"{path}complete/", {"risk_level": "high"}).status_code == 409


def test_a_task_is_done_and_open_again_and_an_appointment_gets_a_successor(world, signed_in, bodies):
    api = signed_in("caseworker")
    task, meeting = make(api, "tasks", bodies)["id"], make(api, "appointments", bodies)["id"]
    assert api.post(f"tasks/{task}/finish/").json()["done_at"]
    assert api.post(f"tasks/{task}/finish/").status_code == 409
    assert [row["id"] for row in api.get("tasks/?open=false").json()["results"]] == [task]
    assert api.post(f"tasks/{task}/reopen/").json()["done_at"] is None
    moved = api.post(f"appointments/{meeting}/attend/", {"attendance": "rescheduled", "starts_at": LATER})
    assert (moved.status_code, moved.json()["replaces"]) == (200, meeting), moved.json()


def test_an_unsafe_number_is_shown_for_a_reason_only(world, signed_in, bodies):
    api = signed_in("caseworker")
    row = make(api, "contact-ways", bodies)
    assert row["value"] == ""
    assert api.post(f"contact-ways/{row['id']}/reveal/", {}).status_code == 422
    assert api.post(f"contact-ways/{row['id']}/reveal/", {"reason": "danger"}).json()["value"] == "+375291111111"


def test_a_household_is_joined_and_left(world, signed_in):
    api = signed_in("caseworker")
    other = api.post("persons/", {"names": [{"full_as_written": "Her brother"}]}).json()["id"]
    body = {"person": str(world.of.person.pk), "other": other}
    made = api.post("households/", body)
    assert (made.status_code, set(made.json()["members"])) == (201, set(body.values()))
    assert [row["id"] for row in api.get(f"households/?person={other}").json()["results"]] == [made.json()["id"]]
    assert signed_in("stranger").get(f"households/{made.json()['id']}/").status_code == 404
    assert api.post("households/leave/", {"person": other}).json()["members"] == [str(world.of.person.pk)]


def sent(api, path: str, name: str, content: bytes, **more):
    upload = SimpleUploadedFile(name, content)
    return api.client.post(f"/api/v1/{path}", more.pop("body", {}) | {"upload": upload}, headers=api.headers | more)


def test_a_system_writes_in_the_cases_that_it_opened(world, as_token, bodies):
    api = as_token(world.of.sender, "cases:write")
    person = api.post("persons/", {"names": [{"full_as_written": "Sara"}]}).json()["id"]
    case = api.post("cases/", {"person": person, "risk_level": "low"}).json()["id"]
    for name in MADE:
        body = bodies[name] | ({"case": case} if "case" in bodies[name] else {"person": person})
        body.pop("needs", None)
        assert api.post(f"{name}/", body).status_code == 201, name
    assert api.post("notes/", bodies["notes"]).status_code == 422, "a case of a team is not the system's"


def test_a_document_is_checked_stored_replaced_given_out_and_taken_away(world, signed_in):
    api, body = signed_in("caseworker"), {"case": str(world.of.case.pk), "kind": "other"}
    program = sent(api, "documents/", "paper.pdf", b"MZ\x90\x00\x03\x00\x00\x00" * 40, body=body)
    assert (program.status_code, program["Content-Type"]) == (422, "application/problem+json")
    first = sent(api, "documents/", "words.txt", b"A letter", body=body, **{"idempotency-key": "k"})
    assert first.status_code == 201, first.json()
    again = sent(api, "documents/", "words.txt", b"A letter", body=body, **{"idempotency-key": "k"})
    assert again.content == first.content
    assert sent(api, "documents/", "w.txt", b"B letter", body=body, **{"idempotency-key": "k"}).status_code == 422
    path = f"documents/{first.json()['id']}/"
    given = api.get(f"{path}file/", accept="text/plain")
    assert (given.status_code, given.content) == (200, b"A letter")
    assert given["Content-Disposition"].startswith('attachment; filename="other-')
    assert "words" not in given["Content-Disposition"]
    for who in ("other_team", "worker", "stranger"):
        assert signed_in(who).get(f"{path}file/").status_code == 404, who
    newer = sent(api, f"{path}replace/", "words.txt", b"A better letter")
    assert (newer.status_code, newer.json()["replaces"]) == (200, first.json()["id"]), newer.json()
    assert sent(api, f"{path}replace/", "words.txt", b"Third").status_code == 409
    gone = api.post(f"documents/{newer.json()['id']}/withdraw/", {"reason": "wrong_file"})
    assert (gone.status_code, gone.json()["title"]) == (200, "")
    assert api.get(f"documents/{newer.json()['id']}/file/").status_code == 404
    assert api.post("documents/", body).status_code == 415


def test_every_list_takes_few_queries(world, signed_in, bodies, queries):
    api = signed_in("supervisor")
    for name in MADE:
        make(signed_in("caseworker"), name, bodies)
    paths = [*MADE, "documents", "assessments", "households", "approvals", "duplicates", "merges", "imports"]
    for path in (*paths, "data-requests", "holds"):
        api.get(f"{path}/")
        with queries() as seen:
            assert api.get(f"{path}/").status_code == 200, path
        assert len([row for row in seen if not row["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 12, path


def test_many_cases_are_given_away_and_taken_back_by_those_who_may(world, signed_in):
    case, missing = str(world.of.case.pk), "00000000-0000-4000-8000-000000000000"
    body = {"cases": [case, missing], "caseworker": str(world.members["colleague"].pk), "reason": "load"}
    assert signed_in("caseworker").post("cases/reassign/", body).status_code == 403
    supervisor = signed_in("supervisor")
    tried = supervisor.post("cases/reassign/", body | {"dry_run": True}).json()
    assert tried == {"batch": None, "moved": [case], "stayed": [], "hidden": 1}
    worker = supervisor.get(f"cases/{case}/").json()["caseworker"]
    assert worker == str(world.members["caseworker"].pk)
    done = supervisor.post("cases/reassign/", body).json()
    assert supervisor.get(f"cases/{case}/").json()["caseworker"] == body["caseworker"]
    assert supervisor.post(f"cases/reassign/{missing}/undo/", {}).status_code == 404
    back = supervisor.post(f"cases/reassign/{done['batch']}/undo/", {})
    assert (back.status_code, back.json()["moved"]) == (200, [case])
    assert supervisor.get(f"cases/{case}/").json()["caseworker"] == worker
    assert supervisor.post("cases/reassign/", body | {"cases": []}).status_code == 422
    assert supervisor.post("cases/reassign/", body | {"reason": "because"}).status_code == 422
