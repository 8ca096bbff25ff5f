"""The register of unmet needs: an entry, the list of one's own organisation, the figures of the network."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Need
from core.codelists import choices, label
from core.faces import attempt, demand, speaks, visible_or_404
from core.lists import Filter, Sort, Table, listed
from core.navigation import address
from referral import gaps, unmet
from referral.candidates import candidates
from referral.forms_onward import UnmetForm
from referral.models import UnmetNeed

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
TABLE = listed(
    Table(
        name="referral:unmet",
        filters=(
            Filter(
                name="show",
                label=gettext_lazy("Part of the list"),
                choices=lambda _actor: [("closed", gettext_lazy("Closed"))],
                where=lambda _value, _actor, _at: Q(closed_at__isnull=False),
                otherwise=Q(closed_at=None),
            ),
            Filter(
                name="reason",
                label=gettext_lazy("Reason"),
                choices=lambda _actor: choices("unmet_reason"),
                where=lambda value, _actor, _at: Q(reason=value),
            ),
            Filter(
                name="need",
                label=gettext_lazy("Need"),
                choices=lambda _actor: choices("need_category"),
                where=lambda value, _actor, _at: Q(category=value),
            ),
        ),
        sorts=(Sort(name="entered", label=gettext_lazy("Entered"), by=("-at", "id")),),
        views=((gettext_lazy("Still open"), ""), (gettext_lazy("Closed"), "show=closed")),
    )
)


@GET_POST
@speaks
def nothing_fits(request, need_pk):
    """Record that nothing meets a need now; the likely reason is chosen already."""
    demand(request.actor, "referral.draft")
    rows = Need.objects.select_related("case__person__area").prefetch_related("case__person__statuses")
    need, now = visible_or_404(rows, request.actor, pk=need_pk), timezone.now()
    fitting, unfit = candidates(need, actor=request.actor, at=now)
    full = any(not row.fit.excluded for row in unfit)
    likely = "not_reachable" if fitting else "no_capacity" if full else "no_service"
    form = UnmetForm(request.POST or None, initial={"reason": likely})
    tried = attempt(
        request,
        form,
        lambda: unmet.record_unmet(need, actor=request.actor, at=now, reason=form.cleaned_data["reason"]),
    )
    if tried.done:
        messages.success(request, _("Recorded. Planners see that this is missing; the need stays open."))
        return redirect("cases:detail", pk=need.case_id)
    context = {
        "form": form,
        "need": need,
        "category": label("need_category", need.category),
        "fitting": len(fitting),
        "back": reverse("referral:new", args=[need.pk]),
    }
    return render(request, "referral/nothing_fits.html", context, status=tried.status)


@require_safe
def register(request):
    """Show the network's figures to its desk, and the entries of one's own organisation to its supervisors."""
    demand(request.actor, "board.read", "network.read")
    actor, now, context = request.actor, timezone.now(), {"listing": None, "tables": [], "apart": None}
    if actor.may("board.read"):
        listing = TABLE.read(request, UnmetNeed.objects.visible_to(actor).select_related("area"), at=now)
        context |= {"listing": listing, "page": listing.page, "rows": _rows(listing.page.rows, actor)}
    if actor.may("network.read"):
        context["tables"], context["apart"] = gaps.tables(gaps.unmet_rows(at=now))
    return render(request, "referral/unmet.html", context)


def _rows(entries, actor) -> list[dict]:
    """Return entries as lines; the case is a link only for who sees the need. One query."""
    needs = Need.objects.visible_to(actor).filter(pk__in=[entry.need_id for entry in entries])
    cases = {
        pk: (case_id, reference) for pk, case_id, reference in needs.values_list("pk", "case_id", "case__reference")
    }
    lines = []
    for entry in entries:
        case_id, reference = cases.get(entry.need_id, (None, ""))
        lines.append(
            {
                "title": label("need_category", entry.category),
                "url": address("cases:detail", case_id) if case_id else "",
                "case": reference,
                "area": entry.area.label if entry.area else "",
                "reason": label("unmet_reason", entry.reason),
                "declines": entry.declines,
                "at": entry.at,
                "closed": label("need_status", entry.closed_as) if entry.closed_as else "",
                "closed_at": entry.closed_at,
            }
        )
    return lines
