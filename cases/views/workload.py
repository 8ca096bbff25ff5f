"""Who has how much to do, who is away, and who stands in."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions.absences import OTHERS, away, end_absence, set_absence
from cases.actions.cases import colleagues_for
from cases.forms.absences import AbsenceForm
from cases.forms.supervision import ReassignManyForm
from cases.models import Absence, Case, Task
from cases.states import OPEN
from cases.views.drawing import NO_NAME, main_names
from core.codelists import codes
from core.faces import attempt, demand, speaks, visible_or_404
from core.lists import Filter, Sort, Table, listed
from partners.models import Member

SHOWN = 100  # as many as can be given away at once


@require_safe
def load(request):
    """Show the open cases by risk, overdue tasks and reviews of each worker; one worker's cases to give away."""
    actor, now = request.actor, timezone.now()
    demand(actor, "board.read")
    today = timezone.localdate(now)
    cases = Case.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, status__in=OPEN)
    counts = {level: Count("pk", filter=Q(risk_level=level)) for level in codes("risk_level")}
    late = Count("pk", filter=Q(review_due_on__lt=today))
    found = {row["caseworker_id"]: row for row in cases.values("caseworker_id").annotate(**counts, late=late)}
    tasks = Task.objects.visible_to(actor).filter(
        organisation_id=actor.organisation_id, done_at=None, due_at__lt=now, assignee_id__isnull=False
    )
    overdue = dict(tasks.values_list("assignee_id").annotate(count=Count("pk")))
    wanted = {*found, *overdue} - {None}
    members = Member.objects.visible_to(actor).filter(pk__in=wanted).order_by("name", "pk")
    gone = dict(away(wanted, actor=actor, on=today).values_list("member_id", "substitute__name"))
    chosen = next((row for row in members if str(row.pk) == request.GET.get("worker", "")), None)
    context = {
        "workers": [_worker(row, found, overdue, gone) for row in members],
        "nobody": _numbers(found.get(None)),
        "risks": codes("risk_level"),
        "chosen": chosen,
        "cases": _cases(cases.filter(caseworker=chosen), actor) if chosen else [],
        "form": ReassignManyForm(actor=actor) if chosen and actor.may("case.reassign") else None,
    }
    return render(request, "cases/load.html", context)


def _numbers(row) -> dict:
    row = row or {}
    levels = [row.get(level, 0) for level in codes("risk_level")]
    return {"levels": levels, "all": sum(levels), "late": row.get("late", 0)}


def _worker(member, found: dict, overdue: dict, gone: dict) -> dict:
    return _numbers(found.get(member.pk)) | {
        "name": member.name,
        "tasks": overdue.get(member.pk, 0),
        "substitute": gone.get(member.pk, ""),
        "away": member.pk in gone,
        "url": f"{reverse('cases:load')}?worker={member.pk}",
    }


def _cases(rows, actor) -> list[dict]:
    found = list(rows.order_by("review_due_on", "pk")[:SHOWN])
    names = main_names([row.person_id for row in found], actor)
    return [
        {
            "pk": row.pk,
            "title": names.get(row.person_id, NO_NAME),
            "reference": row.reference,
            "risk": row.risk_level,
            "url": reverse("cases:detail", args=[row.pk]),
            "give_url": reverse("cases:reassign", args=[row.pk]),
        }
        for row in found
    ]


def _colleagues(actor) -> list[tuple[str, str]]:
    return [(member.pk, member.name) for member in colleagues_for(actor)]


ABSENCES = listed(
    Table(
        name="cases:absences",
        filters=(
            Filter(
                name="state",
                label=gettext_lazy("State"),
                choices=lambda _actor: [("over", _("Over"))],
                where=lambda _value, _actor, _at: Q(ended_at__isnull=False),
                otherwise=Q(ended_at=None),
            ),
            Filter(
                name="who",
                label=gettext_lazy("Who is away"),
                choices=_colleagues,
                where=lambda value, _actor, _at: Q(member_id=value),
            ),
            Filter(
                name="substitute",
                label=gettext_lazy("Who stands in"),
                choices=_colleagues,
                where=lambda value, _actor, _at: Q(substitute_id=value),
            ),
        ),
        sorts=(
            Sort(name="from", label=gettext_lazy("From"), by=("from_on", "id")),
            Sort(name="until", label=gettext_lazy("Until"), by=("until_on", "id")),
        ),
        views=((gettext_lazy("Now and to come"), ""), (gettext_lazy("Over"), "state=over&sort=-from")),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def absences(request):
    """Show who is away and who stands in; note an absence."""
    actor, now = request.actor, timezone.now()
    demand(actor, "absence.set")
    form = AbsenceForm(request.POST if request.method == "POST" else None, actor=actor)
    asked = attempt(request, form, lambda: set_absence(actor=actor, at=now, **form.cleaned_data))
    if asked.done:
        messages.success(request, _("Absence noted"))
        return redirect("cases:absences")
    rows = Absence.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)
    found = ABSENCES.open(request, rows.select_related("member", "substitute"), at=now)
    others = actor.may(OTHERS)
    context = found | {
        "form": form,
        "rows": [
            {"row": row, "ends": row.ended_at is None and (row.member_id == actor.member_id or others)}
            for row in found["page"].rows
        ],
    }
    return render(request, "cases/absences.html", context, status=asked.status)


@require_POST
@speaks
def end(request, pk):
    """Say that somebody is back."""
    demand(request.actor, "absence.set")
    row = visible_or_404(Absence, request.actor, pk=pk)
    end_absence(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Absence ended"))
    return redirect("cases:absences")
