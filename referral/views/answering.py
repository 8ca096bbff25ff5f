"""What a partner without an account opens: a code, what is shared, one answer (ADR 16).

Nothing before the code says a fact, and no GET changes anything: programs that look into mails open links.
"""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.actions import NotNow
from core.actors import acting
from core.faces import attempt
from core.limits import within
from core.middleware import public
from partners.actions import ask_account
from referral import links, sharing
from referral.forms_links import AccountForm, CodeForm, LinkedStepForm
from referral.links import SESSION
from referral.models import AnswerLink
from referral.states import SHOWS_IDENTITY
from referral.trail import leave_trail
from referral.views.drawing import running_clock, title_of
from referral.words import STEP_WORDS

COOKIE = "waymark_answer"
MOST, HOUR = 60, 3600  # posts of one address in an hour
_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _as_link(view):
    """Wrap a view so that the link acts: `view(request, token, link, actor, ...)`; what opens nothing looks alike."""

    @public
    @never_cache
    @_GET_POST
    def wrapped(request, token, **kwargs):
        if request.method == "POST" and not within(request, "answer", ("address", MOST, HOUR)):
            return render(request, "referral/answer_over.html", {"why": "too_many"}, status=429)
        actor = links.holder_of(token)
        if actor is None:
            return gone(request)
        with acting(actor):
            try:
                link = links.link_of(actor)
            except AnswerLink.DoesNotExist:
                return gone(request)
            return view(request, token, link, actor, **kwargs)

    return wrapped


def gone(request) -> HttpResponse:
    """Answer unknown, withdrawn, expired and locked links with the same bytes."""
    return render(request, "referral/answer_over.html", {"why": "gone"}, status=404)


def _used(request) -> HttpResponse:
    return render(request, "referral/answer_over.html", {"why": "used"}, status=410)


@_as_link
def answer(request, token, link, actor):
    """Ask for the code; on the device that gave it, show what may be seen and what can be answered."""
    now = timezone.now()
    if links.is_here(link, request.COOKIES.get(COOKIE, ""), at=now):
        if link.used_at is not None:
            return _done(request, token, link, actor, now)
        if links.opens(link, at=now):
            return _packet(request, token, link, actor, now)
    if link.used_at is not None:
        return _used(request)
    if not links.opens(link, at=now):
        return gone(request)
    return _code(request, token, actor, now)


def _code(request, token, actor, now) -> HttpResponse:
    form = CodeForm(request.POST or None)
    try:
        found = attempt(
            request, form, lambda: links.open_link(actor=actor, at=now, code=form.cleaned_data["code"]), aloud=(409,)
        )
    except NotNow:
        return gone(request)
    if found.done and not found.result:
        if not links.opens(links.link_of(actor), at=now):
            return render(request, "referral/answer_over.html", {"why": "locked"}, status=410)
        form.add_error("code", _("This code is wrong. After five wrong codes the link is closed."))
    if found.done and found.result:
        response = redirect("answer:open", token=token)
        response.set_cookie(
            COOKIE,
            found.result,
            max_age=SESSION,
            path=reverse("answer:open", args=[token]),
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
        return response
    return render(request, "referral/answer_code.html", {"form": form}, status=422 if form.errors else 200)


def _packet(request, token, link, actor, now) -> HttpResponse:
    referral = link.referral
    leave_trail(referral, actor=actor, at=now)
    names = {step.name for step in links.steps_of(link, actor)}
    offered = [
        {
            "label": words.button,
            "icon": words.icon,
            "kind": "primary" if name == "accept" else words.kind,
            "url": reverse("answer:step", args=[token, name]),
        }
        for name, words in STEP_WORDS.items()
        if name in names
    ]
    context = _seen(referral, actor, now) | {"buttons": offered, "clock": running_clock(referral)}
    return render(request, "referral/answer.html", context)


def _seen(referral, actor, now) -> dict:
    facts = [
        (_("From"), ", ".join(filter(None, [referral.sender.label, referral.sender_name]))),
        (_("Phone"), referral.sender.phone),
        (_("Service"), referral.service.label),
        (_("Reference"), referral.reference),
    ]
    return {
        "referral": referral,
        "title": title_of(referral),
        "shown": sharing.shown(referral, actor, at=now),
        "facts": [{"label": name, "value": value, "url": ""} for name, value in facts if value],
    }


def _done(request, token, link, actor, now) -> HttpResponse:
    """Say that the answer arrived; whoever accepted may read on this device for a while whom."""
    context = {"until": link.session_until, "token": token, "shown": None}
    if link.referral.state in SHOWS_IDENTITY:
        leave_trail(link.referral, actor=actor, at=now)
        context |= _seen(link.referral, actor, now)
    return render(request, "referral/answer_done.html", context)


@_as_link
def step(request, token, link, actor, step):
    """Show the form of one answer, and take it. Who comes second is told so."""
    now, session = timezone.now(), request.COOKIES.get(COOKIE, "")
    if not links.is_here(link, session, at=now) or (link.used_at is not None and request.method != "POST"):
        return redirect("answer:open", token=token)
    found = {one.name: one for one in links.steps_of(link, actor)}
    if step not in found and link.used_at is None:
        return redirect("answer:open", token=token)
    if link.used_at is not None:
        return _used(request)
    form = LinkedStepForm(request.POST or None, step=found[step], referral=link.referral, actor=actor, at=now)

    def take():
        given = {name: form.cleaned_data[name] for name in ("name", "packet_version")}
        return links.answer_link(actor=actor, at=now, session=session, step=step, **given, **form.facts())

    try:
        tried = attempt(request, form, take, aloud=(409,))
    except NotNow as refusal:
        context = {"why": "second", "sentence": refusal.sentence, "token": token}
        return render(request, "referral/answer_over.html", context, status=409)
    if tried.done:
        return redirect("answer:open", token=token)
    context = {"token": token, "title": title_of(link.referral), "words": STEP_WORDS[step], "form": form}
    return render(request, "referral/answer_step.html", context, status=tried.status)


@_as_link
def account(request, token, link, actor):
    """Ask for an account, after the answer and on the same device."""
    now = timezone.now()
    if link.used_at is None or not links.is_here(link, request.COOKIES.get(COOKIE, ""), at=now):
        return redirect("answer:open", token=token)
    form = AccountForm(request.POST or None)
    tried = attempt(request, form, lambda: ask_account(actor=actor, at=now, **form.cleaned_data))
    context = {"token": token, "form": form, "done": tried.done}
    return render(request, "referral/answer_account.html", context, status=200 if tried.done else tried.status)
