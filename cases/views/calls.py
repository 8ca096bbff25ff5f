"""Calls of people who gave no name: the first one opens a case, later ones are added, and a name may come at last."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions.intake import CALL, add_call, begin_draft, link_case, log_call, save_draft
from cases.forms import SearchForm
from cases.forms.intake import CallerForm, CallForm
from cases.models import CallEntry, Case, Person
from cases.search import search_persons
from cases.states import OPEN
from cases.views import drafts
from cases.views.drawing import hidden_words, main_names, person_words
from cases.views.frame import frame
from core.actions import Refusal
from core.codelists import label
from core.faces import demand, speaks, visible_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
@speaks
def new(request):
    """Begin the draft of a call; a button leads here, since opening a page writes nothing."""
    demand(request.actor, "case.open")
    row = begin_draft(actor=request.actor, at=timezone.now(), step=CALL)
    return redirect("cases:call", pk=row.pk)


@GET_POST
@speaks
def first(request, pk):
    """Note a call of somebody without a name, kept as it is typed; the end opens a case, once."""
    demand(request.actor, "case.open")
    row, at = drafts.draft_or_404(request, pk), timezone.now()
    if row.finished_at:
        return drafts.finished(row, request.actor)
    if request.method != "POST":
        return _call_page(request, row, CallerForm(drafts.kept(row, CALL) if row.data.get(CALL) else None))
    form, go = CallerForm(request.POST), request.POST.get("go")
    save_draft(row.pk, actor=request.actor, at=at, step=CALL, answers=drafts.sent_answers(request))
    if go in {drafts.SAVE, drafts.LATER}:
        return drafts.left(request, go)
    if form.is_valid():
        try:
            case = log_call(row.pk, actor=request.actor, at=at, **form.facts())
        except Refusal as refusal:
            form.shows(refusal)
        else:
            messages.success(request, _("Call logged"))
            return redirect("cases:detail", pk=case.pk)
    return _call_page(request, row, form, status=422)


def _call_page(request, row, form, status=200):
    if status == 200 and form.is_bound:
        drafts.unjudged(form)
    return render(request, "cases/call.html", {"form": form, "draft": row}, status=status)


@GET_POST
@speaks
def add(request, case_pk):
    """Add a call to a case."""
    demand(request.actor, "case.open")
    case, at = _case_or_404(request, case_pk), timezone.now()
    form = CallForm(request.POST or None, initial={"risk_level": case.risk_level})
    if request.method == "POST" and form.is_valid():
        try:
            add_call(case, actor=request.actor, at=at, **form.facts())
        except Refusal as refusal:
            form.shows(refusal)
        else:
            messages.success(request, _("Call logged"))
            return redirect("cases:records", case_pk=case.pk)
    context = frame(case, request.actor, at=at, part="records") | {"form": form}
    return render(request, "cases/call_add.html", context, status=422 if form.errors else 200)


@GET_POST
@speaks
def link(request, case_pk):
    """Say who the caller is: search among the known, and give the case to the one that is chosen."""
    actor, at = request.actor, timezone.now()
    demand(actor, "person.write")
    case = _case_or_404(request, case_pk)
    if "person" in request.POST:
        link_case(case.pk, actor=actor, at=at, person=drafts.known_or_404(request, request.POST["person"]))
        messages.success(request, _("The case belongs to this person now"))
        return redirect("cases:detail", pk=case.pk)
    form, matches, hidden = SearchForm(request.POST or None), [], ""
    if form.is_valid():
        found = search_persons(form.cleaned_data["q"], actor=actor)
        ids = [match.person_id for match in found if match.person_id != case.person_id]
        people, names = Person.objects.visible_to(actor).in_bulk(ids), main_names(ids, actor)
        matches = [_line(people[pk], names, at=at) for pk in ids]
        hidden = hidden_words(found.hidden) if found.hidden else ""
    context = {"form": form, "matches": matches, "hidden": hidden, "searched": form.is_valid()}
    return render(request, "cases/call_link.html", frame(case, actor, at=at, part="overview") | context)


def _line(person, names, *, at) -> dict:
    words = filter(None, [person.reference, person_words(person, at=at)])
    return {"pk": person.pk, "name": names.get(person.pk, person.reference), "meta": " · ".join(words)}


def calls_of(case, actor) -> list[dict]:
    """Return the calls of a case as drawn, the newest first. One query."""
    rows = CallEntry.objects.visible_to(actor).filter(case=case).select_related("taken_by").order_by("-at", "-id")
    return [
        {
            "row": row,
            "channel": label("contact_channel", row.channel),
            "by": row.taken_by.name if row.taken_by else _("The organisation's own system"),
        }
        for row in rows
    ]


def _case_or_404(request, pk) -> Case:
    return visible_or_404(Case.objects.select_related("person"), request.actor, pk=pk, status__in=OPEN)
