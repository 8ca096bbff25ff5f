"""Where an administrator adds questions to persons and needs: the forms, their fields, a preview, publishing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions import extensions as doors
from cases.actions.answers import SUBJECTS
from cases.extensions.checking import problems_of, warnings_of
from cases.extensions.conditions import in_words
from cases.extensions.definition import Field, asked, label
from cases.forms import DoorForm
from cases.forms.extended import with_questions
from cases.forms.extensions import KIND_WORDS, FieldForm, initial_of
from cases.models import Form
from cases.models.extensions import NETWORK, OWN
from core.actions import Refusal
from core.faces import demand, speaks, visible_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
SUBJECT_WORDS = {
    "person": gettext_lazy("Person"),
    "assessment": gettext_lazy("Assessment"),
    "need": gettext_lazy("Need"),
    "note": gettext_lazy("Note"),
}
STATE_WORDS = {
    "draft": gettext_lazy("Draft"),
    "published": gettext_lazy("In use"),
    "retired": gettext_lazy("Not asked any more"),
}
SCOPE_WORDS = {OWN: gettext_lazy("Your organisation"), NETWORK: gettext_lazy("The whole network")}
STEPS = {
    "publish": (doors.publish_form, gettext_lazy("The form is in use now.")),
    "retire": (doors.retire_form, gettext_lazy("The form is not asked any more. Its answers stay readable.")),
    "discard": (doors.discard_draft, gettext_lazy("The draft is thrown away.")),
}
CHANGES = {
    "up": lambda pk, **facts: doors.move_field(pk, by=-1, **facts),
    "down": lambda pk, **facts: doors.move_field(pk, by=1, **facts),
    "drop": doors.drop_field,
    "restore": doors.restore_field,
}


def _demand(actor) -> None:
    demand(actor, *doors.VERBS.values())


def _form_or_404(request, pk) -> Form:
    _demand(request.actor)
    found = visible_or_404(Form, request.actor, pk=pk)
    if not request.actor.may(doors.VERBS[found.scope]):
        raise Http404
    return found


@require_safe
def forms(request):
    """List the forms of one's organisation, and of the network where the actor keeps those: subject by subject."""
    actor = request.actor
    _demand(actor)
    scopes = [scope for scope, verb in doors.VERBS.items() if actor.may(verb)]
    rows = [form for form in Form.objects.visible_to(actor).order_by("-version") if form.scope in scopes]
    groups = [
        {
            "title": SCOPE_WORDS[scope],
            "rows": [_line(subject, scope, [r for r in rows if (r.subject, r.scope) == (subject, scope)])
                     for subject in SUBJECTS],
        }
        for scope in scopes
    ]  # fmt: skip
    return render(request, "cases/forms.html", {"groups": groups})


def _line(subject: str, scope: str, versions: list[Form]) -> dict:
    used = next((form for form in versions if form.in_use), None)
    draft = next((form for form in versions if form.is_draft), None)
    return {
        "subject": SUBJECT_WORDS[subject],
        "used": used,
        "questions": len(asked(used.fields)) if used else 0,
        "draft": draft,
        "draft_url": reverse("cases:form", args=[draft.pk]) if draft else "",
        "used_url": reverse("cases:form", args=[used.pk]) if used else "",
        "new_url": reverse("cases:draft_form", args=[scope, subject]),
        "import_url": reverse("cases:load_form", args=[scope, subject]),
    }


@require_POST
@speaks
def draft(request, scope, subject):
    """Begin the next version of a form."""
    _demand(request.actor)
    if scope not in doors.VERBS or subject not in SUBJECTS:
        raise Http404
    made = doors.draft_form(actor=request.actor, at=timezone.now(), subject=subject, scope=scope)
    return redirect("cases:form", pk=made.pk)


@require_safe
def form(request, pk):
    """Show one version: its questions in order, what is wrong with it, and what can be done."""
    found = _form_or_404(request, pk)
    return render(request, "cases/form.html", _facts(found, request.actor))


def _facts(found: Form, actor, refused: str = "") -> dict:
    fields, is_draft = found.fields, found.is_draft
    by_code = {one.code: one for one in fields}
    problems = problems_of(fields, doors.used_fields(found, actor)) if is_draft else []
    return {
        "form": found,
        "title": SUBJECT_WORDS[found.subject],
        "lead": f"{SCOPE_WORDS[found.scope]} · {STATE_WORDS[found.state]}",
        "export_url": reverse("cases:export_form", args=[found.pk]) if fields else "",
        "draft": is_draft,
        "used": found.in_use,
        "fields": [_drawn(found, one, by_code, is_draft) for one in fields],
        "refused": refused,
        "problems": [_sentence(problem, by_code) for problem in problems],
        "warnings": [_sentence(problem, by_code) for problem in warnings_of(fields)],
    }


def _drawn(found: Form, one: Field, by_code: dict[str, Field], is_draft: bool) -> dict:
    about = [str(KIND_WORDS[one.kind]), _("class %(number)s") % {"number": one.field_class}]
    if one.required:
        about.append(_("needs an answer"))
    if one.listed:
        about.append(_("filter of the case list"))
    condition = in_words(one.shown_if, by_code) if one.shown_if and one.shown_if.field in by_code else ""
    changes = {name: reverse("cases:change_field", args=[found.pk, one.code, name]) for name in CHANGES}
    return {
        "label": label(one),
        "code": one.code,
        "meta": " · ".join(about),
        "condition": condition,
        "answers": ", ".join(label(option) for option in one.offered[:8]) + (" …" if len(one.offered) > 8 else ""),
        "retired": one.retired,
        "edit_url": reverse("cases:edit_field", args=[found.pk, one.code]) if is_draft and not one.retired else "",
        "changes": changes if is_draft else {},
    }


def _sentence(problem, by_code: dict[str, Field]) -> str:
    if problem.code not in by_code:
        return problem.sentence
    return f"{label(by_code[problem.code]).rstrip('?:. ')}: {problem.sentence}"


@GET_POST
@speaks
def add_field(request, pk):
    """Add a question to a draft."""
    found = _form_or_404(request, pk)
    begin = {"revision": found.revision, "if_operator": "equals"}
    page = FieldForm(request.POST or None, initial=begin, others=found.fields)
    return _write(request, found, page, title=_("Add a question"))


@GET_POST
@speaks
def edit_field(request, pk, code):
    """Change a question of a draft."""
    found = _form_or_404(request, pk)
    one = next((one for one in found.fields if one.code == code), None)
    if one is None:
        raise Http404
    begin = initial_of(one) | {"revision": found.revision}
    others = [other for other in found.fields if other.code != code]
    page = FieldForm(request.POST or None, initial=begin, others=others)
    return _write(request, found, page, title=label(one), replaces=code)


def _write(request, found: Form, page: FieldForm, *, title: str, replaces: str = ""):
    """Show the form of a question; when it is complete, ask the door once."""
    status = 200
    if request.method == "POST":
        status = 422
        if page.is_valid():
            try:
                facts = {"field": page.field(), "replaces": replaces, "revision": page.cleaned_data["revision"]}
                doors.write_field(found.pk, actor=request.actor, at=timezone.now(), **facts)
            except Refusal as refusal:
                page.shows(refusal)
                status = refusal.status
                if refusal.code == "form_changed":
                    # What was typed stays; saved once more it counts for the form as it is now.
                    page.data = page.data.copy()
                    page.data["revision"] = found.revision
            else:
                messages.success(request, _("Question saved"))
                return redirect("cases:form", pk=found.pk)
    context = {"form": found, "page": page, "title": title, "words": page.words()}
    return render(request, "cases/field.html", context, status=status)


@require_POST
@speaks
def change_field(request, pk, code, change):
    """Move a question up or down, take it out, or ask it again."""
    found = _form_or_404(request, pk)
    if change not in CHANGES:
        raise Http404
    CHANGES[change](found.pk, actor=request.actor, at=timezone.now(), code=code)
    return redirect(reverse("cases:form", args=[found.pk]) + f"#{code}")


@GET_POST
def preview(request, pk):
    """Try a form: what is typed is checked as for a person, and not kept."""
    found = _form_or_404(request, pk)
    page = with_questions(DoorForm, [found])(request.POST if request.method == "POST" else None)
    fits = request.method == "POST" and page.is_valid()
    context = {"form": page, "asked": found, "title": SUBJECT_WORDS[found.subject], "fits": fits}
    return render(request, "cases/preview.html", context, status=422 if page.errors else 200)


@require_POST
@speaks
def step(request, pk, step):
    """Publish a draft, retire a form, or throw a draft away."""
    found = _form_or_404(request, pk)
    if step not in STEPS:
        raise Http404
    door, done = STEPS[step]
    try:
        door(found.pk, actor=request.actor, at=timezone.now())
    except Refusal as refusal:
        facts = _facts(found, request.actor, refused=refusal.sentence)
        return render(request, "cases/form.html", facts, status=refusal.status)
    messages.success(request, str(done))
    return redirect("cases:forms")
