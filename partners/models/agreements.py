"""Data-sharing agreements between organisations (DOMAIN 2, Agreement; INV-2)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.access import ProtectedModel, protect
from partners.models.organisations import Organisation, guest


def reads_party(actor) -> Q:
    """Parties see who else is party; so does the network's desk, and who runs the directory."""
    own = Q(organisation_ids__contains=[actor.organisation_id]) & ~guest(actor)
    return own | actor.allowed("network.read")


def signs(actor) -> Q:
    """The network's desk records agreements."""
    return actor.allowed("agreement.write")


def signs_or_confirms(actor) -> Q:
    """The network's desk, and who speaks for a party: the last confirmation puts the agreement into force."""
    party = Q(organisation_ids__contains=[actor.organisation_id])
    return signs(actor) | (party & actor.allowed("agreement.confirm"))


@protect(read=reads_party, insert=signs, update=signs_or_confirms)
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
    status = models.CharField(max_length=16, default="active")  # proposed until each party confirmed | active | ended
    file_sha256 = models.CharField(max_length=64, default="", blank=True)  # of the signed file, which the parties keep
    ended_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_to")), name="agreement_dates_in_order"),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "active", "ended"]), name="agreement_status_coded"
            ),
        ]

    def __str__(self):
        return str(self.id)


def confirms(actor) -> Q:
    """Who speaks for the organisation that confirms."""
    return Q(organisation_id=actor.organisation_id) & actor.allowed("agreement.confirm")


def reads_confirmation(actor) -> Q:
    """Parties of the agreement see who confirmed it."""
    return Q(agreement_id__in=Agreement.objects.filter(reads_party(actor)).values("id"))


@protect(read=reads_confirmation, insert=confirms, append_only=True)
class AgreementConfirmation(ProtectedModel):
    """A party said that this is what it signed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    member_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="agreement_confirmed_once"),
        ]

    def __str__(self):
        return str(self.id)
