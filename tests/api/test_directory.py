"""The directory, places and tokens over HTTP."""

import pytest

from core.actors import acting
from partners.models import Capacity, Service, ServiceChange
from tests import world as worlds
from tests.api.conftest import token_of


def test_services_are_found_by_category_organisation_area_and_words(world, as_token):
    of, api = world.of, as_token(world.of.sender, "directory:read")
    worlds.service(of.stranger, name="Night shelter", category="shelter", covers_country=False)
    worlds.service(of.stranger, name="Secret shelter", category="shelter", visibility="restricted")

    def found(query: str) -> list[str]:
        return sorted(row["name"] for row in api.get(f"services/?{query}").json()["results"])

    assert found("") == ["Legal advice", "Night shelter"]
    assert found("category=shelter") == ["Night shelter"]
    assert found(f"organisation={of.receiver.pk}") == ["Legal advice"]
    assert found("area=BY-HO") == ["Legal advice"]
    assert found("q=night") == ["Night shelter"]


def test_an_organisation_shows_its_services(world, as_token):
    api = as_token(world.of.sender, "directory:read")
    body = api.get(f"organisations/{world.of.receiver.pk}/").json()
    assert body["name"] == "Receiver partner"
    assert len(api.get(body["links"]["services"].removeprefix("/api/v1/")).json()["results"]) == 1
    assert {row["name"] for row in api.get("organisations/?q=desk").json()["results"]} == {"Coordination desk"}


def test_an_organisation_says_how_many_places_it_has(world, as_token):
    api, pk = as_token(world.of.receiver, "capacity:write"), world.of.service.pk
    answer = api.post(f"services/{pk}/capacity/", {"status": "waitlist", "maximum": 3, "expected_on": "2026-12-01"})
    assert answer.status_code == 200, answer.json()
    capacity = api.get(f"services/{pk}/").json()["capacity"]
    assert (capacity["status"], capacity["maximum"], capacity["free"]) == ("waitlist", 3, 3)
    assert capacity["updated_at"] == "2026-11-23T10:00:00Z"


def test_places_are_numbers_and_only_ones_own(world, as_token):
    path = f"services/{world.of.service.pk}/capacity/"
    own, other = (as_token(of, "capacity:write") for of in (world.of.receiver, world.of.stranger))
    for wrong in ({"maximum": -1}, {"maximum": "3"}, {"maximum": 3.0}, {"maximum": True}, {"maximum": 10**30}):
        answer = own.post(path, {"status": "capacity"} | wrong)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["maximum"]), wrong
    assert own.post(path, {}).json()["errors"].keys() == {"status"}
    assert other.post(path, {"status": "capacity"}).status_code == 403


def test_fewer_places_than_are_in_use_are_refused_with_code_sentence_and_number(world, as_token):
    api, pk = as_token(world.of.receiver, "capacity:write"), world.of.service.pk
    Capacity.objects.filter(pk=pk).update(used=4)
    answer = api.post(f"services/{pk}/capacity/", {"status": "capacity", "maximum": 3})
    body = answer.json()
    assert (answer.status_code, body["code"], body["used"]) == (409, "places_in_use", 4)
    assert "4 places are in use" in body["title"]
    assert body["errors"]["maximum"]
    assert Capacity.objects.get(pk=pk).maximum == 5
    assert api.post(f"services/{pk}/capacity/", {"status": "no_capacity", "maximum": 4}).status_code == 200


def test_administrators_see_and_revoke_the_tokens_of_their_own_organisation(world, signed_in):
    _secret, row = token_of(world.of.sender, "directory:read")
    token_of(world.of.receiver, "directory:read")
    admin = signed_in("admin")
    listed = admin.get("tokens/").json()["results"]
    assert [token["id"] for token in listed] == [str(row.pk)]
    assert "digest" not in listed[0]
    assert admin.post(f"tokens/{row.pk}/revoke/").json()["revoked_at"] is not None
    assert admin.post(f"tokens/{row.pk}/revoke/").status_code == 409
    assert signed_in("stranger").get(f"tokens/{row.pk}/").status_code == 403


def said(world, as_token, body, *, of="receiver", scope="directory:write", match=None):
    api, pk = as_token(getattr(world.of, of), scope), world.of.service.pk
    tag = match or Service.objects.get(pk=pk).version
    return api.post(f"services/{pk}/eligibility/", body, **{"if-match": f'"{tag}"'})


def test_an_organisation_says_whom_its_service_takes(world, as_token):
    body = {
        "minimum_age": 16, "maximum_age": 30, "sexes": ["female"], "migration_statuses": ["irregular", "transit"],
        "citizenships": ["AF"], "residence_areas": ["BY-MI"], "document_types": ["passport"],
        "household_types": ["single"], "soft_rules": ["sex"],
    }  # fmt: skip
    answer = said(world, as_token, body)
    assert answer.status_code == 200, answer.json()
    assert {name: answer.json()[name] for name in body} == body
    assert answer["ETag"] == f'"{answer.json()["version"]}"'
    again = said(world, as_token, {"maximum_age": None, "sexes": []}).json()
    assert (again["minimum_age"], again["maximum_age"], again["sexes"]) == (16, None, [])
    assert again["citizenships"] == ["AF"]
    with acting(world.actors["partner"]) as actor:
        fields = set(ServiceChange.objects.visible_to(actor).values_list("field", flat=True))
    assert {"minimum_age", "sexes"} <= fields


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"minimum_age": 60, "maximum_age": 18}, "maximum_age"),
        ({"household_types": ["unaccompanied_child"], "minimum_age": 18}, "household_types"),
        ({"migration_statuses": ["stateless"], "citizenships": ["AF"]}, "citizenships"),
        ({"migration_statuses": ["not_asked"]}, "migration_statuses.0"),
        ({"sexes": ["unknown"]}, "sexes.0"),
        ({"residence_areas": ["BY-XX"]}, "residence_areas"),
        ({"citizenships": ["XX"]}, "citizenships.0"),
        ({"minimum_age": 131}, "minimum_age"),
        ({"minimum_age": "18"}, "minimum_age"),
        ({"soft_rules": ["colour"]}, "soft_rules.0"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_conditions_that_contradict_are_refused_with_the_field(world, as_token, body, field):
    answer = said(world, as_token, body)
    assert answer.status_code == 422
    assert field in answer.json()["errors"], answer.json()
    row = Service.objects.get(pk=world.of.service.pk)
    assert (row.minimum_age, row.sexes, row.version) == (None, [], 1)


def test_a_contradiction_with_what_stands_is_refused(world, as_token):
    assert said(world, as_token, {"minimum_age": 30}).status_code == 200
    answer = said(world, as_token, {"maximum_age": 20})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["maximum_age"])


def test_only_who_keeps_the_service_says_whom_it_takes(world, as_token, signed_in):
    body = {"minimum_age": 18}
    assert said(world, as_token, body, of="sender").status_code == 404
    assert said(world, as_token, body, scope="capacity:write").status_code == 403
    assert said(world, as_token, body, match="7").status_code == 412
    pk = world.of.service.pk
    assert as_token(world.of.receiver, "directory:write").post(f"services/{pk}/eligibility/", body).status_code == 428
    assert signed_in("worker").post(f"services/{pk}/eligibility/", body).status_code == 403
    assert Service.objects.get(pk=pk).minimum_age is None
