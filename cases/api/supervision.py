"""What somebody decides: approvals, pairs of records, merges, requests about own data, holds."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from cases.actions import approvals, holds, requests
from cases.actions import duplicates as pairs
from cases.api.records import OfCase
from cases.models import Approval, DataRequest, DuplicateCandidate, LegalHold, MergeRecord, Person
from cases.models.approvals import DECIDES, KINDS, STATUSES
from cases.models.duplicates import STATES
from core import trail
from core.api.fields import Code, Day, Flag, Id, Input, Many, Output, Text, Words
from core.api.rows import Rows, described
from core.api.uploads import TakesFiles
from core.codelists import codes

TYPES = {"pdf": "application/pdf", "json": "application/json"}


class ApprovalFilters(OfCase):
    """What requests for approval can be chosen by."""

    status = Code(choices=STATUSES, required=False)
    kind = Code(choices=KINDS, required=False)


class DecisionIn(Input):
    """Approve, or send back with a reason."""

    answer = Code(choices=list(approvals.ANSWERS))
    note = Words(max_length=2000, required=False, allow_blank=True)


class ApprovalOut(Output):
    """A request for a decision, and what was decided."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    kind = serializers.CharField()
    about = serializers.UUIDField()
    status = serializers.CharField()
    note = serializers.CharField()
    asked_by = serializers.UUIDField(source="asked_by_id", allow_null=True)
    asked_at = serializers.DateTimeField()
    decided_by = serializers.UUIDField(source="decided_by_id", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    answer_note = serializers.CharField()


@described("requests for approval", ApprovalOut, ApprovalFilters)
class Approvals(Rows):
    """What waits for a decision that one may see, and what was decided."""

    model, output, filters, columns = Approval, ApprovalOut, ApprovalFilters, {"case": "case_id"}
    verbs = dict.fromkeys(("list", "retrieve", "take_back"), (DECIDES, "case.write")) | {"decide": (DECIDES,)}
    order, subject = "asked_at", "case"

    @extend_schema(request=DecisionIn, responses={200: ApprovalOut})
    @action(detail=True, methods=["post"])
    def decide(self, request, pk):
        """Approve what was asked for, or send it back."""
        return self.step(pk, approvals.decide_approval, DecisionIn)

    @extend_schema(request=None, responses={200: ApprovalOut})
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk):
        """Take one's own request back."""
        return self.step(pk, approvals.take_back_approval)


class PairFilters(Input):
    """What pairs can be chosen by."""

    state = Code(choices=STATES, required=False)


class MergeIn(Input):
    """Which record stays, and which facts are taken over from the other."""

    survivor = Id()
    take = Many(child=Code(choices=list(pairs.CHOICES)), max_length=len(pairs.CHOICES), required=False)


class PairOut(Output):
    """Two records that may be of one person; the score is from 0 to 1. Never merged by itself."""

    id = serializers.UUIDField()
    persons = serializers.ListField(child=serializers.UUIDField())
    score = serializers.FloatField()
    reasons = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField()
    proposed = serializers.BooleanField()
    found_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    def get_persons(self, row) -> list:
        """Return both ids."""
        return [row.low_id, row.high_id]

    def get_proposed(self, row) -> bool:
        """Return whether somebody asks that they be merged."""
        return row.proposed_by_id is not None


class MergeOut(Output):
    """A merge, which can be undone until a day."""

    id = serializers.UUIDField()
    survivor = serializers.UUIDField(source="survivor_id")
    shell = serializers.UUIDField(source="shell_id")
    merged_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


@described("pairs of records that may be of one person", PairOut, PairFilters)
class Duplicates(Rows):
    """The pairs of persons that one may see both of."""

    model, output, filters = DuplicateCandidate, PairOut, PairFilters
    verbs = dict.fromkeys(("list", "retrieve", "dismiss", "propose"), ("person.match",)) | {"merge": ("person.merge",)}
    order = "found_at"

    @extend_schema(request=None, responses={200: PairOut})
    @action(detail=True, methods=["post"])
    def dismiss(self, request, pk):
        """Say that they are two persons; it is not asked again."""
        return self.step(pk, pairs.dismiss_duplicate)

    @extend_schema(request=None, responses={200: PairOut})
    @action(detail=True, methods=["post"])
    def propose(self, request, pk):
        """Ask a supervisor to merge them."""
        return self.step(pk, pairs.propose_merge)

    @extend_schema(request=MergeIn, responses={201: MergeOut})
    @action(detail=True, methods=["post"])
    def merge(self, request, pk):
        """Merge the two. Nobody sees more by it, the narrower consent holds, and it can be undone for 90 days."""
        row, facts = self.one(self.rows(), pk), self.input(MergeIn)
        facts["survivor_id"] = facts.pop("survivor")
        return self.shown(pairs.merge_persons(row.pk, actor=self.actor, at=self.at, **facts), MergeOut, status=201)


@described("merges", MergeOut)
class Merges(Rows):
    """The merges that one may take back."""

    model, output = MergeRecord, MergeOut
    verbs = dict.fromkeys(("list", "retrieve", "undo"), ("person.merge",))
    order = "merged_at"

    @extend_schema(request=None, responses={200: MergeOut})
    @action(detail=True, methods=["post"])
    def undo(self, request, pk):
        """Take a merge apart."""
        return self.step(pk, pairs.undo_merge)


class RequestFilters(Input):
    """What requests about own data can be chosen by."""

    person = Id(required=False)
    state = Code(choices=codes("request_state"), required=False)
    kind = Code(choices=codes("data_request"), required=False)


class RequestIn(Input):
    """What a person asks about the own data."""

    person = Id()
    kind = Code(choices=codes("data_request"))
    identity_check = Code(choices=codes("identity_check"))
    note = Words(max_length=2000, required=False, allow_blank=True)


class AnswerIn(Input):
    """What was done, or why the request is refused; the person is told these words."""

    answer = Words(max_length=2000)
    refused = Flag(required=False)


class HandOverIn(Input):
    """In which form, and in which language of the person."""

    form = Code(choices=list(requests.FORMATS))
    language = Code(choices=list(requests.LANGUAGES))


class RequestOut(Output):
    """A request about own data, with its clock."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    person = serializers.UUIDField(source="person_id")
    kind = serializers.CharField()
    state = serializers.CharField()
    identity_check = serializers.CharField()
    note = serializers.CharField()
    answer = serializers.CharField()
    asked_by = serializers.UUIDField(source="asked_by_id")
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    approved_by = serializers.UUIDField(source="approved_by_id", allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


@described("requests about own data", RequestOut, RequestFilters)
class DataRequests(TakesFiles, Rows):
    """What people ask about the own data."""

    model, output, filters, columns = DataRequest, RequestOut, RequestFilters, {"person": "person_id"}
    verbs = {
        **dict.fromkeys(("list", "retrieve"), ("rights.answer", "rights.decide")),
        **dict.fromkeys(("create", "answer", "hand_over"), ("rights.answer",)),
        "approve": ("rights.decide",),
    }
    order, subject, versioned, files = "received_at", "person", ("answer", "approve"), ("hand_over",)

    @extend_schema(request=RequestIn, responses={201: RequestOut})
    def create(self, request):
        """Record a request; its clock begins. A person does this: somebody checked who asks."""
        facts = self.facts(RequestIn, person=Person)
        return self.made(requests.record_request(facts.pop("person").pk, actor=self.actor, at=self.at, **facts))

    @extend_schema(request=AnswerIn, responses={200: RequestOut})
    @action(detail=True, methods=["post"])
    def answer(self, request, pk):
        """Say what was done, or why the request is refused."""
        return self.step(pk, requests.answer_request, AnswerIn)

    @extend_schema(request=None, responses={200: RequestOut})
    @action(detail=True, methods=["post"])
    def approve(self, request, pk):
        """Approve an erasure as the second person. It cannot be undone."""
        return self.step(pk, requests.approve_erasure)

    @extend_schema(request=HandOverIn, responses={200: OpenApiTypes.BINARY})
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request, pk):
        """Make the paper or the file that the person is given. Nothing is kept of it."""
        row, facts = self.one(self.rows(), pk), self.input(HandOverIn)
        content = requests.hand_over(row.pk, actor=self.actor, at=self.at, **facts)
        person = self.one(Person.objects.visible_to(self.actor), row.person_id)
        trail.read(person, subject="person", field_class=4, actor=self.actor, at=self.at)
        self.claimed = None  # a paper about a person is not kept to be given again
        answer = HttpResponse(content, content_type=TYPES[facts["form"]])
        answer["Content-Disposition"] = f'attachment; filename="{row.reference}.{facts["form"]}"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class HoldIn(Input):
    """What keeps a person's record from erasure, until when."""

    person = Id()
    reason = Code(choices=codes("hold_reason"))
    until = Day()
    note = Text(max_length=1000, required=False, allow_blank=True)


class HoldFilters(Input):
    """What holds can be chosen by."""

    person = Id(required=False)
    reason = Code(choices=codes("hold_reason"), required=False)


class HoldOut(Output):
    """A hold."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    reference = serializers.CharField()
    reason = serializers.CharField()
    note = serializers.CharField()
    placed_by = serializers.UUIDField(source="placed_by_id")
    placed_at = serializers.DateTimeField()
    until = serializers.DateField()
    lifted_at = serializers.DateTimeField(allow_null=True)


@described("holds", HoldOut, HoldFilters)
class Holds(Rows):
    """What keeps records from erasure."""

    model, output, filters, columns = LegalHold, HoldOut, HoldFilters, {"person": "person_id"}
    verbs = dict.fromkeys(("list", "retrieve"), ("rights.answer", "rights.decide")) | dict.fromkeys(
        ("create", "lift"), ("hold.set",)
    )
    order = "placed_at"

    @extend_schema(request=HoldIn, responses={201: HoldOut})
    def create(self, request):
        """Keep a person's record from erasure until a day."""
        facts = self.input(HoldIn)
        return self.made(holds.place_hold(facts.pop("person"), actor=self.actor, at=self.at, **facts))

    @extend_schema(request=None, responses={200: HoldOut})
    @action(detail=True, methods=["post"])
    def lift(self, request, pk):
        """End a hold before its day."""
        return self.step(pk, holds.lift_hold)
