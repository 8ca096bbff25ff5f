"""What is asked without signing in, by who knows a secret address: one click out of a mail, a calendar, the worker."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.actors import Actor, acting
from core.middleware import public
from core.sealing import unseal
from notifications import preferences
from notifications.calendars import calendar as calendar_of
from notifications.calendars import reader
from notifications.channels.email import UNSUBSCRIBE

WORKER = "sw.js"


@csrf_exempt  # a mail program posts it, and the token says for whom (RFC 8058)
@public
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """Switch mail off, all but emergencies. A GET only asks: programs that look into mails open links."""
    ids = unseal(token, UNSUBSCRIBE)
    if ids is None or len(ids) != 2:
        raise Http404
    if request.method == "POST":
        # No more than this one door: the token is not a way to sign in.
        whose = Actor(member_id=ids[0], organisation_id=ids[1], permissions=frozenset({preferences.READ}))
        with acting(whose):
            preferences.mail_off(actor=whose, at=timezone.now())
    return render(request, "notifications/unsubscribe.html", {"done": request.method == "POST"})


@public
@require_safe
def calendar(request, token):
    """The calendar that a secret address opens."""
    actor = reader(token)
    if actor is None:
        raise Http404
    with acting(actor):
        content = calendar_of(actor, at=timezone.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


@public
@require_safe
def service_worker(request):
    """The script that shows notices on a device; it is the same for everybody and holds nothing."""
    response = HttpResponse(Path(finders.find(WORKER)).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
