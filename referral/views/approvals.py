"""The referrals that wait for a supervisor's approval (T2), for the queue of everything that does."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.faces import demand
from referral.models import Referral
from referral.states import S
from referral.views.drawing import people_of, title_of

SHOWN = 25


@require_safe
def waiting(request):
    """Show them, longest waiting first: a fragment for the queue, a page of its own without htmx."""
    demand(request.actor, "referral.approve")
    rows = Referral.objects.visible_to(request.actor).filter(
        sender_id=request.actor.organisation_id, state=S.PENDING_APPROVAL
    )
    found = list(rows.select_related("service", "receiver").order_by("state_since", "pk")[: SHOWN + 1])
    people = people_of(found, request.actor)
    lines = [
        {
            "title": title_of(row),
            "url": reverse("referral:detail", args=[row.pk]),
            "meta": " · ".join(filter(None, [people.get(row.case_id, ""), row.receiver.label, row.reference])),
            "urgency": row.urgency,
            "since": row.state_since,
        }
        for row in found[:SHOWN]
    ]
    context = {"rows": lines, "more": len(found) > SHOWN}
    return render(request, "referral/_approvals.html" if request.htmx else "referral/approvals.html", context)
