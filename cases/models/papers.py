"""Papers of a person, and the ways to reach it that are known beside the one agreed on."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models.persons import Person, at_home, sees_of_person
from core.access import ProtectedModel, protect
from core.codelists import codes, one_of
from core.fields import EncryptedText
from partners.models import Organisation

REACHABLE = [code for code in codes("contact_channel") if code != "none"]


@protect(read=sees_of_person, insert=at_home, update=sees_of_person)
class PersonDocument(ProtectedModel):
    """A passport, permit or certificate. The number is unreadable; its blind index finds an equal one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="documents")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    type = models.CharField(max_length=24)
    issuer = models.CharField(max_length=2, default="", blank=True)  # country, ISO 3166-1
    number = EncryptedText(default="", blank=True)
    number_index = models.CharField(max_length=64, default="", blank=True)  # core.fields.blind_index
    valid_until = models.DateField(null=True, blank=True)
    note = EncryptedText(default="", blank=True)  # where it is: with an employer, lost, copied
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [one_of("type", "document_type", model="persondocument")]
        indexes = [
            models.Index(fields=["person"], name="document_person"),
            models.Index(
                fields=["organisation", "number_index"], name="document_number", condition=~Q(number_index="")
            ),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=sees_of_person, insert=at_home, update=sees_of_person)
class ContactWay(ProtectedModel):
    """A further way to reach a person. One that is not safe is known so that nobody uses it by mistake."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contact_ways")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    channel = models.CharField(max_length=16)
    value = EncryptedText(default="", blank=True)
    safe = models.BooleanField(default=False)
    hours = models.CharField(max_length=100, default="", blank=True)
    time_from = models.TimeField(null=True, blank=True)
    time_to = models.TimeField(null=True, blank=True)
    warning = EncryptedText(default="", blank=True)
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=REACHABLE), name="contactway_channel_coded"),
            models.CheckConstraint(
                condition=Q(time_from=None, time_to=None) | Q(time_from__isnull=False, time_to__isnull=False),
                name="contactway_time_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="contactway_person")]

    def __str__(self):
        return str(self.id)
