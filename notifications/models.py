"""Who was told what, by which channel, with which result; and the development mailbox."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from core.access import ProtectedModel, protect, unprotected
from partners.models import Member, Organisation

CHANNELS = ["app", "email"]


def own_notice(actor) -> Q:
    return Q(recipient_id=actor.member_id) & actor.allowed("notice.read")


@protect(read=own_notice, update=own_notice)
class Notice(ProtectedModel):
    """One thing that one member is told, in the application. Identifiers only; the text is made when it is shown."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    recipient = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    event_id = models.UUIDField()
    kind = models.CharField(max_length=64)
    urgency = models.CharField(max_length=12)
    referral_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "recipient"], name="told_once")]
        indexes = [
            models.Index(F("recipient"), F("at").desc(), name="notice_list"),
            models.Index(fields=["recipient"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(fields=["referral_id"], name="notice_referral", condition=Q(referral_id__isnull=False)),
            models.Index(fields=["case_id"], name="notice_case", condition=Q(case_id__isnull=False)),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=own_notice)
class Delivery(ProtectedModel):
    """One attempt-history of a notice through one channel outside the application."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    recipient = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    event_id = models.UUIDField()
    channel = models.CharField(max_length=8)
    urgency = models.CharField(max_length=12)
    code = models.CharField(max_length=12)  # random, in the mail: finds this row, says nothing
    status = models.CharField(max_length=12, default="waiting")  # waiting | sending | sent | failed | dropped
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "recipient", "channel"], name="delivered_once"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="delivery_channel_known"),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "sending", "sent", "failed", "dropped"]),
                name="delivery_status_known",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="delivery_due", condition=Q(status__in=["waiting", "sending"])),
            models.Index(fields=["channel"], name="delivery_failed", condition=Q(status="failed")),
        ]

    def __str__(self):
        return str(self.id)


def sees_untold(actor) -> Q:
    """Who leads the organisation, and the network's desk: it holds codes only."""
    return (Q(organisation_id=actor.organisation_id) & actor.allowed("board.read")) | actor.allowed("network.read")


@protect(read=sees_untold, update=sees_untold)
class Untold(ProtectedModel):
    """An event that nobody of an organisation could be told of, or a notice that never arrived: a dead letter.

    It stays until a person has settled it. Where `organisation` is empty, nobody of the network's desk could be told.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    event_id = models.UUIDField()
    kind = models.CharField(max_length=64)
    urgency = models.CharField(max_length=12)
    why = models.CharField(max_length=12)  # nobody | failed
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    referral_id = models.UUIDField(null=True)
    task_id = models.UUIDField(null=True)  # of the person who has to tell them
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "organisation", "why"], nulls_distinct=False, name="untold_once"
            ),
            models.CheckConstraint(condition=Q(why__in=["nobody", "failed"]), name="untold_reason_coded"),
        ]
        indexes = [models.Index(fields=["at"], name="untold_open", condition=Q(settled_at=None))]

    def __str__(self):
        return str(self.id)


@unprotected("Mails of the demonstration; they hold no personal data.")
class MailboxMessage(models.Model):
    """A mail caught in the demonstration instead of being sent."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    to = models.EmailField()
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField(default="")
    at = models.DateTimeField()

    def __str__(self):
        return str(self.id)
