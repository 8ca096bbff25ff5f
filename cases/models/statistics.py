"""What stays of an erased case: one row that counts, and leads to nobody (DOMAIN 12)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from partners.models import Area, Organisation


@protect(read=lambda actor: Q(organisation_id=actor.organisation_id) & actor.allowed("statistics.read"))
class StatRow(ProtectedModel):
    """A pseudonymous fact row. Its id is its own and random; times are whole months, so that no event matches it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    birth_band = models.CharField(max_length=9, default="", blank=True)  # "1995-1999"
    sex = models.CharField(max_length=16)
    status_group = models.CharField(max_length=16)
    citizenship = models.CharField(max_length=2, default="", blank=True)
    oblast = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    entry_point = models.CharField(max_length=24)
    risk_level = models.CharField(max_length=12)
    need_categories = ArrayField(models.CharField(max_length=32), default=list)
    need_outcomes = ArrayField(models.CharField(max_length=16), default=list)  # of the same positions
    opened_month = models.DateField()  # its first day
    closed_month = models.DateField(null=True)
    days_open = models.PositiveIntegerField(null=True)
    closure_reason = models.CharField(max_length=24, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_month__day=1) & (Q(closed_month=None) | Q(closed_month__day=1)),
                name="statrow_months_only",
            )
        ]
        indexes = [models.Index(fields=["organisation", "closed_month"], name="statrow_list")]

    def __str__(self):
        return str(self.id)
