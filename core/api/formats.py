"""JSON in and out: strict when it is read, fast when it is written."""

import json

import orjson
from django.utils.functional import Promise
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer


def _plain(value):
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


class JSON(BaseRenderer):
    """Answers in JSON. Times are RFC 3339 in UTC, identifiers are strings."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8 (RFC 8259)

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        """Return the bytes; nothing at all for no content."""
        return b"" if data is None else orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


class FhirJSON(JSON):
    """FHIR resources; who asks for plain JSON is given the same bytes."""

    media_type = "application/fhir+json"
    format = "fhir"


class StrictJSONParser(BaseParser):
    """Reads one JSON object. Refuses what parsers understand differently: NaN, lone surrogates, a name twice."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None) -> dict:
        """Return the object. Raises ParseError."""
        body = stream.read()
        try:
            orjson.loads(body)
            data = json.loads(body, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            # The parser's own message quotes the body.
            raise ParseError from error
        if not isinstance(data, dict):
            raise ParseError
        return data


def _once(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
