"""A referral: a directed, consented request to meet one need through one service."""

from datetime import UTC, datetime
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from cases.models import Case, Consent, Need
from cases.models.access import case_names, case_open
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation, Service
from referral.models.links import linked
from referral.states import COMPLETED_OUTCOMES, HIDDEN_FROM_RECEIVER, NOT_COMPLETED_OUTCOMES, OPEN, RUNNING, S, codes

# The order of an inbox: emergencies first, then by due time; what has no clock comes last.
URGENCY_RANK = models.Case(
    models.When(urgency="emergency", then=models.Value(0)), default=models.Value(1), output_field=models.IntegerField()
)
DUE_OR_NEVER = Coalesce("due_at", models.Value(datetime(9999, 1, 1, tzinfo=UTC)))


def sent_by(actor) -> Q:
    """The sending side: with the case, and class 4 only where the case names one."""
    return Q(sender_id=actor.organisation_id) & case_open(actor) & (Q(field_class__lt=4) | case_names(actor))


def received_by(actor) -> Q:
    """The receiving side: its desk, the worker who was named, and whoever opened a link to this one."""
    return (
        Q(receiver_id=actor.organisation_id)
        & ~Q(state__in=codes(HIDDEN_FROM_RECEIVER))
        & (
            actor.allowed("referral.read_in")
            | (Q(worker_id=actor.member_id) & actor.allowed("referral.read_assigned"))
            | linked(actor)
        )
    )


def sees_referral(actor) -> Q:
    """Either side; the network's desk sees states and times of all that were sent (no person, no text)."""
    return received_by(actor) | sent_by(actor) | (Q(sent_at__isnull=False) & actor.allowed("referral.read_status"))


def handles_referral(actor) -> Q:
    return received_by(actor) | sent_by(actor)


@protect(read=sees_referral, insert=lambda actor: Q(sender_id=actor.organisation_id), update=handles_referral)
class Referral(ProtectedModel):
    """Codes, identifiers and times only. Whom it is about is in the packet; what was said in steps and messages."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")  # T17
    category = models.CharField(max_length=32)
    field_class = models.PositiveSmallIntegerField()
    urgency = models.CharField(max_length=12)
    state = models.CharField(max_length=20, default=S.DRAFT.value)
    state_since = models.DateTimeField()
    sent_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    sender_name = models.CharField(max_length=150, default="")  # staff names, so that each side knows whom to call
    worker = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    worker_name = models.CharField(max_length=150, default="")
    share = models.JSONField(default=dict)  # {"name": "after", "language": "now", ...}: choices, no values
    documents_settled = models.BooleanField(default=False)  # G5: present, or "none available"
    soft_rule_reason = models.BooleanField(default=False)  # a reason was given in the packet's note
    reason = models.CharField(max_length=32, default="", blank=True)  # of a decline
    withdrawal_reason = models.CharField(max_length=32, default="", blank=True)
    rule = models.ForeignKey("referral.RoutingRule", null=True, on_delete=models.PROTECT, related_name="+")
    in_parallel = models.BooleanField(default=False)  # others are asked at the same time: the first to accept takes it
    suggested_service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=32, default="", blank=True)
    expected_on = models.DateField(null=True)
    # Where it stands on the waiting list of its service: referral/lines.py. Digits for 130 people put in between two.
    line_key = models.DecimalField(max_digits=60, decimal_places=40, null=True)
    place_told_at = models.DateTimeField(null=True)  # that a place is free for it; None again when none is
    resume_on = models.DateField(null=True)
    first_contact_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # of the clock that runs now
    due_from = models.DateTimeField(null=True)  # when that clock began
    paused_at = models.DateTimeField(null=True)  # and stands still since
    asked_once = models.BooleanField(default=False)  # T5: the decision clock pauses at most once
    asked_fields = ArrayField(models.CharField(max_length=32), default=list, blank=True)  # T5: lines of no packet yet
    holds_place = models.BooleanField(default=False)  # counted in the service's capacity
    approval_needed = models.BooleanField(default=False)  # T2
    draft_note = EncryptedText(default="", blank=True)  # moves into the packet at sending
    by_link = models.BooleanField(default=False)  # the partner answers without an account (G7)
    repeat_reason = models.CharField(max_length=24, default="", blank=True)  # why it is asked again (G8)
    packet_version = models.PositiveSmallIntegerField(default=1)
    amendment_waits = models.BooleanField(default=False)  # the receiver has not seen the last version
    referred_on_at = models.DateTimeField(null=True)  # T17: its receiver sent one of its own; to whom stays there
    steps_taken = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("state", "referral_status", model="referral"),
            one_of("urgency", "urgency", model="referral"),
            one_of("category", "need_category", model="referral"),
            one_of("reason", "decline_reason", model="referral", empty=True),
            one_of("withdrawal_reason", "withdrawal_reason", model="referral", empty=True),
            one_of("outcome", "referral_outcome", model="referral", empty=True),
            one_of("repeat_reason", "repeat_reason", model="referral", empty=True),
            models.CheckConstraint(
                condition=~Q(state__in=codes(RUNNING)) | ~Q(worker_name=""), name="accepted_referral_names_a_worker"
            ),
            models.CheckConstraint(
                condition=~Q(state=S.DECLINED.value) | ~Q(reason=""), name="declined_referral_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=S.COMPLETED.value) | Q(outcome__in=COMPLETED_OUTCOMES), name="completed_has_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(state=S.NOT_COMPLETED.value) | Q(outcome__in=NOT_COMPLETED_OUTCOMES),
                name="not_completed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "pending_approval", "cancelled", "withdrawn", "entered_in_error"])
                | Q(consent__isnull=False, sent_at__isnull=False),
                name="sent_referral_has_consent",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.WAITLISTED.value) | Q(line_key__isnull=False), name="waiting_referral_has_a_place"
            ),
            models.UniqueConstraint(
                fields=["need", "service"],
                condition=Q(state__in=codes(OPEN)),
                name="one_open_referral_per_need_and_service",
            ),
        ]
        indexes = [
            models.Index(
                models.F("receiver"),
                URGENCY_RANK,
                DUE_OR_NEVER,
                models.F("id"),
                name="referral_inbox",
                condition=Q(state__in=codes(OPEN)),
            ),
            models.Index(fields=["receiver", "-state_since", "id"], name="referral_in"),
            models.Index(fields=["sender", "-state_since", "id"], name="referral_out"),
            models.Index(
                fields=["service", "line_key", "id"], name="referral_line", condition=Q(state=S.WAITLISTED.value)
            ),
            models.Index(fields=["sender"], name="referral_asked", condition=Q(state=S.INFO_REQUESTED.value)),
            models.Index(fields=["case"], name="referral_case"),
            models.Index(fields=["need"], name="referral_need"),
            models.Index(
                fields=["receiver", "due_at"],
                name="referral_due",
                condition=Q(due_at__isnull=False, paused_at=None, state__in=codes(OPEN)),
            ),
        ]

    def __str__(self):
        return str(self.id)
