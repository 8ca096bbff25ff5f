"""The directory, places and tokens over HTTP."""

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
