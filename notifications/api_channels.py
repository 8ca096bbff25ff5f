"""How one is told, and an organisation's webhooks, over `/api/v1/`."""

from django.conf import settings
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Code, Id, Input, Links, Many, Output, Text
from core.api.resource import Resource, wanted
from notifications import hooks, preferences
from notifications.choosing import OUTSIDE
from notifications.models import DIGESTS
from notifications.words import WORDS

ROOT = "/api/v1"


class PreferenceOut(Output):
    """How one is told outside the application. Emergencies take every way, whatever stands here."""

    channels = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    digest = serializers.CharField()
    quiet_from = serializers.TimeField(allow_null=True)
    quiet_until = serializers.TimeField(allow_null=True)
    phone_verified = serializers.BooleanField()

    def get_channels(self, row) -> dict:
        """Return the channels of each group of kinds."""
        return {group: preferences.chosen(row, group) for group in WORDS}

    def get_phone_verified(self, row) -> bool:
        """Return whether text messages can be sent."""
        return row.phone_verified_at is not None


class ChannelsIn(Input):
    """The channels of the groups that change."""


for _group in WORDS:
    ChannelsIn._declared_fields[_group] = Many(child=Code(choices=list(OUTSIDE)), max_length=3, required=False)


class PreferenceIn(Input):
    """What changes. Quiet hours stay as they are without both fields; null for none."""

    channels = ChannelsIn(required=False)
    digest = Code(choices=DIGESTS, required=False)
    quiet_from = serializers.TimeField(required=False, allow_null=True)
    quiet_until = serializers.TimeField(required=False, allow_null=True)
    language = Code(choices=[code for code, _name in settings.LANGUAGES], required=False)


class Preferences(Resource):
    """One's own settings; an organisation's system has none."""

    verbs = {"list": ("notice.read",), "create": ("notice.read",)}
    pagination_class = None

    @extend_schema(
        operation_id="preferences_show", filters=False, responses={200: forced_singular_serializer(PreferenceOut)}
    )
    def list(self, request):
        """Show how one is told."""
        self.query(Input)
        return self.shown(preferences.own(self.actor), PreferenceOut)

    @extend_schema(operation_id="preferences_change", request=PreferenceIn, responses={200: PreferenceOut})
    def create(self, request):
        """Change how one is told."""
        facts = self.input(PreferenceIn)
        now = preferences.own(self.actor)
        quiet = {"quiet_from": now.quiet_from, "quiet_until": now.quiet_until}
        return self.shown(preferences.change(actor=self.actor, at=self.at, **quiet | facts), PreferenceOut)


class WebhookOut(Output):
    """An address that is told. Its secret was shown once."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()
    stopped_why = serializers.CharField()
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    links = Links()

    def get_links(self, row) -> dict:
        """Return the address of this entry."""
        return {"self": f"{ROOT}/webhooks/{row.pk}/"}


class WebhookMadeOut(WebhookOut):
    """The entry with its secret, which no other answer holds."""

    secret = serializers.CharField()


class WebhookIn(Input):
    """Where and of what."""

    url = Text(max_length=2048)
    kinds = Many(child=Text(max_length=64), max_length=64)


class ResendIn(Input):
    """Which message."""

    message = Id()


class WebhookMessageOut(Output):
    """One message to a webhook, and what became of it."""

    id = serializers.UUIDField()
    event = serializers.UUIDField(source="event_id")
    kind = serializers.CharField()
    status = serializers.CharField()
    attempts = serializers.IntegerField()
    next_try_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()


class WebhookMessagesOut(Output):
    """The last messages."""

    results = WebhookMessageOut(many=True)


LAST = 100


class Webhooks(Resource):
    """The webhooks of one's own organisation (Standard Webhooks 1.0)."""

    verbs = dict.fromkeys(
        ("list", "create", "retrieve", "change", "rotate", "test", "stop", "start", "remove", "messages", "resend"),
        (hooks.MANAGE,),
    )  # fmt: skip

    def _own(self, pk):
        return self.one(hooks.listed(self.actor), pk)

    @extend_schema(responses=WebhookOut(many=True))
    def list(self, request):
        """List webhooks."""
        self.query(Input)
        return self.page(hooks.listed(self.actor), WebhookOut)

    @extend_schema(responses=WebhookOut)
    def retrieve(self, request, pk):
        """Show a webhook."""
        return self.shown(self._own(pk), WebhookOut)

    @extend_schema(request=WebhookIn, responses={201: WebhookMadeOut})
    def create(self, request):
        """Add a webhook; the answer holds its secret."""
        row, _secret = hooks.add(actor=self.actor, at=self.at, **self.input(WebhookIn))
        return self.shown(row, WebhookMadeOut, status=201)

    @extend_schema(request=WebhookIn, responses={200: WebhookOut})
    @action(detail=True, methods=["post"])
    def change(self, request, pk):
        """Tell another address, or of other kinds."""
        row = self._own(pk)
        self.match(hooks.listed(self.actor), row)
        return self.shown(hooks.change(row.pk, actor=self.actor, at=self.at, **self.input(WebhookIn)), WebhookOut)

    @extend_schema(request=None, responses={200: WebhookMadeOut})
    @action(detail=True, methods=["post"])
    def rotate(self, request, pk):
        """Make a new secret; the one before stays valid for a day."""
        self.input(Input)
        row, _secret = hooks.rotate(self._own(pk).pk, actor=self.actor, at=self.at)
        return self.shown(row, WebhookMadeOut)

    def _step(self, door, pk, **facts):
        self.input(Input)
        return self.shown(door(self._own(pk).pk, actor=self.actor, at=self.at, **facts), WebhookOut)

    @extend_schema(request=None, responses={200: WebhookOut})
    @action(detail=True, methods=["post"])
    def test(self, request, pk):
        """Send a test message."""
        return self._step(hooks.ping, pk)

    @extend_schema(request=None, responses={200: WebhookOut})
    @action(detail=True, methods=["post"])
    def stop(self, request, pk):
        """Stop a webhook."""
        return self._step(hooks.stop, pk)

    @extend_schema(request=None, responses={200: WebhookOut})
    @action(detail=True, methods=["post"])
    def start(self, request, pk):
        """Start a webhook again."""
        return self._step(hooks.start, pk)

    @extend_schema(request=None, responses={200: WebhookOut})
    @action(detail=True, methods=["post"])
    def remove(self, request, pk):
        """Remove a webhook."""
        return self._step(hooks.stop, pk, why="removed")

    @extend_schema(operation_id="webhooks_messages", responses={200: WebhookMessagesOut})
    @action(detail=True, methods=["get"])
    def messages(self, request, pk):
        """List the last hundred messages to a webhook."""
        self.query(Input)
        rows = hooks.deliveries(self._own(pk), self.actor).order_by("-last_try_at", "pk")[:LAST]
        return Response({"results": [WebhookMessageOut().to_representation(row) for row in rows]})

    @extend_schema(request=ResendIn, responses={200: WebhookMessageOut})
    @action(detail=True, methods=["post"])
    def resend(self, request, pk):
        """Send a message again, with the same id."""
        row = wanted(hooks.deliveries(self._own(pk), self.actor), self.input(ResendIn)["message"], "message")
        return self.shown(hooks.resend(row.pk, actor=self.actor, at=self.at), WebhookMessageOut)
