"""Logging a new case step by step: what is typed is kept at each step, and all of it becomes a record at the end."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.actions.intake import (
    CALL,
    STEPS,
    begin_draft,
    check_intake,
    discard_draft,
    drafts_of,
    finish_intake,
    save_draft,
)
from cases.ages import is_minor
from cases.forms import CaseForm, ConsentForm, NeedForm, PersonForm
from cases.forms.extended import extended
from cases.models import Case, IntakeDraft, Need, Person
from cases.states import OPEN
from cases.views import duplicates
from cases.views.drawing import main_names, person_words
from core.actions import NotNow, Refusal
from core.faces import demand, speaks, visible_or_404
from partners.models import Organisation

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
TEXT_VERSION = "2026-1"  # of the sentences in cases/_consent_words.html that are read to the person
VERBS = {"person": "person.write", "consent": "consent.record", "safety": "case.open", "need": "need.write"}
WORDS = {
    "person": gettext_lazy("The person"),
    "consent": gettext_lazy("Consent"),
    "safety": gettext_lazy("Safety"),
    "need": gettext_lazy("Need"),
}
# What the button says that was pressed: it is kept with the answers.
SAVE, LATER, BACK, SKIP, NEXT, STAY = "save", "later", "back", "skip", "next", "stay"
GOES = (SAVE, LATER, BACK, SKIP, NEXT, STAY)
OPTIONAL = {"consent", "need"}


@GET_POST
@speaks
def draft(request, pk, step):
    """Show one step of a draft with what is kept, or keep what was sent and go on; the last step makes the records."""
    demand(request.actor, "case.open")
    row, at = draft_or_404(request, pk), timezone.now()
    if row.finished_at:
        return finished(row, request.actor)
    steps = steps_of(row, request.actor)
    if step not in steps or (row.person_id and row.person is None):
        raise Http404
    if request.method == "POST":
        if step == "person" and "same" in request.POST:
            return _same_person(request, row, request.POST["same"], at=at)
        return _sent(request, row, step, steps, at=at)
    form, asked = _form(row, step, request.actor, at=at, quiet="check" not in request.GET), None
    if row.step == step and row.data.get(step, {}).get("go") in ([NEXT], [STAY]) and form.is_valid():
        # It was sent on and refused: why is shown again. The check leaves nothing behind.
        asked, refusal = _objections(request, row, step, steps, form, at=at)
        if refusal:
            form.shows(refusal)
    return _page(request, row, step, steps, form, question=asked)


def _sent(request, row, step, steps, *, at):
    """Keep what was sent, right or wrong, then do what the button says."""
    go = request.POST.get("go") if request.POST.get("go") in GOES else NEXT
    row.data = row.data | {step: sent_answers(request, row.data.get(step, {})) | {"go": [go]}}
    form, asked, refusal = _form(row, step, request.actor, at=at), None, None
    ahead = go == SKIP and step in OPTIONAL
    if go in {NEXT, STAY} and form.is_valid():
        asked, refusal = _objections(request, row, step, steps, form, at=at)
        ahead = asked is None and refusal is None
    position = steps.index(step)
    target = steps[max(position - 1, 0)] if go == BACK else steps[min(position + ahead, len(steps) - 1)]
    try:
        save_draft(row.pk, actor=request.actor, at=at, step=step, answers=row.data[step], next_step=target)
    except NotNow as too_much:
        refusal = too_much
    if refusal:
        return _refused(request, row, step, steps, refusal, at=at)
    if go in {SAVE, LATER}:
        return left(request, go)
    if target != step or go == BACK:
        return redirect("cases:draft", pk=row.pk, step=target)
    return (
        _finish(request, row, steps, at=at)
        if ahead
        else _page(request, row, step, steps, form, question=asked, status=422)
    )


def left(request, go):
    """Answer the script that saves as one types, or lead whoever leaves back to the cases."""
    if go == SAVE:
        return HttpResponse(status=204)
    messages.success(request, _("Draft saved"))
    return redirect("cases:list")


def _objections(request, row, step, steps, form, *, at):
    """Return the question about similar people, if it is to be asked, and the refusal of the doors, if there is one."""
    if step == "person":
        sent = kept(row, step)
        if (asked := duplicates.question(request.actor, form.facts(), sent)) is not None:
            return asked, None
    facts, wrong = gathered(row, steps[: steps.index(step) + 1], request.actor, at=at)
    if wrong:
        return None, None  # an earlier step is not right: it is shown at the end
    try:
        check_intake(row, actor=request.actor, at=at, facts=facts, upto=step)
    except Refusal as refusal:
        return None, refusal
    return None, None


def _finish(request, row, steps, *, at):
    facts, wrong = gathered(row, steps, request.actor, at=at)
    if wrong:
        return redirect(f"{reverse('cases:draft', args=[row.pk, wrong])}?check=1")
    try:
        case = finish_intake(row.pk, actor=request.actor, at=at, facts=facts)
    except Refusal as refusal:
        return _refused(request, row, refusal.facts.get("step", steps[-1]), steps, refusal, at=at)
    messages.success(request, _("Case opened"))
    need = Need.objects.visible_to(request.actor).filter(case=case).first() if "need" in facts else None
    if need and request.POST.get("go") != STAY and request.actor.may("referral.draft"):
        return redirect("referral:new", need_pk=need.pk)
    return redirect("cases:detail", pk=case.pk)


def _refused(request, row, step, steps, refusal, *, at):
    """Show the step that a door refused, with its sentence; a step that is not asked shows it at the one after."""
    shown = step if step in steps else steps[0]
    row.data.setdefault(shown, {"go": [NEXT]})
    form = unjudged(_form(row, shown, request.actor, at=at))
    form.shows(refusal)
    return _page(request, row, shown, steps, form, status=422)


@GET_POST
@speaks
def discard(request, pk):
    """Ask once more, then delete a draft with all that was typed."""
    demand(request.actor, "case.open")
    row = draft_or_404(request, pk)
    if row.finished_at:
        return finished(row, request.actor)
    if request.method == "POST":
        discard_draft(row.pk, actor=request.actor)
        messages.success(request, _("Draft deleted"))
        return redirect("cases:list")
    context = {"draft": row, "title": title_of(row), "back": resume_url(row)}
    return render(request, "cases/draft_discard.html", context)


def draft_or_404(request, pk) -> IntakeDraft:
    """Return a draft of one's own, with its person."""
    return visible_or_404(IntakeDraft.objects.select_related("person"), request.actor, pk=pk)


def finished(row, actor):
    """Lead a late click to the case that came of the draft."""
    case = Case.objects.visible_to(actor).filter(pk=row.case_id).first()
    return redirect("cases:detail", pk=case.pk) if case else redirect("cases:list")


def begin(actor, *, at, words="", person=None, referral_id=None, data=None) -> IntakeDraft:
    """Begin a draft for a new person with the words of the search, or for one who is known."""
    data = dict(data or {})
    if words and person is None:
        data["person"] = {"name_1": [words[:255]]}
    if referral_id:
        data.setdefault("safety", {"entry_point": ["referral_in"]})
    step = _asked(actor, known=person is not None)[0]
    return begin_draft(actor=actor, at=at, step=step, data=data, person=person, referral_id=referral_id)


def steps_of(row, actor) -> list[str]:
    """Return the steps of a draft, in order."""
    return _asked(actor, known=row.person_id is not None)


def _asked(actor, *, known: bool) -> list[str]:
    """Return what is asked: a known person is not asked again who it is."""
    return [step for step in STEPS if actor.may(VERBS[step]) and not (step == "person" and known)]


def resume_url(row) -> str:
    """Return where a draft is gone on with."""
    if row.step == CALL:
        return reverse("cases:call", args=[row.pk])
    return reverse("cases:draft", args=[row.pk, row.step])


def title_of(row) -> str:
    """Return what a draft is called: a call, or a new case, with the name that was typed first."""
    typed = (row.data.get("person", {}).get("name_1") or [""])[0].strip()
    if row.step == CALL:
        return _("Call without a name")
    return _("New case: %(name)s") % {"name": typed} if typed else _("New case")


def unfinished(actor, *, limit: int) -> list[dict]:
    """Return one's drafts as drawn: what, where to go on, and when it was saved. One query."""
    if not actor.may("case.open"):
        return []
    rows = drafts_of(actor)[:limit]
    return [{"pk": row.pk, "title": title_of(row), "url": resume_url(row), "saved_at": row.saved_at} for row in rows]


def sent_answers(request, before: dict | None = None) -> dict[str, list[str]]:
    """Return what was typed, as it is kept; who was said to be another person stays so."""
    found = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    others = {*found.get("not_same", []), *(before or {}).get("not_same", [])}
    return found | ({"not_same": sorted(others)} if others else {})


def kept(row, step) -> QueryDict:
    """Return the answers of a step as if they were sent now."""
    data = QueryDict(mutable=True)
    for name, values in row.data.get(step, {}).items():
        data.setlist(name, values)
    return data


def gathered(row, steps, actor, *, at) -> tuple[dict, str]:
    """Return what the doors take of the steps that were answered, and the first step that is not right."""
    facts = {}
    for step in steps:
        pressed = row.data.get(step, {}).get("go")
        if step in OPTIONAL and pressed in (None, [SKIP]):
            continue
        form = _form(row, step, actor, at=at)
        if not form.is_valid():
            return facts, step
        facts[step] = _facts(step, form, kept(row, step))
    return facts, ""


def _form(row, step, actor, *, at, quiet=False):
    """Return the form of a step over what is kept. `quiet` names no mistake in what was not sent on yet."""
    answers = row.data.get(step, {})
    sent = "go" in answers  # else it was begun for the member, and the other boxes keep their first answers
    data = kept(row, step) if sent else None
    initial = None if sent else {name: values[0] for name, values in answers.items() if values}
    if step == "consent":
        form = ConsentForm(data, initial=initial, at=at, home=Organisation.objects.get(pk=actor.organisation_id))
    elif step == "safety":
        form = CaseForm(data, initial=initial)
    else:
        form = extended({"person": PersonForm, "need": NeedForm}[step], step, actor)(data, initial=initial)
    return unjudged(form) if sent and quiet and data["go"] not in {NEXT, STAY} else form


def unjudged(form):
    """Return a bound form that shows what is kept and no mistakes yet."""
    form.full_clean()
    form.errors.clear()
    return form


def _facts(step, form, answers) -> dict:
    if step == "person":
        return form.facts() | {"extra": form.extra(), "not_same": duplicates.not_same(answers)}
    if step == "consent":
        return form.facts() | {"text_version": TEXT_VERSION}
    return form.own_facts() | {"extra": form.extra()} if step == "need" else dict(form.cleaned_data)


def _page(request, row, step, steps, form, *, question=None, status=200):
    at, position = timezone.now(), steps.index(step)
    urls = {name: reverse("cases:draft", args=[row.pk, name]) for name in steps}
    lines = [{"label": _("Search"), "url": ""}, *({"label": str(WORDS[name]), "url": urls[name]} for name in steps)]
    context = {
        "draft": row,
        "step": step,
        "form": form,
        "question": question,
        "steps": lines,
        "current": position + 2,
        "first": position == 0,
        "last": step == steps[-1],
        "optional": step in OPTIONAL,
        "here": urls[step],
        "refers": request.actor.may("referral.draft"),
        "alone": step == "safety" and _alone(row, request.actor, at=at),
        **_who(row, request.actor, at=at),
    }
    return render(request, "cases/draft.html", context, status=status)


def _who(row, actor, *, at) -> dict:
    person = row.person
    if person is None:
        return {"name": (row.data.get("person", {}).get("name_1") or [""])[0], "words": ""}
    names = main_names([person.pk], actor)
    return {"name": names.get(person.pk, person.reference), "words": person_words(person, at=at)}


def _alone(row, actor, *, at) -> bool:
    """Return whether a person who is, or may be, a child has nobody who cares for it, as far as is typed."""
    person = row.person
    if person is None:
        facts = gathered(row, ["person"], actor, at=at)[0].get("person")
        if facts is None:
            return False
        names = ("birth_date", "birth_precision", "caregiver", "unaccompanied")
        person = Person(**{name: facts[name] for name in names})
    return is_minor(person, on=timezone.localdate(at)) and not (person.caregiver or person.unaccompanied)


def _same_person(request, row, person_id, *, at):
    """Go on with a person who is known: an open case of theirs, or this draft without its first step."""
    person = known_or_404(request, person_id)
    case = Case.objects.visible_to(request.actor).filter(person=person, status__in=OPEN).first()
    if case is not None:
        return redirect("cases:detail", pk=case.pk)
    rest = {name: answers for name, answers in row.data.items() if name != "person"}
    fresh = begin(request.actor, at=at, person=person, referral_id=row.referral_id, data=rest)
    discard_draft(row.pk, actor=request.actor)
    return redirect("cases:draft", pk=fresh.pk, step=fresh.step)


def known_or_404(request, person_id) -> Person:
    """Return the person that a button names."""
    try:
        return visible_or_404(Person, request.actor, pk=person_id, merged_into=None)
    except ValidationError:
        raise Http404 from None
