"""What follows a sent referral: corrections of its packet, and of the directory when an answer shows a wrong entry."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Organisation, Service
from referral.models.messages import sees_content
from referral.models.referrals import Referral


def reads_change(actor) -> Q:
    """The receiver, while its grant is open."""
    return Q(receiver_id=actor.organisation_id) & sees_content(actor)


@protect(read=sees_content, insert=lambda actor: Q(sender_id=actor.organisation_id), update=reads_change)
class Amendment(ProtectedModel):
    """That the sender put a new version of the packet beside the former one, why, and who has seen it (INV-3)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="amendments")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()  # of the packet
    fields = ArrayField(models.CharField(max_length=32))  # codes of the lines that changed
    reason = EncryptedText()
    author_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by_name = models.CharField(max_length=150, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "version"], name="amendment_version_once")]

    def __str__(self):
        return str(self.id)


def keeps_directory(actor) -> Q:
    """Those of the organisation who answer, set places or keep its services."""
    verbs = actor.allowed("referral.answer") | actor.allowed("capacity.set") | actor.allowed("service.manage")
    return Q(organisation_id=actor.organisation_id) & (verbs | actor.allowed("referral.answer_assigned"))


@protect(read=keeps_directory, insert=keeps_directory, update=keeps_directory)
class Correction(ProtectedModel):
    """What an answer says the directory has wrong about a service; one tap of its organisation sets it right."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    referral_id = models.UUIDField()
    reason = models.CharField(max_length=32)  # decline_reason
    column = models.CharField(max_length=24)
    value = models.JSONField()
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    taken = models.BooleanField(null=True)  # None: waits; False: the entry is right as it is

    class Meta:
        constraints = [
            one_of("reason", "decline_reason", model="correction"),
            models.UniqueConstraint(
                fields=["service", "column"], condition=Q(settled_at=None), name="one_open_correction"
            ),
        ]

    def __str__(self):
        return str(self.id)
