"""Breaches of data: what happened, whom it concerns in numbers, and by when the authority is told (DOMAIN 12)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation


def sees_incident(actor) -> Q:
    """Who deals with breaches in the organisation, and who noticed this one."""
    noticed = Q(noticed_by_id=actor.member_id) & actor.allowed("incident.report")
    return Q(organisation_id=actor.organisation_id) & (actor.allowed("incident.handle") | noticed)


def reports_incident(actor) -> Q:
    return Q(organisation_id=actor.organisation_id, noticed_by_id=actor.member_id) & actor.allowed("incident.report")


def handles_incident(actor) -> Q:
    return Q(organisation_id=actor.organisation_id) & actor.allowed("incident.handle")


@protect(read=sees_incident, insert=reports_incident, update=handles_incident)
class Incident(ProtectedModel):
    """One breach of data with its clock. It names no person: numbers and classes only; texts are encrypted.

    A step that was taken has a date. The clock runs until the authority was told, or it was decided, with a reason,
    that it need not be.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    what = EncryptedText()  # what happened
    noticed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    noticed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    persons = models.PositiveIntegerField(null=True)  # how many, as far as known
    records = models.PositiveIntegerField(null=True)
    classes = ArrayField(models.PositiveSmallIntegerField(), default=list)  # data classes 1 to 4
    owner = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    contained_at = models.DateTimeField(null=True)
    contained_note = EncryptedText(default="", blank=True)
    assessed_at = models.DateTimeField(null=True)
    risk = models.CharField(max_length=12, default="", blank=True)
    assessed_note = EncryptedText(default="", blank=True)
    authority_at = models.DateTimeField(null=True)  # told, or decided that it need not be
    authority_told = models.BooleanField(null=True)
    authority_note = EncryptedText(default="", blank=True)  # its number there, or the reason
    persons_at = models.DateTimeField(null=True)
    persons_told = models.BooleanField(null=True)
    persons_note = EncryptedText(default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()  # to the authority
    stage = models.PositiveSmallIntegerField(default=0)  # the last mark, in per cent of the time
    next_alarm_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("kind", "incident_kind", model="incident"),
            models.CheckConstraint(condition=Q(due_at__gt=F("noticed_at")), name="incident_due_later"),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(contained_at__isnull=False, assessed_at__isnull=False, authority_at__isnull=False,
                    persons_at__isnull=False),
                name="incident_closed_when_all_is_done",
            ),
            models.CheckConstraint(
                condition=Q(next_alarm_at=None) | Q(authority_at=None), name="incident_clock_ends_with_the_authority"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "due_at"], name="incident_list"),
            models.Index(fields=["next_alarm_at"], name="incident_alarm", condition=Q(next_alarm_at__isnull=False)),
        ]

    @property
    def runs(self) -> bool:
        """Whether the clock to the authority runs."""
        return self.authority_at is None

    def __str__(self):
        return str(self.id)
