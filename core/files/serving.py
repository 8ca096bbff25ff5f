"""Files on their way out: always saved, never shown inside our pages, under a name that says nothing."""

import secrets

from django.http import HttpResponse

from core.files.kinds import KINDS

# Nothing in the file may run, load or send, even where somebody opens it in the browser.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def download(content: bytes, *, kind: str, name: str) -> HttpResponse:
    """Return the answer that saves a file. `name` is a word of ours (a code), never one from outside (INV-11)."""
    known = KINDS[kind]
    return save_as(content, mime=known.mime, ending=known.ending, name=name)


def save_as(content: bytes, *, mime: str, ending: str, name: str) -> HttpResponse:
    """Return the answer that saves what we made ourselves, of a type that nobody sends in (FHIR). `name`: a word."""
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{name}-{secrets.token_hex(4)}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
