"""Step 1 of a referral: the services that fit, why in this order, and why others do not fit."""

from django.db.models import Prefetch
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.models import Need, PersonName
from core.faces import attempt, demand, speaks, visible_or_404
from partners.models import Area
from referral import drafting
from referral.candidates import MOST, SHOWN, Narrowed, find
from referral.forms import NewReferralForm
from referral.forms_matching import NarrowForm
from referral.views.candidates import match_card, unfit_line
from referral.views.sending import frame


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def new(request, need_pk):
    """Services in order with their reasons; choosing one begins a draft. Filters narrow, and hide nothing for good."""
    demand(request.actor, "referral.draft")
    rows = Need.objects.select_related("case__person__area").prefetch_related(
        Prefetch("case__person__names", PersonName.objects.visible_to(request.actor)), "case__person__statuses"
    )
    need, now = visible_or_404(rows, request.actor, pk=need_pk), timezone.now()
    narrow = NarrowForm(request.GET, areas=list(Area.objects.order_by("code")))
    narrowed = narrow.narrowed() if narrow.is_valid() else Narrowed()
    more = request.GET.get("more") == "1"
    found = find(need, actor=request.actor, at=now, narrowed=narrowed, most=MOST if more else SHOWN)
    form = NewReferralForm(
        request.POST or None, services=_offered(request, need, found, now), initial={"urgency": need.priority}
    )
    tried = attempt(request, form, lambda: drafting.draft_referral(need, actor=request.actor, at=now, **form.facts()))
    if tried.done:
        return redirect("referral:share", pk=tried.result.pk)
    context = frame(request, case=need.case, need=need) | {
        "form": form,
        "narrow": narrow,
        "narrowed": narrowed.any,
        "need": need,
        "found": found,
        "fitting": [match_card(candidate) | {"pk": candidate.service.pk} for candidate in found.fitting],
        "unfit": [unfit_line(candidate) for candidate in found.unfit],
        "hidden": found.fit_count - len(found.fitting),
        "more_url": "" if more else _with(request, more="1"),
        "unfit_count": found.unfit_count,
    }
    return render(request, "referral/new.html", context, status=tried.status)


def _with(request, **more) -> str:
    query = request.GET.copy()
    query.update(more)
    return f"?{query.urlencode()}"


def _offered(request, need: Need, found, now) -> list:
    """Return the services that may be chosen: what is shown, and a posted one that fits but is further down."""
    shown = [candidate.service.pk for candidate in found.fitting]
    posted = NewReferralForm.chosen(request.POST)
    if posted is None or posted in shown:
        return shown
    return [candidate.service.pk for candidate in find(need, actor=request.actor, at=now, only=posted).fitting]
