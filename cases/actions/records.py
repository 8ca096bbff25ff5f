"""Writing notes, and adding, replacing and taking away documents (DOMAIN 2, 12)."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.actions.answers import store
from cases.facts import checking
from cases.models import Case, Consent, Document, Need, Note, NoteWording, named_cases
from cases.states import OPEN
from core import events
from core.actions import NotNow, NotPermitted, action
from core.actors import NOBODY
from core.files import Clean, check, vault

NOTE_CLASSES = (2, 3, 4)
CONTACTS = frozenset({"call", "visit", "meeting", "message"})  # kinds in which the person was spoken with
CHANGE_FOR = timedelta(hours=24)
# The lowest class of a kind of document; the writer may take a higher one.
LOWEST_CLASS = {"identity": 3, "legal": 3, "medical": 3, "photo": 3}
REASONS = ("wrong_file", "person_asked", "not_needed")  # what a person may give; the others are the clock's
_TEXT, _TITLE, _FILE_NAME = 10_000, 200, 255


@action("note.add", permission="note.write")
def add_note(
    case, *, actor, at, kind, text, field_class=2, need=None, occurred_at=None, pinned=False, extra=None
) -> Note:
    """Write a note about a case, or about one of its needs; it says when the thing happened (`at` when None).

    `extra` are answers to own questions (cases.actions.answers).

    Returns the Note. Raises Case.DoesNotExist, NotNow (case_closed), Incomplete: class 4 is for those whom the case
    names, and a note about a need is at least of the class of the need.
    """
    case = _open_case(case, actor)
    with checking() as facts:
        facts.code("kind", kind, "note_kind")
        words = facts.text("text", text, limit=_TEXT, lines=True, required=_("Write what happened."))
        field_class = _class(facts, case, actor, field_class, need)
        if (occurred_at or at) > at:
            facts.wrong("occurred_at", _("This time is in the future."))
    note = Note(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        case=case,
        kind=kind,
        field_class=field_class,
        text=words,
        need=need,
        author_id=_member(actor),
        occurred_at=occurred_at or at,
        written_at=at,
        pinned=pinned,
    )
    note.save(force_insert=True)
    store("note", note, extra, actor=actor, at=at)
    if kind in CONTACTS:
        earlier = Q(last_contact_at=None) | Q(last_contact_at__lt=note.occurred_at)
        Case.objects.visible_to(actor).filter(earlier, pk=case.pk).update(last_contact_at=note.occurred_at)
    _note_event("note.added", note, actor=actor, at=at, kind_of_note=kind)
    return note


@action("note.change", permission="note.write")
def change_note(note_id, *, actor, at, text, version) -> Note:
    """Change the words of one's own note within a day; the former wording is kept beside it.

    `version` is the one that was read. Raises Note.DoesNotExist, NotPermitted (not_author), NotNow (note_settled after
    a day, note_changed when somebody was faster, case_closed), Incomplete.
    """
    note = Note.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case").get(pk=note_id)
    _still_open(note.case)
    if note.author_id is None or note.author_id != actor.member_id:
        raise NotPermitted("not_author", _("Only who wrote a note can change it. Write a new note instead."))
    if at > note.written_at + CHANGE_FOR:
        raise NotNow("note_settled", _("A note can be changed for a day. Write a new note that corrects it."))
    if version != note.version:
        raise NotNow(
            "note_changed", _("This note was changed while you wrote. Compare both wordings, then save again.")
        )
    with checking() as facts:
        words = facts.text("text", text, limit=_TEXT, lines=True, required=_("Write what happened."))
    NoteWording(
        note=note,
        organisation_id=note.organisation_id,
        case_id=note.case_id,
        field_class=note.field_class,
        version=note.version,
        text=note.text,
        until=at,
    ).save(force_insert=True)
    note.text, note.edited_at = words, at
    note.version += 1
    note.save(update_fields=["text", "edited_at", "version"])
    _note_event("note.changed", note, actor=actor, at=at)
    return note


@action("note.pin", permission="note.write")
def pin_note(note_id, *, actor, at, pinned: bool) -> Note:
    """Hold a note on top of the others, or let it go. Raises Note.DoesNotExist, NotNow (case_closed)."""
    note = Note.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case").get(pk=note_id)
    _still_open(note.case)
    note.pinned = pinned
    note.save(update_fields=["pinned"])
    _note_event("note.pinned" if pinned else "note.unpinned", note, actor=actor, at=at)
    return note


@action("document.add", permission="document.write")
def add_document(
    case, *, actor, at, upload, kind, title="", field_class=2, need=None, consent=None, valid_until=None
) -> Document:
    """Take a file into a case: checked, cleaned, sealed.

    `upload` is an open binary file (`core.files.check`). Returns the Document. Raises Case.DoesNotExist, NotNow
    (case_closed, file_scan_unavailable, file_not_stored), Incomplete, FileRefused.
    """
    case = _open_case(case, actor)
    with checking() as facts:
        facts.code("kind", kind, "document_kind")
        title = facts.text("title", title, limit=_TITLE)
        field_class = max(_class(facts, case, actor, field_class, need), LOWEST_CLASS.get(kind, 2))
        if consent is not None and not _of_case(Consent, consent, actor, person_id=case.person_id):
            facts.wrong("consent", _("Choose a consent of this person."))
    document = Document(
        organisation_id=actor.organisation_id,
        case=case,
        kind=kind,
        field_class=field_class,
        title=title,
        need=need,
        consent=consent,
        valid_until=valid_until,
    )
    return _take(document, upload, actor=actor, at=at)


@action("document.replace", permission="document.write")
def replace_document(document_id, *, actor, at, upload, valid_until=None) -> Document:
    """Put a new version in the place of a document; the former one stays to be looked up.

    Returns the new Document. Raises Document.DoesNotExist, NotNow (document_replaced, document_gone, case_closed),
    FileRefused.
    """
    old = _held(document_id, actor)
    old.replaced_at = at
    old.save(update_fields=["replaced_at"])
    document = Document(
        organisation_id=old.organisation_id,
        case=old.case,
        kind=old.kind,
        field_class=old.field_class,
        title=old.title,
        need_id=old.need_id,
        consent_id=old.consent_id,
        valid_until=valid_until,
        replaces=old,
        version=old.version + 1,
    )
    return _take(document, upload, actor=actor, at=at)


@action("document.withdraw", permission="document.write")
def withdraw_document(document_id, *, actor, at, reason) -> Document:
    """Destroy a document's file and its words; the shell says what it was and why it is gone.

    Raises Document.DoesNotExist, NotNow (document_replaced, document_gone, case_closed), Incomplete.
    """
    document = _held(document_id, actor)
    with checking() as facts:
        facts.choice("reason", reason, REASONS)
    shed(document, at=at, reason=reason)
    _document_event("document.withdrawn", document, actor=actor, at=at, reason=reason)
    return document


def shed(document: Document, *, at, reason: str) -> None:
    """Leave the shell of a document only; its file is destroyed when the transaction commits. No event."""
    name = document.stored_as
    document.title = document.original_name = document.digest = ""
    document.stored_as, document.purge_on = None, None
    document.gone_at, document.gone_reason = at, reason
    document.save(update_fields=["title", "original_name", "digest", "stored_as", "purge_on", "gone_at", "gone_reason"])
    if name is not None:
        # A failure here is made good by the sweep, which finds a file that no row names.
        transaction.on_commit(lambda: vault.destroy(name), robust=True)


def _take(document: Document, upload, *, actor, at) -> Document:
    clean: Clean = check(upload)
    document.original_name = _plain_name(getattr(upload, "name", "") or "")
    document.file_kind, document.size, document.digest = clean.kind, len(clean.content), vault.digest(clean.content)
    document.added_by_id, document.added_at = _member(actor), at
    with vault.kept(clean.content, row=document.pk) as name:
        document.stored_as = name
        document.save(force_insert=True)
        kind = "document.replaced" if document.replaces_id else "document.added"
        _document_event(kind, document, actor=actor, at=at, kind_of_document=document.kind)
    return document


def _plain_name(name: str) -> str:
    """Return the last part of an uploaded name as it may be shown: no path, no sign that cannot be seen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:_FILE_NAME]


def _open_case(case, actor) -> Case:
    found = Case.objects.visible_to(actor).get(pk=case.pk)
    _still_open(found)
    return found


def _still_open(case: Case) -> None:
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))


def _held(document_id: UUID, actor) -> Document:
    rows = Document.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case")
    document = rows.get(pk=document_id)
    _still_open(document.case)
    if document.gone_at is not None:
        raise NotNow("document_gone", _("This document was taken away already."))
    if document.replaced_at is not None:
        raise NotNow("document_replaced", _("This document has a newer version already. Use that one."))
    return document


def _class(facts, case: Case, actor, wanted, need) -> int:
    """Return the class that holds, and note what is wrong with the one that was wanted."""
    if wanted not in NOTE_CLASSES:
        facts.wrong("field_class", _("Choose one of the answers."))
        return 2
    if need is not None and not _of_case(Need, need, actor, case_id=case.pk):
        facts.wrong("need", _("Choose a need of this case."))
        return wanted
    field_class = max(wanted, need.field_class if need is not None else 2)
    if field_class == 4 and not named_cases(actor).filter(case_id=case.pk).exists():
        facts.wrong("field_class", _("Only people whom this case names can write this. Ask its caseworker."))
    return field_class


def _of_case(model, row, actor, **where) -> bool:
    return model.objects.visible_to(actor).filter(pk=row.pk, **where).exists()


def _member(actor) -> UUID | None:
    return None if actor.member_id == NOBODY else actor.member_id


def _note_event(kind: str, note: Note, *, actor, at, **facts) -> None:
    events.record(kind, actor=actor, at=at, about=note.pk, case_id=note.case_id, field_class=note.field_class, **facts)


def _document_event(kind: str, document: Document, *, actor, at, **facts) -> None:
    events.record(
        kind,
        actor=actor,
        at=at,
        about=document.pk,
        case_id=document.case_id,
        organisations=[document.organisation_id],
        field_class=document.field_class,
        **facts,
    )
