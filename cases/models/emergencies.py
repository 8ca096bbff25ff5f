"""Opening a case one may not see, because somebody is in danger: who, why, until when, and was it right (DOMAIN 7)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from core.policies import contribute
from partners.models import Member, Organisation

BREAKS, REVIEWS = "case.break_glass", "emergency.review"
JUSTIFIED, NOT_JUSTIFIED = "justified", "not_justified"


def sees_emergency(actor) -> Q:
    """One's own; all of the organisation for those who review them, who need not see the case."""
    return Q(organisation_id=actor.organisation_id) & (Q(member_id=actor.member_id) | actor.allowed(REVIEWS))


def breaks_glass(actor) -> Q:
    """In one's own name only."""
    return Q(organisation_id=actor.organisation_id, member_id=actor.member_id) & actor.allowed(BREAKS)


@protect(read=sees_emergency, insert=breaks_glass, update=sees_emergency)
class Emergency(ProtectedModel):
    """One opening of one case for one member, for an hour, and its review."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=12)  # who reviews it may not see the case
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=24)
    note = EncryptedText(default="", blank=True)
    repeated = models.BooleanField(default=False)  # the same member opened the same case before
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    review_due_at = models.DateTimeField()
    alarm = models.PositiveSmallIntegerField(default=0)  # of the review: 1 reminded, 2 escalated
    verdict = models.CharField(max_length=16, default="", blank=True)
    reviewed_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_note = EncryptedText(default="", blank=True)

    class Meta:
        constraints = [
            one_of("reason", "emergency_reason", model="emergency"),
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="emergency_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(verdict="")
                | (Q(verdict__in=[JUSTIFIED, NOT_JUSTIFIED]) & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)),
                name="reviewed_emergency_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | ~Q(reviewed_by=F("member")),
                name="emergency_needs_four_eyes",
                violation_error_message="Somebody else reviews what one opened.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "review_due_at"], name="emergency_review", condition=Q(verdict="")),
            models.Index(fields=["member", "-opened_at"], name="emergency_member"),
            models.Index(fields=["until"], name="emergency_open", condition=Q(ended_at=None)),
        ]

    def __str__(self):
        return str(self.id)


# Goes round the policy of cases for one exact number. Another organisation's, a closed and a missing one give the
# same empty answer; a number has 32^8 values, and each attempt needs a verb, a reason and leaves its trace.
_NUMBERED = f"""
CREATE OR REPLACE FUNCTION waymark.open_case_numbered(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT c.id FROM public.cases_case c
        WHERE c.reference = wanted AND c.organisation_id = (SELECT waymark.organisation_id())
            AND c.status IN ('intake', 'assessment', 'active', 'on_hold', 'follow_up')
            AND (SELECT waymark.may('{BREAKS}'))
    $$;
REVOKE ALL ON FUNCTION waymark.open_case_numbered(text) FROM public;
GRANT EXECUTE ON FUNCTION waymark.open_case_numbered(text) TO waymark_app;
"""  # noqa: S608

contribute("open_case_numbered", lambda: _NUMBERED)
