"""Pages of one's own settings: ways of being told, telephone, devices, calendar."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.faces import attempt, demand, speaks, visible_or_404
from core.models import User
from notifications import preferences
from notifications.channels.push import public_key
from notifications.models import CalendarFeed
from notifications.settings_forms import GROUPS, WAYS, CodeForm, DeviceForm, PhoneForm, PreferenceForm

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])
SETTINGS = "notifications:settings"


@_GET_POST
def own(request):
    """Show and change what one is told outside the application."""
    demand(request.actor, preferences.READ)
    row = preferences.own(request.actor)
    form = PreferenceForm(request.POST or None, initial=_initial(request.actor, row))
    tried = attempt(
        request, form, lambda: preferences.change(actor=request.actor, at=timezone.now(), **form.facts())
    )  # fmt: skip
    if tried.done:
        messages.success(request, _("Saved."))
        return redirect(SETTINGS)
    return _page(request, row, form=form, status=tried.status)


def _initial(actor, row) -> dict:
    ways = {f"ways_{group}": preferences.chosen(row, group) for group in GROUPS}
    language = User.objects.values_list("language", flat=True).get(pk=actor.user_id)
    return ways | {
        "language": language, "digest": row.digest, "quiet_from": row.quiet_from, "quiet_until": row.quiet_until,
    }  # fmt: skip


def _page(request, row, *, form=None, phone_form=None, code_form=None, status=200, calendar_url=""):
    actor = request.actor
    form = form or PreferenceForm(initial=_initial(actor, row))
    possible = [way for way in WAYS if _possible(way)]
    context = {
        "form": form,
        "groups": [_line(form, group, label, possible) for group, label in GROUPS.items()],
        "heads": [WAYS[way] for way in possible],
        "phone": {
            "offered": bool(settings.SMS_GATEWAY),
            "number": row.phone,
            "confirmed": row.phone_verified_at is not None,
        },
        "phone_form": phone_form or PhoneForm(),
        "code_form": code_form or CodeForm(),
        "push_key": public_key(),
        "devices": list(preferences.devices(actor).order_by("created_at")),
        "calendar": CalendarFeed.objects.visible_to(actor).filter(pk=actor.member_id).first(),
        "calendar_url": calendar_url,
    }
    return render(request, "notifications/settings.html", context, status=status)


def _possible(way: str) -> bool:
    return {"sms": bool(settings.SMS_GATEWAY), "push": bool(settings.VAPID_PRIVATE_KEY)}.get(way, True)


def _line(form, group: str, label, possible: list[str]) -> dict:
    chosen = form[f"ways_{group}"].value() or []
    ways = [{"value": way, "label": WAYS[way], "on": way in chosen, "shown": way in possible} for way in WAYS]
    return {"name": f"ways_{group}", "label": label, "ways": ways}


@require_POST
def add_phone(request):
    """Keep a number and send a code to it."""
    demand(request.actor, preferences.READ)
    form = PhoneForm(request.POST)
    tried = attempt(
        request,
        form,
        lambda: preferences.add_phone(actor=request.actor, at=timezone.now(), number=form.cleaned_data["number"]),
    )
    if tried.done:
        messages.success(request, _("A code is on its way to your telephone."))
        return redirect(reverse(SETTINGS) + "#phone")
    return _page(request, preferences.own(request.actor), phone_form=form, status=tried.status)


@require_POST
def confirm_phone(request):
    """Compare the code."""
    demand(request.actor, preferences.READ)
    form = CodeForm(request.POST)
    tried = attempt(
        request,
        form,
        lambda: preferences.confirm_phone(actor=request.actor, at=timezone.now(), code=form.cleaned_data["code"]),
    )
    if tried.done and tried.result:
        messages.success(request, _("Your telephone is confirmed."))
        return redirect(reverse(SETTINGS) + "#phone")
    if tried.done:
        form.add_error("code", _("This is not the code. Look at the newest message."))
    return _page(request, preferences.own(request.actor), code_form=form, status=422 if tried.done else tried.status)


@require_POST
def remove_phone(request):
    """Forget the number."""
    demand(request.actor, preferences.READ)
    preferences.remove_phone(actor=request.actor, at=timezone.now())
    messages.success(request, _("Your telephone number is removed."))
    return redirect(SETTINGS)


@require_POST
@speaks
def add_device(request):
    """Show notices on the browser that posts this (core/static/push.js)."""
    demand(request.actor, preferences.READ)
    form = DeviceForm(request.POST)
    facts = form.cleaned_data if form.is_valid() else dict.fromkeys(form.fields, "")
    preferences.add_device(actor=request.actor, at=timezone.now(), **{"endpoint": "", "p256dh": "", "auth": ""} | facts)
    messages.success(request, _("This device shows your notices now."))
    return redirect(SETTINGS)


@require_POST
@speaks
def remove_device(request, pk):
    """Show no more notices there."""
    demand(request.actor, preferences.READ)
    visible_or_404(preferences.devices(request.actor), request.actor, pk=pk)
    preferences.remove_device(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The device shows no more notices."))
    return redirect(SETTINGS)


@require_POST
def make_calendar(request):
    """Make a secret address; the answer is the only page that shows it."""
    demand(request.actor, preferences.READ)
    token = preferences.make_calendar(actor=request.actor, at=timezone.now())
    url = settings.SITE_URL + reverse("notifications:calendar", args=[token])
    return _page(request, preferences.own(request.actor), calendar_url=url)


@require_POST
def end_calendar(request):
    """Withdraw the address."""
    demand(request.actor, preferences.READ)
    preferences.end_calendar(actor=request.actor, at=timezone.now())
    messages.success(request, _("The calendar address no longer works."))
    return redirect(SETTINGS)
