"""Notes and documents of cases."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from cases.actions import records as doors
from cases.api.extensions import Extended, ExtraIn
from cases.models import Case, Consent, Document, Need, Note
from core.api.fields import Code, Day, Flag, Id, Input, Moment, Output, Text, Whole, Words
from core.api.rows import Rows, described
from core.api.uploads import TakesFiles, Upload
from core.codelists import codes
from core.files import download, vault

READS = ("case.read", "case.read_team")


class OfCase(Input):
    """What the parts of cases can be chosen by."""

    case = Id(required=False)


class NoteIn(Input):
    """A note about a case, or about one of its needs."""

    case = Id()
    kind = Code(choices=codes("note_kind"))
    text = Words(max_length=10_000)
    field_class = Whole(min_value=2, max_value=4, required=False)
    need = Id(required=False, allow_null=True)
    occurred_at = Moment(required=False, allow_null=True)
    pinned = Flag(required=False)
    extra = ExtraIn(required=False)


class WordingIn(Input):
    """The words of one's own note, within a day."""

    text = Words(max_length=10_000)


class PinIn(Input):
    """Whether a note is held on top."""

    pinned = Flag()


class NoteOut(Extended):
    """A note."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    kind = serializers.CharField()
    field_class = serializers.IntegerField()
    text = serializers.CharField()
    need = serializers.UUIDField(source="need_id", allow_null=True)
    author = serializers.UUIDField(source="author_id", allow_null=True)
    occurred_at = serializers.DateTimeField()
    written_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    pinned = serializers.BooleanField()
    version = serializers.IntegerField()


@described("notes", NoteOut, OfCase)
class Notes(Rows):
    """The notes of the cases that are open to the actor."""

    model, output, filters, columns = Note, NoteOut, OfCase, {"case": "case_id"}
    verbs = {"list": READS, "retrieve": READS} | dict.fromkeys(("create", "change", "pin"), ("note.write",))
    order, subject, versioned = "written_at", "notes", ("change",)

    @extend_schema(request=NoteIn, responses={201: NoteOut})
    def create(self, request):
        """Write a note."""
        facts = self.facts(NoteIn, case=Case, need=Need)
        return self.made(doors.add_note(facts.pop("case"), actor=self.actor, at=self.at, **facts))

    @extend_schema(request=WordingIn, responses={200: NoteOut})
    @action(detail=True, methods=["post"])
    def change(self, request, pk):
        """Change the words of one's own note; the former wording is kept."""

        def door(note_id, **facts):
            version = Note.objects.visible_to(self.actor).get(pk=note_id).version
            return doors.change_note(note_id, version=version, **facts)

        return self.step(pk, door, WordingIn, edits=True)

    @extend_schema(request=PinIn, responses={200: NoteOut})
    @action(detail=True, methods=["post"])
    def pin(self, request, pk):
        """Hold a note on top of the others, or let it go."""
        return self.step(pk, doors.pin_note, PinIn)


class FileIn(Input):
    """A file, and until when it counts."""

    upload = Upload()
    valid_until = Day(required=False)


class DocumentIn(FileIn):
    """A file for a case. The numbers are text here, since a form holds nothing else."""

    case = Id()
    kind = Code(choices=codes("document_kind"))
    title = Text(max_length=200, required=False, allow_blank=True)
    field_class = Code(choices=["2", "3", "4"], required=False)
    need = Id(required=False)
    consent = Id(required=False)


class GoneIn(Input):
    """Why a document is taken away."""

    reason = Code(choices=doors.REASONS)


class DocumentOut(Output):
    """What is known of a document; the file itself is at `/file/`."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    kind = serializers.CharField()
    field_class = serializers.IntegerField()
    title = serializers.CharField()
    need = serializers.UUIDField(source="need_id", allow_null=True)
    consent = serializers.UUIDField(source="consent_id", allow_null=True)
    file_kind = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes, after cleaning")
    valid_until = serializers.DateField(allow_null=True)
    added_by = serializers.UUIDField(source="added_by_id", allow_null=True)
    added_at = serializers.DateTimeField()
    replaces = serializers.UUIDField(source="replaces_id", allow_null=True)
    replaced_at = serializers.DateTimeField(allow_null=True)
    gone_at = serializers.DateTimeField(allow_null=True)
    gone_reason = serializers.CharField()
    version = serializers.IntegerField()


@described("documents", DocumentOut, OfCase)
class Documents(TakesFiles, Rows):
    """The documents of the cases that are open to the actor."""

    model, output, filters, columns = Document, DocumentOut, OfCase, {"case": "case_id"}
    verbs = {"list": READS, "retrieve": READS, "file": READS} | dict.fromkeys(
        ("create", "replace", "withdraw"), ("document.write",)
    )
    order, subject, versioned = "added_at", "document", ("replace", "withdraw")
    uploads, files = ("create", "replace"), ("file",)

    @extend_schema(request={"multipart/form-data": DocumentIn}, responses={201: DocumentOut})
    def create(self, request):
        """Take a file into a case: checked by its content, cleaned, sealed."""
        facts = self.facts(DocumentIn, case=Case, need=Need, consent=Consent)
        facts["field_class"] = int(facts.get("field_class", 2))
        return self.made(doors.add_document(facts.pop("case"), actor=self.actor, at=self.at, **facts))

    @extend_schema(request={"multipart/form-data": FileIn}, responses={200: DocumentOut})
    @action(detail=True, methods=["post"])
    def replace(self, request, pk):
        """Put a new version in the place of a document, and return it."""
        return self.step(pk, doors.replace_document, FileIn)

    @extend_schema(request=GoneIn, responses={200: DocumentOut})
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """Destroy the file; the shell says what it was and why it is gone."""
        return self.step(pk, doors.withdraw_document, GoneIn)

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], pagination_class=None)
    def file(self, request, pk):
        """Give out the file, to be saved."""
        row = self.one(self.rows().filter(stored_as__isnull=False), pk)
        try:
            content = vault.fetch(row.stored_as, row=row.pk)
        except vault.Unreadable:
            raise Http404 from None
        self.seen([row])
        return download(content, kind=row.file_kind, name=row.kind)
