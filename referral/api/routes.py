"""Routes over the API: who else is asked, where it stands, and the answer when it asks."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from core.api.fields import Code, Flag, Id, Input, Links, Many, Output
from core.api.resource import Resource, wanted
from core.codelists import codes
from partners.api import Named, listed_services, named
from referral.models import Referral, Route
from referral.models.routing import ASK, GO_ON
from referral.routing import LONGEST, stops_of
from referral.steering import go_on, plan_route, stop_route

ROOT = "/api/v1"


class RouteChoice(Input):
    """Who else is asked: one after another, or all at once; what happens after a no and when nobody answers."""

    mode = Code(choices=codes("route_mode"))
    services = Many(child=Id(), max_length=LONGEST, required=False, help_text="After the first one, in their order")
    on_no = Code(choices=[ASK, GO_ON], required=False)
    on_silence = Code(choices=[ASK, GO_ON], required=False)
    silence = Code(choices=["expired", "decision"], required=False)
    documents_settled = Flag(required=False)


class RouteIn(RouteChoice):
    """A route for a draft."""

    mode = Code(choices=["ordered", "parallel"])
    referral = Id(help_text="The draft whose service is asked first")


class RouteAnswerIn(Input):
    """What comes next, where a route asks."""

    answer = Code(choices=["go_on", "skip", "stop"])


class RouteFilters(Input):
    """What routes can be chosen by."""

    state = Code(choices=codes("route_state"), required=False)
    need = Id(required=False)


class RouteStopOut(Output):
    """One service of a route, and its referral once it was asked."""

    position = serializers.IntegerField()
    service = Named()
    organisation = Named()
    state = serializers.ChoiceField(choices=codes("route_stop_state"))
    referral = serializers.UUIDField(source="referral_id", allow_null=True)

    def get_service(self, row) -> dict:
        """Return the service."""
        return named(row.service)

    def get_organisation(self, row) -> dict:
        """Return who offers it."""
        return named(row.service.organisation)


class RouteOut(Output):
    """A route: where it stands, and why it asks."""

    id = serializers.UUIDField()
    mode = serializers.ChoiceField(choices=codes("route_mode"))
    state = serializers.ChoiceField(choices=codes("route_state"))
    state_since = serializers.DateTimeField()
    question = serializers.CharField(help_text="Why it waits for a decision, a code of route_question; else empty")
    refusal = serializers.CharField(help_text="The code of the check that stopped it; else empty")
    need = serializers.UUIDField(source="need_id")
    on_no = serializers.ChoiceField(choices=[ASK, GO_ON])
    on_silence = serializers.ChoiceField(choices=[ASK, GO_ON])
    silence = serializers.ChoiceField(choices=["expired", "decision"])
    winner = serializers.UUIDField(source="winner_id", allow_null=True)
    links = Links()

    def get_links(self, row) -> dict:
        """Return the address of this route."""
        return {"self": f"{ROOT}/routes/{row.pk}/"}


class RouteDetail(RouteOut):
    """A route with its services in their order."""

    stops = RouteStopOut(many=True)

    def get_stops(self, row) -> list[dict]:
        """Return the services."""
        output = RouteStopOut()
        return [output.to_representation(stop) for stop in stops_of(row, self.context["actor"])]


def plan(referral: Referral, facts: dict, *, actor, at) -> Route | None:
    """Plan a route with services that the actor may see, named by id. Raises Incomplete, NotNow."""
    services = [wanted(listed_services(actor, at=at), pk, "services") for pk in facts.pop("services", ())]
    return plan_route(referral.pk, actor=actor, at=at, services=services, **facts)


class Routes(Resource):
    """The routes of the organisation's own referrals."""

    verbs = {
        "list": ("case.read", "case.read_team"),
        "retrieve": ("case.read", "case.read_team"),
        "create": ("referral.draft",),
        "answer": ("referral.send",),
    }
    order = "created_at"
    versioned = ("answer",)

    @extend_schema(parameters=[RouteFilters], responses=RouteOut(many=True))
    def list(self, request):
        """List routes."""
        chosen = self.query(RouteFilters)
        if "need" in chosen:
            chosen["need_id"] = chosen.pop("need")
        return self.page(Route.objects.visible_to(self.actor).filter(**chosen), RouteOut)

    @extend_schema(responses=RouteDetail)
    def retrieve(self, request, pk):
        """Show a route with its services."""
        return self.shown(self.one(Route.objects.visible_to(self.actor), pk), RouteDetail)

    @extend_schema(request=RouteIn, responses={201: RouteDetail})
    def create(self, request):
        """Plan a route behind a draft. It begins when the draft is sent."""
        facts = self.input(RouteIn)
        own = Referral.objects.visible_to(self.actor).filter(sender_id=self.actor.organisation_id)
        route = plan(wanted(own, facts.pop("referral"), "referral"), facts, actor=self.actor, at=self.at)
        return self.shown(route, RouteDetail, status=201)

    @extend_schema(request=RouteAnswerIn, responses={200: RouteDetail})
    @action(detail=True, methods=["post"])
    def answer(self, request, pk):
        """Decide where a route asks: go_on, skip (not this one), stop (nobody else)."""
        rows = Route.objects.visible_to(self.actor)
        route = self.one(rows, pk)
        self.match(rows, route)
        chosen = self.input(RouteAnswerIn)["answer"]
        if chosen == "stop":
            stop_route(route.pk, actor=self.actor, at=self.at)
        else:
            go_on(route.pk, actor=self.actor, at=self.at, skip=chosen == "skip")
        return self.shown(self.one(rows, pk), RouteDetail)
