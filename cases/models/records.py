"""Notes about a case, and documents of it: what caseworkers write down and what people bring (DOMAIN 2)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models.access import case_names, case_open
from cases.models.cases import Case, Need
from cases.models.consents import Consent
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation


def sees_record(actor) -> Q:
    """With the case; what is class 4 only where the case names one (DOMAIN 7)."""
    return case_open(actor) & (Q(field_class__lt=4) | case_names(actor))


def writes_record(actor) -> Q:
    """What one writes in one's own organisation's name, and could read oneself."""
    return Q(organisation_id=actor.organisation_id) & sees_record(actor)


@protect(read=sees_record, insert=writes_record, update=writes_record)
class Note(ProtectedModel):
    """What happened, in the words of who was there. It can be changed for a day; both wordings are kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=16)
    field_class = models.PositiveSmallIntegerField()
    text = EncryptedText()
    need = models.ForeignKey(Need, null=True, on_delete=models.PROTECT, related_name="+")
    referral_id = models.UUIDField(null=True)
    author = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    pinned = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("kind", "note_kind", model="note"),
            models.CheckConstraint(condition=Q(field_class__range=(2, 4)), name="note_class_in_range"),
        ]
        indexes = [models.Index(fields=["case", "-occurred_at"], name="note_case")]

    def __str__(self):
        return str(self.id)


@protect(read=sees_record, insert=writes_record)
class NoteWording(ProtectedModel):
    """How a note read before it was changed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="wordings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    field_class = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    text = EncryptedText()
    until = models.DateTimeField()  # when it was replaced

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "version"], name="one_wording_per_version")]

    def __str__(self):
        return f"{self.note_id} {self.version}"


@protect(read=sees_record, insert=writes_record, update=writes_record)
class Document(ProtectedModel):
    """A file of a case, or the shell of one: what it was, since when, and why it is gone.

    The file itself lies sealed outside the database (`core.files.vault`), under `stored_as`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16)
    field_class = models.PositiveSmallIntegerField()
    title = EncryptedText(default="", blank=True)
    original_name = EncryptedText(default="", blank=True)  # as it was called on the phone: shown, never used
    need = models.ForeignKey(Need, null=True, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT, related_name="+")
    file_kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # keyed; "" in a shell
    stored_as = models.UUIDField(null=True, unique=True)
    valid_until = models.DateField(null=True)
    added_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    replaced_at = models.DateTimeField(null=True)
    purge_on = models.DateField(null=True)  # images of identity documents: a year after the case closed (DOMAIN 12)
    gone_at = models.DateTimeField(null=True)
    gone_reason = models.CharField(max_length=16, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("kind", "document_kind", model="document"),
            one_of("gone_reason", "document_gone", model="document", empty=True),
            models.CheckConstraint(condition=Q(field_class__range=(2, 4)), name="document_class_in_range"),
            models.CheckConstraint(
                condition=Q(stored_as__isnull=False, gone_at__isnull=True, gone_reason="")
                | (Q(stored_as__isnull=True, gone_at__isnull=False, digest="") & ~Q(gone_reason="")),
                name="document_has_a_file_or_says_why_not",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-added_at"], name="document_case"),
            models.Index(fields=["purge_on"], name="document_purge", condition=Q(stored_as__isnull=False)),
        ]

    def __str__(self):
        return str(self.id)
