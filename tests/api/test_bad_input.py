"""Bad input is refused with the field named; never a 500, and nothing is told about what is hidden."""

import json
from uuid import uuid4

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, OperationalError

from core.api.errors import describe
from tests.api.conftest import Api

PERSON = {"names": [{"full_as_written": "Амина Хайдари"}]}


def person_with(**facts) -> dict:
    return PERSON | facts


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"",
        b"[]",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b'{"names": [], "names": []}',
        b'{"sex": "\\ud800"}',
        b"\xff\xfe{}",
        b"[" * 5000,
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
    ids=range(12),
)
def test_what_is_not_one_json_object_is_answered_400_or_422(world, signed_in, raw):
    answer = signed_in("caseworker").post("persons/", raw)
    assert answer.status_code == (422 if raw in (b"",) else 400), answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_another_media_type_is_answered_415(world, signed_in, kind):
    answer = signed_in("caseworker").post("persons/", b"names=1", **{"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_another_accepted_type_is_answered_406(world, signed_in):
    answer = signed_in("caseworker").get("persons/", accept="text/html")
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_another_method_is_answered_405_with_those_allowed(world, signed_in, method):
    api = signed_in("caseworker")
    answer = getattr(api.client, method)("/api/v1/referrals/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) >= {"GET", "POST"}


def test_a_body_that_is_too_large_is_answered_413(world, signed_in):
    answer = signed_in("caseworker").post("persons/", b'{"caregiver": "' + b"a" * 1_100_000 + b'"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "too_big")


WRONG = [
    ({"unknown_field": 1}, "unknown_field"),
    ({"id": str(uuid4())}, "id"),
    ({"organisation": str(uuid4())}, "organisation"),
    ({"names": None}, "names"),
    ({"names": "Amina"}, "names"),
    ({"names": []}, "names"),
    ({"names": [1]}, "names.0"),
    ({"names": [{}]}, "names.0.full_as_written"),
    ({"names": [{"full_as_written": ""}]}, "names.0.full_as_written"),
    ({"names": [{"full_as_written": 5}]}, "names.0.full_as_written"),
    ({"names": [{"full_as_written": "A\x00b"}]}, "names.0.full_as_written"),
    ({"names": [{"full_as_written": "A\u202eb"}]}, "names.0.full_as_written"),
    ({"names": [{"full_as_written": "A\nb"}]}, "names.0.full_as_written"),
    ({"names": [{"full_as_written": "A" * 10_240}]}, "names.0.full_as_written"),
    ({"names": [{"full_as_written": "A", "nickname": "B"}]}, "names.0.nickname"),
    ({"names": [{"full_as_written": "A", "kind": ["legal"]}]}, "names.0.kind"),
    ({"names": [{"full_as_written": "A"}] * 11}, "names"),
    ({"sex": 1}, "sex"),
    ({"sex": "both"}, "sex"),
    ({"sex": {"a": 1}}, "sex"),
    ({"birth_date": "2020-13-40"}, "birth_date"),
    ({"birth_date": "yesterday"}, "birth_date"),
    ({"birth_date": 20200101}, "birth_date"),
    ({"birth_date": "0001-01-01"}, "birth_date"),
    ({"birth_date": "9999-12-31"}, "birth_date"),
    ({"citizenships": "BY"}, "citizenships"),
    ({"citizenships": ["ABC"]}, "citizenships.0"),
    ({"unaccompanied": "yes"}, "unaccompanied"),
    ({"unaccompanied": None}, "unaccompanied"),
    ({"contact_warning": "a\x1bb"}, "contact_warning"),
    ({"area": "nowhere"}, "area"),
    ({"languages": [{"code": "prs", "level": 3}]}, "languages.0.level"),
]


@pytest.mark.parametrize(("facts", "field"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_field_is_named(world, signed_in, facts, field):
    answer = signed_in("caseworker").post("persons/", person_with(**facts))
    assert answer.status_code == 422, answer.content
    assert field in answer.json()["errors"], answer.json()


def test_all_wrong_fields_are_named_at_once(world, signed_in):
    errors = signed_in("caseworker").post("persons/", {"names": [], "sex": "x", "surname": "y"}).json()["errors"]
    assert set(errors) == {"names", "sex", "surname"}


def test_joiners_and_isolates_of_real_scripts_are_kept(world, signed_in):
    name = "می\u200cخواهم \u2067أمينة\u2069"
    answer = signed_in("caseworker").post("persons/", person_with(names=[{"full_as_written": name}]))
    assert answer.status_code == 201
    assert answer.json()["names"][0]["full_as_written"] == name


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("referrals/?box=both", "box"),
        ("referrals/?state=lost", "state"),
        ("referrals/?late=1", "late"),
        ("referrals/?updated_since=yesterday", "updated_since"),
        ("referrals/?updated_since=2026-11-23T10:00:00", "updated_since"),
        ("referrals/?colour=red", "colour"),
        ("referrals/?case=1", "case"),
        ("referrals/?limit=0", "limit"),
        ("referrals/?limit=101", "limit"),
        ("referrals/?limit=ten", "limit"),
        ("referrals/?limit=%D9%A3", "limit"),
        ("referrals/?cursor=", "cursor"),
        ("referrals/?cursor=abc", "cursor"),
        ("referrals/?cursor=%00", "cursor"),
        ("services/?q=%00", "q"),
        ("services/?area=XX", "area"),
        ("services/?category=nonsense", "category"),
        ("events/?after=-1", "after"),
        ("events/?after=99999999999999999999", "after"),
        ("events/?before=1", "before"),
        ("persons/?q=Amina", "q"),
    ],
)
def test_a_wrong_parameter_is_answered_400_and_named(world, signed_in, path, field):
    answer = signed_in("supervisor").get(path)
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["errors"]


COLLECTIONS = ["organisations", "services", "persons", "consents", "cases", "needs", "referrals", "messages", "notices"]
MALFORMED = ["1", "abc", "%00", "..%2F..", "a%0d%0ab", "'--", "0" * 500, "%F0%9F%98%80"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_missing_and_malformed_ids_get_the_same_404(world, signed_in, collection):
    api = signed_in("supervisor")
    answers = [api.get(f"{collection}/{pk}/") for pk in [str(uuid4()), *MALFORMED]]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_hidden_missing_and_malformed_are_the_same_bytes(world, drafted, signed_in):
    of, stranger = world.of, signed_in("stranger")
    referral = drafted()
    hidden = {
        "persons": of.person.pk,
        "consents": of.consent.pk,
        "cases": of.case.pk,
        "needs": of.need.pk,
        "referrals": referral["id"],
    }
    for collection, pk in hidden.items():
        assert signed_in("caseworker").get(f"{collection}/{pk}/").status_code == 200, collection
        answers = [stranger.get(f"{collection}/{row}/") for row in (pk, uuid4(), "malformed")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({json.dumps(sorted(answer.headers.items())) for answer in answers}) == 1


def test_a_post_to_what_is_hidden_is_the_same_404(world, drafted, signed_in):
    stranger, referral = signed_in("stranger"), drafted()
    for path in ("steps/cancel/", "share/", "worker/"):
        answers = [stranger.post(f"referrals/{pk}/{path}", {"text": "x"}) for pk in (referral["id"], uuid4(), "abc")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1


def test_a_hidden_id_in_a_body_is_refused_like_a_missing_one(world, signed_in):
    stranger = signed_in("stranger")
    answers = [
        stranger.post("cases/", {"person": str(pk), "risk_level": "low"}) for pk in (world.of.person.pk, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].content == answers[1].content
    assert "person" in answers[0].json()["errors"]


def test_unknown_steps_and_addresses_are_404(world, drafted, signed_in):
    api = signed_in("caseworker")
    paths = [
        f"referrals/{drafted()['id']}/steps/explode/",
        "nothing/",
        "referrals",
        f"cases/{world.of.case.pk}/steps/x/",
    ]
    for path in paths:
        answer = api.post(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


def test_the_sentence_is_in_the_language_of_the_request(world, signed_in):
    answer = signed_in("caseworker").get("referrals/?colour=red", **{"accept-language": "en"})
    assert answer.json()["title"] == "Some parameters are wrong."


def test_a_database_that_is_away_is_answered_503(world, signed_in, monkeypatch):
    def away(self, *args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("core.views.errors.connection.close", lambda: None)  # the test's own transaction goes on
    monkeypatch.setattr("referral.api.views.Referrals._chosen", away)
    partner = signed_in("partner")
    partner.client.raise_request_exception = False
    answer = partner.get("referrals/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_value_that_the_database_refuses_is_not_quoted():
    found = describe(DataError("value too long: Amina"))
    assert found.status == 400
    assert "Amina" not in str(found.body())


def test_a_large_body_is_told_apart_from_an_unreadable_one():
    assert describe(RequestDataTooBig()).status == 413


def test_an_unexpected_fault_is_a_problem_without_its_text(world, signed_in, monkeypatch):
    def broken(self, *args, **kwargs):
        raise RuntimeError("Amina +375")

    monkeypatch.setattr("referral.api.views.Referrals._chosen", broken)
    api = signed_in("partner")
    api.client.raise_request_exception = False
    answer = api.get("referrals/")
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert b"Amina" not in answer.content


def test_a_refused_constraint_names_itself_and_no_value(world, as_token):
    from django.db import IntegrityError, transaction

    from partners.models import Capacity

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Capacity.objects.filter(pk=world.of.service.pk).update(used=6)
    found = describe(caught.value)
    assert (found.status, found.code) == (422, "capacity_never_oversold")
    assert str(world.of.service.pk) not in str(found.body())


def test_nobody_learns_of_unknown_addresses(world):
    from django.test import Client

    assert Api(Client()).get("nothing/").status_code == 401
