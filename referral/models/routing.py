"""Routes: whom a need is referred to when the first partner says no, does not answer, or is not the only one asked."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models import Case, Need
from cases.models.access import case_names, case_open
from core.access import ProtectedModel, protect
from core.codelists import one_of
from partners.models import Member, Organisation, Service
from referral.models.referrals import Referral

ASK, GO_ON = "ask", "go_on"
ORDERED, PARALLEL = "ordered", "parallel"


def sees_route(actor) -> Q:
    """The sending side alone, as its referrals: a partner does not learn whom else is asked."""
    return (
        Q(organisation_id=actor.organisation_id) & case_open(actor) & (Q(field_class__lt=4) | case_names(actor))
    )  # fmt: skip


def at_home(actor) -> Q:
    return Q(organisation_id=actor.organisation_id)


@protect(read=sees_route, insert=at_home, update=sees_route, delete=sees_route)  # a plan that was not sent
class Route(ProtectedModel):
    """How a need travels: an ordered list that goes on after a no or silence, or several partners at once.

    A referral without a route goes to one service. Codes and ids only: what is shared stands in the referrals.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    field_class = models.PositiveSmallIntegerField()  # of the need
    mode = models.CharField(max_length=12)
    on_no = models.CharField(max_length=8, default=ASK)
    on_silence = models.CharField(max_length=8, default=ASK)
    silence = models.CharField(max_length=12, default="expired")  # what counts as silence
    documents_settled = models.BooleanField(default=False)  # G5, for all services of the route
    state = models.CharField(max_length=12, default="planned")
    state_since = models.DateTimeField()
    question = models.CharField(max_length=12, default="", blank=True)  # why it asks a person
    refusal = models.CharField(max_length=32, default="", blank=True)  # the guard that stopped it
    winner = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("mode", "route_mode", model="route"),
            one_of("state", "route_state", model="route"),
            one_of("question", "route_question", model="route", empty=True),
            models.CheckConstraint(
                condition=Q(on_no__in=[ASK, GO_ON], on_silence__in=[ASK, GO_ON]), name="route_policy_coded"
            ),
            models.CheckConstraint(condition=Q(silence__in=["expired", "decision"]), name="route_silence_coded"),
            models.CheckConstraint(
                condition=Q(question="") | Q(state="asks"), name="only_an_asking_route_has_a_question"
            ),
        ]
        indexes = [models.Index(fields=["need"], name="route_need"), models.Index(fields=["case"], name="route_case")]

    def __str__(self):
        return str(self.id)


def sees_stop(actor) -> Q:
    """With the route."""
    return Q(route_id__in=Route.objects.filter(sees_route(actor)).values("pk"))


@protect(read=sees_stop, insert=at_home, update=sees_stop, delete=sees_stop)
class RouteStop(ProtectedModel):
    """One service of a route, in its place; its referral once it was asked."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="stops")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the sender
    position = models.PositiveSmallIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default="waiting")
    alone = models.BooleanField(default=True)  # of an ordered list: no other one of it may be open

    class Meta:
        constraints = [
            one_of("state", "route_stop_state", model="routestop"),
            models.UniqueConstraint(fields=["route", "position"], name="route_position_once"),
            models.UniqueConstraint(fields=["route", "service"], name="route_service_once"),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(referral__isnull=False), name="referral_on_one_route"
            ),
            models.UniqueConstraint(
                fields=["route"], condition=Q(state="open", alone=True), name="ordered_route_asks_one_at_a_time"
            ),
        ]

    def __str__(self):
        return str(self.id)
