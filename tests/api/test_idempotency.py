"""A repeated POST: one effect, identical answers, and never the answer of somebody else."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from cases.models import Person
from core.actors import Actor, acting
from core.models import Event, IdempotentAnswer
from tests import world as worlds
from tests.api.conftest import token_of

BODY = {"names": [{"full_as_written": "Амина Хайдари"}]}
KEY = {"idempotency-key": "first"}


def persons(actor) -> int:
    with acting(actor):
        return Person.objects.visible_to(actor).count()


def test_the_same_key_and_body_have_one_effect_and_the_same_bytes(world, signed_in):
    api, before = signed_in("caseworker"), persons(world.actors["caseworker"])
    first, second = (api.post("persons/", BODY, **KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert persons(world.actors["caseworker"]) == before + 1


def test_without_a_key_each_post_has_its_effect(world, signed_in):
    api, before = signed_in("caseworker"), persons(world.actors["caseworker"])
    for _ in range(2):
        api.post("persons/", BODY)
    assert persons(world.actors["caseworker"]) == before + 2


@pytest.mark.parametrize("path", ["persons/", "cases/"])
def test_another_body_or_address_with_the_key_is_answered_422(world, signed_in, path):
    api = signed_in("caseworker")
    api.post("persons/", BODY, **KEY)
    answer = api.post(path, BODY if path == "cases/" else BODY | {"sex": "male"}, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert "Idempotency-Key" in answer.json()["errors"]


def test_somebody_else_with_the_key_gets_an_answer_of_their_own(world, signed_in):
    first, second = (signed_in(who).post("persons/", BODY, **KEY) for who in ("caseworker", "colleague"))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


def test_a_refused_request_does_not_use_up_its_key(world, signed_in):
    api = signed_in("caseworker")
    assert api.post("persons/", {"names": []}, **KEY).status_code == 422
    assert api.post("persons/", BODY, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "a" * 256, "Schlüssel"])
def test_a_key_that_cannot_be_one_is_answered_422(world, signed_in, key):
    answer = signed_in("caseworker").post("persons/", BODY, **{"idempotency-key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_malformed")


def test_the_kept_answer_is_unreadable_in_the_database(world, signed_in):
    signed_in("caseworker").post("persons/", BODY, **KEY)
    with acting(world.actors["caseworker"]), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM core_idempotentanswer WHERE key = 'first'")
        assert "Амина".encode() not in bytes(cursor.fetchone()[0])


def test_a_lost_role_counts_for_a_repeated_request_too(world, signed_in):
    from partners.models import Member

    api = signed_in("caseworker")
    api.post("persons/", BODY, **KEY)
    with acting(Actor(organisation_id=world.of.sender.pk, permissions=frozenset({"member.manage"}))):
        Member.objects.filter(pk=world.members["caseworker"].pk).update(role="policy_analyst")
    assert api.post("persons/", BODY, **KEY).status_code == 403


@pytest.mark.parametrize("rounds", [1, pytest.param(200, marks=[pytest.mark.faults, pytest.mark.timeout(900)])])
def test_the_same_key_twenty_times_at_once_has_one_effect_and_identical_answers(server, rounds):
    world = worlds.build()
    secret, row = token_of(world.of.sender, "cases:write")
    other, _row = token_of(world.of.sender, "cases:write")

    def post(body: dict, key: str, token: str = secret) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
        client = http.client.HTTPConnection("127.0.0.1", server, timeout=30)
        client.request("POST", "/api/v1/persons/", json.dumps(body), headers)
        answer = client.getresponse()
        found = answer.status, answer.read()
        client.close()
        return found

    with ThreadPoolExecutor(20) as pool:
        for number in range(rounds):
            key = f"at once {number}"
            answers = list(pool.map(lambda one: post(BODY, one), [key] * 20))
            assert {status for status, _body in answers} == {201}
            assert len({body for _status, body in answers}) == 1
            status, body = post(BODY | {"sex": "male"}, key)
            assert (status, json.loads(body)["code"]) == (422, "idempotency_key_reused")
            status, body = post(BODY, key, other)
            assert status == 201
            assert body != answers[0][1]
    actor = Actor(
        organisation_id=world.of.sender.pk, token_id=row.pk, permissions=frozenset({"person.write", "event.read"})
    )
    with acting(actor):
        assert Person.objects.visible_to(actor).filter(registered_by_id=row.pk).count() == rounds
        mine = Event.objects.visible_to(actor).filter(kind="person.registered", actor_token_id=row.pk)
        assert mine.count() == rounds
        assert IdempotentAnswer.objects.visible_to(actor).count() == rounds
