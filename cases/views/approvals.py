"""The queue of what waits for a decision, one request with its answer, and what somebody asked for."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions.approvals import decide_approval, take_back_approval, waiting_for
from cases.forms.supervision import DecideForm
from cases.models import Approval
from cases.models.approvals import APPROVED, DECIDES, SENT_BACK, WAITING
from cases.views.drawing import NO_NAME, identity_bar, main_names
from cases.views.searching import by_person
from cases.words import APPROVAL_WORDS
from core import trail
from core.actors import NOBODY
from core.codelists import label
from core.faces import attempt, demand, speaks, visible_or_404
from core.lists import Filter, Sort, Table, listed
from core.navigation import address, counted
from core.views.home import Item, offers_work

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
AFTER_AN_ANSWER = timedelta(days=14)  # how long what came back is put forward to who asked
# Where the thing is looked at; the case, where its part has no page.
PLACES = {"assessment": "cases:assessment", "risk_downgrade": "cases:assessment", "plan": "cases:plan"}


counted("cases:approvals")(waiting_for)


TABLE = listed(
    Table(
        name="cases:approvals",
        filters=(
            Filter(
                name="show",
                label=gettext_lazy("Part of the list"),
                choices=lambda actor: [] if actor.member_id == NOBODY else [("asked", _("What you asked for"))],
                where=lambda _value, actor, _at: Q(asked_by_id=actor.member_id),
            ),
            Filter(
                name="kind",
                label=gettext_lazy("What it is about"),
                choices=lambda _actor: [(code, str(words)) for code, words in APPROVAL_WORDS.items()],
                where=lambda value, _actor, _at: Q(kind=value),
            ),
        ),
        sorts=(
            Sort(name="oldest", label=gettext_lazy("Longest waiting"), by=("asked_at", "id")),
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-asked_at", "-id")),
        ),
        views=(
            (gettext_lazy("Waits for your decision"), ""),
            (gettext_lazy("What you asked for"), "show=asked&sort=newest"),
        ),
        search=by_person("case__person_id", numbers=("case__reference", "case__person__reference")),
    )
)


@GET_POST
def queue(request):
    """Show what waits for this actor's decision, oldest first, or what it asked for itself."""
    actor, now = request.actor, timezone.now()
    demand(actor, DECIDES, "case.write")
    own = request.GET.get("show") == "asked"
    if not (own or actor.may(DECIDES)):
        return redirect(f"{reverse('cases:approvals')}?show=asked&sort=newest")
    rows = Approval.objects.visible_to(actor) if own else waiting_for(actor)
    found = TABLE.open(request, rows.select_related("case", "asked_by", "decided_by"), at=now)
    shown = found["page"].rows
    names = main_names([row.case.person_id for row in shown], actor)
    context = found | {
        "own": own,
        "decides": actor.may(DECIDES),
        "refers": actor.may("referral.approve"),
        "rows": [_line(row, names) | _answer(row) for row in shown],
        "now": now,
    }
    return render(request, "cases/approvals.html", context, status=found["status"])


@GET_POST
@speaks
def decide(request, pk):
    """Show one request with what it is about; a POST approves it or sends it back with a reason."""
    actor, now = request.actor, timezone.now()
    rows = Approval.objects.select_related("case__person", "asked_by", "decided_by")
    approval = visible_or_404(rows, actor, pk=pk)
    form = DecideForm(request.POST if request.method == "POST" else None)
    asked = attempt(
        request, form, lambda: decide_approval(approval.pk, actor=actor, at=now, **form.cleaned_data), aloud=(403,)
    )
    if asked.done:
        done = _("Approved") if form.cleaned_data["answer"] == "approve" else _("Sent back with your reason")
        messages.success(request, done)
        return redirect("cases:approvals")
    case = approval.case
    # What was written about a case that needs four eyes is sensitive by its nature.
    trail.read(case, subject="case", field_class=trail.SENSITIVE, actor=actor, at=now)
    name = main_names([case.person_id], actor).get(case.person_id, NO_NAME)
    context = {
        "bar": identity_bar(case, name, [], at=now, actor=actor) | {"consent": ""},
        "approval": approval,
        "title": str(APPROVAL_WORDS[approval.kind]),
        "facts": _facts(approval),
        "thing_url": _place(approval),
        "form": form,
        "asks": approval.status == WAITING and actor.may(DECIDES) and approval.asked_by_id != actor.member_id,
        "own": approval.status == WAITING and approval.asked_by_id == actor.member_id,
        **_answer(approval),
    }
    return render(request, "cases/approval.html", context, status=asked.status)


@require_POST
@speaks
def take_back(request, pk):
    """Take one's own request back."""
    approval = visible_or_404(Approval, request.actor, pk=pk)
    take_back_approval(approval.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Request taken back"))
    return redirect("cases:approvals")


def of_case(case, actor) -> list[dict]:
    """Return what waits or came back about a case, for its page. One query."""
    rows = Approval.objects.visible_to(actor).filter(case=case, status__in=[WAITING, SENT_BACK])
    rows = list(rows.select_related("asked_by", "decided_by").order_by("-asked_at")[:5])
    settled = set()
    found = []
    for row in rows:  # newest first: an answer to an earlier question about the same is history
        if (row.kind, row.about) not in settled:
            settled.add((row.kind, row.about))
            found.append({"title": str(APPROVAL_WORDS[row.kind]), "url": _url(row)} | _answer(row))
    return found


@offers_work
def approvals(actor, *, at, limit: int) -> list[Item]:
    """Return what waits for this actor's decision, and what came back to it lately. Up to three queries."""
    waiting = list(waiting_for(actor).select_related("case").order_by("asked_at")[:limit])
    back = []
    if actor.may("case.write"):
        rows = Approval.objects.visible_to(actor).filter(
            asked_by_id=actor.member_id, status=SENT_BACK, decided_at__gt=at - AFTER_AN_ANSWER
        )
        back = [row for row in rows.select_related("case").order_by("-decided_at")[:limit] if not row.case.closed_at]
    names = main_names([row.case.person_id for row in (*waiting, *back)], actor) if waiting or back else {}
    return [_item(row, names, _("Asks for your approval: %(thing)s"), _("Decide")) for row in waiting] + [
        _item(row, names, _("Sent back to you: %(thing)s"), _("Look")) for row in back
    ]


def _item(row: Approval, names: dict, words: str, verb: str) -> Item:
    return Item(
        title=words % {"thing": APPROVAL_WORDS[row.kind]},
        url=_url(row),
        verb=verb,
        meta=_whom(row, names),
        icon="user-check",
        started_at=row.asked_at,
        pressing=True,
    )


def _whom(row: Approval, names: dict) -> str:
    name = names.get(row.case.person_id, "")
    return " · ".join(filter(None, [name, row.case.reference]))


def _line(row: Approval, names: dict) -> dict:
    by = row.asked_by.name if row.asked_by else _("System of the organisation")
    return {
        "title": str(APPROVAL_WORDS[row.kind]),
        "meta": " · ".join([_whom(row, names), _("asked by %(name)s") % {"name": by}]),
        "url": _url(row),
        "asked_at": row.asked_at,
    }


def _answer(row: Approval) -> dict:
    """Return what became of a request: in a word, by whom, when and why."""
    words = {
        WAITING: (_("Waits"), "amber"),
        APPROVED: (_("Approved"), "green"),
        SENT_BACK: (_("Sent back"), "red"),
    }
    word, tone = words.get(row.status, (_("Taken back"), ""))
    return {
        "word": word,
        "tone": tone,
        "waits": row.status == WAITING,
        "why": row.answer_note,
        "decided_by": row.decided_by.name if row.decided_by else "",
        "decided_at": row.decided_at,
    }


def _facts(row: Approval) -> list[dict]:
    pairs = [
        (_("Asked by"), row.asked_by.name if row.asked_by else _("System of the organisation")),
        (_("Reason"), label("case_closure_reason", row.facts.get("reason", "")) if row.kind == "closure" else ""),
        (_("In their words"), row.note),
    ]
    return [{"label": name, "value": value} for name, value in pairs if value]


def _url(row: Approval) -> str:
    return reverse("cases:approval", args=[row.pk])


def _place(row: Approval) -> str:
    if row.kind == "transfer":
        return reverse("cases:transfer", args=[row.about])
    place = address(PLACES[row.kind], row.case_id) if row.kind in PLACES else ""
    return place or reverse("cases:detail", args=[row.case_id])
