"""Forms of organisations over the API: their list, their schema, and `extra` of persons and needs."""

import pytest
from jsonschema import Draft202012Validator

from cases.extensions.definition import Condition, Field
from cases.models import Person
from core.actors import acting
from core.models import Reading
from tests.cases.test_extensions import ARRIVED, DEBT, SCAR, publish

IF_FOOT = Field("why", "text", {"en": "Why?"}, required=True, shown_if=Condition("arrived", "equals", "foot"))


def test_the_forms_in_use_are_listed_with_their_schema(world, signed_in):
    own = publish(world, [ARRIVED, IF_FOOT])
    network = publish(world, [DEBT], by="coordinator", scope="network", subject="need")
    api = signed_in("caseworker")
    rows = api.get("forms/").json()["results"]
    assert {row["id"] for row in rows} == {str(own.pk), str(network.pk)}
    assert [row["id"] for row in api.get("forms/?subject=need").json()["results"]] == [str(network.pk)]
    row = api.get(f"forms/{own.pk}/").json()
    assert [one["code"] for one in row["questions"]] == ["arrived", "why"]
    schema = api.get(f"forms/{own.pk}/schema/").json()
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid({"arrived": "foot", "why": "No bus"})
    assert not Draft202012Validator(schema).is_valid({"arrived": "bus", "why": "No bus"})
    assert signed_in("stranger").get(f"forms/{own.pk}/").status_code == 404
    assert signed_in("analyst").get("forms/").status_code == 403


def test_a_person_is_made_with_extra_answers_and_shown_with_them(world, signed_in):
    publish(world, [ARRIVED, IF_FOOT])
    api = signed_in("caseworker")
    body = {"names": [{"full_as_written": "Zahra"}], "extra": {"own": {"arrived": "foot", "why": "No bus"}}}
    made = api.post("persons/", body)
    assert made.status_code == 201, made.json()
    assert made.json()["extra"] == body["extra"]
    assert api.get(f"persons/{made.json()['id']}/").json()["extra"] == body["extra"]


@pytest.mark.parametrize(
    ("extra", "errors"),
    [
        ({"own": {"arrived": "plane"}}, {"extra_own_arrived"}),
        ({"own": {"arrived": "foot"}}, {"extra_own_why"}),
        ({"own": {"unknown": 1}}, {"extra_own_unknown"}),
        ({"own": {"arrived": None}}, {"extra_own_arrived"}),
        ({"network": {"arrived": "bus"}}, {"extra_network"}),
        ({"other": {}}, {"extra"}),
        ({"own": []}, {"extra"}),
        ([], {"extra"}),
        ("x", {"extra"}),
    ],
)
def test_extra_answers_that_do_not_fit_are_refused_by_their_names(world, signed_in, extra, errors):
    publish(world, [ARRIVED, IF_FOOT])
    answer = signed_in("caseworker").post("persons/", {"names": [{"full_as_written": "Zahra"}], "extra": extra})
    assert answer.status_code == 422
    assert {name.split(".")[0] for name in answer.json()["errors"]} == errors
    with acting(world.actors["caseworker"]):
        assert Person.objects.count() == 1


def test_a_system_that_does_not_know_the_forms_still_writes(world, signed_in):
    publish(world, [DEBT])
    made = signed_in("caseworker").post("persons/", {"names": [{"full_as_written": "Zahra"}]})
    assert made.status_code == 201
    assert made.json()["extra"] == {}


def test_a_need_carries_its_answers_and_reading_class_4_leaves_a_trail(world, signed_in):
    publish(world, [SCAR], subject="need")
    api = signed_in("caseworker")
    body = {"case": str(world.of.case.pk), "category": "legal", "extra": {"own": {"scar": "left"}}}
    made = api.post("needs/", body)
    assert made.status_code == 201, made.json()
    need = made.json()["id"]
    assert api.get(f"needs/{need}/").json()["extra"] == {"own": {"scar": "left"}}
    assert signed_in("colleague").get(f"needs/{need}/").json()["extra"] == {}
    with acting(world.actors["officer"]):
        assert Reading.objects.filter(about=need, field_class=4, user_id=world.actors["caseworker"].user_id).exists()


def test_the_document_says_what_extra_is(signed_in):
    paths = signed_in("caseworker").get("schema/").text
    assert "/api/v1/forms/{id}/schema/" in paths
    assert "Each fits the JSON Schema of its form" in paths
