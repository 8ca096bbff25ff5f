"""The waiting lists of one's own services over the API."""

from django.db.models import Count
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api.fields import Input, Links, Output
from core.api.resource import Resource, identifier
from core.codelists import codes
from partners.api import Named, named
from partners.directory import own_services
from referral.lines import ORDER, free_for, line_of

ROOT = "/api/v1"
MOST = 500  # entries of one list that are shown


class WaitingListOut(Output):
    """A service that keeps a waiting list, or on whose list somebody still waits."""

    service = Named()
    waiting = serializers.IntegerField()
    free = serializers.IntegerField(help_text="How many of the list could come now")
    links = Links()


class WaitingOut(Output):
    """Somebody who waits. Who it is stands in the packet of the referral."""

    place = serializers.IntegerField()
    referral = serializers.UUIDField()
    reference = serializers.CharField()
    urgency = serializers.ChoiceField(choices=codes("urgency"))
    since = serializers.DateTimeField()
    expected_on = serializers.DateField(allow_null=True)


class WaitingListDetail(WaitingListOut):
    """A waiting list in its order: urgency first, then waiting since, then whom the service moved up."""

    entries = WaitingOut(many=True, help_text=f"The first {MOST}")


class WaitingLists(Resource):
    """The waiting lists of the services of one's own organisation."""

    verbs = {"list": ("referral.read_in",), "retrieve": ("referral.read_in",)}

    @extend_schema(responses=WaitingListOut(many=True))
    def list(self, request):
        """List the services that keep a waiting list."""
        self.query(Input)
        waiting = dict(line_of(self.actor).values_list("service_id").annotate(count=Count("pk")))
        rows = [row for row in own_services(self.actor) if row.waiting_list or row.pk in waiting]
        shown = [_shown(row, waiting.get(row.pk, 0)) for row in rows]
        return Response({"results": shown, "next": None, "previous": None})

    @extend_schema(responses=WaitingListDetail)
    def retrieve(self, request, pk):
        """Show the waiting list of one service in its order."""
        service = own_services(self.actor).filter(pk=identifier(pk)).first()
        if service is None:
            raise Http404
        line = line_of(self.actor, service_id=service.pk)
        entries = [
            {
                "place": place,
                "referral": row.pk,
                "reference": row.reference,
                "urgency": row.urgency,
                "since": row.state_since,
                "expected_on": row.expected_on,
            }
            for place, row in enumerate(line.order_by(*ORDER)[:MOST], start=1)
        ]
        waiting = len(entries) if len(entries) < MOST else line.count()
        return Response(_shown(service, waiting) | {"entries": entries})


def _shown(service, waiting: int) -> dict:
    return {
        "service": named(service),
        "waiting": waiting,
        "free": free_for(getattr(service, "capacity", None)),
        "links": {"self": f"{ROOT}/waiting-lists/{service.pk}/"},
    }
