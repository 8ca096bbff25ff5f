"""What Waymark is held against: Django REST framework alone, over the same tables, with nothing round it."""

from django.db import transaction
from django.urls import path
from django.utils import timezone
from rest_framework import generics, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.load import PARTNER, ident
from core.models import Event, Outbox
from partners.models import Organisation, Service
from referral.models import Referral, StepTaken


class OrganisationRow(serializers.ModelSerializer):
    """An organisation in a row."""

    class Meta:
        model = Organisation
        fields = ["id", "name"]


class ServiceRow(serializers.ModelSerializer):
    """A service in a row."""

    class Meta:
        model = Service
        fields = ["id", "name"]


class Row(serializers.ModelSerializer):
    """A referral as wide as Waymark's own row: as many columns, the same three names, the same bytes within a tenth."""

    sender = OrganisationRow()
    receiver = OrganisationRow()
    service = ServiceRow()

    class Meta:
        model = Referral
        exclude = [
            *("draft_note", "parent", "suggested_service", "field_class", "steps_taken", "due_from"),
            *("documents_settled", "soft_rule_reason", "asked_once", "holds_place", "approval_needed"),
        ]


class Newest(CursorPagination):
    """The order of Waymark's list."""

    ordering = ("-state_since", "id")


class Rows(generics.ListAPIView):
    """The newest 25 referrals to one organisation."""

    serializer_class = Row
    pagination_class = Newest
    queryset = (
        Referral.objects.filter(receiver_id=ident("o", PARTNER))
        .select_related("sender", "receiver", "service")
        .defer("draft_note")
    )


class Body(serializers.Serializer):
    """Which referral, and a number that is not taken yet."""

    referral = serializers.UUIDField()
    number = serializers.IntegerField()


class Write(APIView):
    """Write three rows and commit."""

    def post(self, request):
        """Add a step, an event and its pointer, with nothing asked and nothing locked."""
        body = Body(data=request.data)
        body.is_valid(raise_exception=True)
        facts, now = body.validated_data, timezone.now()
        with transaction.atomic():
            step = StepTaken(
                referral_id=facts["referral"], number=facts["number"], name="accept", to_state="accepted", at=now
            )
            step.save(force_insert=True)
            event = Event(kind="referral.accepted", about=facts["referral"], at=now)
            event.save(force_insert=True)
            Outbox(event_id=event.id, next_try_at=now).save(force_insert=True)
        return Response({"id": str(step.id)})


urlpatterns = [path("rows/", Rows.as_view()), path("write/", Write.as_view())]
