"""One request, one actor, one transaction (ARCHITECTURE, Authorisation)."""

from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from core import clock
from core.actors import acting, identity

SAFE = ("GET", "HEAD", "OPTIONS")


class Acting:
    """Open the request's transaction, say who acts, and roll back on 5xx.

    A server whose clock is wrong writes nothing (core/clock.py): each deadline would begin at the wrong time.
    Django turns exceptions into responses below this point, so the status decides. Lazy templates are rendered
    inside the transaction; outside it their queries would have no actor.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = identity().actor_of(request)
        with transaction.atomic() if request.actor is None else acting(request.actor):
            if request.actor is not None and request.method not in SAFE:
                clock.demand_right()
            response = self._respond(request)
        if request.actor is not None and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def _respond(self, request):
        response = self.get_response(request)
        if hasattr(response, "render") and not response.is_rendered:
            response.render()
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


class LoginRequired:
    """Every page needs somebody signed in; a public view says so with `@public`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if getattr(view, "public", False) or request.path.startswith(("/accounts/", "/api/", settings.STATIC_URL)):
            return None
        if request.actor is None:
            if request.user.is_authenticated:
                return HttpResponseRedirect(reverse("no_membership"))
            target = reverse("account_login")
            if request.method == "GET" and request.path != "/":
                target += "?next=" + quote(request.get_full_path())
            if request.headers.get("HX-Request"):
                return HttpResponse(status=204, headers={"HX-Redirect": target})
            return HttpResponseRedirect(target)
        if settings.REQUIRE_SECOND_FACTOR and not request.actor.second_factor:
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return None


def public(view):
    """Mark a view that nobody needs to sign in for."""
    view.public = True
    return view
