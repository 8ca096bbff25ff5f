"""Dates that somebody is reminded of before they come (DOMAIN 8)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models.access import case_open
from cases.models.persons import Person, at_home, person_open, person_registered
from core.access import ProtectedModel, protect
from partners.models import Organisation

REMINDER_KINDS = ["status_end", "consent_end", "review", "retention", "appointment", "task"]


def sees_reminder(actor) -> Q:
    """With the case; one that names no case, with the person. Who keeps the data safe sees when it is to be erased."""
    of_person = person_open(actor) | person_registered(actor)
    return Q(organisation_id=actor.organisation_id) & (
        case_open(actor) | (Q(case_id=None) & of_person) | (Q(kind="retention") & actor.allowed("audit.read"))
    )


@protect(read=sees_reminder, insert=at_home, update=sees_reminder)
class Reminder(ProtectedModel):
    """One date of a case or a person, and when the sweep has to say so next; identifiers only.

    It is met when the date is settled, moved or of no interest any more: a new date is a new row.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=16)
    about = models.UUIDField()  # the row that has the date: a status, a consent, a task, the case itself
    due_on = models.DateField()
    next_alarm_at = models.DateTimeField(null=True)
    stage = models.SmallIntegerField(null=True)  # the last mark that was told, in days before the date
    created_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=REMINDER_KINDS), name="reminder_kind_known"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(person__isnull=False), name="reminder_is_of_somebody"
            ),
            models.UniqueConstraint(fields=["about", "kind"], condition=Q(met_at=None), name="one_open_reminder"),
        ]
        indexes = [
            models.Index(
                fields=["next_alarm_at"],
                name="reminder_alarm",
                condition=Q(met_at=None, next_alarm_at__isnull=False),
            ),
            models.Index(fields=["case", "due_on"], name="reminder_case", condition=Q(met_at=None)),
            models.Index(fields=["person", "due_on"], name="reminder_person", condition=Q(met_at=None)),
        ]

    def __str__(self):
        return str(self.id)
