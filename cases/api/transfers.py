"""Cases that go from one organisation to another: offered, answered, taken back."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cases.actions import takeovers, transfers
from cases.api.serializers import ROOT
from cases.models import Case, CaseTransfer, Consent
from cases.models.transfers import ANSWERS
from core import trail
from core.api.fields import Code, Id, Input, Links, Many, Output, Whole, Words
from core.api.resource import Resource, wanted
from core.codelists import codes
from partners.models import Member, Organisation

WRITES = "case.write"


class TransferIn(Input):
    """An offer of a case to another organisation."""

    case = Id()
    to_organisation = Id()
    consent = Id(help_text="A consent with the purpose case_transfer that names the organisation.")
    reason = Code(choices=codes("transfer_reason"))
    note = Words(max_length=4000, help_text="What the next caseworker has to know. Without a name.")
    classes = Many(child=Whole(min_value=2, max_value=4), max_length=3, required=False)
    record = Code(choices=codes("transfer_record"), required=False, help_text="Who still reads what the sender keeps.")
    tasks = Many(child=Id(), max_length=100, required=False)
    appointments = Many(child=Id(), max_length=100, required=False, help_text="To come; they begin anew there.")


class AcceptIn(Input):
    """Who goes on with the case: a member of the receiving organisation."""

    caseworker = Id()


class DeclineIn(Input):
    """Why not."""

    reason = Code(choices=codes("transfer_decline"))
    note = Words(max_length=1000, required=False, allow_blank=True)


class TransferFilters(Input):
    """Filters of the list."""

    state = Code(choices=codes("transfer_state"), required=False)


class TransferOut(Output):
    """An offer as this side sees it: the other side's case is not named."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    from_organisation = serializers.UUIDField(source="from_organisation_id")
    to_organisation = serializers.UUIDField(source="to_organisation_id")
    state = serializers.CharField()
    reason = serializers.CharField()
    classes = serializers.ListField(child=serializers.IntegerField())
    case = serializers.SerializerMethodField()
    asked_at = serializers.DateTimeField()
    approved_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decline_reason = serializers.CharField()
    version = serializers.IntegerField()
    links = Links()

    def get_case(self, row) -> str | None:
        """Return the id of one's own organisation's case, the sender's or the receiver's."""
        own = self.context["actor"].organisation_id
        pk = row.case_id if row.from_organisation_id == own else row.new_case_id
        return str(pk) if pk else None

    def get_links(self, row) -> dict:
        """Return the address of this offer."""
        return {"self": f"{ROOT}/transfers/{row.pk}/"}


class TransferDetail(TransferOut):
    """An offer with what the receiver decides by, until it is answered: codes and bands, and the sender's note."""

    summary = serializers.JSONField()
    note = serializers.CharField()


class Transfers(Resource):
    """Offers of cases, of both sides."""

    verbs = {
        "list": (WRITES, ANSWERS),
        "retrieve": (WRITES, ANSWERS),
        "create": (WRITES,),
        "accept": (ANSWERS,),
        "decline": (ANSWERS,),
        "withdraw": (WRITES,),
    }
    order = "asked_at"
    versioned = ("accept", "decline", "withdraw")

    def _rows(self):
        return CaseTransfer.objects.visible_to(self.actor)

    @extend_schema(parameters=[TransferFilters], responses=TransferOut(many=True))
    def list(self, request):
        """List offers: one's own organisation's, and for those who answer, the ones made to it."""
        return self.page(self._rows().filter(**self.query(TransferFilters)), TransferOut)

    @extend_schema(responses=TransferDetail)
    def retrieve(self, request, pk):
        """Show an offer."""
        row = self.one(self._rows(), pk)
        if row.summary:
            trail.read(row, subject="transfer", field_class=max(row.classes), actor=self.actor, at=self.at)
        return self.shown(row, TransferDetail)

    @extend_schema(request=TransferIn, responses={201: TransferOut})
    def create(self, request):
        """Ask to hand a case over; a supervisor's own offer goes out at once."""
        facts = self.input(TransferIn)
        case = wanted(Case.objects.visible_to(self.actor), facts.pop("case"), "case")
        to = wanted(Organisation.objects.filter(status="active"), facts.pop("to_organisation"), "to_organisation")
        consent = wanted(Consent.objects.visible_to(self.actor), facts.pop("consent"), "consent")
        row = transfers.propose_transfer(case, actor=self.actor, at=self.at, to=to, consent=consent, **facts)
        return self.shown(self.one(self._rows(), row.pk), TransferOut, status=201)

    @extend_schema(request=AcceptIn, responses={200: TransferOut})
    @action(detail=True, methods=["post"])
    def accept(self, request, pk):
        """Take the case over: a person and a case of one's own organisation begin."""
        row = self.one(self._rows(), pk)
        worker = wanted(Member.objects.visible_to(self.actor), self.input(AcceptIn)["caseworker"], "caseworker")
        self.match(self._rows(), row)
        takeovers.accept_transfer(row.pk, actor=self.actor, at=self.at, caseworker=worker)
        return self._again(row.pk)

    @extend_schema(request=DeclineIn, responses={200: TransferOut})
    @action(detail=True, methods=["post"])
    def decline(self, request, pk):
        """Decline with a coded reason."""
        row = self.one(self._rows(), pk)
        facts = self.input(DeclineIn)
        self.match(self._rows(), row)
        takeovers.decline_transfer(row.pk, actor=self.actor, at=self.at, **facts)
        return self._again(row.pk)

    @extend_schema(request=None, responses={200: TransferOut})
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """Take an offer back."""
        self.input(Input)
        row = self.one(self._rows(), pk)
        self.match(self._rows(), row)
        transfers.withdraw_transfer(row.pk, actor=self.actor, at=self.at)
        return self._again(row.pk)

    def _again(self, pk) -> Response:
        return self.shown(self.one(self._rows(), pk), TransferOut)
