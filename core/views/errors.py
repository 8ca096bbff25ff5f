"""Error pages and, under /api/, problem+json (RFC 9457). No query: the database may be what is broken."""

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request, exception=None):
    """Return 400."""
    return _answer(request, 400, "bad_request", _("Bad request"))


def forbidden(request, exception=None):
    """Return 403."""
    return _answer(request, 403, "not_permitted", _("Not permitted"))


def missing(request, exception=None):
    """Return 404: the same bytes whether the thing is hidden or never was (ARCHITECTURE, One door)."""
    return _answer(request, 404, "not_found", _("Not found"))


def broken(request):
    """Return 500; what happened is in the log, not on the page."""
    return _answer(request, 500, "server_error", _("Something went wrong on our side"))


def _answer(request, status: int, code: str, title: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "code": code}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    # Handed in by hand: the context processors of a request would ask the database.
    return HttpResponse(render_to_string(f"{status}.html", {"request": request}), status=status)
