"""What waits for somebody else's decision: four eyes on what could do harm (DOMAIN 3, 6, 9)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from cases.models.access import case_names, case_open
from core.access import ProtectedModel, protect
from core.fields import EncryptedJSON, EncryptedText
from partners.models import Member, Organisation

KINDS = ["assessment", "plan", "closure", "risk_downgrade", "transfer"]
WAITING, APPROVED, SENT_BACK, DROPPED = "waiting", "approved", "sent_back", "dropped"
STATUSES = [WAITING, APPROVED, SENT_BACK, DROPPED]
DECIDES = "approval.decide"


def sees_approval(actor) -> Q:
    """Who asked, whom the case names, and who decides for the team; always with the case.

    The case is asked row by row: few requests wait, and an organisation holds many grants.
    """
    concerned = Q(asked_by_id=actor.member_id) | actor.allowed(DECIDES) | case_names(actor)
    open_to = case_open(actor)
    return Q(organisation_id=actor.organisation_id) & concerned & open_to


def asks_at_home(actor) -> Q:
    """Nobody asks in a colleague's name: the second pair of eyes would be the first."""
    return Q(organisation_id=actor.organisation_id) & (Q(asked_by_id=actor.member_id) | Q(asked_by_id=None))


@protect(read=sees_approval, insert=asks_at_home, update=sees_approval)
class Approval(ProtectedModel):
    """A request for a decision about one thing of a case, and what was decided by whom and why."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=24)
    about = models.UUIDField()  # the thing: an assessment, a plan, a transfer, or the case itself
    status = models.CharField(max_length=12, default=WAITING)
    asked_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")  # null: a token
    asked_at = models.DateTimeField()
    note = EncryptedText(default="", blank=True)  # of who asks
    facts = EncryptedJSON(default=dict)  # what the step takes when it is approved
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer_note = EncryptedText(default="", blank=True)  # of who decides; who asked reads it

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="approval_kind_known"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="approval_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=[APPROVED, SENT_BACK]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_approval_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[APPROVED, SENT_BACK]) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")),
                name="approval_needs_four_eyes",
                violation_error_message="Somebody else decides about what one asked for.",
            ),
            models.UniqueConstraint(
                fields=["kind", "about"], condition=Q(status=WAITING), name="one_waiting_approval_of_a_thing"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "asked_at"], name="approval_waiting", condition=Q(status=WAITING)),
            models.Index(fields=["case", "-asked_at"], name="approval_case"),
            models.Index(fields=["asked_by", "-decided_at"], name="approval_asked_by"),
        ]

    def __str__(self):
        return str(self.id)
