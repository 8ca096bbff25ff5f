"""Breaches of data: reported by anybody, dealt with step by step by who protects the data."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions import incidents as doors
from cases.forms.incidents import AssessForm, NoteForm, ReportForm, ToldForm
from cases.models import Incident
from cases.words import CLASS_WORDS
from core.codelists import label
from core.faces import attempt, demand, page_of, speaks, visible_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
# step -> (title, form, door, column that says when it was done)
STEPS = {
    "contain": (gettext_lazy("Stop it from going further"), NoteForm, doors.contain_incident, "contained"),
    "assess": (gettext_lazy("Assess the risk"), AssessForm, doors.assess_incident, "assessed"),
    "authority": (gettext_lazy("Tell the authority"), ToldForm, doors.tell_authority, "authority"),
    "persons": (gettext_lazy("Tell the persons"), ToldForm, doors.tell_persons, "persons"),
}
AFTER_ASSESSING = {"authority", "persons"}


@require_safe
def list_(request):
    """Show the breaches of the organisation, or those that one has noticed, the newest first."""
    demand(request.actor, "incident.report")
    rows = Incident.objects.select_related("owner").visible_to(request.actor)
    page = page_of(request, rows, by=("-noticed_at", "pk"))
    context = {"page": page, "rows": [_line(row) for row in page.rows], "handles": request.actor.may("incident.handle")}
    return render(request, "cases/incidents.html", context)


def _line(row: Incident) -> dict:
    number = _("number of persons unknown") if row.persons is None else _("persons: %(count)d") % {"count": row.persons}
    return {
        "title": label("incident_kind", row.kind),
        "meta": " · ".join([row.reference, number, row.owner.name if row.owner else _("nobody answers for it yet")]),
        "url": reverse("cases:incident", args=[row.pk]),
        "runs": row.runs,
        "closed": row.closed_at is not None,
        "due_at": row.due_at,
        "noticed_at": row.noticed_at,
    }


@GET_POST
def report(request):
    """Report a breach."""
    demand(request.actor, "incident.report")
    form = ReportForm(request.POST or None)
    asked = attempt(
        request,
        form,
        lambda: doors.report_incident(actor=request.actor, at=timezone.now(), **form.cleaned_data),
    )
    if asked.done:
        messages.success(request, _("Reported. The data-protection officer is told."))
        return redirect("cases:incidents")
    context = {"form": form, "back": reverse("cases:incidents"), "title": _("Report a data breach")}
    context["lead"] = _("Data were lost, changed or seen by a stranger. Report it even if you are not sure.")
    return render(request, "cases/rights_form.html", context, status=asked.status)


@require_safe
def one(request, pk):
    """Show a breach with its clock, what was done, and the steps that are left."""
    actor = request.actor
    row = visible_or_404(Incident.objects.select_related("owner", "noticed_by"), actor, pk=pk)
    handles = actor.may("incident.handle") and row.closed_at is None
    steps = [_step(row, name) for name in STEPS]
    context = {
        "row": row,
        "title": label("incident_kind", row.kind),
        "risk": label("incident_risk", row.risk) if row.risk else "",
        "classes": [CLASS_WORDS[number] for number in row.classes],
        "steps": steps,
        "handles": handles,
        "takes": handles and row.owner_id != actor.member_id,
        "closes": handles and all(step["at"] for step in steps),
    }
    return render(request, "cases/incident.html", context)


def _step(row: Incident, name: str) -> dict:
    title, _form, _door, column = STEPS[name]
    return {
        "title": title,
        "at": getattr(row, f"{column}_at"),
        "note": getattr(row, f"{column}_note"),
        "told": getattr(row, f"{column}_told", None),
        "url": reverse("cases:incident_step", args=[row.pk, name]),
        "waits": name in AFTER_ASSESSING and row.assessed_at is None,
    }


@GET_POST
@speaks
def step(request, pk, name):
    """Take one step, or take it anew: the last one counts."""
    demand(request.actor, "incident.handle")
    row = visible_or_404(Incident, request.actor, pk=pk)
    if name not in STEPS:
        raise Http404
    title, form_class, door, _column = STEPS[name]
    initial = {"persons": row.persons, "records": row.records, "classes": row.classes}
    form = form_class(request.POST or None, initial=initial)
    asked = attempt(
        request, form, lambda: door(row.pk, actor=request.actor, at=timezone.now(), **form.cleaned_data)
    )  # fmt: skip
    back = reverse("cases:incident", args=[row.pk])
    if asked.done:
        messages.success(request, _("Noted"))
        return redirect(back)
    context = {"form": form, "back": back, "title": title, "lead": row.reference}
    return render(request, "cases/rights_form.html", context, status=asked.status)


def _simple(request, pk, *, door, done):
    demand(request.actor, "incident.handle")
    row = visible_or_404(Incident, request.actor, pk=pk)
    door(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, done)
    return redirect("cases:incident", pk)


@require_POST
@speaks
def take(request, pk):
    """Answer for a breach."""
    return _simple(request, pk, door=doors.take_incident, done=_("You answer for this breach now"))


@require_POST
@speaks
def close(request, pk):
    """Close a breach whose steps are done."""
    return _simple(request, pk, door=doors.close_incident, done=_("Closed"))
