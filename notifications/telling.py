"""Pages of the proof: who was told of a referral or a case, and what reached nobody."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from cases.models import Case
from core.events import KINDS, sentence
from core.faces import demand, page_of, speaks, visible_or_404
from notifications.models import Untold
from notifications.proof import Told, told_of
from notifications.untold import settle, try_again
from partners.models import Organisation
from referral.models import Referral

WAYS = {
    "email": gettext_lazy("e-mail"),
    "sms": gettext_lazy("SMS"),
    "push": gettext_lazy("push message"),
}
RESULTS = {
    "waiting": gettext_lazy("waits"),
    "sending": gettext_lazy("is being sent"),
    "bundled": gettext_lazy("goes with the summary"),
    "sent": gettext_lazy("sent"),
    "failed": gettext_lazy("did not arrive"),
    "dropped": gettext_lazy("not sent: the account is closed"),
}
REASONS = {
    "nobody": gettext_lazy("Nobody there can be told: all are away or have left"),
    "failed": gettext_lazy("A message did not arrive"),
}


@require_safe
def of_referral(request, pk):
    """Show who was told of a referral."""
    found = visible_or_404(Referral, request.actor, pk=pk)
    return _page(request, told_of(referral_id=pk), title=found.reference)


@require_safe
def of_case(request, pk):
    """Show who was told of a case."""
    found = visible_or_404(Case, request.actor, pk=pk)
    return _page(request, told_of(case_id=pk), title=found.reference)


def _page(request, found: list[Told], *, title: str):
    ids = {person.organisation_id for one in found for person in one.people}
    names = {row.pk: row.label for row in Organisation.objects.filter(pk__in=ids)}
    rows = [{"text": sentence(one.kind), "at": one.at, "people": _people(one, names)} for one in found]
    template = "notifications/_told.html" if request.htmx else "notifications/told.html"
    return render(request, template, {"rows": rows, "title": title})


def _people(one: Told, names: dict) -> list[dict]:
    """Return lines: colleagues by name, the other side as one line an organisation."""
    lines = [
        {"who": person.name, "ways": [_way(way) for way in person.ways], "read_at": person.read_at}
        for person in one.people
        if person.name
    ]
    others: dict = {}
    for person in one.people:
        if not person.name:
            others.setdefault(person.organisation_id, []).append(person)
    for organisation_id, people in others.items():
        count = ngettext("%(count)d person", "%(count)d people", len(people)) % {"count": len(people)}
        lines.append(
            {
                "who": f"{names.get(organisation_id, '')}, {count}",
                "ways": sorted({_way(way) for person in people for way in person.ways}),
                "read_at": min((person.read_at for person in people if person.read_at), default=None),
            }
        )
    return lines


def _way(way) -> str:
    return f"{WAYS.get(way.channel, way.channel)}: {RESULTS.get(way.status, way.status)}"


@require_safe
def undelivered(request):
    """Show what reached nobody, the newest first; what is settled stays to be seen."""
    demand(request.actor, "network.read", "board.read")
    rows = Untold.objects.select_related("organisation", "settled_by").visible_to(request.actor)
    page = page_of(request, rows, by=("-at", "pk"))
    lines = [
        {
            "pk": row.pk,
            "text": sentence(row.kind) if row.kind in KINDS else "",
            "why": REASONS[row.why],
            "where": row.organisation.label if row.organisation else _("The network's desk"),
            "phone": row.organisation.after_hours_phone or row.organisation.phone if row.organisation else "",
            "urgency": row.urgency,
            "at": row.at,
            "settled_at": row.settled_at,
            "pressing": row.settled_at is None,
            "referral_url": reverse("referral:detail", args=[row.referral_id]) if row.referral_id else "",
            "again": row.why == "failed",
        }
        for row in page.rows
    ]
    return render(request, "notifications/undelivered.html", {"page": page, "rows": lines})


@require_POST
@speaks
def settle_untold(request, pk):
    """Say that they were told by other means."""
    visible_or_404(Untold, request.actor, pk=pk)
    settle(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Noted: they were told"))
    return redirect("notifications:undelivered")


@require_POST
@speaks
def send_again(request, pk):
    """Try a message that did not arrive once more."""
    visible_or_404(Untold, request.actor, pk=pk)
    try_again(actor=request.actor, at=timezone.now(), untold_id=pk)
    messages.success(request, _("It is being sent again"))
    return redirect("notifications:undelivered")
