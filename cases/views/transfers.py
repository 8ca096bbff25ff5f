"""Handing a case over: the offer, the list of offers, one offer with its answer."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions.takeovers import accept_transfer, decline_transfer
from cases.actions.transfers import PURPOSE, propose_transfer, withdraw_transfer
from cases.codes import language_label
from cases.forms.transfers import AcceptForm, DeclineForm, ProposeForm
from cases.handing import planned
from cases.models import Case, CaseTransfer
from cases.models.transfers import ANSWERS, APPROVED, WAITING
from cases.views.drawing import main_names
from cases.views.frame import frame
from cases.views.searching import by_number
from cases.words import CLASS_WORDS
from core import trail
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404
from core.lists import Filter, Sort, Table, coded, listed
from core.navigation import counted
from core.views.home import Item, offers_work
from partners.models import Area, Member

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
WRITES = "case.write"


@counted("cases:transfers")
def offered(actor):
    """Return the cases that are offered to this actor's organisation and wait for its answer."""
    rows = CaseTransfer.objects.visible_to(actor)
    return rows.filter(to_organisation_id=actor.organisation_id, state=APPROVED) if actor.may(ANSWERS) else rows.none()


TABLE = listed(
    Table(
        name="cases:transfers",
        filters=(
            coded("state", gettext_lazy("State"), "transfer_state"),
            Filter(
                name="way",
                label=gettext_lazy("From or to us"),
                choices=lambda _actor: [("out", _("Offered by us")), ("in", _("Offered to us"))],
                where=lambda value, actor, _at: Q(
                    **{f"{'from' if value == 'out' else 'to'}_organisation_id": actor.organisation_id}
                ),
            ),
            coded("reason", gettext_lazy("Why"), "transfer_reason"),
        ),
        sorts=(
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-asked_at", "id")),
            Sort(name="oldest", label=gettext_lazy("Oldest"), by=("asked_at", "id")),
        ),
        views=((gettext_lazy("All"), ""), (gettext_lazy("Offered by us"), "way=out")),
        search=by_number("reference", label=gettext_lazy("Number of the offer")),
    )
)


@GET_POST
def list_(request):
    """Show what waits for our answer, then everything that was offered, by us and to us."""
    actor = request.actor
    demand(actor, ANSWERS, WRITES)
    rows = CaseTransfer.objects.visible_to(actor).select_related("from_organisation", "to_organisation")
    found = TABLE.open(request, rows, at=timezone.now())
    answers = rows.filter(pk__in=offered(actor).values("pk")).order_by("expires_at", "pk")
    context = found | {
        "takes": actor.may(ANSWERS),
        "offered": [_line(row, actor) for row in answers[:100]],
        "lines": [_line(row, actor) for row in found["page"].rows],
    }
    return render(request, "cases/transfers.html", context, status=found["status"])


@GET_POST
@speaks
def propose(request, case_pk):
    """Ask to hand a case over, with what ends at our side listed before; one that is offered shows its offer."""
    actor, now = request.actor, timezone.now()
    demand(actor, WRITES)
    case = visible_or_404(Case.objects.select_related("person", "organisation"), actor, pk=case_pk)
    waiting = CaseTransfer.objects.visible_to(actor).filter(case=case, state__in=WAITING).first()
    if waiting is not None:
        return redirect("cases:transfer", pk=waiting.pk)
    form = ProposeForm(request.POST if request.method == "POST" else None, case=case, actor=actor, at=now)
    asked = attempt(
        request, form, lambda: propose_transfer(case, actor=actor, at=now, **form.cleaned_data), aloud=(403,)
    )
    if asked.done:
        done = _("Offered to the other organisation") if asked.result.approved_at else _("Your supervisor is asked")
        messages.success(request, done)
        return redirect("cases:transfer", pk=asked.result.pk)
    context = frame(case, actor, at=now, part="") | {
        "form": form,
        "agreed": any(PURPOSE in row.purposes and row.holds(now) for row in form.fields["consent"].queryset),
        "appointments": planned(case, actor).count(),
    }
    return render(request, "cases/transfer_new.html", context, status=asked.status)


@require_safe
def one(request, pk):
    """Show one offer: what the receiver decides by, or what became of it."""
    actor, now = request.actor, timezone.now()
    transfer = _transfer(request, pk)
    if transfer.summary:
        trail.read(transfer, subject="transfer", field_class=max(transfer.classes), actor=actor, at=now)
    return render(request, "cases/transfer.html", _drawn(transfer, actor, at=now))


@GET_POST
@speaks
def accept(request, pk):
    """Name the caseworker; a POST takes the case over."""
    actor, now = request.actor, timezone.now()
    demand(actor, ANSWERS)
    transfer = _transfer(request, pk)
    form = AcceptForm(request.POST if request.method == "POST" else None, actor=actor)
    asked = attempt(request, form, lambda: accept_transfer(transfer.pk, actor=actor, at=now, **form.cleaned_data))
    if asked.done:
        messages.success(request, _("Case taken over"))
        return redirect("cases:detail", pk=asked.result.new_case_id)
    context = _drawn(transfer, actor, at=now) | {"form": form, "accepts": True}
    return render(request, "cases/transfer_answer.html", context, status=asked.status)


@GET_POST
@speaks
def decline(request, pk):
    """Ask why; a POST declines."""
    actor, now = request.actor, timezone.now()
    demand(actor, ANSWERS)
    transfer = _transfer(request, pk)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    asked = attempt(request, form, lambda: decline_transfer(transfer.pk, actor=actor, at=now, **form.cleaned_data))
    if asked.done:
        messages.success(request, _("Declined; the sender is told"))
        return redirect("cases:transfers")
    context = _drawn(transfer, actor, at=now) | {"form": form, "accepts": False}
    return render(request, "cases/transfer_answer.html", context, status=asked.status)


@require_POST
@speaks
def withdraw(request, pk):
    """Take an offer back."""
    demand(request.actor, WRITES)
    transfer = visible_or_404(CaseTransfer, request.actor, pk=pk)
    withdraw_transfer(transfer.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Offer taken back"))
    return redirect("cases:transfer", pk=transfer.pk)


@offers_work
def offers(actor, *, at, limit: int) -> list[Item]:
    """Return the cases that wait for this actor's answer. One query."""
    if not actor.may(ANSWERS):
        return []
    rows = offered(actor).select_related("from_organisation").order_by("expires_at", "pk")[:limit]
    return [
        Item(
            title=_("%(sender)s offers you a case") % {"sender": row.from_organisation.label},
            url=reverse("cases:transfer", args=[row.pk]),
            verb=_("Answer"),
            meta=row.reference,
            icon="arrows-right-left",
            due_at=row.expires_at,
            started_at=row.approved_at,
            pressing=row.summary.get("risk") in {"high", "critical"},
        )
        for row in rows
    ]


def _transfer(request, pk) -> CaseTransfer:
    # Not with the members: those of the other side are hidden, and a join would hide the offer with them.
    rows = CaseTransfer.objects.select_related("from_organisation", "to_organisation")
    return visible_or_404(rows, request.actor, pk=pk)


def _line(row: CaseTransfer, actor) -> dict:
    sent = row.from_organisation_id == actor.organisation_id
    other = row.to_organisation if sent else row.from_organisation
    return {
        "title": (_("To %(name)s") if sent else _("From %(name)s")) % {"name": other.full_label},
        "meta": " · ".join([row.reference, label("transfer_reason", row.reason)]),
        "url": reverse("cases:transfer", args=[row.pk]),
        "risk": row.summary.get("risk", ""),
        "word": label("transfer_state", row.state),
        "waits": row.state in WAITING,
        "since": row.decided_at or row.approved_at or row.asked_at,
        "expires_at": row.expires_at if row.state == APPROVED else None,
    }


def _drawn(row: CaseTransfer, actor, *, at) -> dict:
    sent = row.from_organisation_id == actor.organisation_id
    case = Case.objects.visible_to(actor).filter(pk=row.case_id if sent else row.new_case_id).first()
    waits = row.state == APPROVED and at < row.expires_at
    return {
        "row": row,
        "line": _line(row, actor),
        "sent": sent,
        "case": case,
        "name": main_names([case.person_id], actor).get(case.person_id, "") if case else "",
        "facts": _facts(row.summary),
        "agreed": [str(CLASS_WORDS[code]) for code in row.classes],
        "answers": not sent and waits and actor.may(ANSWERS),
        "takes_back": sent and row.state in WAITING and actor.may(WRITES),
        "reason": label("transfer_decline", row.decline_reason) if row.decline_reason else "",
        "steps": _steps(row, actor),
    }


def _steps(row: CaseTransfer, actor) -> list[dict]:
    """Return who agreed when; people of the other side are not named."""
    people = Member.objects.visible_to(actor).filter(pk__in=[row.asked_by_id, row.approved_by_id, row.decided_by_id])
    names = dict(people.values_list("pk", "name"))
    found = [
        (_("Asked for"), row.asked_at, row.asked_by_id),
        (_("Approved by the sender's supervisor"), row.approved_at, row.approved_by_id),
        (label("transfer_state", row.state), row.decided_at, row.decided_by_id),
    ]
    return [{"label": word, "at": moment, "who": names.get(who, "")} for word, moment, who in found if moment]


def _facts(told: dict) -> list[dict]:
    if not told:
        return []
    area = Area.objects.filter(pk=told["area"]).first() if told["area"] else None
    languages = ", ".join(language_label(entry["code"]) for entry in told["languages"])
    needs = [label("need_category", code) for code in told["needs"]]
    if told["restricted"]:
        needs.append(_("Restricted: opens when you accept"))
    pairs = [
        (_("Danger"), label("risk_level", told["risk"])),
        (_("Person"), ", ".join(filter(None, [label("sex", told["sex"]), told["age"]]))),
        (_("Under 18"), _("Yes") if told["child"] else ""),
        (_("Alone here"), _("Yes") if told["unaccompanied"] else ""),
        (_("Languages"), languages),
        (_("Stays in"), area.label if area else ""),
        (_("Needs"), ", ".join(needs) or _("None yet")),
        (_("Case since"), told["opened_on"]),
    ]
    return [{"label": name, "value": value} for name, value in pairs if value]
