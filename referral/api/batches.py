"""A household or a group referred together over the API: one sheet, an own referral and packet for each person."""

from uuid import uuid4

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from cases.models import Need
from core.actions import Incomplete
from core.api.fields import Code, Flag, Id, Input, Links, Many, Output, Text
from core.api.resource import Resource, wanted
from core.codelists import codes
from partners.api import Named, listed_services, named
from referral.models import Batch, BatchRow
from referral.together import MOST, Sheet, send_together

ROOT = "/api/v1"


class BatchIn(Input):
    """One sheet: needs of the same category, each of another person; the first is where the sheet was begun."""

    needs = Many(child=Id(), min_length=1, max_length=MOST)
    service = Id(required=False, help_text="For all; without it the best for each person")
    urgency = Code(choices=codes("urgency"))
    note = Text(max_length=4000, help_text="Goes into the referral of each person: no names")
    documents_settled = Flag(required=False, help_text="The documents asked for are there, or none can be had")


class BatchRowOut(Output):
    """What came of one person's need: its own referral, or the code of what is missing."""

    need = serializers.UUIDField(source="need_id")
    case = serializers.UUIDField(source="case_id")
    state = serializers.ChoiceField(choices=codes("batch_state"))
    refusal = serializers.CharField(help_text="The code of a guard, or no_service; empty where it was sent")
    service = Named(allow_null=True)
    referral = serializers.UUIDField(source="referral_id", allow_null=True)

    def get_service(self, row):
        """Return the service that was asked."""
        return named(row.service) if row.service else None


class BatchOut(Output):
    """A sheet that was sent, with its result for each person."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    rows = BatchRowOut(many=True)
    links = Links()

    def get_rows(self, batch) -> list[dict]:
        """Return the results that the actor may see."""
        rows = sorted(batch.seen, key=lambda row: str(row.need_id))
        return [BatchRowOut().to_representation(row) for row in rows]

    def get_links(self, batch) -> dict:
        """Return the address of this sheet."""
        return {"self": f"{ROOT}/batches/{batch.pk}/"}


class Batches(Resource):
    """The sheets that the actor's organisation sent."""

    verbs = {"list": ("referral.send",), "retrieve": ("referral.send",), "create": ("referral.send",)}

    def _rows(self):
        rows = BatchRow.objects.visible_to(self.actor).select_related("service")
        return Batch.objects.visible_to(self.actor).prefetch_related(Prefetch("rows", queryset=rows, to_attr="seen"))

    @extend_schema(responses=BatchOut(many=True))
    def list(self, request):
        """List sheets, the newest first."""
        self.query(Input)
        return self.page(self._rows(), BatchOut)

    @extend_schema(responses=BatchOut)
    def retrieve(self, request, pk):
        """Show a sheet with what came of each need."""
        return self.shown(self.one(self._rows(), pk), BatchOut)

    @extend_schema(request=BatchIn, responses={201: BatchOut})
    def create(self, request):
        """Send a referral for each need; what one person lacks is written down, and the others go on."""
        facts = self.input(BatchIn)
        rows = Need.objects.visible_to(self.actor).select_related("case__person__area")
        needs = rows.prefetch_related("case__person__statuses").in_bulk(facts["needs"])
        if set(needs) != set(facts["needs"]):
            sentence = _("There is nothing with this id that you may see.")
            raise Incomplete("unknown_id", sentence, fields={"needs": [sentence]})
        service = None
        if facts.get("service"):
            service = wanted(listed_services(self.actor, at=self.at), facts["service"], "service")
        sheet = Sheet(
            service=service,
            urgency=facts["urgency"],
            note=facts["note"],
            documents_settled=facts.get("documents_settled", False),
        )
        begun = needs[facts["needs"][0]]
        batch = send_together(needs.values(), actor=self.actor, at=self.at, key=uuid4(), begun=begun, sheet=sheet)
        return self.shown(self.one(self._rows(), batch.pk), BatchOut, status=201)
