"""What comes in by file and what goes out as a list: imports with their rows, saved mappings, exports (DOMAIN 12)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedJSON, EncryptedText
from partners.models import Member, Organisation, Team

ROW_STATES = ["ready", "twice", "wrong", "done", "skipped", "undone", "kept"]
ROW_CHOICES = ["", "create", "skip", "attach"]


def sees_import(actor) -> Q:
    """Whoever brought the file, and those of the same team who may import (never an administrator of accounts)."""
    return (
        Q(organisation_id=actor.organisation_id)
        & actor.allowed("record.import")
        & (Q(uploaded_by_id=actor.member_id) | Q(team_id=actor.team_id))
    )


def brings_import(actor) -> Q:
    """One imports in one's own name, for one's own team."""
    return sees_import(actor) & Q(uploaded_by_id=actor.member_id)


@protect(read=sees_import, insert=brings_import, update=sees_import)
class ImportJob(ProtectedModel):
    """A file of persons and cases on its way in. The file itself is gone after a week, or when it is discarded."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT)
    uploaded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, default="uploaded")
    kind = models.CharField(max_length=4)  # csv | xlsx
    content = EncryptedText(null=True)  # the file in base64; None once it is destroyed
    reading = EncryptedJSON(default=dict)  # encoding, delimiter, sheet: how the file is read
    mapping = EncryptedJSON(default=dict)  # which column is which field, and which word is which code
    row_count = models.PositiveIntegerField(default=0)
    checked_count = models.PositiveIntegerField(default=0)
    failed_row = models.PositiveIntegerField(null=True)  # the line for which nothing was imported
    failure = EncryptedText(default="")
    created_at = models.DateTimeField()
    ordered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(null=True)
    run_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # of the worker at the part that is next
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("status", "import_status", model="importjob"),
            models.CheckConstraint(condition=Q(kind__in=["csv", "xlsx"]), name="importjob_kind_known"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="import_list"),
            models.Index(
                fields=["ordered_at"],
                name="import_waiting",
                condition=Q(status__in=["checking", "ordered", "undoing"]),
            ),
            models.Index(fields=["created_at"], name="import_held", condition=Q(content__isnull=False)),
        ]

    def __str__(self):
        return str(self.id)


def of_import(actor) -> Q:
    """The rows of the imports one sees."""
    return Q(job_id__in=ImportJob.objects.filter(sees_import(actor)).values("pk"))


@protect(read=of_import, insert=of_import, update=of_import, delete=of_import)
class ImportRow(ProtectedModel):
    """One line of the file after checking: what would be created, what is wrong with it, whom it may be already."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # line of the file
    facts = EncryptedJSON(default=dict)  # as the doors take them; emptied when the import has run
    problems = EncryptedJSON(default=list)  # [{"column", "text", "stops"}]
    candidates = EncryptedJSON(default=list)  # persons it may be: [{"person", "why"}]
    state = models.CharField(max_length=8)
    choice = models.CharField(max_length=8, default="", blank=True)
    person_id = models.UUIDField(null=True)  # to attach to, then what came of it
    made_person = models.BooleanField(default=False)
    case_id = models.UUIDField(null=True)
    made_at = models.DateTimeField(null=True)  # what happened to the record at another moment, somebody else did
    twin = models.CharField(max_length=32, default="", blank=True)  # keyed hash of name and birth date in this file

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="import_line_once"),
            models.CheckConstraint(condition=Q(state__in=ROW_STATES), name="importrow_state_known"),
            models.CheckConstraint(condition=Q(choice__in=ROW_CHOICES), name="importrow_choice_known"),
        ]
        indexes = [
            models.Index(fields=["job", "state", "number"], name="import_row_state"),
            models.Index(fields=["job", "twin"], name="import_row_twin"),
        ]

    def __str__(self):
        return str(self.id)


def of_importers(actor) -> Q:
    """Those of the organisation who import."""
    return Q(organisation_id=actor.organisation_id) & actor.allowed("record.import")


@protect(read=of_importers, insert=of_importers, update=of_importers)
class ImportMapping(ProtectedModel):
    """A mapping kept under a name, for the next file of the same kind."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    columns = EncryptedJSON(default=dict)  # heading -> field
    words = EncryptedJSON(default=dict)  # field -> word -> code
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="import_mapping_once")]

    def __str__(self):
        return str(self.id)


def sees_export(actor) -> Q:
    """Whoever asked for it, and those of the organisation who release what others ask for."""
    return Q(organisation_id=actor.organisation_id) & (
        (Q(asked_by_id=actor.member_id) & actor.allowed("record.export")) | actor.allowed("export.approve")
    )


@protect(
    read=sees_export,
    insert=lambda actor: (
        Q(organisation_id=actor.organisation_id, asked_by_id=actor.member_id) & actor.allowed("record.export")
    ),
    update=sees_export,
)
class ExportJob(ProtectedModel):
    """A list that somebody wants to take out: which rows, which columns, what for, and who released it.

    No file is kept: it is made anew each time from the rows named here, as far as the taker still sees them.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=16)  # cases | persons | referrals
    form = models.CharField(max_length=4)  # csv | xlsx
    columns = ArrayField(models.CharField(max_length=48))
    row_ids = ArrayField(models.UUIDField(), default=list, blank=True)  # emptied when it ends
    row_count = models.PositiveIntegerField()
    person_count = models.PositiveIntegerField()
    field_class = models.PositiveSmallIntegerField()  # the highest of its columns
    purpose = models.CharField(max_length=24)
    reason = EncryptedText(default="", blank=True)
    status = models.CharField(max_length=12, default="open")
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = EncryptedText(default="", blank=True)
    taken_at = models.DateTimeField(null=True)
    times_taken = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("status", "export_status", model="exportjob"),
            one_of("purpose", "export_purpose", model="exportjob"),
            models.CheckConstraint(condition=Q(form__in=["csv", "xlsx"]), name="exportjob_form_known"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                name="nobody_releases_ones_own_export",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="export_list"),
            models.Index(fields=["asked_by", "-created_at"], name="export_of"),
            models.Index(fields=["expires_at"], name="export_ends", condition=~Q(status="ended")),
        ]

    def __str__(self):
        return str(self.id)
