"""The requests about own data, and the holds, of a whole organisation: numbers and dates only."""

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.models import DataRequest, LegalHold
from cases.views.rights import WAITING, hold_line, request_line
from cases.views.searching import by_number
from core.codelists import choices
from core.faces import demand
from core.lists import Filter, Sort, Table, coded, listed

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
ALL, LATE, LIFTED, OVER = "all", "late", "lifted", "over"


def _in_state(value: str, _actor, at) -> Q:
    if value == LATE:
        return Q(state__in=WAITING, due_at__lt=at)
    return Q() if value == ALL else Q(state=value)


def _held(value: str, _actor, at) -> Q:
    today = timezone.localdate(at)
    return {
        LIFTED: Q(lifted_at__isnull=False),
        OVER: Q(lifted_at=None, until__lt=today),
        "now": Q(lifted_at=None, until__gte=today),
    }[value]


REQUESTS = listed(
    Table(
        name="cases:requests",
        filters=(
            Filter(
                name="state",
                label=gettext_lazy("State"),
                choices=lambda _actor: [(ALL, _("All")), (LATE, _("Late")), *choices("request_state")],
                where=_in_state,
                otherwise=Q(state__in=WAITING),
            ),
            coded("kind", gettext_lazy("What is asked"), "data_request"),
        ),
        sorts=(
            Sort(name="due", label=gettext_lazy("Due"), by=("due_at", "id")),
            Sort(name="received", label=gettext_lazy("Newest"), by=("-received_at", "id")),
        ),
        views=(
            (gettext_lazy("Waiting"), ""),
            (gettext_lazy("Late"), "state=late"),
            (gettext_lazy("All"), "state=all&sort=received"),
        ),
        search=by_number("reference", "person_reference", label=gettext_lazy("Number of a request or person")),
    )
)
HOLDS = listed(
    Table(
        name="cases:holds",
        filters=(
            Filter(
                name="state",
                label=gettext_lazy("State"),
                choices=lambda _actor: [("now", _("In force")), (LIFTED, _("Lifted")), (OVER, _("Ended"))],
                where=_held,
            ),
            coded("reason", gettext_lazy("Reason"), "hold_reason"),
        ),
        sorts=(
            Sort(name="until", label=gettext_lazy("Until"), by=("until", "id")),
            Sort(name="placed", label=gettext_lazy("Newest"), by=("-placed_at", "id")),
        ),
        views=(
            (gettext_lazy("All holds"), ""),
            (gettext_lazy("In force"), "state=now"),
            (gettext_lazy("Lifted"), "state=lifted&sort=placed"),
        ),
        search=by_number("reference", label=gettext_lazy("Number of a case or person")),
    )
)


@GET_POST
def requests(request):
    """Show what people ask about the own data, by the time it is due."""
    demand(request.actor, "rights.decide")
    found = REQUESTS.open(request, DataRequest.objects.visible_to(request.actor), at=timezone.now())
    context = found | {"rows": [request_line(row) for row in found["page"].rows]}
    return render(request, "cases/requests.html", context, status=found["status"])


@GET_POST
def holds(request):
    """Show what keeps records from erasure, by the day it ends."""
    actor, now = request.actor, timezone.now()
    demand(actor, "rights.decide")
    found = HOLDS.open(request, LegalHold.objects.visible_to(actor), at=now)
    today = timezone.localdate(now)
    rows = [
        hold_line(row, actor) | {"lifted_at": row.lifted_at, "holds": row.lifted_at is None and row.until >= today}
        for row in found["page"].rows
    ]
    return render(request, "cases/holds.html", found | {"rows": rows}, status=found["status"])
