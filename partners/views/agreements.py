"""Data-sharing agreements: who may share what with whom, until when, and who confirmed it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import dates
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404
from partners import actions
from partners.models import Agreement, AgreementConfirmation, Organisation
from partners.partner_forms import CLASSES, AgreementForm
from partners.views.lists import AGREEMENTS, SOON

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _state(row: Agreement, today) -> dict:
    """Return how an agreement stands today: {tone, words}."""
    if row.status == "proposed":
        return {"tone": "amber", "words": _("Waits for the parties")}
    if row.status == "ended" or row.valid_to < today:
        return {"tone": "", "words": _("Ended")}
    if row.valid_from > today:
        return {"tone": "", "words": _("Begins on %(day)s") % {"day": dates.day(row.valid_from)}}
    if row.valid_to - today <= SOON:
        return {"tone": "amber", "words": _("Ends soon")}
    return {"tone": "green", "words": _("In force")}


@_GET_POST
def agreements(request):
    """Those of one's own organisation; for the desk those of everybody. What waits, then what ends first, is on top."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    demand(actor, "agreement.write", "agreement.confirm")
    found = AGREEMENTS.open(request, Agreement.objects.visible_to(actor), at=now)
    rows = found["page"].rows
    names = _names({pk for row in rows for pk in row.organisation_ids})
    items = [
        {
            "title": row.title,
            "parties": ", ".join(names.get(pk, "") for pk in row.organisation_ids),
            "until": row.valid_to,
            "state": _state(row, today),
            "url": reverse("partners:agreement", args=[row.pk]),
        }
        for row in rows
    ]
    context = found | {"items": items, "writes": actor.may("agreement.write")}
    return render(request, "partners/agreements.html", context, status=found["status"])


def _names(ids) -> dict:
    return {row.pk: row.label for row in Organisation.objects.filter(pk__in=ids)}


@_GET_POST
def new(request):
    """Lay an agreement before its parties, or record one that they signed."""
    demand(request.actor, "agreement.write")
    form = AgreementForm(request.POST or None, request.FILES or None)

    def save():
        door = actions.record_agreement if form.cleaned_data["in_force"] else actions.propose_agreement
        return door(actor=request.actor, at=timezone.now(), **form.facts())

    found = attempt(request, form, save)
    if found.done:
        messages.success(request, _("Saved. The parties are told."))
        return redirect("partners:agreement", pk=found.result.pk)
    return render(request, "partners/agreement_new.html", {"form": form}, status=found.status)


@require_safe
def agreement(request, pk):
    """One agreement: what it covers, and which party confirmed it when."""
    actor, today = request.actor, timezone.localdate()
    demand(actor, "agreement.write", "agreement.confirm")
    row = visible_or_404(Agreement, actor, pk=pk)
    confirmed = {
        item.organisation_id: item for item in AgreementConfirmation.objects.visible_to(actor).filter(agreement=row)
    }
    names = _names(row.organisation_ids)
    needs = ", ".join(label("need_category", code) for code in row.categories) or _("Every need")
    classes = dict(CLASSES)
    pairs = [
        (_("For what"), ", ".join(label("consent_purpose", code) for code in row.purposes)),
        (_("Which data"), "; ".join(str(classes[code]) for code in row.data_classes if code in classes)),
        (_("About which needs"), needs),
        (_("In which countries"), ", ".join(row.countries)),
        (_("From"), dates.day(row.valid_from)),
        (_("To the end of"), dates.day(row.valid_to)),
        (_("Fingerprint of the signed file (SHA-256)"), row.file_sha256),
    ]
    waits = row.status == "proposed" and row.valid_to >= today
    facts = {
        "agreement": row,
        "state": _state(row, today),
        "facts": [{"label": name, "value": value} for name, value in pairs if value],
        "parties": [
            {"name": names.get(party, ""), "confirmed": confirmed.get(party)} for party in row.organisation_ids
        ],
        "proposed": row.status == "proposed",
        "confirms": waits
        and actor.may("agreement.confirm")
        and actor.organisation_id in row.organisation_ids
        and actor.organisation_id not in confirmed,
        "ends": actor.may("agreement.write") and row.status != "ended",
    }
    return render(request, "partners/agreement.html", facts)


@require_POST
@speaks
def confirm(request, pk):
    """One's organisation says that this is what it signed."""
    demand(request.actor, "agreement.confirm")
    visible_or_404(Agreement, request.actor, pk=pk)
    actions.confirm_agreement(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Confirmed."))
    return redirect("partners:agreement", pk=pk)


@require_POST
@speaks
def end(request, pk):
    """End an agreement before its date."""
    demand(request.actor, "agreement.write")
    visible_or_404(Agreement, request.actor, pk=pk)
    actions.end_agreement(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Ended. Nothing new is shared under it."))
    return redirect("partners:agreement", pk=pk)
