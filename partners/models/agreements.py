"""Data-sharing agreements between organisations (DOMAIN 2, Agreement; INV-2)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.access import ProtectedModel, protect


def reads_party(actor) -> Q:
    """Parties see who else is party; so does the network's desk, and who runs the directory."""
    return Q(organisation_ids__contains=[actor.organisation_id]) | actor.allowed("network.read")


def signs(actor) -> Q:
    """The network's desk records agreements."""
    return actor.allowed("agreement.write")


@protect(read=reads_party, insert=signs, update=signs)
class Agreement(ProtectedModel):
    """What its parties may share with each other, about what, and for how long."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField(max_length=200)
    organisation_ids = ArrayField(models.UUIDField())  # the parties, two or more
    purposes = ArrayField(models.CharField(max_length=32))
    data_classes = ArrayField(models.PositiveSmallIntegerField())
    categories = ArrayField(models.CharField(max_length=32), default=list, blank=True)  # empty: every need category
    countries = ArrayField(models.CharField(max_length=2), default=list)
    # Whether a party may learn that another one may know a person: yes or no, nothing else (DOMAIN 7).
    duplicate_check = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField()
    status = models.CharField(max_length=16, default="active")  # active | ended

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_to")), name="agreement_dates_in_order"),
            models.CheckConstraint(condition=Q(status__in=["active", "ended"]), name="agreement_status_coded"),
        ]

    def __str__(self):
        return str(self.id)
