"""The OpenAPI document of the resources: what all of them share is said once, here."""

from functools import cache

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import patched_settings
from drf_spectacular.utils import OpenApiParameter

READING = {"400", "401", "403", "404", "406", "503"}
WRITING = READING | {"409", "412", "413", "415", "422", "428"}
SAYS = {
    "400": "The request cannot be read, or a parameter is wrong",
    "401": "Nobody is known to act, or the token is unknown, expired or revoked",
    "403": "The role or scope does not hold the verb",
    "404": "Missing, or not for you to see: the same answer",
    "406": "Only JSON is spoken here",
    "409": "Not now: somebody was faster, or the state is another one",
    "412": "If-Match names an older version",
    "413": "The body is too large",
    "415": "The body is not application/json",
    "422": "Fields are missing or wrong; `errors` names them",
    "428": "If-Match is missing, and what is edited is edited from a version",
    "503": "The database is away; try again after Retry-After seconds",
}


PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457). Some carry more members, such as who has it.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "A sentence in the language of the request"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For machines: it stays when the sentence changes"},
        "errors": {
            "type": "object",
            "description": "By field, what is wrong with it",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


class ActorScheme(OpenApiAuthenticationExtension):
    """How `ActorAuthentication` stands in the document."""

    target_class = "core.api.authentication.ActorAuthentication"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema) -> list[dict]:
        """Return both ways of signing in."""
        return [
            {"type": "http", "scheme": "bearer", "description": "Made by `manage.py create_token`"},
            {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "With X-CSRFToken on POST"},
        ]


class ResourceSchema(AutoSchema):
    """Adds the headers and refusals that every operation has."""

    def get_tags(self) -> list[str]:
        """Return the resource's name."""
        return [self._tokenize_path()[0]]

    def get_override_parameters(self) -> list[OpenApiParameter]:
        """Return the headers: a key for each POST, and a version for what changes."""
        headers = []
        if self.method == "POST":
            headers.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
                    OpenApiParameter.HEADER,
                    description="The same key and body again give the same answer, and one effect",
                )
            )
        if self.view.action in getattr(self.view, "versioned", ()):
            headers.append(
                OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag that was read")
            )
        return headers

    def _get_response_bodies(self, direction="response") -> dict:
        bodies = super()._get_response_bodies(direction)
        if self.view.action in getattr(self.view, "files", ()):
            bodies["200"] = {"description": "The file", "content": {"application/octet-stream": {"schema": {}}}}
        for status in sorted(WRITING if self.method == "POST" else READING):
            bodies[status] = {"$ref": f"#/components/responses/Refusal{status}"}
        return bodies


@cache
def document() -> dict:
    """Return the whole OpenAPI document, in English, made once a process."""
    # Without the hook that names code lists: its names come from hashes and change with the lists.
    with translation.override("en"), patched_settings({"POSTPROCESSING_HOOKS": []}):
        found = SchemaGenerator().get_schema(request=None, public=True)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found["components"]["schemas"]["Problem"] = PROBLEM
    found["components"]["responses"] = {
        f"Refusal{status}": {"description": words, "content": content} for status, words in SAYS.items()
    }
    return found
