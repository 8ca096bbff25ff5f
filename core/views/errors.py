"""Error pages and, under /api/, problem+json (RFC 9457). No query: the database may be what is broken."""

import sys

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from core.api.errors import CONTENT_TYPE, describe
from core.clock import WrongClock

CODES = {500: "broken", 503: "database_away"}


def bad_request(request, exception=None):
    """Return 400."""
    return _answer(request, 400, BadRequest())


def forbidden(request, exception=None):
    """Return 403."""
    return _answer(request, 403, PermissionDenied())


def missing(request, exception=None):
    """Return 404: the same bytes whether the thing is hidden or never was (ARCHITECTURE, One door)."""
    return _answer(request, 404, Http404())


def broken(request):
    """Return 500; what happened is in the log already, not on the page.

    While PostgreSQL is away, or a lock is held too long, it is a 503 with Retry-After: whichever middleware or
    view met it, Django comes here with the exception still at hand.
    """
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)):
        connection.close()
        response = _answer(request, 503, None, code="clock_wrong" if isinstance(error, WrongClock) else CODES[503])
        response["Retry-After"] = "5"
        return response
    return _answer(request, 500, None, code=CODES[500])


def _answer(request, status: int, error: Exception | None, *, code: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        body = describe(error).body() if error else {"type": "about:blank", "status": status, "code": code}
        style = {"separators": (",", ":"), "ensure_ascii": False}  # as the resources of the API write
        return JsonResponse(body, status=status, content_type=CONTENT_TYPE, json_dumps_params=style)
    # Handed in by hand: the context processors of a request would ask the database.
    return HttpResponse(render_to_string(f"{status}.html", {"request": request}), status=status)
