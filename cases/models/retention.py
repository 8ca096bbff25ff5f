"""How long what is kept, until when each record is, and what keeps it longer (DOMAIN 12, Retention)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from cases.models.persons import Person, at_home, sees_of_person
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation

UNITS = ["hours", "days", "months", "years"]
DATED = ["case", "intake"]  # those that are stored row by row, with the day


def of_own_or_all(actor) -> Q:
    """With the person; and all of the organisation, by code and date only, for who answers for rights."""
    return sees_of_person(actor) | (Q(organisation_id=actor.organisation_id) & actor.allowed("rights.decide"))


@protect(
    read=at_home,
    insert=lambda actor: Q(organisation_id=actor.organisation_id) & actor.allowed("retention.set"),
    update=lambda actor: Q(organisation_id=actor.organisation_id) & actor.allowed("retention.set"),
)
class RetentionRule(ProtectedModel):
    """An organisation's own time for one kind of record, in place of the default of DOMAIN 12."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8)
    set_by_id = models.UUIDField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", "retention_kind", model="retentionrule"),
            models.CheckConstraint(condition=Q(unit__in=UNITS, amount__gt=0), name="retention_rule_has_a_time"),
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_retention_rule_a_kind"),
        ]

    def __str__(self):
        return f"{self.kind} {self.amount} {self.unit}"


@protect(read=of_own_or_all, insert=at_home, update=of_own_or_all)
class Retention(ProtectedModel):
    """Until when one case is kept. Stored, not recomputed: a changed rule does not rewrite what a client was told.

    `ended_at` is set when the date no longer counts: the case was reopened, or what was due has been done.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=12)  # of the case or person: all that a data-protection officer sees of it
    planned_at = models.DateTimeField()
    retain_until = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, default="", blank=True)  # erased | dropped

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DATED), name="retention_kind_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False, outcome__in=["erased", "dropped"]),
                name="retention_ends_with_an_outcome",
            ),
            models.UniqueConstraint(
                fields=["person", "case"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_retention_date_a_case",
            ),
        ]
        indexes = [
            models.Index(fields=["retain_until"], name="retention_due", condition=Q(ended_at=None)),
            models.Index(fields=["organisation", "retain_until"], name="retention_list"),
        ]

    def __str__(self):
        return str(self.id)


@protect(
    read=of_own_or_all,
    insert=lambda actor: Q(organisation_id=actor.organisation_id) & actor.allowed("hold.set"),
    update=lambda actor: Q(organisation_id=actor.organisation_id) & actor.allowed("hold.set"),
)
class LegalHold(ProtectedModel):
    """Keeps a person's record from erasure, with a reason and an end date; it ends by itself (DOMAIN 12)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holds")
    reference = models.CharField(max_length=12)
    reason = models.CharField(max_length=16)
    note = EncryptedText(default="", blank=True)
    placed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    until = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("reason", "hold_reason", model="hold"),
            models.CheckConstraint(condition=Q(until__gte=F("placed_at__date")), name="hold_ends_later"),
        ]
        indexes = [models.Index(fields=["person", "until"], name="hold_person", condition=Q(lifted_at=None))]

    def __str__(self):
        return str(self.id)
