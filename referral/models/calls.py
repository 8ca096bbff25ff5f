"""Telephone calls about emergencies: who called which number, when, and what came of it (DOMAIN 4.1 G7, 4.3)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation
from referral.models.messages import _sent
from referral.models.referrals import Referral


@protect(read=lambda actor: Q(referral_id__in=_sent(actor)), insert=lambda actor: Q(sender_id=actor.organisation_id))
class PhoneCall(ProtectedModel):
    """A call of the sender to the receiver. The numbers are those of the directory, never a client's."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="calls")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16)
    spoke_to = EncryptedText(default="", blank=True)
    caller = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)  # when to try again

    class Meta:
        constraints = [
            one_of("outcome", "call_outcome", model="phonecall"),
            models.CheckConstraint(
                condition=Q(outcome="reached", again_at=None) | (~Q(outcome="reached") & Q(again_at__isnull=False)),
                name="unanswered_call_is_tried_again",
            ),
        ]
        indexes = [models.Index(fields=["referral", "at"], name="phonecall_referral")]

    def __str__(self):
        return str(self.id)
