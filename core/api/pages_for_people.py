"""The OpenAPI document as JSON or YAML, a page that lists its operations, and the answer to unknown addresses."""

import orjson
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema

from core.api.resource import Resource
from core.api.schema import SAYS, document
from core.middleware import public


def as_yaml() -> str:
    """Return the document as it stands in `docs/generated/openapi.yaml`."""
    return OpenApiYamlRenderer().render(document(), renderer_context={}).decode()


@public
@require_safe
def schema(request) -> HttpResponse:
    """Return the document; JSON, or YAML with `?format=yaml`."""
    if request.GET.get("format") == "yaml":
        return HttpResponse(as_yaml(), content_type="application/vnd.oai.openapi; charset=utf-8")
    return HttpResponse(orjson.dumps(document()), content_type="application/vnd.oai.openapi+json")


@public
@require_safe
def docs(request) -> HttpResponse:
    """Return the page for people: every operation with its parameters, body and answers, without scripts."""
    return render(request, "api/docs.html", {"info": document()["info"], "groups": operations()})


def operations() -> dict[str, list[dict]]:
    """Return the operations by resource, in the order of the document."""
    groups: dict[str, list[dict]] = {}
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("description", ""),
                    "parameters": operation.get("parameters", []),
                    "fields": _fields(operation),
                    "answers": [(status, _words(status, answer)) for status, answer in operation["responses"].items()],
                }
            )
    return groups


def _words(status: str, answer: dict) -> str:
    return SAYS[status] if "$ref" in answer else answer.get("description", "")


def _fields(operation: dict) -> list[dict]:
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    component = document()["components"]["schemas"].get(reference.rsplit("/", 1)[-1], {})
    required = component.get("required", [])
    return [
        {"name": name, "type": _type(facts), "required": name in required, "limit": facts.get("maxLength")}
        for name, facts in component.get("properties", {}).items()
    ]


def _type(facts: dict) -> str:
    if "$ref" in facts:
        return "object"
    kinds = facts.get("type", "object")
    words = " | ".join(kinds) if isinstance(kinds, list) else kinds
    return f"{words} ({facts['format']})" if "format" in facts else words


@extend_schema(exclude=True)
class Nothing(Resource):
    """Every other address: 404 for who is known, 401 for nobody, as for a resource."""

    schema = None
    verbs = {"none": ()}

    def none(self, request) -> HttpResponse:
        """Answer that there is nothing. Raises Http404."""
        raise Http404
