"""What one was told, and what happened, by cursor."""

from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.errors import BadQuery
from core.api.fields import Code, Input, Links, Output
from core.api.pages import MOST, limit_of
from core.api.resource import Resource
from core.events import sentence
from core.models import Event, Feed
from notifications import inbox
from notifications.models import Notice

ROOT = "/api/v1"
LAST = 2**63 - 1


class NoticeOut(Output):
    """One thing that one was told. The words say what, never about whom."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.CharField()
    urgency = serializers.CharField()
    referral = serializers.UUIDField(source="referral_id", allow_null=True)
    case = serializers.UUIDField(source="case_id", allow_null=True)
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    links = Links()

    def get_text(self, row) -> str:
        """Return what the event's kind says."""
        return sentence(row.kind)

    def get_links(self, row) -> dict:
        """Return the address of this notice."""
        return {"self": f"{ROOT}/notices/{row.pk}/"}


class NoticeFilters(Input):
    """What notices can be chosen by."""

    unread = Code(choices=["true", "false"], required=False)


class Notices(Resource):
    """One's own notices; an organisation's system has none, it polls the events."""

    verbs = {"list": ("notice.read",), "retrieve": ("notice.read",), "read": ("notice.read",)}
    order = "at"

    @extend_schema(parameters=[NoticeFilters], responses=NoticeOut(many=True))
    def list(self, request):
        """List one's own notices."""
        chosen = self.query(NoticeFilters)
        rows = Notice.objects.visible_to(self.actor)
        if "unread" in chosen:
            rows = rows.filter(read_at__isnull=chosen["unread"] == "true")
        return self.page(rows, NoticeOut)

    @extend_schema(responses=NoticeOut)
    def retrieve(self, request, pk):
        """Show a notice."""
        return self.shown(self.one(Notice.objects.visible_to(self.actor), pk), NoticeOut)

    @extend_schema(request=None, responses={200: NoticeOut})
    @action(detail=True, methods=["post"])
    def read(self, request, pk):
        """Mark a notice as read."""
        self.input(Input)
        rows = Notice.objects.visible_to(self.actor)
        notice = self.one(rows, pk)
        inbox.mark_read(actor=self.actor, at=self.at, notice_id=notice.pk)
        return self.shown(self.one(rows, pk), NoticeOut)


class EventOut(Output):
    """What happened: identifiers, codes and times."""

    position = serializers.IntegerField()
    id = serializers.UUIDField()
    kind = serializers.CharField()
    about = serializers.UUIDField()
    referral = serializers.UUIDField(allow_null=True)
    facts = serializers.DictField()
    at = serializers.DateTimeField()


class EventsOut(Output):
    """The next events, and where to go on from."""

    results = EventOut(many=True)
    next_after = serializers.IntegerField()


class Events(Resource):
    """The events of one's own organisation, in an order that never changes."""

    verbs = {"list": ("event.read",)}
    pagination_class = None  # a feed only goes forward: its cursor is a position

    @extend_schema(
        operation_id="events_poll",
        parameters=[
            OpenApiParameter("after", OpenApiTypes.INT64, description="`next_after` of the answer before"),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
        ],
        responses={200: forced_singular_serializer(EventsOut)},
        filters=False,
    )
    def list(self, request):
        """Poll events: keep `next_after`, ask again with it. No event is stepped over, none comes twice."""
        after, limit = self._after(), limit_of(request.query_params.get("limit"))
        feed = list(Feed.objects.visible_to(self.actor).filter(position__gt=after).order_by("position")[:limit])
        events = Event.objects.visible_to(self.actor).in_bulk([entry.event_id for entry in feed])
        found = [(entry.position, events[entry.event_id]) for entry in feed if entry.event_id in events]
        return Response(
            {
                "results": [self._shown(position, event) for position, event in found],
                "next_after": feed[-1].position if feed else after,
            }
        )

    def _after(self) -> int:
        given = self.request.query_params.dict()
        if unknown := sorted(set(given) - {"after", "limit"}):
            raise BadQuery({unknown[0][:64]: [_("This field is not known here.")]})
        text = given.get("after", "0")
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LAST):
            raise BadQuery({"after": [_("A whole number, `next_after` of the answer before.")]})
        return int(text)

    @staticmethod
    def _shown(position: int, event: Event) -> dict:
        return {
            "position": position,
            "id": event.id,
            "kind": event.kind,
            "about": event.about,
            "referral": event.referral_id,
            "facts": event.facts,
            "at": event.at,
        }
