"""Referrals that were sent together for a household or a group: one sheet, one result a person (DOMAIN 4)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models import Case, Need
from cases.models.access import case_names, case_open
from core.access import ProtectedModel, protect
from core.codelists import one_of
from partners.models import Member, Organisation, Service
from referral.models.referrals import Referral


def at_home(actor) -> Q:
    return Q(organisation_id=actor.organisation_id)


@protect(read=lambda actor: at_home(actor) & case_open(actor), insert=at_home)
class Batch(ProtectedModel):
    """One sheet that was sent. Its id is the key that the sheet was drawn with: a second post finds the first."""

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")  # where it began
    sent_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self):
        return str(self.id)


@protect(
    read=lambda actor: at_home(actor) & case_open(actor) & (Q(field_class__lt=4) | case_names(actor)), insert=at_home
)
class BatchRow(ProtectedModel):
    """What came of one person's need on the sheet: its own referral, or the code of what is missing."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    field_class = models.PositiveSmallIntegerField()  # of the need
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    refusal = models.CharField(max_length=32, default="", blank=True)

    class Meta:
        constraints = [
            one_of("state", "batch_state", model="batchrow"),
            models.UniqueConstraint(fields=["batch", "need"], name="need_once_a_batch"),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(refusal="") & Q(referral=None))
                | (~Q(state="refused") & Q(refusal="", referral__isnull=False)),
                name="batch_row_sent_or_says_why",
            ),
        ]

    def __str__(self):
        return str(self.id)
