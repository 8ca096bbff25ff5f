"""Dead letters over `/api/v1/`: what reached nobody, for who leads the organisation and for the network's desk."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Code, Input, Output
from core.api.rows import Rows, described
from core.events import KINDS, sentence
from notifications import untold
from notifications.models import Untold

SEES = ("network.read", "board.read")


class UndeliveredFilters(Input):
    """What dead letters can be chosen by."""

    why = Code(choices=["nobody", "failed"], required=False)
    settled = Code(choices=["true", "false"], required=False)


class UndeliveredOut(Output):
    """Something that nobody of an organisation was told of, or a message that never arrived. No name, no address."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.CharField()
    urgency = serializers.CharField()
    why = serializers.CharField()
    organisation = serializers.UUIDField(source="organisation_id", allow_null=True)
    referral = serializers.UUIDField(source="referral_id", allow_null=True)
    task = serializers.UUIDField(source="task_id", allow_null=True)
    at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)

    def get_text(self, row) -> str:
        """Return what the event's kind says; "" where the message was about several."""
        return sentence(row.kind) if row.kind in KINDS else ""


@described("undelivered notices", UndeliveredOut, UndeliveredFilters)
class Undelivered(Rows):
    """What reached nobody, until a person has settled it."""

    model, output, filters = Untold, UndeliveredOut, UndeliveredFilters
    verbs = dict.fromkeys(("list", "retrieve", "settle", "send_again"), SEES) | {"send_all_again": ("system.read",)}
    order = "at"

    def list(self, request) -> Response:
        """List dead letters."""
        chosen = self.query(UndeliveredFilters)
        rows = self.rows().filter(**{name: chosen[name] for name in ("why",) if name in chosen})
        if "settled" in chosen:
            rows = rows.filter(settled_at__isnull=chosen["settled"] == "false")
        return self.page(rows, UndeliveredOut)

    @extend_schema(request=None, responses={200: UndeliveredOut})
    @action(detail=True, methods=["post"])
    def settle(self, request, pk):
        """Say that those concerned were told by other means."""
        return self.step(pk, untold.settle)

    @extend_schema(request=None, responses={200: UndeliveredOut})
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request, pk):
        """Try the message once more."""
        self.input(Input)
        row = self.one(self.rows(), pk)
        untold.try_again(actor=self.actor, at=self.at, untold_id=row.pk)
        return self.shown(self.one(self.rows(), pk), UndeliveredOut)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path="send-all-again")
    def send_all_again(self, request):
        """Try everything that failed once more, for who keeps the system running."""
        self.input(Input)
        untold.try_again(actor=self.actor, at=self.at)
        return Response(status=204)
