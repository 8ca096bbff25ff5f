"""Needs that nobody meets: for one's own supervisors row by row, for planners counted (DOMAIN 4.3)."""

from uuid import uuid4

from django.db import models
from django.db.models import OuterRef, Q

from cases.models import Need
from cases.models.access import ByKey
from cases.models.cases import sees_need
from core.access import ProtectedModel, protect
from core.codelists import one_of
from partners.models import Area, Organisation


def sees_unmet(actor) -> Q:
    """With the need; below class 4 also the supervisors of the organisation. The network's desk reads counts only."""
    of_need = Q(ByKey(Need.objects.filter(sees_need(actor), pk=OuterRef("need_id"))))
    return Q(organisation_id=actor.organisation_id) & ((Q(field_class__lt=4) & actor.allowed("board.read")) | of_need)


@protect(read=sees_unmet, insert=lambda actor: Q(organisation_id=actor.organisation_id), update=sees_unmet)
class UnmetNeed(ProtectedModel):
    """That a need found no service, since when and why; how it ended. Codes and places only."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    need_id = models.UUIDField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=32)
    field_class = models.PositiveSmallIntegerField()
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=24)
    declines = models.PositiveSmallIntegerField(default=0)  # until then
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=16, default="", blank=True)  # need_status

    class Meta:
        constraints = [
            one_of("category", "need_category", model="unmet"),
            one_of("reason", "unmet_reason", model="unmet"),
            one_of("closed_as", "need_status", model="unmet", empty=True),
            models.UniqueConstraint(fields=["need_id"], condition=Q(closed_at=None), name="one_open_unmet_per_need"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_as="") | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
                name="closed_unmet_says_how",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-at", "id"], name="unmet_list")]

    def __str__(self):
        return str(self.id)
