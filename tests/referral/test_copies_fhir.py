"""A referral as FHIR R4: valid, mapped as DOMAIN 15.3 says, and never more than its reader may read."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import translation
from fhir.resources.R4B.bundle import Bundle

from core.actors import acting
from core.models import Reading
from referral.copies.codes import BASE, STATUS
from referral.copies.fhir import bundle
from referral.copies.taking import FHIR, take
from referral.models import Referral
from referral.sharing import FIELDS
from referral.states import State, codes
from tests.referral.steps import accepted, drafted, received, sent, started, step
from tests.world import NOON

pytestmark = pytest.mark.django_db

# The required value sets of R4 (hl7.org/fhir/R4): the models of the package do not ask for them.
REQUIRED = {
    "Task.status": "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed "
    "entered-in-error",
    "ServiceRequest.status": "draft active on-hold revoked completed entered-in-error unknown",
    "Consent.status": "draft proposed active rejected inactive entered-in-error",
    "Patient.gender": "male female other unknown",
    "Task.priority": "routine urgent asap stat",
    "ServiceRequest.priority": "routine urgent asap stat",
}
EXPECTED = {
    "draft": ("draft", "draft"),
    "pending_approval": ("draft", "draft"),
    "sent": ("requested", "active"),
    "received": ("requested", "active"),
    "info_requested": ("requested", "active"),
    "waitlisted": ("on-hold", "on-hold"),
    "on_hold": ("on-hold", "on-hold"),
    "accepted": ("accepted", "active"),
    "in_progress": ("in-progress", "active"),
    "completed": ("completed", "completed"),
    "not_completed": ("failed", "completed"),
    "declined": ("rejected", "revoked"),
    "cancelled": ("cancelled", "revoked"),
    "withdrawn": ("cancelled", "revoked"),
    "expired": ("cancelled", "revoked"),
    "entered_in_error": ("entered-in-error", "entered-in-error"),
}


def taken(w, referral, by, **changed) -> dict:
    """Take a referral out as somebody, and check all that can be checked of any bundle."""
    with acting(w.actors[by]) as actor:
        row = Referral.objects.visible_to(actor).select_related("sender", "receiver", "service").get(pk=referral.pk)
        for name, value in changed.items():
            setattr(row, name, value)
        found = bundle(take(row, actor=actor, at=NOON, kind=FHIR))
    whole(found)
    return found


def whole(found: dict) -> None:
    """Valid against the models of R4B, every code of a required set known, every reference led to an entry."""
    Bundle.model_validate_json(json.dumps(found))
    urls = {entry["fullUrl"] for entry in found["entry"]}
    assert len(urls) == len(found["entry"])
    for entry in found["entry"]:
        kind = entry["resource"]["resourceType"]
        assert entry["fullUrl"] == f"urn:uuid:{UUID(entry['resource']['id'])}"
        for name, listed in REQUIRED.items():
            if name.startswith(f"{kind}."):
                assert entry["resource"].get(name.split(".")[1], listed.split()[0]) in listed.split(), name
    for value in walked(found):
        if isinstance(value, dict) and "reference" in value and isinstance(value["reference"], str):
            assert value["reference"] in urls
        if isinstance(value, dict) and value.get("url", "").startswith("https://"):
            assert value["url"].startswith(f"{BASE}/StructureDefinition/")
        assert value not in (None, "", [], {})  # FHIR knows no empty value


def walked(value):
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walked(inner)


def only(found: dict, kind: str) -> dict:
    (resource,) = [entry["resource"] for entry in found["entry"] if entry["resource"]["resourceType"] == kind]
    return resource


def kinds(found: dict) -> list[str]:
    return sorted({entry["resource"]["resourceType"] for entry in found["entry"]})


def test_the_table_of_states_is_the_one_of_the_domain():
    assert set(EXPECTED) == set(codes(State)) == {str(state) for state in STATUS}
    told = (Path(__file__).resolve().parents[2] / "docs" / "fhir.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line.startswith("| ")]
    listed = {name: (row[1], row[2].split(":")[0]) for row in rows for name in row[0].split(", ") if name in EXPECTED}
    assert listed == EXPECTED  # what partners read is what is done


@pytest.mark.parametrize("state", codes(State))
def test_each_state_has_its_statuses(world, state):
    facts = {"reason": "no_capacity"} if state == "declined" else {}
    facts |= {"outcome": "provided_full"} if state == "completed" else {}
    facts |= {"withdrawal_reason": "consent_withdrawn"} if state == "withdrawn" else {}
    found = taken(world, sent(world), "caseworker", state=state, **facts)
    task, request = only(found, "Task"), only(found, "ServiceRequest")
    assert (task["status"], request["status"]) == EXPECTED[state]
    assert task["businessStatus"]["coding"][0]["code"] == state
    waits_or_ended = {"waitlisted", "on_hold", "declined", "cancelled", "withdrawn", "expired"}
    assert ("statusReason" in task) == (state in waits_or_ended)
    assert (task["intent"], task["code"]["coding"][0]["code"]) == ("order", "fulfill")


def test_a_decline_for_want_of_places_says_so_in_the_words_of_gravity(world):
    referral = step(world, received(world), "decline", "partner", hours=2, reason="no_capacity", text="Full till May")
    reason = only(taken(world, referral, "caseworker"), "Task")["statusReason"]
    assert [one["code"] for one in reason["coding"]] == ["no_capacity", "no-capacity"]
    assert reason["text"] == "Full till May"


def test_an_outcome_is_the_output_of_the_task(world):
    referral = step(world, started(world), "complete", "partner", hours=5, outcome="provided_part")
    task = only(taken(world, referral, "caseworker"), "Task")
    (output,) = task["output"]
    assert output["valueCodeableConcept"]["coding"][0]["code"] == "provided_part"
    assert task["executionPeriod"]["start"] == NOON.date().isoformat()


@pytest.mark.parametrize(("ours", "theirs"), [("emergency", "stat"), ("urgent", "urgent"), ("routine", "routine")])
def test_urgency_is_priority(world, ours, theirs):
    found = taken(world, sent(world), "caseworker", urgency=ours)
    assert {only(found, kind)["priority"] for kind in ("Task", "ServiceRequest")} == {theirs}


def test_the_sender_takes_out_what_it_sent(world):
    found = taken(world, sent(world), "caseworker")
    assert kinds(found) == [
        "Consent", "HealthcareService", "Organization", "Patient", "PractitionerRole", "ServiceRequest", "Task"
    ]  # fmt: skip
    person = only(found, "Patient")
    assert [name["text"] for name in person["name"]] == ["Амина Хайдари"]
    assert person["telecom"][0]["value"] == "+375290000000"
    warning = {one["url"].rpartition("/")[2]: one for one in person["telecom"][0]["extension"]}["contact-warning"]
    assert warning["valueString"] == "Только до обеда"
    assert person["communication"][0]["language"]["coding"][0] == {"system": "urn:ietf:bcp:47", "code": "prs"}
    assert only(found, "Consent")["status"] == "active"
    assert only(found, "ServiceRequest")["note"][0]["text"].startswith("Employer keeps")


def test_the_receiver_gets_no_identity_before_it_accepts(world):
    referral = received(world)
    before = json.dumps(taken(world, referral, "partner"), ensure_ascii=False)
    for secret in ("Амина", "+375290000000", "1999-03-08", "Только до обеда"):
        assert secret not in before
    labels = [one["code"] for one in json.loads(before)["meta"]["security"]]
    assert "REDACTED" in labels
    step(world, referral, "accept", "partner", hours=2, worker=world.members["worker"].pk)
    found = taken(world, referral, "partner")
    assert [name["text"] for name in only(found, "Patient")["name"]] == ["Амина Хайдари"]
    assert "REDACTED" not in [one["code"] for one in found["meta"]["security"]]
    assert only(found, "Task")["owner"]["display"] == "Worker"


def test_nothing_in_it_leads_to_the_case_or_to_another_referral_of_the_person(world):
    o = world.of
    first, second = (taken(world, referral, "partner") for referral in (accepted(world), _another(world)))
    text = json.dumps(first)
    for secret in (o.person.pk, o.case.pk, o.need.pk, o.consent.pk, o.person.reference):
        assert str(secret) not in text
    assert only(first, "Patient")["id"] != only(second, "Patient")["id"]


def _another(w):
    from tests.world import service

    return accepted(w, service=service(w.of.receiver, name="Second advice"))


def test_after_a_decline_the_receiver_keeps_the_shell(world):
    referral = step(world, received(world), "decline", "partner", hours=2, reason="duplicate")
    found = taken(world, referral, "partner")
    assert not {"Patient", "Consent"} & set(kinds(found))
    for kind in ("Task", "ServiceRequest"):
        about = only(found, kind)["for" if kind == "Task" else "subject"]
        assert about["extension"][0]["valueCode"] == "masked"
    assert "reasonCode" not in only(found, "ServiceRequest")


def test_what_was_entered_in_error_holds_nothing(world):
    referral = step(world, sent(world), "mark_error", "supervisor", text="Wrong person")
    found = taken(world, referral, "supervisor")
    assert "Patient" not in kinds(found)
    assert "note" not in only(found, "ServiceRequest")


def test_a_draft_holds_what_would_be_sent(world):
    found = taken(world, drafted(world), "caseworker")
    assert only(found, "Task")["status"] == "draft"
    assert only(found, "Patient")["name"][0]["text"] == "Амина Хайдари"


def test_every_field_of_a_packet_has_a_place(world):
    values = {
        "need": {"category": "legal", "description": "Unpaid"},
        "note": "Note",
        "case_code": "C-1",
        "sex_age": {"sex": "female", "age": 27},
        "language": [{"code": "rus", "interpreter": True}],
        "name": "Амина / آمنه",
        "contact": {"channel": "messenger", "value": "@x", "hours": "8-9", "warning": "No calls"},
        "caregiver": "Aunt",
        "birth_date": "1999-03-08",
        "citizenship": ["AF", "IR"],
        "area": "BY-MI-01",
        "migration_status": "irregular",
        "risk": "high",
    }
    assert set(values) == {field.code for field in FIELDS}
    with acting(world.actors["caseworker"]) as actor, translation.override("en"):
        referral = sent(world)
        row = Referral.objects.visible_to(actor).select_related("sender", "receiver", "service").get(pk=referral.pk)
        copy = take(row, actor=actor, at=NOON, kind=FHIR)
        copy.now.clear()
        copy.now.update(values)
        found = bundle(copy)
    whole(found)
    person = only(found, "Patient")
    assert [name["text"] for name in person["name"]] == ["Амина", "آمنه"]
    assert person["communication"][0]["language"]["coding"][0]["code"] == "ru"
    assert person["address"][0]["country"] == "BY"
    assert "Barysaŭski" in person["address"][0]["district"]
    assert person["address"][0]["state"] == "Minsk Region"
    extensions = {one["url"].rpartition("/")[2]: one for one in person["extension"]}
    assert extensions["age"]["valueAge"]["value"] == 27
    assert extensions["patient-interpreterRequired"]["valueBoolean"] is True
    assert extensions["migration-status"]["valueCodeableConcept"]["coding"][0]["code"] == "irregular"
    assert sum(one["url"].endswith("patient-citizenship") for one in person["extension"]) == 2
    request = only(found, "ServiceRequest")
    assert request["extension"][0]["valueCoding"]["code"] == "high"
    assert (request["reasonCode"][0]["text"], request["note"][0]["text"]) == ("Unpaid", "Note")
    for code, said in values.items():
        assert not isinstance(said, str) or code == "name" or said in json.dumps(found, ensure_ascii=False), code


@pytest.mark.parametrize(("field_class", "code"), [(2, "N"), (3, "R"), (4, "V")])
def test_how_confidential_it_is_stands_in_its_label(world, field_class, code):
    found = taken(world, sent(world), "caseworker", field_class=field_class)
    assert found["meta"]["security"][0]["code"] == code


def get(client, world, by, path):
    client.force_login(world.members[by].user, "allauth.account.auth_backends.AuthenticationBackend")
    return client.get(path)


def trail(w, by):
    with acting(w.actors["officer"]) as actor:
        rows = Reading.objects.visible_to(actor).filter(member_id=w.members[by].pk)
        return list(rows.values_list("subject", "about"))


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def test_the_api_gives_it_as_fhir_and_leaves_a_trail(world, client, queries):
    referral = received(world)
    with queries() as seen:
        response = get(client, world, "caseworker", f"/api/v1/referrals/{referral.pk}/fhir/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/fhir+json"
    whole(response.json())
    assert ("referral_fhir", referral.pk) in trail(world, "caseworker")
    assert len([query for query in seen if '"core_reading"' in query["sql"]]) == 1


@pytest.mark.parametrize("accept", ["application/fhir+json", "application/json", "*/*"])
def test_who_asks_for_fhir_or_json_is_answered(world, client, accept):
    client.force_login(world.members["caseworker"].user, "allauth.account.auth_backends.AuthenticationBackend")
    address = f"/api/v1/referrals/{sent(world).pk}/fhir/"
    assert client.get(address, headers={"accept": accept}).status_code == 200
    assert client.get(address, headers={"accept": "text/html"}).status_code == 406


@pytest.mark.parametrize(
    ("by", "status"), [("stranger", 404), ("other_team", 404), ("coordinator", 403), ("admin", 403)]
)
def test_who_is_on_neither_side_gets_nothing(world, client, by, status):
    referral = received(world)
    assert get(client, world, by, f"/api/v1/referrals/{referral.pk}/fhir/").status_code == status
    assert get(client, world, by, f"/referrals/{referral.pk}/fhir/").status_code == 404
    assert trail(world, by) == []


def test_a_desk_in_the_senders_own_house_gets_nothing(world, client):
    from tests.world import member

    referral = received(world)
    world.members["desk"] = member(world.of.sender, "coordinator")
    assert get(client, world, "desk", f"/referrals/{referral.pk}/").status_code == 200
    for page in ("fhir/", "form/en/"):
        assert get(client, world, "desk", f"/referrals/{referral.pk}/{page}").status_code == 404


def test_the_page_saves_it_under_a_name_that_says_nothing(world, client, queries):
    referral = received(world)
    with queries() as seen:
        response = get(client, world, "partner", f"/referrals/{referral.pk}/fhir/")
    whole(json.loads(response.content))
    name = response["Content-Disposition"]
    assert name.startswith('attachment; filename="referral-fhir-')
    assert referral.reference not in name
    assert response["Cache-Control"] == "no-store"
    asked = [query for query in seen if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 24  # signing in included


def test_a_person_who_forbade_the_use_is_not_taken_out(world, client):
    referral = received(world)
    with acting(world.actors["caseworker"]):
        type(world.of.person).objects.filter(pk=world.of.person.pk).update(restricted_at=NOON)
    for page in ("fhir/", "form/ru/"):
        assert get(client, world, "caseworker", f"/referrals/{referral.pk}/{page}").status_code == 409
    response = get(client, world, "caseworker", f"/api/v1/referrals/{referral.pk}/fhir/")
    assert (response.status_code, response.json()["code"]) == (409, "processing_restricted")
