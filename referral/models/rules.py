"""Routing rules: which desk takes a need of an area, kept by a network's coordinator or an organisation's admin."""

from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from core.access import ProtectedModel, protect
from core.codelists import one_of
from partners.models import Area, Organisation, Service

LOWEST = 99  # the last priority; 1 comes first
NETWORK = "00000000-0000-0000-0000-000000000000"


def reads_rule(actor) -> Q:
    """The rules of one's own organisation, and those of the network."""
    return Q(organisation_id=actor.organisation_id) | Q(organisation_id=None)


def keeps_rule(actor) -> Q:
    """An administrator keeps those of the organisation, the coordinator those of the network."""
    own = Q(organisation_id=actor.organisation_id) & actor.allowed("rule.manage")
    return own | (Q(organisation_id=None) & actor.allowed("rule.manage_network"))


@protect(read=reads_rule, insert=keeps_rule, update=keeps_rule)
class RoutingRule(ProtectedModel):
    """A need of this category in this area goes to this service, or to the fitting service of this organisation.

    `organisation` is whose rule it is, None for the network's. An empty category or area means any. Two rules of the
    same reach and priority never hold on the same day: a constraint, so that there is always one that comes first.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=32, default="", blank=True)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    priority = models.PositiveSmallIntegerField(default=10)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    created_by_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("category", "need_category", model="routingrule", empty=True),
            models.CheckConstraint(
                condition=Q(service=None, desk__isnull=False) | Q(desk=None, service__isnull=False),
                name="rule_names_a_service_or_a_desk",
            ),
            models.CheckConstraint(condition=Q(priority__range=(1, LOWEST)), name="rule_priority_in_range"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="rule_dates_in_order"
            ),
            ExclusionConstraint(
                name="one_rule_of_a_reach_and_priority_a_day",
                condition=Q(retired_at=None),
                expressions=[
                    (Coalesce("organisation", Value(NETWORK, models.UUIDField())), RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    (Coalesce("area", Value("")), RangeOperators.EQUAL),
                    ("priority", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from", "valid_to", Value("[]"), function="daterange", output_field=DateRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self):
        return str(self.id)
