"""Appointments: where, when, with whom, and whether the person came."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models.access import case_names, case_open
from cases.models.assessments import writes_by_class
from cases.models.cases import Case
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation


def sees_appointment(actor) -> Q:
    """One's own, and those of the cases one sees; of class 4 only where the case names one."""
    return Q(organisation_id=actor.organisation_id) & (
        Q(member_id=actor.member_id) | (case_open(actor) & (Q(field_class__lt=4) | case_names(actor)))
    )


@protect(read=sees_appointment, insert=writes_by_class, update=sees_appointment)
class Appointment(ProtectedModel):
    """One meeting of a person with us or with a partner. Attendance is said once, after or instead of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appointments")
    goal = models.ForeignKey("cases.Goal", null=True, on_delete=models.PROTECT, related_name="+")
    field_class = models.PositiveSmallIntegerField(default=2)
    kind = models.CharField(max_length=24)
    place = EncryptedText(default="", blank=True)
    with_whom = EncryptedText(default="", blank=True)
    note = EncryptedText(default="", blank=True)
    interpreter = models.CharField(max_length=3, default="", blank=True)  # language, "" where none is needed
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")  # who goes, of ours
    attendance = models.CharField(max_length=24, default="planned")
    attendance_note = EncryptedText(default="", blank=True)
    attendance_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("kind", "appointment_kind", model="appointment"),
            one_of("attendance", "attendance", model="appointment"),
            models.CheckConstraint(condition=Q(field_class__range=(2, 4)), name="appointment_class_in_range"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 720)), name="appointment_length_in_range"),
            models.CheckConstraint(
                condition=Q(attendance="planned") | Q(attendance_at__isnull=False), name="attendance_is_dated"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "starts_at"], name="appointment_case"),
            models.Index(
                fields=["organisation", "member", "starts_at"],
                name="appointment_open",
                condition=Q(attendance="planned"),
            ),
        ]

    def __str__(self):
        return str(self.id)
