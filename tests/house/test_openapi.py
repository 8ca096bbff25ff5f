"""The OpenAPI document is current, valid, and there for people as well."""

import jsonschema
import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client

from config.api import router
from core.api.schema import document
from core.management.commands import openapi


def test_the_committed_file_is_current():
    call_command("openapi", check=True)


def test_a_file_that_is_not_current_fails_the_check(tmp_path, monkeypatch):
    monkeypatch.setattr(openapi, "FILE", tmp_path / "openapi.yaml")
    with pytest.raises(CommandError, match="openapi --write"):
        call_command("openapi", check=True)
    call_command("openapi", write=True)
    call_command("openapi", check=True)


def test_it_says_3_1_and_every_reference_leads_somewhere():
    found = document()
    assert found["openapi"].startswith("3.1")

    def references(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for inner in node.values():
                yield from references(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from references(inner)

    for reference in set(references(found)):
        node = found
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    for component in found["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(component)


def test_every_collection_of_the_api_is_in_it():
    names = {path.split("/")[3] for path in document()["paths"]}
    assert names == {name for name, _resource, _base in router.registry} >= {"cases", "notes", "referrals", "routes"}
    assert "/api/v1/referrals/{id}/steps/{step}/" in document()["paths"]
    assert "/api/v1/needs/{id}/candidates/" in document()["paths"]


def test_every_post_takes_an_idempotency_key():
    for path, methods in document()["paths"].items():
        if "post" in methods:
            assert "Idempotency-Key" in {parameter["name"] for parameter in methods["post"]["parameters"]}, path


@pytest.mark.django_db
def test_the_document_is_served_to_everybody_in_both_forms():
    as_json, as_yaml = (Client().get(f"/api/v1/schema/{query}") for query in ("", "?format=yaml"))
    assert as_json.json() == yaml.safe_load(as_yaml.content) == document()


@pytest.mark.django_db
def test_the_page_for_people_lists_every_operation_without_scripts():
    page = Client().get("/api/v1/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    for path, methods in document()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in text
    assert "<script>" not in text
    assert " style=" not in text
