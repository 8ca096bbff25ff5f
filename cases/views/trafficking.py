"""The trafficking screen of a case: class 4, shown only to those whom the case names."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.actions.sight import is_named
from cases.actions.trafficking import is_entitled, record_screening, set_trafficking_status
from cases.ages import is_minor
from cases.forms.trafficking import GroupForm, ScreenForm, StatusForm
from cases.models import Case, Screening, TraffickingStatus
from cases.models.trafficking import GROUPS
from cases.states import OPEN
from cases.trafficking import DIMENSIONS, STRENGTHS, found, signs_for, suggests
from cases.views.frame import frame
from cases.words_trafficking import (
    BODY_WORDS,
    CONTROL_WORDS,
    DIMENSION_WORDS,
    EXPLOITATION_WORDS,
    GROUP_WORDS,
    MEANS_WORDS,
    STRENGTH_WORDS,
)
from core import trail
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _named_case_or_404(request, pk) -> Case:
    """Return the case; who sees it without class 4 gets the same 404 as who sees nothing."""
    case = visible_or_404(Case.objects.select_related("person"), request.actor, pk=pk)
    if not is_named(case, request.actor):
        raise Http404
    return case


@require_safe
def trafficking(request, case_pk):
    """Show what was seen in each screen, what holds now, and what may be done next."""
    actor, now = request.actor, timezone.now()
    case = _named_case_or_404(request, case_pk)
    screens = Screening.objects.visible_to(actor).filter(case=case).select_related("screener").order_by("-held_at")
    said = list(
        TraffickingStatus.objects.visible_to(actor).filter(case=case).select_related("member").order_by("-at")[:20]
    )
    drawn = [_screen(row) for row in screens[:10]]
    trail.read(case, subject="case", field_class=4, actor=actor, at=now)
    context = frame(case, actor, at=now, part="assessment") | {
        "screens": drawn,
        "suggested": bool(drawn) and drawn[0]["suggests"] and not said,
        "status": said[0].status if said else "not_screened",
        "said": [_said(row) for row in said],
        "minor": is_minor(case.person, on=timezone.localdate(now)),
        "writes": actor.may("case.write") and case.status in OPEN,
        "need_url": reverse("cases:need", args=[case.pk]),
    }
    return render(request, "cases/trafficking.html", context)


def _screen(row) -> dict:
    seen = found(row.group, row.answers)
    present = signs_for(row.group)
    codes = (
        *(MEANS_WORDS[code] for code in row.means),
        *(CONTROL_WORDS[code] for code in row.control),
        *(EXPLOITATION_WORDS[code] for code in row.exploitation),
    )
    return {
        "at": row.held_at,
        "by": row.screener.name if row.screener else "",
        "group": str(GROUP_WORDS[row.group]),
        "suggests": suggests(row.group, row.answers),
        "dimensions": [
            {
                "title": str(DIMENSION_WORDS[dimension]),
                "counts": ", ".join(
                    f"{seen[dimension][strength]} {STRENGTH_WORDS[strength]}"
                    for strength in STRENGTHS
                    if seen[dimension][strength]
                ),
                "signs": [
                    sign.label
                    for code, sign in present.items()
                    if sign.dimension == dimension and row.answers.get(code) == "present"
                ],
            }
            for dimension in DIMENSIONS
            if dimension in seen
        ],
        "codes": ", ".join(str(word) for word in codes),
        "note": row.note,
    }


def _said(row) -> dict:
    return {
        "words": label("trafficking_status", row.status),
        "at": row.at,
        "by": row.member.name if row.member else "",
        "body": str(BODY_WORDS[row.decision_body]) if row.decision_body else "",
        "decided_on": row.decided_on,
        "reference": row.decision_reference,
    }


@GET_POST
@speaks
def screen(request, case_pk):
    """Choose whom the screen is about, then ask its signs."""
    demand(request.actor, "case.write")
    case = _named_case_or_404(request, case_pk)
    group = request.POST.get("group") or request.GET.get("group", "")
    if group not in GROUPS:
        return _page(request, case, GroupForm(request.GET or None), title=_("Screen for trafficking"), choosing=True)
    form = ScreenForm(request.POST if request.method == "POST" else None, group=group)

    def door(at):
        record_screening(case, actor=request.actor, at=at, **form.facts())

    return _ask(request, case, form, door, done=_("Screen recorded"), title=_("Screen for trafficking"), group=group)


@GET_POST
@speaks
def status(request, case_pk):
    """Say that trafficking is possible; more only where the organisation is entitled."""
    demand(request.actor, "case.write")
    case = _named_case_or_404(request, case_pk)
    form = StatusForm(request.POST if request.method == "POST" else None, entitled=is_entitled(request.actor))

    def door(at):
        set_trafficking_status(case, actor=request.actor, at=at, **form.cleaned_data)

    return _ask(request, case, form, door, done=_("Noted"), title=_("Say what holds from today"))


def _ask(request, case, form, door, *, done, title, group=""):
    asked = attempt(request, form, lambda: door(timezone.now()))
    if asked.done:
        messages.success(request, done)
        return redirect("cases:trafficking", case_pk=case.pk)
    return _page(request, case, form, title=title, group=group, code=asked.status)


def _page(request, case, form, *, title, group="", choosing=False, code=200):
    now = timezone.now()
    trail.read(case, subject="case", field_class=4, actor=request.actor, at=now)
    context = {"form": form, "title": title, "group": group, "choosing": choosing}
    context |= frame(case, request.actor, at=now, part="assessment")
    return render(request, "cases/trafficking_form.html", context, status=code)
