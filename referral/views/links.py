"""The sender's side of answer links: made, shown once, withdrawn; a paper with a QR code."""

import secrets

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import dates, pdf
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404
from partners.identity import digest_of
from referral import links
from referral.forms_links import LinkForm
from referral.models import AnswerLink, Referral
from referral.views.drawing import title_of
from referral.words import STEP_WORDS

SHOWN = 20
TONES = {
    "answered": "green",
    "opened": "accent",
    "sent": "accent",
    "waiting": "amber",
    "failed": "red",
    "locked": "red",
}


def _own_or_404(request, pk) -> Referral:
    demand(request.actor, "referral.send")
    rows = Referral.objects.select_related("service", "sender", "receiver")
    return visible_or_404(rows, request.actor, pk=pk, sender_id=request.actor.organisation_id)


def links_of(referral: Referral, actor) -> list[AnswerLink]:
    """Return the links of a referral, the newest first. One query; none where no link was ever made."""
    if not referral.by_link:
        return []
    return list(AnswerLink.objects.visible_to(actor).filter(referral=referral).order_by("-made_at", "pk")[:SHOWN])


def drawn(link: AnswerLink, *, at) -> dict:
    """Return a link as the sender's pages show it: codes in words and times, no address."""
    state = links.standing(link, at=at)
    return {
        "state": state,
        "tone": TONES.get(state, ""),
        "label": label("link_state", state),
        "way": label("link_way", link.way),
        "code_way": label("link_code_way", link.code_way),
        "made_at": link.made_at,
        "opened_at": link.opened_at,
        "used_at": link.used_at,
        "answer": STEP_WORDS[link.used_for].button if link.used_for else "",
        "expires_at": link.expires_at,
        "tries": link.tries,
        "open": link.used_at is None and link.withdrawn_at is None,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def link(request, pk):
    """Show the links of a referral, and make one. The answer is the only page that shows its secrets."""
    referral, now = _own_or_404(request, pk), timezone.now()
    form = LinkForm(request.POST or None, referral=referral)
    tried = attempt(
        request, form, lambda: links.make_link(pk, actor=request.actor, at=now, **form.cleaned_data), aloud=(409,)
    )
    if tried.done:
        return _made(request, referral, tried.result)
    context = {
        "referral": referral,
        "title": title_of(referral),
        "form": form if links.may_link(referral, request.actor) else None,
        "links": [drawn(row, at=now) for row in links_of(referral, request.actor)],
    }
    return render(request, "referral/link.html", context, status=tried.status)


def _made(request, referral, made: links.Made) -> HttpResponse:
    address = links.address_of(made.token) if made.token else ""
    context = {
        "referral": referral,
        "title": title_of(referral),
        "link": made.link,
        "token": made.token,
        "address": address,
        "code": made.code,
        "qr": mark_safe(_qr(address)) if address else "",  # noqa: S308 - segno draws paths, nothing of it is text
    }
    return render(request, "referral/link_made.html", context)


def _qr(address: str) -> str:
    return segno.make(address, error="m", micro=False).svg_inline(scale=5, light="#fff", border=4)


@require_POST
@speaks
def withdraw(request, pk):
    """Close the open link."""
    _own_or_404(request, pk)
    links.withdraw_link(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The link does not open any more"))
    return redirect("referral:link", pk=pk)


@never_cache
@require_POST
def paper(request, pk):
    """Give the link that was just made as a PDF to print; who does not know its secret gets none."""
    referral, now = _own_or_404(request, pk), timezone.now()
    token = request.POST.get("token", "")
    rows = AnswerLink.objects.visible_to(request.actor).filter(referral=referral, used_at=None, withdrawn_at=None)
    row = rows.first()
    if row is None or not row.digest or not secrets.compare_digest(row.digest, digest_of(token)):
        raise Http404
    with override(row.language):
        content = pdf.make("link", _paper(row, links.address_of(token)), at=now)
    headers = {"Content-Disposition": 'attachment; filename="answer-link.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _paper(row: AnswerLink, address: str) -> dict:
    return {
        "language": row.language,
        "title": _("You are asked for an answer"),
        "lead": _("A partner organisation asks you. Nobody's name stands on this paper."),
        "steps": [
            _("Point the camera of a telephone at the square, or type the address below it into a browser."),
            _("Enter the code of six digits. It is told to you by telephone or comes as a text message."),
            _("Read, and answer. The link takes one answer."),
        ],
        "address": address,
        "qr": _qr(address),
        "until": _("Works until %(time)s.") % {"time": dates.stamp(row.expires_at)},
    }
