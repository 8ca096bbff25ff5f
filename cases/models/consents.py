"""Informed consent: to what, for whom, about which data, until when (DOMAIN 5)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models.persons import Person, at_home, sees_of_person
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Organisation

RELATIONS = ["self", "parent", "guardian", "representative"]
RECEIVER_CLASSES = ["", "network"]  # "": only those named


@protect(read=sees_of_person, insert=at_home, update=sees_of_person)
class Consent(ProtectedModel):
    """A dated agreement of a person. It is never edited: a new one supersedes it, or it is withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purposes = ArrayField(models.CharField(max_length=32))
    receivers = ArrayField(models.UUIDField(), default=list, blank=True)
    receiver_class = models.CharField(max_length=16, default="", blank=True)
    data_classes = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    excluded = ArrayField(models.UUIDField(), default=list, blank=True)  # organisations the person forbids
    given_by = models.CharField(max_length=16, default="self")  # relation of who consents
    representative = EncryptedText(default="", blank=True)
    assent = models.BooleanField(null=True)  # a child's own agreement
    text_version = models.CharField(max_length=16)
    language = models.CharField(max_length=3)
    interpreter = models.BooleanField(default=False)
    method = models.CharField(max_length=24)
    evidence = EncryptedText(default="", blank=True)
    status = models.CharField(max_length=12, default="given")
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")  # asked anew
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_of("status", "consent_status", model="consent"),
            one_of("method", "consent_method", model="consent"),
            models.CheckConstraint(condition=Q(given_by__in=RELATIONS), name="consent_relation_coded"),
            models.CheckConstraint(condition=Q(receiver_class__in=RECEIVER_CLASSES), name="consent_class_coded"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("given_at")),
                name="consent_ends_after_it_begins",
                violation_error_message="The consent must end after it begins.",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | Q(withdrawn_at__isnull=False), name="withdrawn_consent_is_dated"
            ),
        ]
        indexes = [models.Index(fields=["person", "status"], name="consent_person")]

    def __str__(self):
        return str(self.id)

    def holds(self, at) -> bool:
        """Return whether it is given and not past its end at the time `at`."""
        return self.status == "given" and self.given_at <= at < self.expires_at

    def covers_receiver(self, organisation_id) -> bool:
        """Return whether the receiver is named, or in the class named, and not excluded."""
        if organisation_id in self.excluded:
            return False
        return organisation_id in self.receivers or self.receiver_class == "network"
