"""Changing a case: needs, tasks, consent, steps, and who works on it. Each is one form."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.actions.cases import change_need, reassign_case, settle_need
from cases.actions.consents import withdraw_consent
from cases.actions.moves import available_moves, move_case
from cases.forms import STEP_FORMS, DoorForm, NeedChangeForm, ReassignForm, SettleForm
from cases.models import Case, Consent, Grant, Need
from cases.views.drawing import NO_NAME, identity_bar, main_names
from cases.views.frame import frame
from cases.words import STEP_WORDS
from core import trail
from core.codelists import label
from core.events import sentence
from core.faces import attempt, attempt_edit, demand, speaks, visible_or_404
from partners.models import Organisation

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _case_or_404(request, pk) -> Case:
    return visible_or_404(Case.objects.select_related("person"), request.actor, pk=pk)


def _ask(request, case, form, *, template: str, door, done: str, **context):
    """Show a form of a case; when it is complete, ask the door once, and go back to the case.

    `door` may return what is said instead of `done`.
    """
    at = timezone.now()
    asked = attempt(request, form, lambda: door(at))
    if asked.done:
        messages.success(request, asked.result or done)
        return redirect(_after(case, request.actor))
    names = main_names([case.person_id], request.actor)
    consents = list(Consent.objects.visible_to(request.actor).filter(person=case.person))
    bar = identity_bar(case, names.get(case.person_id, NO_NAME), consents, at=at, actor=request.actor)
    return render(request, template, context | {"case": case, "form": form, "bar": bar}, status=asked.status)


def _after(case, actor) -> str:
    """Return where to go: the case, or the list when the case went out of sight (given to another team)."""
    if Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        return redirect("cases:detail", pk=case.pk).url
    return redirect("cases:list").url


@GET_POST
@speaks
def change_need_of(request, need_pk):
    """Change the words and the urgency of a need; who was second sees both versions."""
    demand(request.actor, "need.write")
    need = visible_or_404(Need, request.actor, pk=need_pk)
    case = _case_or_404(request, need.case_id)

    def read():
        fresh = visible_or_404(Need, request.actor, pk=need.pk)
        return {name: getattr(fresh, name) for name in NeedChangeForm.base_fields}, fresh.version

    def door(edit):
        told = {"actor": request.actor, "at": timezone.now(), "version": edit.based_on}
        change_need(need.pk, **told, **edit.form.cleaned_data)

    asked, edit = attempt_edit(request, NeedChangeForm, read, door)
    if asked.done:
        messages.success(request, _("Need changed"))
        return redirect("cases:detail", pk=case.pk)
    trail.read(need, subject="need", field_class=need.field_class, actor=request.actor, at=timezone.now())
    context = {"form": edit.form, "edit": edit, "title": label("need_category", need.category)}
    context |= frame(case, request.actor, at=timezone.now(), part="overview")
    return render(request, "cases/need_change.html", context, status=asked.status)


@GET_POST
@speaks
def settle(request, need_pk):
    """Say what became of a need, after asking the person."""
    demand(request.actor, "need.write")
    need = visible_or_404(Need, request.actor, pk=need_pk)
    case = _case_or_404(request, need.case_id)
    form = SettleForm(request.POST or None)

    def door(at):
        settle_need(need.pk, actor=request.actor, at=at, **form.cleaned_data)

    title = label("need_category", need.category)
    return _ask(
        request, case, form, template="cases/settle.html", door=door, done=_("Need settled"), title=title, need=need
    )


@GET_POST
@speaks
def withdraw(request, consent_pk):
    """Ask before a consent is withdrawn, saying what happens then; a POST withdraws it."""
    demand(request.actor, "consent.record")
    consent = visible_or_404(Consent, request.actor, pk=consent_pk)
    case = Case.objects.visible_to(request.actor).filter(person_id=consent.person_id).order_by("-opened_at").first()
    if request.method == "POST":
        withdraw_consent(consent.pk, actor=request.actor, at=timezone.now())
        messages.success(request, _("Consent withdrawn"))
        return redirect("cases:detail", pk=case.pk) if case else redirect("cases:consent", person_pk=consent.person_id)
    losing = Grant.objects.visible_to(request.actor).filter(consent=consent, closed_at=None, level="packet")
    bodies = Organisation.objects.filter(pk__in=losing.values("organisation_id")).order_by("name")
    context = {
        "consent": consent,
        "case": case,
        "losing": [body.full_label for body in bodies],
        "purposes": [label("consent_purpose", code) for code in consent.purposes],
        "name": main_names([consent.person_id], request.actor).get(consent.person_id, ""),
    }
    return render(request, "cases/withdraw.html", context)


@GET_POST
@speaks
def reassign(request, case_pk):
    """Give the case to a colleague."""
    demand(request.actor, "case.reassign")
    case = _case_or_404(request, case_pk)
    form = ReassignForm(request.POST or None, actor=request.actor)

    def door(at):
        reassign_case(case.pk, actor=request.actor, at=at, **form.cleaned_data)

    return _ask(
        request, case, form, template="cases/reassign.html", door=door, done=_("Case given to another caseworker")
    )


@GET_POST
@speaks
def step(request, case_pk, step):
    """Take a step of the case lifecycle; one that needs answers shows its form first."""
    case = _case_or_404(request, case_pk)
    if step not in STEP_WORDS:
        raise Http404
    offered = {move.name: move for move in available_moves(case, request.actor)}
    form = STEP_FORMS.get(step, DoorForm)(request.POST if request.method == "POST" else None)

    def door(at):
        moved = move_case(case.pk, step, actor=request.actor, at=at, **form.cleaned_data)
        waits = step in offered and moved.status != offered[step].target
        return _("Your supervisor is asked to approve this") if waits else ""

    done = sentence(offered[step].event) if step in offered else ""
    return _ask(request, case, form, template="cases/step.html", door=door, done=done, title=STEP_WORDS[step])
