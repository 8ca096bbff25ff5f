"""What a person asks about the own data, and by when it is answered (DOMAIN 12, Rights)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from cases.models.persons import Person, at_home, sees_of_person
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation


def sees_request(actor) -> Q:
    """With the person; and all of the organisation for who answers for rights."""
    return sees_of_person(actor) | (Q(organisation_id=actor.organisation_id) & actor.allowed("rights.decide"))


@protect(read=sees_request, insert=at_home, update=sees_request)
class DataRequest(ProtectedModel):
    """One request of a person about the own data, with its clock. Due times are stored, not recomputed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requests")
    person_reference = models.CharField(max_length=12)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=12, default="open")
    identity_check = models.CharField(max_length=16)
    note = EncryptedText(default="", blank=True)  # what exactly is asked
    answer = EncryptedText(default="", blank=True)  # what was done, or why not
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")  # who wrote it down
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    approved_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    stage = models.PositiveSmallIntegerField(default=0)  # the last alarm, in per cent of the time: 0 50 80 100
    next_alarm_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)  # of a restriction: from then on the data are used again
    lifted_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    lift_note = EncryptedText(default="", blank=True)  # why; the person is told these words
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("kind", "data_request", model="datarequest"),
            one_of("state", "request_state", model="datarequest"),
            one_of("identity_check", "identity_check", model="datarequest"),
            models.CheckConstraint(condition=Q(due_at__gt=F("received_at")), name="datarequest_due_later"),
            models.CheckConstraint(condition=~Q(approved_by=F("asked_by")), name="datarequest_needs_two_people"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "approved"]) | Q(answered_at__isnull=False),
                name="datarequest_answer_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(kind="restriction", state="answered"),
                name="datarequest_lifted_was_in_force",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "due_at"], name="datarequest_list"),
            models.Index(fields=["person"], name="datarequest_person"),
            models.Index(fields=["next_alarm_at"], name="datarequest_alarm", condition=Q(next_alarm_at__isnull=False)),
        ]

    @property
    def in_force(self) -> bool:
        """Whether the data are not to be used because of this request."""
        return self.kind == "restriction" and self.state == "answered" and self.lifted_at is None

    def __str__(self):
        return str(self.id)
