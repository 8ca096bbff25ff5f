"""What a referral discloses and what was said: for its sides only, for the receiver while its grant is open."""

from uuid import uuid4

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q

from cases.models.access import open_packets
from core.access import ProtectedModel, protect
from core.fields import EncryptedJSON, EncryptedText
from partners.models import Organisation
from referral.models.referrals import Referral, received_by, sent_by


def _sent(actor):
    return Referral.objects.filter(sent_by(actor)).values("pk")


def _received(actor):
    return Referral.objects.filter(received_by(actor)).values("pk")


class Accepted(Func):
    """Whether a referral's receiver may know who it is about: one look by key, not a list of all (database.py)."""

    function = "waymark.accepted"
    output_field = models.BooleanField()
    conditional = True


def _opened(actor) -> Q:
    """A grant lets the organisation in; asked row by row, since an organisation holds many."""
    return Q(Exists(open_packets(actor).filter(referral_id=OuterRef("referral_id"))))


def _desk(actor) -> Q:
    """Whom an open grant is for: the desk without a look at the referral, else the worker who was named."""
    return actor.allowed("referral.read_in") | Q(referral_id__in=_received(actor))


# The cheapest condition stands first: an inbox of 25 at a million referrals took 1.3 s the other way round.
def sees_content(actor) -> Q:
    """The sender's side with the case; the receiver's while its grant is open (INV-4)."""
    return (_opened(actor) & _desk(actor)) | Q(referral_id__in=_sent(actor))


def sees_packet(actor) -> Q:
    """As content; but the part named `after` only once the receiver has accepted."""
    received = _opened(actor) & _desk(actor) & (Q(stage="now") | Q(Accepted("referral_id")))
    return received | Q(referral_id__in=_sent(actor))


@protect(read=sees_packet, insert=lambda actor: Q(sender_id=actor.organisation_id), append_only=True)
class Packet(ProtectedModel):
    """What was disclosed, frozen at sending: the part seen `now` and the part seen `after` acceptance (INV-3)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="packets")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    stage = models.CharField(max_length=8)  # now | after
    fields = EncryptedJSON(default=dict)  # {"language": [["prs", true]], ...}: values by field code
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=["now", "after"]), name="packet_stage_coded"),
            models.UniqueConstraint(fields=["referral", "version", "stage"], name="packet_version_once"),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=sees_content, insert=lambda actor: Q(author_organisation_id=actor.organisation_id), append_only=True)
class Message(ProtectedModel):
    """A message between the two sides."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="messages")
    author_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    author_member_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=150)
    text = EncryptedText()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["referral", "at"], name="message_referral")]

    def __str__(self):
        return str(self.id)


@protect(read=sees_content, insert=lambda actor: Q(organisation_id=actor.organisation_id), append_only=True)
class StepTaken(ProtectedModel):
    """Append-only: from, to, who, when, with which reason and words (DOMAIN 2, ReferralEvent)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()  # contiguous per referral
    name = models.CharField(max_length=24)
    from_state = models.CharField(max_length=20, default="", blank=True)
    to_state = models.CharField(max_length=20)
    side = models.CharField(max_length=10)
    organisation_id = models.UUIDField(null=True)
    member_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150, default="")
    reason = models.CharField(max_length=32, default="", blank=True)
    text = EncryptedText(default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "number"], name="step_number_once")]

    def __str__(self):
        return f"{self.referral_id} {self.number}"
