"""Assessment of a case: what was seen on which day, what changed since, how much danger follows, when to look again."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions.assessments import complete_assessment, save_assessment, start_assessment
from cases.actions.risk import review_case
from cases.actions.sight import is_named
from cases.answers import facts
from cases.answers import shown as shown_answers
from cases.determinants import LEVELS, RESTRICTED, SENSITIVE
from cases.forms.assessments import PAGES, FactorsForm, ReviewForm, RiskForm
from cases.forms.extended import extended
from cases.models import Assessment, Case, Determinants, RiskReview
from cases.states import OPEN
from cases.views.assessed import checked_words, compared, history, merged, risk_facts, sign_words
from cases.views.frame import frame
from cases.words_plan import PAGE_WORDS
from core import trail
from core.edits import Edit
from core.faces import attempt, attempt_edit, demand, speaks, visible_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _case_or_404(request, pk) -> Case:
    return visible_or_404(Case.objects.select_related("person"), request.actor, pk=pk)


@require_safe
def assessment(request, case_pk):
    """Show the last assessment, or the one chosen, with what changed since the one before, and the risk level."""
    actor, now = request.actor, timezone.now()
    case = _case_or_404(request, case_pk)
    rows = list(
        Assessment.objects.visible_to(actor).filter(case=case).select_related("assessor").order_by("-started_at")
    )
    done = [row for row in rows if row.completed_at]
    shown = next((row for row in done if str(row.pk) == request.GET.get("of", "")), done[0] if done else None)
    before = next((row for row in done if shown and row.pk == shown.previous_id), None)
    parts = list(Determinants.objects.visible_to(actor).filter(assessment__in=[row for row in (shown, before) if row]))
    looks = list(RiskReview.objects.visible_to(actor).filter(case=case).select_related("member").order_by("-at")[:20])
    if parts:
        trail.read(case, subject="case", field_class=max(part.field_class for part in parts), actor=actor, at=now)
    named = is_named(case, actor)
    writes = actor.may("case.write") and case.status in OPEN and named
    context = frame(case, actor, at=now, part="assessment") | {
        "shown": shown,
        "before": before,
        "levels": compared(shown, before, parts),
        "checked": checked_words(shown, actor),
        "wishes": shown.wishes if shown else "",
        "history": history(done, shown, case),
        "risk": risk_facts(case, looks, at=now),
        "signs": sign_words(merged(parts, shown)) if shown else [],
        "extra": {"facts": facts(shown_answers([shown.pk], actor).get(shown.pk, [])) if shown else []},
        "waiting": bool(looks) and looks[0].state == "waiting",
        "restricted_hidden": not named,
        "draft": next((row for row in rows if row.completed_at is None), None) if writes else None,
        "may": {"write": writes, "review": writes and shown is not None},
    }
    return render(request, "cases/assessment.html", context)


@require_POST
@speaks
def start(request, case_pk):
    """Begin an assessment, from the last one where there is one."""
    demand(request.actor, "case.write")
    case = _case_or_404(request, case_pk)
    row = start_assessment(case, actor=request.actor, at=timezone.now())
    return redirect("cases:assess", pk=row.pk, page=LEVELS[0])


@GET_POST
@speaks
def assess(request, pk, page):
    """One page of a draft: saves what is answered, and goes on to the next."""
    demand(request.actor, "case.write")
    row = visible_or_404(Assessment.objects.select_related("case__person"), request.actor, pk=pk)
    if page not in PAGES:
        raise Http404
    if row.completed_at is not None:
        return redirect("cases:assessment", case_pk=row.case_id)
    return _risk_page(request, row) if page == "risk" else _factors_page(request, row, page)


def _factors_page(request, row, page):
    field_class = RESTRICTED if page == "restricted" else SENSITIVE

    def read():
        fresh = visible_or_404(Assessment, request.actor, pk=row.pk)
        part = visible_or_404(Determinants, request.actor, assessment=row, field_class=field_class)
        return FactorsForm.of(fresh, part), fresh.version

    def door(edit):
        told = {"actor": request.actor, "at": timezone.now(), "version": edit.based_on}
        save_assessment(row.pk, **told, **edit.form.facts())

    make = partial(FactorsForm, page=page)
    asked, edit = attempt_edit(request, make, read, door)
    if "save" in request.POST:
        return _as_one_goes(request, asked, Edit(make, None, *read()) if asked.done else edit)
    if asked.done and "stop" in request.POST:
        messages.success(request, _("Saved. Go on when you like."))
        return redirect("cases:assessment", case_pk=row.case_id)
    if asked.done:
        return redirect("cases:assess", pk=row.pk, page=PAGES[PAGES.index(page) + 1])
    told = {"field_class": field_class, "status": asked.status, "edit": edit}
    return _page(request, row, page, "cases/assess.html", edit.form, **told)


def _as_one_goes(request, asked, edit):
    """Answer the script that saves as one answers: the version that stands now, or what keeps it from being saved."""
    wrong = next((texts[0] for texts in edit.form.errors.values()), "")
    context = {"edit": edit, "said": _("Saved") if asked.done else wrong and _("Not saved yet: %s") % wrong}
    return render(request, "cases/_edit_state.html", context, status=200 if asked.done else asked.status)


def _risk_page(request, row):
    parts = list(Determinants.objects.visible_to(request.actor).filter(assessment=row))
    signs = sign_words(merged(parts, row))
    first = {"risk_level": signs[0]["floor"] if signs else row.case.risk_level}
    form = extended(RiskForm, "assessment", request.actor)(request.POST or None, initial=first)

    def door():
        facts = form.own_facts() | {"extra": form.extra()}
        complete_assessment(row.pk, actor=request.actor, at=timezone.now(), **facts)

    asked = attempt(request, form, door)
    if asked.done:
        messages.success(request, _("Assessment completed"))
        return redirect("cases:assessment", case_pk=row.case_id)
    return _page(
        request, row, "risk", "cases/assess_risk.html", form, field_class=RESTRICTED, status=asked.status, signs=signs
    )


def _page(request, row, page, template, form, *, field_class, status, **context):
    now = timezone.now()
    trail.read(row.case, subject="case", field_class=field_class, actor=request.actor, at=now)
    steps = [{"label": str(PAGE_WORDS[name]), "url": reverse("cases:assess", args=[row.pk, name])} for name in PAGES]
    place = PAGES.index(page)
    context |= frame(row.case, request.actor, at=now, part="assessment") | {
        "form": form,
        "assessment": row,
        "steps": steps,
        "current": place + 1,
        "title": PAGE_WORDS[page],
        "restricted": page == "restricted",
        "back_url": steps[place - 1]["url"] if place else reverse("cases:assessment", args=[row.case_id]),
    }
    return render(request, template, context, status=status)


@GET_POST
@speaks
def review(request, case_pk):
    """Say that one looked again and nothing changed."""
    demand(request.actor, "case.write")
    case = _case_or_404(request, case_pk)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    asked = attempt(
        request,
        form,
        lambda: review_case(case.pk, actor=request.actor, at=timezone.now(), **form.cleaned_data),
    )
    if asked.done:
        messages.success(request, _("Review noted"))
        return redirect("cases:assessment", case_pk=case.pk)
    context = frame(case, request.actor, at=timezone.now(), part="assessment") | {"form": form}
    return render(request, "cases/review.html", context, status=asked.status)
