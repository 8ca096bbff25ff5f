"""A person's rights on one page of the case, requests one by one, and the page of who keeps the data safe."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import retention, rights
from cases.actions.holds import lift_hold, place_hold, set_rule
from cases.actions.requests import HANDED, answer_request, approve_erasure, hand_over, lift_restriction, record_request
from cases.disclosures import disclosures
from cases.forms.rights import UNIT_WORDS, AnswerForm, HandOverForm, HoldForm, RequestForm, RuleForm
from cases.models import Case, DataRequest, LegalHold, Person, Retention
from cases.retention import DEFAULTS
from cases.views.frame import frame
from core import trail
from core.codelists import codes, label
from core.faces import attempt, demand, page_of, speaks, visible_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
TYPES = {"pdf": "application/pdf", "json": "application/json"}
WAITING = ["open", "approved"]
FIRST = 10  # of each list on the page of data protection


@require_safe
def of_case(request, case_pk):
    """Show who received the person's data, what was asked about it, until when it is kept, and what keeps it."""
    actor, now = request.actor, timezone.now()
    case = visible_or_404(Case.objects.select_related("person"), actor, pk=case_pk)
    trail.read(case.person, subject="person", field_class=trail.SENSITIVE, actor=actor, at=now)
    asked = DataRequest.objects.visible_to(actor).filter(person_id=case.person_id).order_by("-received_at")
    kept = Retention.objects.visible_to(actor).filter(case=case, ended_at=None).first()
    context = frame(case, actor, at=now, part="rights") | {
        "received": [
            {"who": one.organisation, "when": rights.period(one), "what": rights.what(one), "consent": one.consent}
            for one in disclosures(case.person_id, actor=actor)
        ],
        "requests": [request_line(row) for row in asked],
        "kept": kept,
        "holds": [hold_line(row, actor) for row in retention.holds_on([case.person_id], actor=actor, at=now)],
        "asks": actor.may("rights.answer"),
        "sets_hold": actor.may("hold.set"),
    }
    return render(request, "cases/rights.html", context)


def request_line(row: DataRequest) -> dict:
    """Return what a list shows of a request: numbers, kind and clock."""
    return {
        "title": label("data_request", row.kind),
        "meta": f"{row.reference} · {row.person_reference}",
        "url": reverse("cases:request", args=[row.pk]),
        "state": _("In force") if row.in_force else label("request_state", row.state),
        "open": row.state in WAITING,
        "due_at": row.due_at,
        "received_at": row.received_at,
    }


def hold_line(row: LegalHold, actor) -> dict:
    """Return what a list shows of a hold, with the address to lift it for who may."""
    return {
        "reason": label("hold_reason", row.reason),
        "reference": row.reference,
        "note": row.note,
        "until": row.until,
        "lift_url": reverse("cases:lift_hold", args=[row.pk]) if actor.may("hold.set") else "",
    }


def _form(request, form, *, door, done: str, back: str, title: str, lead: str = ""):
    """Show a form; when it is complete, ask the door once and go back."""
    asked = attempt(request, form, lambda: door(timezone.now()))
    if asked.done:
        messages.success(request, done)
        return redirect(back)
    context = {"form": form, "back": back, "title": title, "lead": lead}
    return render(request, "cases/rights_form.html", context, status=asked.status)


@GET_POST
@speaks
def ask(request, case_pk):
    """Record what the person asks about the own data."""
    demand(request.actor, "rights.answer")
    case = visible_or_404(Case, request.actor, pk=case_pk)
    form = RequestForm(request.POST or None)
    return _form(
        request,
        form,
        door=lambda at: record_request(case.person_id, actor=request.actor, at=at, **form.cleaned_data),
        done=_("Request recorded"),
        back=reverse("cases:rights", args=[case.pk]),
        title=_("Record a request about the own data"),
        lead=case.reference,
    )


@require_safe
def one(request, pk):
    """Show one request with its clock and what may be done with it."""
    actor = request.actor
    row = visible_or_404(DataRequest.objects.select_related("asked_by", "approved_by"), actor, pk=pk)
    return _shown(request, row, HandOverForm(initial=_language(row, actor)), AnswerForm())


def _language(row: DataRequest, actor) -> dict:
    person = Person.objects.visible_to(actor).filter(pk=row.person_id).first()
    return {"form": "pdf", "language": rights.language_of(person) if person else "ru"}


def _shown(request, row, hand_form, answer_form, *, status: int = 200):
    actor = request.actor
    answers, waits = actor.may("rights.answer"), row.state == "open"
    second = row.kind == "erasure" and waits and actor.may("rights.decide")
    context = {
        "row": row,
        "title": label("data_request", row.kind),
        "state": label("request_state", row.state),
        "check": label("identity_check", row.identity_check),
        "waits": row.state in WAITING,
        "hand_form": hand_form if answers and row.kind in HANDED and row.state != "refused" else None,
        "answer_form": answer_form if answers and waits else None,
        "only_refuses": row.kind in {*HANDED, "erasure"},
        "approves": second and actor.member_id != row.asked_by_id,
        "same_person": second and actor.member_id == row.asked_by_id,
        "lift_form": AnswerForm() if answers and row.in_force else None,
    }
    return render(request, "cases/request.html", context, status=status)


@require_POST
@speaks
def hand(request, pk):
    """Make the paper or file and send it; its name says nothing about whom."""
    demand(request.actor, "rights.answer")
    row = visible_or_404(DataRequest, request.actor, pk=pk)
    form, now = HandOverForm(request.POST), timezone.now()
    if not form.is_valid():
        return _shown(request, row, form, AnswerForm(), status=422)
    content = hand_over(row.pk, actor=request.actor, at=now, **form.cleaned_data)
    person = visible_or_404(Person, request.actor, pk=row.person_id)
    trail.read(person, subject="person", field_class=4, actor=request.actor, at=now)
    kind = form.cleaned_data["form"]
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{row.reference}.{kind}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@speaks
def answer(request, pk):
    """Say what was done, or why the request is refused."""
    demand(request.actor, "rights.answer")
    row = visible_or_404(DataRequest, request.actor, pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, HandOverForm(), form, status=422)
    answer_request(row.pk, actor=request.actor, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Answer noted"))
    return redirect("cases:request", pk=row.pk)


@require_POST
@speaks
def lift_use(request, pk):
    """Let the data of a person be used again."""
    demand(request.actor, "rights.answer")
    row = visible_or_404(DataRequest, request.actor, pk=pk)
    lift_restriction(row.pk, actor=request.actor, at=timezone.now(), answer=request.POST.get("answer", ""))
    messages.success(request, _("The data may be used again"))
    return redirect("cases:request", pk=row.pk)


@require_POST
@speaks
def approve(request, pk):
    """Approve an erasure as the second person."""
    demand(request.actor, "rights.decide")
    row = visible_or_404(DataRequest, request.actor, pk=pk)
    approve_erasure(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Approved. The record is being erased."))
    return redirect("cases:keeping")


@GET_POST
@speaks
def hold(request, person_pk):
    """Keep a person's record from erasure."""
    demand(request.actor, "hold.set")
    case = Case.objects.visible_to(request.actor).filter(person_id=person_pk).order_by("-opened_at").first()
    if case is None:
        visible_or_404(Retention, request.actor, person_id=person_pk)
    form = HoldForm(request.POST or None)
    return _form(
        request,
        form,
        door=lambda at: place_hold(person_pk, actor=request.actor, at=at, **form.cleaned_data),
        done=_("Hold placed"),
        back=reverse("cases:rights", args=[case.pk]) if case else reverse("cases:keeping"),
        title=_("Keep this record from erasure"),
    )


@require_POST
@speaks
def lift(request, hold_pk):
    """End a hold before its day."""
    demand(request.actor, "hold.set")
    row = visible_or_404(LegalHold, request.actor, pk=hold_pk)
    lift_hold(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Hold lifted"))
    case = Case.objects.visible_to(request.actor).filter(person_id=row.person_id).order_by("-opened_at").first()
    return redirect("cases:rights", case_pk=case.pk) if case else redirect("cases:keeping")


@require_safe
def keeping(request):
    """Show the requests with their clocks, what is erased next, the holds and the times of keeping."""
    actor, now = request.actor, timezone.now()
    demand(actor, "rights.decide")
    today = timezone.localdate(now)
    waiting = DataRequest.objects.visible_to(actor).filter(state__in=WAITING).order_by("due_at", "pk")[:FIRST]
    coming = Retention.objects.visible_to(actor).filter(ended_at=None)
    page = page_of(request, coming, by=("retain_until", "id"))
    held = LegalHold.objects.visible_to(actor).filter(lifted_at=None, until__gte=today).order_by("until", "pk")[:FIRST]
    times = retention.terms(actor.organisation_id, actor=actor)
    context = {
        "requests": [request_line(row) for row in waiting],
        "page": page,
        "coming": [_coming(row, actor) for row in page.rows],
        "holds": [hold_line(row, actor) for row in held],
        "times": [
            {
                "label": label("retention_kind", kind),
                "time": f"{times[kind].amount} {UNIT_WORDS[times[kind].unit]}",
                "own": times[kind] != DEFAULTS[kind],
                "url": reverse("cases:keeping_time", args=[kind]) if actor.may("retention.set") else "",
            }
            for kind in codes("retention_kind")
        ],
    }
    return render(request, "cases/keeping.html", context)


def _coming(row: Retention, actor) -> dict:
    return {
        "reference": row.reference,
        "kind": _("Closed case") if row.kind == "case" else _("Intake without follow-through"),
        "until": row.retain_until,
        "hold_url": reverse("cases:hold", args=[row.person_id]) if actor.may("hold.set") else "",
    }


@GET_POST
@speaks
def keeping_time(request, kind):
    """Set the organisation's own time for one kind of record."""
    demand(request.actor, "retention.set")
    known = kind if kind in codes("retention_kind") else "case"
    now = retention.terms(request.actor.organisation_id, actor=request.actor)[known]
    form = RuleForm(request.POST or None, initial={"amount": now.amount, "unit": now.unit})
    return _form(
        request,
        form,
        door=lambda at: set_rule(known, actor=request.actor, at=at, **form.cleaned_data),
        done=_("Time of keeping changed"),
        back=reverse("cases:keeping"),
        title=label("retention_kind", known),
        lead=_("It counts from now on. Dates that are stored stay as they are."),
    )
