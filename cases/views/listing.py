"""The list of cases: whose, how urgent, what is late; by name, number, or filter."""

from datetime import date

from django.db import models
from django.db.models import Q, Value, When
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.actions.cases import colleagues_for
from cases.actions.sealing import sealed_elsewhere
from cases.answers import filter_choices, where_answered
from cases.models import Case, Need
from cases.models.cases import FINAL_NEEDS
from cases.states import OPEN
from cases.views.drafts import unfinished
from cases.views.drawing import NO_NAME, main_names, person_words
from cases.views.searching import by_person
from core.codelists import choices, label
from core.faces import demand
from core.lists import Filter, Sort, Table, coded, listed

MINE, NOBODY = "mine", "nobody"
LATE = "late"
DRAFTS = 5  # shown above the list; all of them stand in My work
NEVER = date(9999, 12, 31)
RISK_RANK = models.Case(
    *(When(risk_level=code, then=Value(rank)) for rank, code in enumerate(("low", "medium", "high", "critical"))),
    default=Value(0),
    output_field=models.IntegerField(),
)


def _whose(actor) -> list[tuple[str, str]]:
    if not actor.may("case.read_team"):
        return []
    others = [(member.pk, member.name) for member in colleagues_for(actor) if member.pk != actor.member_id]
    return [(MINE, _("Mine")), (NOBODY, _("Nobody")), *others]


def _of(value: str, actor, _at) -> Q:
    if value == NOBODY:
        return Q(caseworker_id=None)
    return Q(caseworker_id=actor.member_id if value == MINE else value)


def _with_need(value: str, actor, _at) -> Q:
    needs = Need.objects.visible_to(actor).filter(category=value).exclude(status__in=FINAL_NEEDS)
    return Q(pk__in=needs.values("case_id"))


TABLE = listed(
    Table(
        name="cases:list",
        filters=(
            Filter(name="whose", label=gettext_lazy("Caseworker"), choices=_whose, where=_of),
            coded("risk", gettext_lazy("Risk"), "risk_level", column="risk_level"),
            coded("status", gettext_lazy("Status"), "case_status", otherwise=Q(status__in=OPEN)),
            Filter(
                name="need",
                label=gettext_lazy("Need"),
                choices=lambda _actor: choices("need_category"),
                where=_with_need,
            ),
            Filter(
                name="answer",
                label=gettext_lazy("Own questions"),
                choices=filter_choices,
                where=where_answered,
            ),
            Filter(
                name="review",
                label=gettext_lazy("Review"),
                choices=lambda _actor: [(LATE, _("Late"))],
                where=lambda _value, _actor, at: Q(review_due_on__lt=timezone.localdate(at)),
            ),
        ),
        sorts=(
            Sort(name="opened", label=gettext_lazy("Opened"), by=("-opened_at", "-id")),
            Sort(
                name="risk",
                label=gettext_lazy("Risk"),
                by=("-risk_rank", "-id"),
                prepare=lambda rows: rows.annotate(risk_rank=RISK_RANK),
            ),
            Sort(
                name="review",
                label=gettext_lazy("Due"),
                by=("review_by", "id"),
                prepare=lambda rows: rows.annotate(review_by=Coalesce("review_due_on", Value(NEVER))),
            ),
        ),
        views=(
            (gettext_lazy("All open cases"), ""),
            (gettext_lazy("My cases"), "whose=mine"),
            (gettext_lazy("Critical risk"), "risk=critical"),
            (gettext_lazy("Review is late"), "review=late&sort=review"),
        ),
        search=by_person("person_id", numbers=("reference", "person__reference")),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def list_(request):
    """Show the cases that the actor may see; words to search for come by POST, never in the address."""
    actor, now = request.actor, timezone.now()
    demand(actor, "case.read", "case.read_team")
    rows = Case.objects.visible_to(actor).select_related("person", "caseworker")
    found = TABLE.open(request, rows, at=now)
    context = found | {
        "rows": _lines(found["page"].rows, actor, now),
        "opens": actor.may("case.open"),
        "gives": actor.may("case.reassign"),
        "sealed": sealed_elsewhere(actor),
        "breaks": actor.may("case.break_glass"),
        "drafts": unfinished(actor, limit=DRAFTS),
    }
    return render(request, "cases/list.html", context, status=found["status"])


def _lines(rows, actor, now) -> list[dict]:
    names = main_names([case.person_id for case in rows], actor)
    needs: dict = {}
    found = (
        Need.objects.visible_to(actor).filter(case_id__in=[case.pk for case in rows]).exclude(status__in=FINAL_NEEDS)
    )
    for case_id, category in found.order_by("identified_at").values_list("case_id", "category"):
        needs.setdefault(case_id, []).append(label("need_category", category))
    return [
        {
            "name": names.get(case.person_id, NO_NAME),
            "meta": " · ".join(filter(None, [case.reference, person_words(case.person, at=now)])),
            "url": reverse("cases:detail", args=[case.pk]),
            "pk": case.pk,
            "open": case.status in OPEN,
            "reference": case.reference,
            "risk": case.risk_level,
            "status": case.status,
            "restricted": case.person.restricted_at is not None,
            "needs": needs.get(case.pk, []),
            "worker": case.caseworker.name if case.caseworker else "",
            "contact_due": case.first_contact_due_at if case.status == "intake" else None,
            "opened_at": case.opened_at,
            "review_due": case.review_due_on,
            "review_late": case.review_due_on is not None and case.review_due_on < timezone.localdate(now),
        }
        for case in rows
    ]
