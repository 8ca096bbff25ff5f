"""Notes and documents of a case."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions.records import (
    CHANGE_FOR,
    add_document,
    add_note,
    change_note,
    pin_note,
    replace_document,
    withdraw_document,
)
from cases.answers import class_of, facts, shown
from cases.forms.extended import extended
from cases.forms.records import ChangeNoteForm, DocumentForm, FileForm, NoteForm, WithdrawDocumentForm
from cases.models import Case, Document, Note, NoteWording, named_cases
from cases.states import OPEN
from cases.views.calls import calls_of
from cases.views.frame import frame
from cases.words import NOTE_TEMPLATES
from core import trail
from core.codelists import label
from core.faces import attempt, demand, page_of, speaks, visible_or_404
from core.files import download, vault

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
DOCUMENTS = 200  # shown at once; nobody brings more
ICONS = {"identity": "id", "photo": "photo", "consent": "file-certificate"}


def _case(request, pk) -> Case:
    return visible_or_404(Case.objects.select_related("person"), request.actor, pk=pk)


@require_safe
def records(request, case_pk):
    """Show the notes and the documents of a case."""
    actor, at = request.actor, timezone.now()
    case = _case(request, case_pk)
    notes = Note.objects.visible_to(actor).filter(case=case).select_related("author", "need")
    pinned = list(notes.filter(pinned=True).order_by("-occurred_at", "-id"))
    page = page_of(request, notes.filter(pinned=False), by=("-occurred_at", "-id"))
    rows = Document.objects.visible_to(actor).filter(case=case, replaced_at=None).select_related("added_by")
    documents = list(rows.order_by("-added_at", "-id")[:DOCUMENTS])
    answers = shown([note.pk for note in (*pinned, *page.rows)], actor)
    seen = [row.field_class for row in (*pinned, *page.rows, *documents)]
    seen += [class_of(lines) for lines in answers.values()]
    if calls := calls_of(case, actor):
        seen.append(trail.SENSITIVE)  # as a caller spoke: it may hold anything
    trail.read(case, subject="notes", field_class=max(seen, default=0), actor=actor, at=at)
    wordings = _wordings([*pinned, *page.rows], actor)
    may_write = case.status in OPEN
    context = {
        "pinned": [_note(note, wordings, answers, actor, case, at=at) for note in pinned],
        "notes": [_note(note, wordings, answers, actor, case, at=at) for note in page.rows],
        "page": page,
        "documents": [_document(row) for row in documents],
        "writes": may_write and actor.may("note.write"),
        "uploads": may_write and actor.may("document.write"),
        "calls": calls,
        "takes_calls": may_write and actor.may("case.open"),
        "templates": _templates(case),
    }
    return render(request, "cases/records.html", frame(case, actor, at=at, part="records") | context)


def _templates(case) -> list[dict]:
    new = reverse("cases:note", args=[case.pk])
    return [{"label": label("note_kind", kind), "url": f"{new}?kind={kind}"} for kind in NOTE_TEMPLATES]


def _wordings(notes, actor) -> dict:
    found: dict = {}
    changed = [note.pk for note in notes if note.edited_at]
    for wording in NoteWording.objects.visible_to(actor).filter(note_id__in=changed).order_by("-version"):
        found.setdefault(wording.note_id, []).append(wording)
    return found


def _note(note, wordings, answers, actor, case, *, at) -> dict:
    writes = actor.may("note.write") and case.status in OPEN
    own = note.author_id is not None and note.author_id == actor.member_id
    return {
        "note": note,
        "kind": label("note_kind", note.kind),
        "author": note.author.name if note.author else _("The organisation's own system"),
        "need": label("need_category", note.need.category) if note.need else "",
        "wordings": wordings.get(note.pk, []),
        "answers": facts(answers.get(note.pk, [])),
        "changes": writes and own and at <= note.written_at + CHANGE_FOR,
        "pins": writes,
    }


def _document(row) -> dict:
    return {
        "row": row,
        "title": row.title or label("document_kind", row.kind),
        "kind": label("document_kind", row.kind),
        "icon": ICONS.get(row.kind, "file-text"),
        "by": row.added_by.name if row.added_by else "",
    }


@GET_POST
@speaks
def note(request, case_pk):
    """Write a note; `?kind=` begins it with that kind's questions."""
    demand(request.actor, "note.write")
    case, at = _case(request, case_pk), timezone.now()
    named = _named(case, request.actor)
    initial = NoteForm.template(request.GET.get("kind", ""))
    Page = extended(NoteForm, "note", request.actor)
    form = Page(request.POST or None, initial=initial, case=case, actor=request.actor, named=named)

    def door():
        return add_note(case, actor=request.actor, at=at, **form.own_facts(), extra=form.extra())

    extra = {"templates": _templates(case)}
    return _asked(request, case, form, door, template="cases/note.html", done=_("Note saved"), at=at, **extra)


@GET_POST
@speaks
def change(request, note_pk):
    """Change one's own note within a day; when somebody was faster, show both wordings and lose none."""
    demand(request.actor, "note.write")
    row = visible_or_404(Note, request.actor, pk=note_pk)
    case, at = _case(request, row.case_id), timezone.now()
    form = ChangeNoteForm(request.POST or None, initial={"text": row.text, "version": row.version})
    trail.read(case, subject="notes", field_class=row.field_class, actor=request.actor, at=at)
    faster = request.method == "POST" and form.is_valid() and form.cleaned_data["version"] != row.version
    theirs = row.text if faster else ""

    def door():
        return change_note(row.pk, actor=request.actor, at=at, **form.cleaned_data)

    done, extra = _("Note changed"), {"theirs": theirs, "latest": row.version}
    return _asked(request, case, form, door, template="cases/note_change.html", done=done, at=at, **extra)


@require_POST
@speaks
def pin(request, note_pk):
    """Hold a note on top, or let it go (the button says which)."""
    demand(request.actor, "note.write")
    row = visible_or_404(Note, request.actor, pk=note_pk)
    pinned = request.POST.get("pinned") == "1"
    pin_note(row.pk, actor=request.actor, at=timezone.now(), pinned=pinned)
    messages.success(request, _("Note pinned") if pinned else _("Note unpinned"))
    return redirect("cases:records", case_pk=row.case_id)


@GET_POST
@speaks
def upload(request, case_pk):
    """Take a file into the case; `?camera=1` opens the camera of a phone at once."""
    demand(request.actor, "document.write")
    case, at = _case(request, case_pk), timezone.now()
    form = DocumentForm(
        request.POST or None,
        request.FILES or None,
        case=case,
        actor=request.actor,
        named=_named(case, request.actor),
        camera=request.GET.get("camera") == "1",
    )

    def door():
        return add_document(case, actor=request.actor, at=at, **form.cleaned_data)

    return _asked(request, case, form, door, template="cases/upload.html", done=_("Document added"), at=at)


@require_safe
def document(request, document_pk):
    """Show what is known about one document, and its versions."""
    actor, at = request.actor, timezone.now()
    row = visible_or_404(Document.objects.select_related("added_by", "need", "consent"), actor, pk=document_pk)
    case = _case(request, row.case_id)
    trail.read(row, subject="document", field_class=row.field_class, actor=actor, at=at)
    same = Document.objects.visible_to(actor).filter(case=case, kind=row.kind).select_related("added_by")
    versions = _chain(row, {other.pk: other for other in same})
    writes = actor.may("document.write") and case.status in OPEN and row.gone_at is None and row.replaced_at is None
    context = _document(row) | {
        "need": label("need_category", row.need.category) if row.need else "",
        "consent": [label("consent_purpose", code) for code in row.consent.purposes] if row.consent else [],
        "versions": [_document(other) for other in versions],
        "writes": writes,
        "kilobytes": max(1, row.size // 1024),
    }
    return render(request, "cases/document.html", frame(case, actor, at=at, part="records") | context)


def _chain(row, rows: dict) -> list:
    """Return the other versions of a document, the newest first."""
    newer = {other.replaces_id: other for other in rows.values() if other.replaces_id}
    top = row
    while top.pk in newer:
        top = newer[top.pk]
    chain, step = [], top
    while step is not None:
        chain.append(step)
        step = rows.get(step.replaces_id)
    return [other for other in chain if other.pk != row.pk]


@require_safe
def file(request, document_pk):
    """Give out the file of a document, to be saved; the name says the kind and nothing else (INV-11)."""
    row = visible_or_404(Document, request.actor, pk=document_pk, stored_as__isnull=False)
    try:
        content = vault.fetch(row.stored_as, row=row.pk)
    except vault.Unreadable:
        raise Http404 from None
    trail.read(row, subject="document", field_class=row.field_class, actor=request.actor, at=timezone.now())
    return download(content, kind=row.file_kind, name=row.kind)


@GET_POST
@speaks
def replace(request, document_pk):
    """Put a new version in the place of a document."""
    demand(request.actor, "document.write")
    row = visible_or_404(Document, request.actor, pk=document_pk)
    case, at = _case(request, row.case_id), timezone.now()
    form = FileForm(request.POST or None, request.FILES or None, camera=request.GET.get("camera") == "1")

    def door():
        return replace_document(row.pk, actor=request.actor, at=at, **form.cleaned_data)

    done, title = _("New version added"), row.title or label("document_kind", row.kind)
    return _asked(request, case, form, door, template="cases/replace.html", done=done, at=at, title=title, row=row)


@GET_POST
@speaks
def take_away(request, document_pk):
    """Ask why, then destroy a document's file."""
    demand(request.actor, "document.write")
    row = visible_or_404(Document, request.actor, pk=document_pk)
    case, at = _case(request, row.case_id), timezone.now()
    form = WithdrawDocumentForm(request.POST or None)

    def door():
        return withdraw_document(row.pk, actor=request.actor, at=at, **form.cleaned_data)

    done, title = _("Document taken away"), row.title or label("document_kind", row.kind)
    return _asked(request, case, form, door, template="cases/take_away.html", done=done, at=at, title=title, row=row)


def _named(case, actor) -> bool:
    return named_cases(actor).filter(case_id=case.pk).exists()


def _asked(request, case, form, door, *, template: str, done: str, at, **context):
    """Show a form; when it is complete, ask the door once and go back to the records."""
    asked = attempt(request, form, door)
    if asked.done:
        messages.success(request, done)
        return redirect("cases:records", case_pk=case.pk)
    return render(
        request,
        template,
        frame(case, request.actor, at=at, part="records") | {"form": form} | context,
        status=asked.status,
    )
