"""Stored clocks and what was done when they ran out (DOMAIN 4.2, 4.3)."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from partners.models import Organisation
from referral.models.links import linked
from referral.models.referrals import Referral

CLOCKS = ["acknowledge", "decide", "contact", "report", "call", "recheck"]


def by_sides(actor) -> Q:
    """Who handles either side. A clock holds no content, so it is not asked referral by referral: that was slow."""
    receiving = actor.allowed("referral.read_in") | actor.allowed("referral.read_assigned")
    receiving |= linked(actor, "referral_id")
    return (Q(receiver_id=actor.organisation_id) & receiving) | (
        Q(sender_id=actor.organisation_id) & actor.allowed("case.read")
    )


def with_referral(actor) -> Q:
    """Either side, and the network's desk, which sees the times of all."""
    return by_sides(actor) | actor.allowed("referral.read_status")


@protect(read=with_referral, insert=by_sides, update=by_sides)
class Deadline(ProtectedModel):
    """One clock of a referral. Due times are stored, not recomputed: a new calendar does not rewrite history.

    `next_alarm_at` is when the sweep has to look again; None while paused, and when nothing more is to be done.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="deadlines")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    paused_for = models.DurationField(default=timedelta)  # in all, before now: due_at has moved by it
    met_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # no longer owed: cancelled, withdrawn, ...
    stage = models.PositiveSmallIntegerField(default=0)  # the last alarm, in per cent of the time: 0 50 100 150 200
    next_alarm_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(clock__in=CLOCKS), name="deadline_clock_known"),
            models.UniqueConstraint(
                fields=["referral", "clock"],
                condition=Q(met_at=None, closed_at=None),
                name="one_running_clock_of_a_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_alarm_at"],
                name="deadline_alarm",
                condition=Q(met_at=None, closed_at=None, next_alarm_at__isnull=False),
            ),
            models.Index(fields=["referral"], name="deadline_referral"),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=with_referral, append_only=True)
class Escalation(ProtectedModel):
    """A deadline passed a mark, and who owns it now; visible to both sides (DOMAIN 4.3)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="escalations")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="escalations")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField()  # per cent: 50 100 150 200
    owner = models.CharField(max_length=24)  # assignee | receiver_supervisor | sender | coordinator
    owner_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    owner_member_id = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=150, default="")  # a name of staff, so that each side knows whom to call
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "stage"], name="escalated_once_a_mark")]

    def __str__(self):
        return str(self.id)
