"""Beginnings: drafts of new cases, and calls of people who gave no name (DOMAIN 3)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models.access import case_open
from cases.models.cases import Case
from cases.models.persons import Person, at_home
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedJSON, EncryptedText
from partners.models import Member, Organisation


def own_draft(actor) -> Q:
    """Only who began it: nobody has been asked yet whether anything may be kept."""
    return Q(organisation_id=actor.organisation_id, member_id=actor.member_id)


@protect(read=own_draft, insert=own_draft, update=own_draft, delete=own_draft)
class IntakeDraft(ProtectedModel):
    """What was typed so far about a new case, step by step, exactly as typed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=12)  # the one to go on with
    data = EncryptedJSON(default=dict)  # {step: {field: [values]}}
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")  # known already
    referral_id = models.UUIDField(null=True)  # the received referral that it begins from
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")  # what came of it

    class Meta:
        indexes = [
            models.Index(fields=["member", "-saved_at"], name="draft_member"),
            models.Index(fields=["saved_at"], name="draft_saved"),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=case_open, insert=at_home)
class CallEntry(ProtectedModel):
    """One call as it was heard. Several may belong to one case; the caller may stay without a name."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="calls")
    channel = models.CharField(max_length=16)
    minutes = models.PositiveSmallIntegerField(null=True)
    said = EncryptedText(default="")
    risk_level = models.CharField(max_length=12)
    taken_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("channel", "contact_channel", model="callentry"),
            one_of("risk_level", "risk_level", model="callentry"),
        ]
        indexes = [models.Index(fields=["case", "-at"], name="callentry_case")]

    def __str__(self):
        return str(self.id)
