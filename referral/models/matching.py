"""How candidates are put in order: the network's weights with their history, and what each service showed."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from core.fields import EncryptedText
from partners.models import Service
from referral.matching import LEAST, MOST, TERMS


def reads_directory(actor) -> Q:
    """Who reads the directory may know how it is put in order."""
    return actor.allowed("directory.read")


def sets_weights(actor) -> Q:
    return actor.allowed("matching.set")


def _weight(code: str) -> models.DecimalField:
    return models.DecimalField(max_digits=5, decimal_places=2, default=TERMS[code].default)


@protect(read=reads_directory, insert=sets_weights, append_only=True)
class MatchingWeights(ProtectedModel):
    """One version of the weights; the highest version holds. A change is a new row, so that history stays."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.PositiveIntegerField(unique=True)
    fit = _weight("fit")
    places = _weight("places")
    answer = _weight("answer")
    acceptance = _weight("acceptance")
    language = _weight("language")
    distance = _weight("distance")
    fairness = _weight("fairness")
    open_now = _weight("open_now")
    reason = EncryptedText(default="", blank=True)
    set_by_id = models.UUIDField()  # member
    set_by_name = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            # NaN is greater than every number in PostgreSQL: the upper bound refuses it.
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{code}__gte": LEAST, f"{code}__lte": MOST}), name=f"matching_{code}_in_bounds"
                )
                for code in TERMS
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="matching_version_counts"),
        ]

    def __str__(self):
        return str(self.id)

    @property
    def weights(self) -> dict:
        """The weights by term."""
        return {code: getattr(self, code) for code in TERMS}


@protect(read=reads_directory)
class ServiceStanding(ProtectedModel):
    """What a service showed lately, smoothed and rounded, and when it opens. The worker alone writes it."""

    service = models.OneToOneField(Service, primary_key=True, on_delete=models.CASCADE, related_name="standing")
    acceptance = models.FloatField()  # share of referrals taken, in steps of 0.05
    answer_hours = models.FloatField()  # whole hours to the first answer
    observed = models.BooleanField(default=False)  # else what is usual for the need: too few answers to say
    fairness = models.FloatField(default=1.0)
    latitudes = ArrayField(models.FloatField(), default=list)  # of its open places, with `longitudes`
    longitudes = ArrayField(models.FloatField(), default=list)
    opens_at = models.DateTimeField(null=True)  # the present or the next time it is open
    closes_at = models.DateTimeField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(acceptance__gte=0, acceptance__lte=1), name="standing_acceptance_rate"),
            models.CheckConstraint(condition=Q(fairness__gte=0, fairness__lte=1), name="standing_fairness_rate"),
            models.CheckConstraint(condition=Q(answer_hours__gte=0), name="standing_hours_positive"),
        ]

    def __str__(self):
        return str(self.service_id)
