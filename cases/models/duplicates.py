"""Records that may be of one person, and records that were merged (DOMAIN 14, INV-14)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models.persons import Person, person_open, person_registered
from core.access import ProtectedModel, protect
from core.fields import EncryptedJSON
from partners.models import Organisation

STATES = ["open", "dismissed", "merged"]


def sees_pair(actor) -> Q:
    """Who sees both persons sees that they are alike; a pair with a hidden person would tell of it."""
    seen = {side: person_open(actor, f"{side}_id") | person_registered(actor, f"{side}_id") for side in ("low", "high")}
    return Q(organisation_id=actor.organisation_id) & seen["low"] & seen["high"]


@protect(read=sees_pair, insert=lambda actor: Q(organisation_id=actor.organisation_id), update=sees_pair)
class DuplicateCandidate(ProtectedModel):
    """Two persons of one organisation that may be one. `dismissed` is an answer, and is not asked again."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    low = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")  # of the two ids the lower one
    high = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    reasons = ArrayField(models.CharField(max_length=32), default=list)
    state = models.CharField(max_length=12, default="open")
    found_at = models.DateTimeField()
    proposed_by_id = models.UUIDField(null=True)  # who asks that they be merged
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="duplicate_state_coded"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="duplicate_pair_in_order"),
            models.CheckConstraint(condition=Q(score__range=(0, 1)), name="duplicate_score_in_range"),
            models.UniqueConstraint(fields=["low", "high"], name="one_row_a_duplicate_pair"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-score"], name="duplicate_open", condition=Q(state="open")),
            models.Index(fields=["found_at"], name="duplicate_age"),
        ]

    def __str__(self):
        return str(self.id)


def sees_merge(actor) -> Q:
    """Who may merge, of the persons one sees: only they can take it back."""
    return (
        Q(organisation_id=actor.organisation_id)
        & (person_open(actor, "survivor_id") | person_registered(actor, "survivor_id"))
        & actor.allowed("person.merge")
    )


@protect(read=sees_merge, insert=lambda actor: Q(organisation_id=actor.organisation_id), update=sees_merge)
class MergeRecord(ProtectedModel):
    """What a merge moved, and what stood there before: undoing puts exactly that back (INV-14)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    survivor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    shell = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)  # "table.column" -> ids
    before = EncryptedJSON(default=dict)  # rows that were changed, as they stood
    merged_by_id = models.UUIDField()
    merged_at = models.DateTimeField()
    until = models.DateTimeField()  # undone until then; afterwards the record is purged
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(survivor=F("shell")), name="merge_of_two"),
            models.UniqueConstraint(fields=["shell"], condition=Q(undone_at=None), name="one_merge_a_shell"),
        ]
        indexes = [models.Index(fields=["organisation", "-merged_at"], name="merge_list")]

    def __str__(self):
        return str(self.id)
