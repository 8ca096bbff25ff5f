"""What a caseworker saw on a day, and how much danger follows from it: dated rows, never attributes (DOMAIN 6)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from cases.models.access import case_open
from cases.models.cases import sees_need
from cases.models.persons import at_home
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedJSON, EncryptedText
from core.policies import contribute
from partners.models import Member, Organisation


def sees_of_case(actor) -> Q:
    """What belongs to a case is seen with the case."""
    return case_open(actor)


def writes_of_case(actor) -> Q:
    """A new row stands in a case that one sees, in the name of one's own organisation."""
    return at_home(actor) & sees_of_case(actor)


def writes_by_class(actor) -> Q:
    """A new row of class 4 can be written only where the case names one."""
    return at_home(actor) & sees_need(actor)


@protect(read=sees_of_case, insert=writes_of_case, update=sees_of_case)
class Assessment(ProtectedModel):
    """One assessment of a case on one day: a draft, then completed and kept as it is (a trigger holds it)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="assessments")
    tool = models.CharField(max_length=32)
    tool_version = models.CharField(max_length=16)
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")  # it started from this
    assessor = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    next_due_on = models.DateField(null=True)
    wishes = EncryptedText(default="", blank=True)  # what the person wants, in its own words
    risk_level = models.CharField(max_length=12, default="", blank=True)  # as the assessor sees it
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("risk_level", "risk_level", model="assessment", empty=True),
            models.CheckConstraint(
                condition=Q(completed_at=None) | (~Q(risk_level="") & Q(next_due_on__isnull=False)),
                name="completed_assessment_says_risk",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(completed_at=None), name="one_draft_assessment_a_case"
            ),
        ]
        indexes = [models.Index(fields=["case", "-started_at"], name="assessment_case")]

    def __str__(self):
        return str(self.id)


@protect(read=sees_need, insert=writes_by_class, update=sees_need)
class Determinants(ProtectedModel):
    """The answers and words of an assessment in one field class, so that class 4 has readers of its own."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="parts")
    field_class = models.PositiveSmallIntegerField()
    answers = EncryptedJSON(default=dict, blank=True)  # factor -> present | absent | unknown (not asked: no entry)
    words = EncryptedJSON(default=dict, blank=True)  # level -> free text

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(field_class__in=[3, 4]), name="determinants_class_in_range"),
            models.UniqueConstraint(fields=["assessment", "field_class"], name="one_part_a_class"),
        ]
        indexes = [models.Index(fields=["case"], name="determinants_case")]

    def __str__(self):
        return str(self.id)


REVIEW_STATES = ["set", "waiting", "confirmed", "refused"]


@protect(read=sees_of_case, insert=writes_of_case, update=sees_of_case)
class RiskReview(ProtectedModel):
    """One look at the danger: the level before, the one wanted, why, and when to look again.

    A lower level than before, or than the signs mean, waits for a supervisor; until then the higher one holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT, related_name="+")  # None: no change
    former = models.CharField(max_length=12)
    wanted = models.CharField(max_length=12)
    level = models.CharField(max_length=12)  # that holds after this look
    reason = EncryptedText(default="", blank=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    next_on = models.DateField()
    state = models.CharField(max_length=12, default="set")

    class Meta:
        constraints = [
            one_of("former", "risk_level", model="risk_review"),
            one_of("wanted", "risk_level", model="risk_review"),
            one_of("level", "risk_level", model="risk_review"),
            models.CheckConstraint(condition=Q(state__in=REVIEW_STATES), name="risk_review_state_coded"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "refused"]) | Q(level=F("wanted")),
                name="settled_review_holds_the_wanted",
            ),
        ]
        indexes = [models.Index(fields=["case", "-at"], name="risk_review_case")]

    def __str__(self):
        return str(self.id)


# A completed assessment is evidence of what was known on a day. Whoever knows better writes a new one. The worker
# role is let through: erasure and retention act as it.
_KEPT = """
CREATE OR REPLACE FUNCTION waymark.assessment_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'waymark_app' AND OLD.completed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a completed assessment is not changed' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION waymark.determinants_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'waymark_app' AND EXISTS (
        SELECT 1 FROM public.cases_assessment a WHERE a.id = NEW.assessment_id AND a.completed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a completed assessment is not changed' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS assessment_is_kept ON cases_assessment;
CREATE TRIGGER assessment_is_kept BEFORE UPDATE ON cases_assessment
    FOR EACH ROW EXECUTE FUNCTION waymark.assessment_is_kept();
DROP TRIGGER IF EXISTS determinants_are_kept ON cases_determinants;
CREATE TRIGGER determinants_are_kept BEFORE INSERT OR UPDATE ON cases_determinants
    FOR EACH ROW EXECUTE FUNCTION waymark.determinants_are_kept();
"""

contribute("assessments", lambda: _KEPT)
