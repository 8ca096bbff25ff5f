"""Tasks: what a person has to do by when."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models.access import case_names, case_open
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation

KINDS = [
    "approve_referral",  # T2: a supervisor's decision
    "call_now",  # emergency without acknowledgement for 30 minutes (DOMAIN 4.3)
    "stop_processing",  # consent withdrawn while the receiver works (DOMAIN 5.4)
    "route_next",  # a route asks whether to send to the next service
    "case_conference",  # three declines of one need (DOMAIN 4.3)
    "ask_client",  # a completed referral: the sender asks the client, then settles the need (T10)
    "follow_up",  # 7 and 30 days after completion (DOMAIN 8)
    "delivery_failed",  # a notice that nobody received
    "nobody_told",  # an organisation in which nobody can be told: the network's desk calls there
    "check_in",  # a follow-up that somebody planned: ask the person how things are
    "own",  # written by a person
]


OWNERS = ["staff", "client", "partner"]  # who does it; a colleague of ours watches over it in each case


def sees_task(actor) -> Q:
    """One's own, those of the cases one sees (class 4: that name one), and the desk's about incoming referrals."""
    return Q(organisation_id=actor.organisation_id) & (
        Q(assignee_id=actor.member_id)
        | (case_open(actor) & (Q(field_class__lt=4) | case_names(actor)))
        | (Q(case_id=None) & actor.allowed("referral.read_in"))
    )


@protect(read=sees_task, insert=lambda actor: Q(organisation_id=actor.organisation_id), update=sees_task)
class Task(ProtectedModel):
    """A task of an organisation, of a member where one is named; tied to a case, a referral, or both."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    kind = models.CharField(max_length=24)
    text = EncryptedText(default="", blank=True)  # kinds that people write: "own", "check_in"
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT)
    referral_id = models.UUIDField(null=True)
    goal = models.ForeignKey("cases.Goal", null=True, on_delete=models.PROTECT, related_name="tasks")
    field_class = models.PositiveSmallIntegerField(default=2)  # of its goal
    priority = models.CharField(max_length=12, default="routine")
    owner = models.CharField(max_length=8, default="staff")
    assignee = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    event_id = models.UUIDField(null=True)  # the event that caused it: a second delivery makes no second task
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="task_kind_known"),
            models.CheckConstraint(condition=Q(owner__in=OWNERS), name="task_owner_coded"),
            models.CheckConstraint(condition=Q(field_class__range=(2, 4)), name="task_class_in_range"),
            one_of("priority", "urgency", model="task"),
            models.UniqueConstraint(
                fields=["event_id", "kind", "organisation"],
                condition=Q(event_id__isnull=False),
                name="one_task_per_event",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "assignee", "due_at"], name="task_open", condition=Q(done_at__isnull=True)
            ),
            models.Index(fields=["referral_id"], name="task_referral", condition=Q(referral_id__isnull=False)),
            models.Index(fields=["case"], name="task_case"),
        ]

    def __str__(self):
        return str(self.id)
