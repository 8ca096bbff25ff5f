"""Answers to the questions that organisations added: shown with their subject, and changed on a page of their own."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cases.actions.answers import SUBJECTS, change_answers
from cases.answers import class_about, class_of, facts, in_use, rows_of, shown, stamp
from cases.extensions.definition import asked
from cases.forms import DoorForm
from cases.forms.extended import extended
from cases.models import Case, Need
from cases.views.frame import frame
from core import trail
from core.actions import NotNow, Refusal
from core.codelists import label
from core.faces import demand, speaks, visible_or_404

TITLES = {
    "person": gettext_lazy("Additional answers about the person"),
    "need": gettext_lazy("Additional answers about a need"),
}


@require_safe
def of_case(request, case_pk):
    """Show the additional answers of a case: a fragment for the case page, a page of its own without htmx."""
    actor, at = request.actor, timezone.now()
    case = visible_or_404(Case.objects.select_related("person"), actor, pk=case_pk)
    context = {"parts": _parts(case, actor, at), "case": case}
    if request.htmx:
        return render(request, "cases/_answers.html", context)
    return render(request, "cases/answers_of_case.html", context | frame(case, actor, at=at, part="overview"))


def _parts(case, actor, at) -> list[dict]:
    """Return what is drawn: a part for the person and for each need; class 3 and 4 leave a trail."""
    needs = Need.objects.visible_to(actor).filter(case=case).order_by("identified_at", "pk")
    rows = [("person", case.person, str(TITLES["person"]))]
    rows += [("need", need, label("need_category", need.category)) for need in needs]
    lines = shown([row.pk for _subject, row, _title in rows], actor)
    asking = {form.subject for form in in_use(actor) if asked(form.fields)}
    parts = []
    for subject, row, title in rows:
        found = lines.get(row.pk, [])
        trail.read(row, subject=subject, field_class=class_of(found), actor=actor, at=at)
        changes = subject in asking and actor.may(SUBJECTS[subject].verb)
        if found or changes:
            url = reverse("cases:answers", args=[subject, row.pk]) if changes else ""
            parts.append({"title": title, "facts": facts(found), "url": url})
    return parts


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def answers(request, subject, pk):
    """Answer, or answer anew, the questions that were added to a person or a need."""
    if subject not in SUBJECTS:
        raise Http404
    actor, at = request.actor, timezone.now()
    demand(actor, SUBJECTS[subject].verb)
    row = visible_or_404(SUBJECTS[subject].model, actor, pk=pk)
    if not SUBJECTS[subject].changes(row):
        raise Http404
    case = _case_of(subject, row, actor)
    form = extended(DoorForm, subject, actor, row=row)(request.POST if request.method == "POST" else None)
    status, theirs = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                seen = request.POST.get("seen", "")
                change_answers(subject, row, actor=actor, at=at, extra=form.extra() or {}, seen=seen)
            except Refusal as refusal:
                form.shows(refusal)
                status = refusal.status
                theirs = facts(shown([row.pk], actor).get(row.pk, [])) if status == NotNow.status else []
            else:
                messages.success(request, _("Answers saved"))
                return redirect("cases:detail", pk=case.pk)
    now = rows_of([row.pk], actor)
    trail.read(row, subject=subject, field_class=class_about(row.pk, actor), actor=actor, at=at)
    context = {"form": form, "title": TITLES[subject], "seen": stamp(now), "theirs": theirs}
    return render(request, "cases/answers.html", context | frame(case, actor, at=at, part="overview"), status=status)


def _case_of(subject: str, row, actor) -> Case:
    cases = Case.objects.visible_to(actor).select_related("person")
    case_id = SUBJECTS[subject].case_id(row)
    found = cases.filter(**({"pk": case_id} if case_id else {"person_id": row.pk})).order_by("-opened_at").first()
    if found is None:
        raise Http404
    return found
