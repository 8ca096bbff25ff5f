"""All tasks that one sees, as a list: one's own, the desk's, and those of one's cases."""

from datetime import UTC, datetime

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.actions.absences import covered_by
from cases.actions.cases import colleagues_for
from cases.models import Task
from cases.views.searching import by_person
from core.faces import demand
from core.lists import Filter, Sort, Table, coded, listed
from referral.views.drawing import people_of
from referral.views.work import task_item

DESK, ALL = "desk", "all"
LATE, DONE = "late", "done"
NEVER = Value(datetime(9999, 12, 31, tzinfo=UTC))


def _whose(actor) -> list[tuple]:
    others = [(member.pk, member.name) for member in colleagues_for(actor) if member.pk != actor.member_id]
    return [(DESK, _("The desk's")), (ALL, _("Everybody's")), *others]


def _of(value: str, actor, _at) -> Q:
    if value == ALL:
        return Q()
    return Q(assignee_id=None) if value == DESK else Q(assignee_id=value)


TABLE = listed(
    Table(
        name="referral:tasks",
        filters=(
            Filter(name="whose", label=gettext_lazy("Who does it"), choices=_whose, where=_of),
            Filter(
                name="state",
                label=gettext_lazy("State"),
                choices=lambda _actor: [(LATE, _("Late")), (DONE, _("Done"))],
                where=lambda value, _actor, at: (
                    Q(done_at__isnull=False) if value == DONE else Q(done_at=None, due_at__lt=at)
                ),
                otherwise=Q(done_at=None),
            ),
            coded("priority", gettext_lazy("How soon"), "urgency"),
        ),
        sorts=(
            Sort(
                name="due",
                label=gettext_lazy("Due"),
                by=("due", "id"),
                prepare=lambda rows: rows.annotate(due=Coalesce("due_at", NEVER)),
            ),
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-created_at", "id")),
        ),
        views=(
            (gettext_lazy("My tasks"), ""),
            (gettext_lazy("Late"), "state=late"),
            (gettext_lazy("Everybody's"), "whose=all"),
            (gettext_lazy("Done"), "state=done&sort=newest"),
        ),
        search=by_person("case__person_id", numbers=("case__reference", "case__person__reference")),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request):
    """Show the tasks, by the time they are due; without a choice one's own, and those of whom one stands in for."""
    actor, now = request.actor, timezone.now()
    demand(actor, "task.write")
    rows = Task.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)
    if not (request.GET.get("whose") or request.method == "POST"):
        covered = covered_by(actor, on=timezone.localdate(now))
        rows = rows.filter(Q(assignee_id=actor.member_id) | Q(assignee_id__in=covered))
    found = TABLE.open(request, rows.select_related("assignee"), at=now)
    shown = found["page"].rows
    people = people_of([row for row in shown if row.case_id], actor)
    context = found | {
        "rows": [
            {
                "item": task_item(row, people.get(row.case_id, "")),
                "who": row.assignee.name if row.assignee else _("The desk"),
                "done_at": row.done_at,
                "late": row.done_at is None and row.due_at is not None and row.due_at < now,
            }
            for row in shown
        ]
    }
    return render(request, "referral/tasks.html", context, status=found["status"])
