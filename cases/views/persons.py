"""The person behind a case: everything that is known, and a form for each part of it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions.contacts import add_way, change_way, retire_way, reveal_way
from cases.actions.identity import (
    add_name,
    add_paper,
    change_name,
    change_paper,
    record_status,
    retire_name,
    retire_paper,
)
from cases.actions.persons import change_contact, change_person, sees_restricted
from cases.forms.identity import FactsForm, NameForm, PaperForm, RevealForm, StatusForm, WayForm
from cases.forms.persons import ContactForm
from cases.models import Case, ContactWay, MigrationStatus, Person, PersonDocument, PersonName
from cases.models.persons import present
from cases.states import OPEN
from cases.views.drawing import NO_NAME, main_names
from cases.views.frame import frame
from cases.views.person_parts import parts
from core import trail
from core.actions import Refusal
from core.codelists import label
from core.edits import CHANGED, Edit
from core.faces import demand, speaks, visible_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def person(request, case_pk):
    """Show the person of a case: names, facts, papers, status, ways to reach it, family."""
    actor, now = request.actor, timezone.now()
    case = visible_or_404(Case.objects.select_related("person__area"), actor, pk=case_pk)
    shown = parts(case.person, actor, at=now)
    trail.read(case.person, subject="person", field_class=shown["field_class"], actor=actor, at=now)
    context = frame(case, actor, at=now, part="person") | shown
    return render(request, "cases/person.html", context | {"person": case.person, "writes": actor.may("person.write")})


def sent(request):
    """Return what was sent; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def person_or_404(request, pk) -> Person:
    """Return a person for a form about it; opening the form is a reading of sensitive data."""
    demand(request.actor, "person.write")
    found = visible_or_404(Person, request.actor, pk=pk)
    if request.method != "POST":
        trail.read(found, subject="person", field_class=trail.SENSITIVE, actor=request.actor, at=timezone.now())
    return found


def case_of(person, actor):
    """Return the case in whose frame a person is shown: an open one first; None where the actor sees none."""
    rows = list(
        Case.objects.visible_to(actor).filter(person_id=person.pk).select_related("person").order_by("-opened_at")
    )
    return next((case for case in rows if case.status in OPEN), rows[0] if rows else None)


def back_url(person, actor) -> str:
    """Return where a form about a person leads back to."""
    case = case_of(person, actor)
    return reverse("cases:person", args=[case.pk]) if case else reverse("cases:open", args=[person.pk])


def ask(request, person, form, *, title, door, done, edit=None, reread=None, template="cases/person_form.html", **more):
    """Show a form about a person, and ask the door once when it is complete.

    With `edit` (core.edits.Edit) and `reread`, which returns what stands now and its version, an answer to an old
    version shows both versions. Args: `door(at)` acts; `done` is said afterwards.
    """
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            door(timezone.now())
        except Refusal as refusal:
            status = refusal.status
            if edit is not None and refusal.code == CHANGED:
                edit = edit.against(*reread())
                form = edit.form
            else:
                form.shows(refusal)
        else:
            messages.success(request, done)
            return redirect(back_url(person, request.actor))
    context = {"person": person, "back": back_url(person, request.actor), "title": title, "form": form, "edit": edit}
    return render(request, template, context | _around(person, request.actor) | more, status=status)


def _around(person, actor) -> dict:
    """Return the bar of the case in whose frame a form stands; the name alone where the actor sees no case."""
    case = case_of(person, actor)
    if case is not None:
        return frame(case, actor, at=timezone.now(), part="person")
    return {"name": main_names([person.pk], actor).get(person.pk, NO_NAME), "bar": None}


def _edit(request, person, make, row, values, *, title, door, done, **more):
    """Ask with a form over `row`, whose `values()` are read anew when somebody else saved meanwhile."""
    edit = Edit(make, sent(request), values(row), row.version)

    def reread():
        fresh = type(row).objects.visible_to(request.actor).get(pk=row.pk)
        return values(fresh), fresh.version

    def act(at):
        door(at, edit)

    return ask(request, person, edit.form, title=title, door=act, done=done, edit=edit, reread=reread, **more)


@GET_POST
@speaks
def facts(request, person_pk):
    """Change what was said at registration."""
    person = person_or_404(request, person_pk)
    restricted = sees_restricted(person, request.actor)

    def make(data, initial):
        return FactsForm(data, initial=initial, restricted=restricted)

    def door(at, edit):
        change_person(person.pk, actor=request.actor, at=at, version=edit.based_on, **edit.form.facts())

    return _edit(
        request, person, make, person, FactsForm.of, door=door, title=_("Change the facts"),
        done=_("Facts changed"), template="cases/person_facts.html",
    )  # fmt: skip


@GET_POST
@speaks
def contact(request, case_pk):
    """Change the way agreed with the person."""
    demand(request.actor, "person.write")
    case = visible_or_404(Case.objects.select_related("person"), request.actor, pk=case_pk)
    person = person_or_404(request, case.person_id)

    def door(at, edit):
        change_contact(person.pk, actor=request.actor, at=at, version=edit.based_on, **edit.form.contact())

    return _edit(
        request, person, ContactForm, person, _values(ContactForm), door=door, title=_("Change safe contact"),
        done=_("Safe contact changed"),
    )  # fmt: skip


@GET_POST
@speaks
def new_name(request, person_pk):
    """Add a name or a spelling."""
    person = person_or_404(request, person_pk)
    form = NameForm(sent(request), initial={"kind": "alias", "script": "Zyyy"})

    def door(at):
        add_name(person.pk, actor=request.actor, at=at, **form.cleaned_data)

    return ask(request, person, form, title=_("Add a name or spelling"), door=door, done=_("Name added"))


@GET_POST
@speaks
def name(request, name_pk):
    """Change a name."""
    demand(request.actor, "person.write")
    row = visible_or_404(PersonName.objects.select_related("person"), request.actor, pk=name_pk)
    person = person_or_404(request, row.person_id)

    def door(at, edit):
        change_name(row.pk, actor=request.actor, at=at, version=edit.based_on, **edit.form.cleaned_data)

    return _edit(
        request, person, NameForm, row, _values(NameForm), door=door, title=_("Change the name"),
        done=_("Name changed"),
    )  # fmt: skip


def _values(form):
    """Return a function that reads the fields of a form from a row of the same names."""
    return lambda row: {name: getattr(row, name) for name in form.base_fields}


@GET_POST
@speaks
def new_paper(request, person_pk):
    """Note a paper."""
    person = person_or_404(request, person_pk)
    form = PaperForm(sent(request))

    def door(at):
        add_paper(person.pk, actor=request.actor, at=at, **form.cleaned_data)

    return ask(request, person, form, title=_("Add a paper"), door=door, done=_("Paper added"))


@GET_POST
@speaks
def paper(request, paper_pk):
    """Change what is noted of a paper."""
    demand(request.actor, "person.write")
    row = visible_or_404(PersonDocument, request.actor, pk=paper_pk)
    person = person_or_404(request, row.person_id)

    def door(at, edit):
        change_paper(row.pk, actor=request.actor, at=at, version=edit.based_on, **edit.form.cleaned_data)

    return _edit(
        request, person, PaperForm, row, _values(PaperForm), door=door, title=_("Change the paper"),
        done=_("Paper changed"),
    )  # fmt: skip


@GET_POST
@speaks
def status(request, person_pk):
    """Record the present status; the former ones stay as history."""
    person, actor = person_or_404(request, person_pk), request.actor
    papers = PersonDocument.objects.visible_to(actor).filter(person=person, retired_at=None).order_by("recorded_at")
    now = present(MigrationStatus.objects.visible_to(actor).filter(person=person))
    form = StatusForm(sent(request), papers=papers, present=now)

    def door(at):
        record_status(person.pk, actor=actor, at=at, **form.cleaned_data)

    words = label("migration_status", now.status) if now else ""
    return ask(request, person, form, title=_("Record a status"), door=door, done=_("Status recorded"), lead=words)


@GET_POST
@speaks
def new_way(request, person_pk):
    """Note a further way to reach the person."""
    person = person_or_404(request, person_pk)
    form = WayForm(sent(request))

    def door(at):
        add_way(person.pk, actor=request.actor, at=at, **form.cleaned_data)

    return ask(request, person, form, title=_("Add a way to reach the person"), door=door, done=_("Way added"))


@GET_POST
@speaks
def way(request, way_pk):
    """Change a way to reach the person; the number of an unsafe one is not shown by it."""
    demand(request.actor, "person.write")
    row = visible_or_404(ContactWay, request.actor, pk=way_pk)
    person = person_or_404(request, row.person_id)

    def make(data, initial):
        return WayForm(data, initial=initial, hides_value=not row.safe)

    def door(at, edit):
        change_way(row.pk, actor=request.actor, at=at, version=edit.based_on, **edit.form.cleaned_data)

    return _edit(
        request, person, make, row, _values(WayForm), door=door, title=_("Change a way to reach the person"),
        done=_("Way changed"),
    )  # fmt: skip


@GET_POST
@speaks
def reveal(request, way_pk):
    """Look up an unsafe number: only for a reason, and on the record."""
    demand(request.actor, "person.write")
    row = visible_or_404(ContactWay, request.actor, pk=way_pk)
    person = person_or_404(request, row.person_id)
    form = RevealForm(sent(request))
    value = ""
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        value = reveal_way(row.pk, actor=request.actor, at=now, **form.cleaned_data).value
        trail.read(row, subject="contact", field_class=4, actor=request.actor, at=now)
    context = {"person": person, "form": form, "value": value, "back": back_url(person, request.actor), "way": row}
    return render(request, "cases/reveal.html", context, status=422 if form.errors else 200)


@require_POST
@speaks
def retire(request, part, pk):
    """Put a name, a paper or a way out of use."""
    demand(request.actor, "person.write")
    found = {
        "name": (PersonName, retire_name, _("Name put out of use")),
        "paper": (PersonDocument, retire_paper, _("Paper put out of use")),
        "way": (ContactWay, retire_way, _("Way put out of use")),
    }.get(part)
    if found is None:
        raise Http404
    model, door, done = found
    row = visible_or_404(model.objects.select_related("person"), request.actor, pk=pk)
    door(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, done)
    return redirect(back_url(row.person, request.actor))
