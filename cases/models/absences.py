"""Who is away, from when to when, and who stands in."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from core.access import ProtectedModel, protect
from partners.models import Member, Organisation


def sees_absence(actor) -> Q:
    """Colleagues know who is away and who stands in."""
    return Q(organisation_id=actor.organisation_id)


def sets_absence(actor) -> Q:
    """One's own; of the team's members those who answer for it."""
    return Q(organisation_id=actor.organisation_id) & (
        Q(member_id=actor.member_id) | actor.allowed("absence.set_for_others")
    )


@protect(read=sees_absence, insert=sets_absence, update=sets_absence)
class Absence(ProtectedModel):
    """A member is away on these days, the last one included. A reason is not asked: it is nobody's business."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    named = models.BooleanField(default=False)  # the substitute also sees class 4
    from_on = models.DateField()
    until_on = models.DateField()
    set_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # by its end, or called off

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(member=F("substitute")), name="nobody_stands_in_for_oneself"),
        ]
        indexes = [
            models.Index(fields=["substitute"], name="absence_cover", condition=Q(ended_at=None)),
            models.Index(fields=["member"], name="absence_member", condition=Q(ended_at=None)),
        ]

    def __str__(self):
        return str(self.id)
