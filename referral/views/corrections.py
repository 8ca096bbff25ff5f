"""Entries of one's own in the directory that an answer shows to be wrong: one tap sets them right."""

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404
from core.navigation import counted
from core.views.home import Item, offers_work
from referral import corrections
from referral.forms_onward import CorrectionForm
from referral.models import Correction

KEEPS = ("capacity.set", "service.manage")
SAYS = {
    "capacity": gettext_lazy("Say that there are no free places"),
    "status": gettext_lazy("Say that the service is closed for now"),
    "accepts_referrals": gettext_lazy("Say that the service takes no referrals"),
    "interpreter": gettext_lazy("Say that there is no interpreter"),
    "rules": gettext_lazy("Check whom the service takes, and where"),
}


@counted("referral:corrections")
def unsettled(actor) -> QuerySet:
    """Return the entries of one's own organisation that nobody has looked at yet."""
    return Correction.objects.visible_to(actor).filter(settled_at=None)


def _waiting(actor):
    rows = unsettled(actor).select_related("service")
    return [row for row in rows.order_by("proposed_at", "pk")[:50] if corrections.may_settle(row, actor)]


@require_safe
def waiting(request):
    """Show what one's own entries should say after an answer."""
    demand(request.actor, *KEEPS)
    rows = [
        {
            "pk": row.pk,
            "service": row.service.label,
            "why": _("Declined: %(reason)s") % {"reason": label("decline_reason", row.reason)},
            "says": SAYS[row.column],
            "at": row.proposed_at,
            "yes": _("I have set it right") if row.column == corrections.RULES else _("Yes, change it"),
            "edit_url": reverse("partners:edit_service", args=[row.service_id])
            if row.column == corrections.RULES
            else "",
        }
        for row in _waiting(request.actor)
    ]
    return render(request, "referral/corrections.html", {"rows": rows})


@require_POST
@speaks
def settle(request, pk):
    """Set the entry right, or say that it is right as it is."""
    demand(request.actor, *KEEPS)
    row, form = visible_or_404(Correction, request.actor, pk=pk), CorrectionForm(request.POST)
    tried = attempt(
        request,
        form,
        lambda: corrections.settle(row.pk, actor=request.actor, at=timezone.now(), take=form.cleaned_data["take"]),
        aloud=(403, 409, 422),
    )
    if tried.done:
        messages.success(request, _("The directory says so now") if tried.result.taken else _("Left as it is"))
    return redirect("referral:corrections")


@offers_work
def work(actor, *, at, limit: int) -> list[Item]:
    """Return the entries of the directory that wait for this actor. One query.

    Who has cases to look after finds them in the navigation, with their number: that list of work is long enough.
    """
    if actor.may("case.read") or not any(actor.may(verb) for verb in KEEPS):
        return []
    return [
        Item(
            title=f"{SAYS[row.column]}: {row.service.label}",
            url=reverse("referral:corrections"),
            verb=_("Confirm"),
            meta=label("decline_reason", row.reason),
            icon="building-community",
        )
        for row in _waiting(actor)[:limit]
    ]
