"""Handing a case over to another organisation: both supervisors agree, and the person does (DOMAIN 3, transferred)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models.access import case_open
from cases.models.cases import Case
from cases.models.consents import Consent
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedJSON, EncryptedText
from core.policies import contribute
from partners.models import Member, Organisation
from partners.roles import ROLES

ANSWERS = "transfer.answer"  # the verb of who takes cases over for an organisation
PROPOSED, APPROVED, ACCEPTED = "proposed", "approved", "accepted"
DECLINED, SENT_BACK, WITHDRAWN, EXPIRED = "declined", "sent_back", "withdrawn", "expired"
WAITING = [PROPOSED, APPROVED]
NOBODY_READS, SUPERVISOR_READS = "nobody", "supervisor"  # of what the sender keeps


def sees_transfer(actor) -> Q:
    """The sender's people with the case, and who asked or approved; the receiver's desk once it is offered.

    Who answers for rights sees which organisation received what, when nothing is told in the row any more.
    """
    ours = case_open(actor) | Q(asked_by_id=actor.member_id) | Q(approved_by_id=actor.member_id)
    ours |= Q(decided_at__isnull=False) & actor.allowed("rights.decide")
    offered = Q(to_organisation_id=actor.organisation_id, approved_at__isnull=False) & actor.allowed(ANSWERS)
    return (Q(from_organisation_id=actor.organisation_id) & ours) | offered


def sends_transfer(actor) -> Q:
    """In one's own organisation's name, of a case that one sees."""
    return Q(from_organisation_id=actor.organisation_id) & case_open(actor)


@protect(read=sees_transfer, insert=sends_transfer, update=sees_transfer)
class CaseTransfer(ProtectedModel):
    """One offer of one case to one organisation, and what became of it.

    The row belongs to both sides, so it holds little: `summary` and `note` are what the receiver decides by, and are
    emptied when the answer is there. The person's facts never stand here: they are read when the case is accepted.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")  # the sender's
    from_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default=PROPOSED)
    reason = models.CharField(max_length=24)
    note = EncryptedText(default="", blank=True)  # from worker to worker; becomes a note of the new case
    summary = EncryptedJSON(default=dict)  # codes and bands, without a name
    classes = ArrayField(models.PositiveSmallIntegerField())  # of data that cross
    record = models.CharField(max_length=12)  # who still reads what the sender keeps
    task_ids = ArrayField(models.UUIDField(), default=list, blank=True)  # open tasks that go along
    appointment_ids = ArrayField(models.UUIDField(), default=list, blank=True)  # to come, that go along
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    approved_user_id = models.UUIDField(null=True)  # the account whose right carries the handing out
    approved_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=24, default="", blank=True)
    answer_note = EncryptedText(default="", blank=True)
    new_case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")  # the receiver's
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("state", "transfer_state", model="transfer"),
            one_of("reason", "transfer_reason", model="transfer"),
            one_of("record", "transfer_record", model="transfer"),
            one_of("decline_reason", "transfer_decline", model="transfer", empty=True),
            models.CheckConstraint(
                condition=~Q(from_organisation=F("to_organisation")), name="transfer_leaves_the_organisation"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PROPOSED, SENT_BACK, WITHDRAWN])
                | Q(approved_by__isnull=False, approved_at__isnull=False, expires_at__isnull=False),
                name="offered_transfer_was_approved",
            ),
            models.CheckConstraint(
                condition=(Q(state=ACCEPTED) & Q(new_case__isnull=False, decided_by__isnull=False))
                | (~Q(state=ACCEPTED) & Q(new_case=None)),
                name="accepted_transfer_has_a_case",
            ),
            models.CheckConstraint(
                condition=~Q(state=DECLINED) | ~Q(decline_reason=""), name="declined_transfer_says_why"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=WAITING), name="one_waiting_transfer_of_a_case"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_organisation", "approved_at"], name="transfer_offered", condition=Q(state=APPROVED)
            ),
            models.Index(fields=["from_organisation", "-asked_at"], name="transfer_sent"),
            models.Index(fields=["expires_at"], name="transfer_expires", condition=Q(state=APPROVED)),
        ]

    def __str__(self):
        return str(self.id)


def _sql() -> str:
    taking = ", ".join(f"'{role}'" for role in sorted(ROLES) if ANSWERS in ROLES[role])
    return f"""
-- Whether somebody of an organisation can take a case over: a yes or no about colleagues whom a sender may not list.
CREATE OR REPLACE FUNCTION waymark.takes_cases() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT DISTINCT m.organisation_id FROM public.partners_member m
        JOIN public.core_user u ON u.id = m.user_id JOIN public.partners_organisation o ON o.id = m.organisation_id
        WHERE m.is_active AND u.is_active AND o.status = 'active' AND o.member_of_network AND m.role IN ({taking})
    $$;
REVOKE ALL ON FUNCTION waymark.takes_cases() FROM public;
GRANT EXECUTE ON FUNCTION waymark.takes_cases() TO waymark_app;

-- The second lock: an answer is given once, and an offer stays about the same case and the same two organisations.
CREATE OR REPLACE FUNCTION waymark.keep_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state IS DISTINCT FROM NEW.state AND (OLD.state, NEW.state) NOT IN (
            ('proposed', 'approved'), ('proposed', 'sent_back'), ('proposed', 'withdrawn'), ('approved', 'accepted'),
            ('approved', 'declined'), ('approved', 'withdrawn'), ('approved', 'expired')))
        OR (OLD.case_id, OLD.from_organisation_id, OLD.to_organisation_id)
            IS DISTINCT FROM (NEW.case_id, NEW.from_organisation_id, NEW.to_organisation_id)
        OR (OLD.consent_id, OLD.classes) IS DISTINCT FROM (NEW.consent_id, NEW.classes)
    THEN
        RAISE EXCEPTION 'a transfer does not go from % to %', OLD.state, NEW.state USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS keep_transfer ON cases_casetransfer;
CREATE TRIGGER keep_transfer BEFORE UPDATE ON cases_casetransfer
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_transfer();
"""  # noqa: S608


contribute("transfers", _sql)
