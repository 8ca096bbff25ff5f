"""Who was told what, by which channel, with which result; how people and organisations want to be told."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models import Case
from cases.models.access import case_open
from core.access import ProtectedModel, protect, unprotected
from core.fields import EncryptedText
from core.policies import contribute
from partners.models import Member, Organisation

CHANNELS = ["app", "email", "sms", "push", "webhook"]
STATUSES = ["waiting", "sending", "bundled", "sent", "failed", "dropped"]
DIGESTS = ["now", "daily", "weekly"]


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


def own_webhook(actor) -> Q:
    """Those of one's organisation, for who manages them."""
    return Q(organisation_id=actor.organisation_id) & actor.allowed("webhook.manage")


def own_delivery(actor) -> Q:
    """One's own, and those of one's organisation's webhooks for who manages them."""
    return own_notice(actor) | own_webhook(actor)


@protect(read=own_delivery, update=own_webhook)
class Delivery(ProtectedModel):
    """One attempt-history of an event through one channel outside the application.

    To a member (`recipient`) through e-mail, SMS or a device (`target_id`: the PushSubscription), or to an
    organisation's webhook (`target_id`: the WebhookEndpoint), or to who answers by a link (`target_id`: the
    AnswerLink). A row in state `bundled` travels in the summary mail
    `digest_id`. Claiming and settling: `notifications/delivery.py`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    recipient = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    organisation_id = models.UUIDField(null=True)  # of a webhook
    target_id = models.UUIDField(null=True)
    digest_id = models.UUIDField(null=True)
    event_id = models.UUIDField()
    kind = models.CharField(max_length=64, default="")  # of the event; "digest" for a summary mail
    channel = models.CharField(max_length=8)
    urgency = models.CharField(max_length=12)
    code = models.CharField(max_length=12)  # random, in the mail: finds this row, says nothing
    status = models.CharField(max_length=12, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "channel", "recipient", "target_id"], name="delivered_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="delivery_channel_known"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="delivery_status_known"),
            models.CheckConstraint(
                condition=Q(channel="webhook", recipient=None, organisation_id__isnull=False)
                | (~Q(channel="webhook") & Q(recipient__isnull=False, organisation_id=None))
                | Q(channel__in=["email", "sms"], kind="link.made", recipient=None, target_id__isnull=False),
                name="delivery_to_a_member_or_a_webhook",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_try_at"], name="delivery_due", condition=Q(status__in=["waiting", "sending"])
            ),
            models.Index(fields=["channel"], name="delivery_failed", condition=Q(status="failed")),
            models.Index(fields=["digest_id"], name="delivery_bundle", condition=Q(digest_id__isnull=False)),
            models.Index(fields=["target_id"], name="delivery_target", condition=Q(target_id__isnull=False)),
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


def own_preference(actor) -> Q:
    """One's own, in this membership."""
    return Q(member_id=actor.member_id) & actor.allowed("notice.read")


@protect(read=own_preference, insert=own_preference, update=own_preference)
class Preference(ProtectedModel):
    """What one member is told outside the application, by which channels, and when (DOMAIN 8).

    `channels` holds a list of channels for each group of kinds that differs from the usual ones.
    """

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.PROTECT, related_name="+")
    channels = models.JSONField(default=dict)
    digest = models.CharField(max_length=8, default="daily")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    phone = EncryptedText(default="")  # E.164
    phone_verified_at = models.DateTimeField(null=True)
    phone_code = EncryptedText(default="")
    phone_code_at = models.DateTimeField(null=True)
    phone_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(digest__in=DIGESTS), name="preference_digest_known")]

    def __str__(self):
        return str(self.pk)


@protect(read=own_preference, insert=own_preference, update=own_preference)
class PushSubscription(ProtectedModel):
    """A browser that asked for notices (RFC 8030). Its address is a secret: who knows it can send to the device."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of the address, to find it again
    endpoint = EncryptedText()
    p256dh = EncryptedText()
    auth = EncryptedText()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "digest"], name="one_subscription_a_browser")]

    def __str__(self):
        return str(self.id)


@protect(read=own_webhook, insert=own_webhook, update=own_webhook)
class WebhookEndpoint(ProtectedModel):
    """An address of an organisation's own system that is told of events (Standard Webhooks 1.0).

    While `previous_secret` is valid, messages carry a signature of each. `quiet_until` is the circuit: an address
    that just failed is left alone for a while.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    url = EncryptedText()
    host = models.CharField(max_length=253)
    kinds = ArrayField(models.CharField(max_length=64))
    secret = EncryptedText()
    previous_secret = EncryptedText(default="")
    previous_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_why = models.CharField(max_length=16, default="")  # paused | gone | removed
    failures = models.PositiveIntegerField(default=0)  # in a row
    quiet_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation"], name="webhook_active", condition=Q(is_active=True)),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=own_preference, insert=own_preference, update=own_preference, delete=own_preference)
class CalendarFeed(ProtectedModel):
    """The secret address of a member's calendar. Only the SHA-256 of its token is kept; it is shown once."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self):
        return str(self.pk)


# Read before anybody acts, by who knows the secret; whether the account still works is asked afterwards.
_BEFORE_ANYBODY_ACTS = """
CREATE OR REPLACE FUNCTION waymark.calendar_user(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT m.user_id FROM public.notifications_calendarfeed f
        JOIN public.partners_member m ON m.id = f.member_id
        WHERE f.digest = wanted AND m.is_active
    $$;
REVOKE ALL ON FUNCTION waymark.calendar_user(text) FROM public;
GRANT EXECUTE ON FUNCTION waymark.calendar_user(text) TO waymark_app;
"""
contribute("calendar", lambda: _BEFORE_ANYBODY_ACTS)


@unprotected("Messages of the demonstration; they hold no personal data.")
class MailboxMessage(models.Model):
    """A mail or text message caught in the demonstration instead of being sent."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    channel = models.CharField(max_length=8, default="email")
    to = models.CharField(max_length=254)  # of a telephone number only the last signs
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField(default="")
    at = models.DateTimeField()

    def __str__(self):
        return str(self.id)


CLIENT_STATUSES = ["waiting", "sending", "sent", "failed", "dropped"]


def of_open_case(actor) -> Q:
    """With the case, in the organisation that works on it."""
    return Q(organisation_id=actor.organisation_id) & case_open(actor)


@protect(read=of_open_case, insert=of_open_case)
class ClientMessage(ProtectedModel):
    """A message to the person of a case: that it was sent and when, not where to. Nothing in it says who sends it.

    Where it goes, and whether it may, is asked when it leaves (`notifications/clients.py`).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # appointment | call_back
    about = models.UUIDField(null=True)  # the appointment
    asked_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")  # None: the schedule
    channel = models.CharField(max_length=8, default="", blank=True)
    language = models.CharField(max_length=3, default="", blank=True)
    status = models.CharField(max_length=12, default="waiting")
    why = models.CharField(max_length=24, default="", blank=True)  # a code: why it was not sent
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    until = models.DateTimeField()  # later it is of no use
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["appointment", "call_back"]), name="client_message_known"),
            models.CheckConstraint(condition=Q(status__in=CLIENT_STATUSES), name="client_message_status_known"),
            models.UniqueConstraint(fields=["about"], condition=Q(kind="appointment"), name="reminded_once"),
        ]
        indexes = [
            models.Index(fields=["case", "-created_at"], name="client_message_case"),
            models.Index(
                fields=["next_try_at"], name="client_message_due", condition=Q(status__in=["waiting", "sending"])
            ),
        ]

    def __str__(self):
        return str(self.id)
