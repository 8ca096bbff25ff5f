"""Referrals between agencies: needs and their candidates, drafts, the one door of steps, messages."""

from django.db.models import Q
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from cases.actions import cases as case_doors
from cases.answers import class_about
from cases.api.serializers import NeedDetail, NeedFilters, NeedIn, NeedOut, NeedStatusIn
from cases.models import Case, Consent, Need
from core import trail
from core.actions import not_permitted
from core.api import JSON, FhirJSON
from core.api.resource import Resource, known, wanted
from partners.api import listed_services
from referral import amending, lining, onward
from referral.api import routes
from referral.api.candidates import CandidateFilters, CandidatesOut, place_of
from referral.api.links import LinkIn, LinkMadeOut
from referral.api.onward import AcknowledgeIn, AgainIn, AmendIn, ReferOnIn, UnmetIn, UnmetOut
from referral.api.serializers import (
    CallIn,
    ExpectIn,
    MessageFilters,
    MessageIn,
    MessageOut,
    MoveUpIn,
    ReferralFilters,
    ReferralIn,
    ReferralOut,
    ReferralRow,
    ShareChangeIn,
    StepIn,
    WorkerIn,
)
from referral.calling import record_call
from referral.candidates import SHOWN, Narrowed, find
from referral.conversation import write_message
from referral.copies.fhir import bundle
from referral.copies.taking import FHIR, take
from referral.drafting import draft_referral, reassign_worker, set_share
from referral.lifecycle import advance
from referral.links import make_link, withdraw_link
from referral.models import Message, Referral
from referral.nextsteps import next_steps
from referral.ruling import let_the_desk_decide
from referral.sharing import shown
from referral.states import OPEN, STEPS, codes
from referral.trail import leave_trail
from referral.unmet import record_unmet

CASE_READS = ("case.read", "case.read_team")
SIDES = (*CASE_READS, "referral.read_in", "referral.read_assigned")


class Needs(Resource):
    """The needs of the cases that are open to the actor."""

    verbs = {
        "list": CASE_READS,
        "retrieve": CASE_READS,
        "create": ("need.write",),
        "settle": ("need.write",),
        "candidates": ("referral.draft",),
        "unmet": ("referral.draft",),
    }
    order = "identified_at"
    versioned = ("settle",)

    @extend_schema(parameters=[NeedFilters], responses=NeedOut(many=True))
    def list(self, request):
        """List needs."""
        chosen = self.query(NeedFilters)
        names = {"case": "case_id"}
        rows = Need.objects.visible_to(self.actor)
        return self.page(rows.filter(**{names.get(key, key): value for key, value in chosen.items()}), NeedOut)

    @extend_schema(responses=NeedDetail)
    def retrieve(self, request, pk):
        """Show a need."""
        need = self.one(Need.objects.visible_to(self.actor), pk)
        trail.read(
            need,
            subject="need",
            field_class=max(need.field_class, class_about(need.pk, self.actor)),
            actor=self.actor,
            at=self.at,
        )
        return self.shown(need, NeedDetail)

    @extend_schema(request=NeedIn, responses={201: NeedDetail})
    def create(self, request):
        """Add a need to a case."""
        facts = self.input(NeedIn)
        case = wanted(Case.objects.visible_to(self.actor), facts.pop("case"), "case")
        need = case_doors.add_need(case, actor=self.actor, at=self.at, **facts)
        return self.shown(need, NeedDetail, status=201)

    @extend_schema(request=NeedStatusIn, responses={200: NeedDetail})
    @action(detail=True, methods=["post"])
    def settle(self, request, pk):
        """Say how a need came out."""
        rows = Need.objects.visible_to(self.actor)
        need = self.one(rows, pk)
        facts = self.input(NeedStatusIn)
        self.match(rows, need)
        case_doors.settle_need(need.pk, actor=self.actor, at=self.at, **facts)
        return self.shown(self.one(rows, pk), NeedDetail)

    @extend_schema(parameters=[CandidateFilters], responses={200: CandidatesOut})
    @action(detail=True, methods=["get"], pagination_class=None)
    def candidates(self, request, pk):
        """List the services that fit a need in order, term by term, and those that do not, with the reasons."""
        chosen = self.query(CandidateFilters)
        narrowed = Narrowed(place=place_of(chosen), language=chosen.get("language", ""), open_now="open" in chosen)
        rows = Need.objects.visible_to(self.actor).select_related("case__person__area")
        need = self.one(rows.prefetch_related("case__person__statuses"), pk)
        found = find(need, actor=self.actor, at=self.at, narrowed=narrowed, most=chosen.get("most", SHOWN))
        return Response(CandidatesOut().to_representation(found))

    @extend_schema(request=UnmetIn, responses={201: UnmetOut})
    @action(detail=True, methods=["post"])
    def unmet(self, request, pk):
        """Record that no service meets a need now; planners count it."""
        need = self.one(Need.objects.visible_to(self.actor), pk)
        entry = record_unmet(need, actor=self.actor, at=self.at, **self.input(UnmetIn))
        return self.shown(entry, UnmetOut, status=201)


class Referrals(Resource):
    """The referrals that the actor's organisation sends or receives."""

    verbs = {
        "list": (*SIDES, "referral.read_status"),
        "retrieve": (*SIDES, "referral.read_status"),
        "create": ("referral.draft",),
        "share": ("referral.draft",),
        "worker": ("referral.reassign",),
        "call": ("referral.send",),
        "move_up": ("referral.answer",),
        "expect": ("referral.answer",),
        "link": ("referral.send",),
        "withdraw_link": ("referral.send",),
        "steps": (),  # each step has its own verb
        "again": ("referral.draft",),
        "refer_on": ("referral.draft",),
        "amend": ("referral.send",),
        "acknowledge": ("referral.answer", "referral.answer_assigned"),
        "fhir": SIDES,
    }
    order = "state_since"
    versioned = ("share", "worker", "call", "move_up", "expect", "steps", "amend", "acknowledge")

    @extend_schema(parameters=[ReferralFilters], responses=ReferralRow(many=True))
    def list(self, request):
        """List referrals, the last changed first."""
        rows = Referral.objects.visible_to(self.actor).defer("share", "draft_note")
        return self.page(rows.filter(self._chosen(self.query(ReferralFilters))), ReferralRow)

    def _chosen(self, chosen: dict) -> Q:
        """Return the condition of the filters; a case or need chooses among one's own referrals only."""
        own = {"sender_id": self.actor.organisation_id}
        condition = Q()
        for name, value in chosen.items():
            if name == "box":
                side = "receiver_id" if value == "in" else "sender_id"
                condition &= Q(**{side: self.actor.organisation_id})
            elif name == "late":
                late = Q(due_at__lt=self.at, paused_at=None, state__in=codes(OPEN))
                condition &= late if value == "true" else ~late
            elif name == "updated_since":
                condition &= Q(state_since__gte=value)
            elif name in {"case", "need"}:
                condition &= Q(**{f"{name}_id": value, **own})
            else:
                condition &= Q(**{name: value})
        return condition

    @extend_schema(responses=ReferralOut)
    def retrieve(self, request, pk):
        """Show a referral with what the actor may read of its packet now."""
        return self._referral(pk)

    def _referral(self, pk, status=200):
        # No join: the receiver may not see need and case, and an inner join would lose the row.
        row = self.one(Referral.objects.visible_to(self.actor), pk)
        packet = shown(row, self.actor, at=self.at)
        if packet["now"] is not None:
            leave_trail(row, actor=self.actor, at=self.at)
        context = {"packet": packet, "amendments": amending.changes(row, self.actor)}
        return self.shown(row, ReferralOut, status=status, next_steps=next_steps(row, self.actor), **context)

    @extend_schema(request=ReferralIn, responses={201: ReferralOut})
    def create(self, request):
        """Draft a referral; then take the step `send`, or `submit` where a supervisor must approve."""
        facts = self.input(ReferralIn)
        route = facts.pop("route", None)
        sharing = {name: facts.pop(name) for name in ("share", "note", "documents_settled") if name in facts}
        by_rule = facts.pop("desk", False) and "service" not in facts
        if not by_rule:
            facts["service"] = wanted(listed_services(self.actor, at=self.at), facts.get("service"), "service")
        for name, model in (("need", Need), ("consent", Consent), ("parent", Referral)):
            if facts.get(name):
                facts[name] = wanted(model.objects.visible_to(self.actor), facts[name], name)
        begin = let_the_desk_decide if by_rule else draft_referral
        if by_rule:
            facts.pop("parent", None)
        referral = begin(facts.pop("need"), actor=self.actor, at=self.at, **facts)
        if sharing:
            set_share(referral.pk, actor=self.actor, at=self.at, **sharing)
        if route:
            routes.plan(referral, dict(route), actor=self.actor, at=self.at)
        return self._referral(referral.pk, status=201)

    @extend_schema(request=ShareChangeIn, responses={200: ReferralOut})
    @action(detail=True, methods=["post"])
    def share(self, request, pk):
        """Change what a draft shares."""
        referral = self._matched(pk)
        facts = self.input(ShareChangeIn)
        if "consent" in facts:
            facts["consent"] = wanted(Consent.objects.visible_to(self.actor), facts["consent"], "consent")
        return self._done(set_share, referral, **facts)

    @extend_schema(request=CallIn, responses={200: ReferralOut})
    @action(detail=True, methods=["post"])
    def call(self, request, pk):
        """Record a call about an emergency that nobody has opened; reached counts as delivered."""
        return self._done(record_call, self._matched(pk), **self.input(CallIn))

    @extend_schema(request=MoveUpIn, responses={200: ReferralOut})
    @action(detail=True, methods=["post"], url_path="move-up")
    def move_up(self, request, pk):
        """Put somebody who waits at an earlier place of the waiting list."""
        return self._done(lining.move_up, self._matched(pk), **self.input(MoveUpIn))

    @extend_schema(request=ExpectIn, responses={200: ReferralOut})
    @action(detail=True, methods=["post"])
    def expect(self, request, pk):
        """Say another day on which a place is expected for somebody who waits."""
        return self._done(lining.expect, self._matched(pk), **self.input(ExpectIn))

    @extend_schema(request=LinkIn, responses={201: LinkMadeOut})
    @action(detail=True, methods=["post"])
    def link(self, request, pk):
        """Make a link by which a partner without an account answers once. Its secrets are given here only."""
        made = make_link(self._matched(pk).pk, actor=self.actor, at=self.at, **self.input(LinkIn))
        return Response(LinkMadeOut().to_representation(made), status=201)

    @extend_schema(request=None, responses={200: ReferralOut})
    @action(detail=True, methods=["post"], url_path="link/withdraw")
    def withdraw_link(self, request, pk):
        """Close the open link of a referral; it counts at once."""
        return self._done(withdraw_link, self._matched(pk))

    @extend_schema(request=WorkerIn, responses={200: ReferralOut})
    @action(detail=True, methods=["post"])
    def worker(self, request, pk):
        """Name another worker of the receiving organisation."""
        return self._done(reassign_worker, self._matched(pk), **self.input(WorkerIn))

    @extend_schema(
        request=StepIn,
        responses={200: ReferralOut},
        parameters=[OpenApiParameter("step", str, OpenApiParameter.PATH, enum=[*STEPS])],
    )
    @action(detail=True, methods=["post"], url_path="steps/(?P<step>[^/]+)")
    def steps(self, request, pk, step):
        """Take a step: one of `allowed_steps`. 409 says who was faster."""
        referral = self._matched(pk)
        return self._done(advance, referral, known(step, STEPS), **self.input(StepIn))

    @extend_schema(request=AgainIn, responses={201: ReferralOut})
    @action(detail=True, methods=["post"])
    def again(self, request, pk):
        """Draft a referral of the same need to another service, with what still holds carried over."""
        former, facts = self.one(Referral.objects.visible_to(self.actor), pk), self.input(AgainIn)
        service = wanted(listed_services(self.actor, at=self.at), facts["service"], "service")
        draft = onward.draft_again(former.pk, actor=self.actor, at=self.at, service=service)
        return self._referral(draft.pk, status=201)

    @extend_schema(request=ReferOnIn, responses={201: ReferralOut})
    @action(detail=True, methods=["post"], url_path="refer-on")
    def refer_on(self, request, pk):
        """Draft a referral of one's own from one that was accepted (T17)."""
        parent, facts = self.one(Referral.objects.visible_to(self.actor), pk), self.input(ReferOnIn)
        facts["service"] = wanted(listed_services(self.actor, at=self.at), facts["service"], "service")
        for name, model in (("need", Need), ("consent", Consent)):
            facts[name] = wanted(model.objects.visible_to(self.actor), facts[name], name)
        draft = onward.refer_on(parent.pk, actor=self.actor, at=self.at, **facts)
        return self._referral(draft.pk, status=201)

    @extend_schema(request=AmendIn, responses={200: ReferralOut})
    @action(detail=True, methods=["post"])
    def amend(self, request, pk):
        """Correct what was sent: a new version of the packet beside the former one."""
        referral, facts = self._matched(pk), self.input(AmendIn)
        if "consent" in facts:
            facts["consent"] = wanted(Consent.objects.visible_to(self.actor), facts["consent"], "consent")
        return self._done(amending.amend, referral, **facts)

    @extend_schema(request=AcknowledgeIn, responses={200: ReferralOut})
    @action(detail=True, methods=["post"])
    def acknowledge(self, request, pk):
        """Say that what was corrected has been read; the receiver can answer again."""
        return self._done(amending.acknowledge, self._matched(pk), **self.input(AcknowledgeIn))

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"], pagination_class=None, renderer_classes=[FhirJSON, JSON])
    def fhir(self, request, pk):
        """Take a referral out as a FHIR R4 Bundle: what the actor may read of it now, in the language asked for."""
        row = self.one(Referral.objects.visible_to(self.actor).select_related("sender", "receiver", "service"), pk)
        return Response(bundle(take(row, actor=self.actor, at=self.at, kind=FHIR)))

    def _matched(self, pk) -> Referral:
        rows = Referral.objects.visible_to(self.actor)
        referral = self.one(rows, pk)
        self.match(rows, referral)
        return referral

    def _done(self, door, referral, *args, **facts) -> Response:
        try:
            door(referral.pk, *args, actor=self.actor, at=self.at, **facts)
        except Referral.DoesNotExist:
            raise not_permitted() from None  # the network's desk sees it, and stands on neither side
        return self._referral(referral.pk)


class Messages(Resource):
    """What the two sides of a referral write to each other."""

    verbs = {"list": SIDES, "retrieve": SIDES, "create": ("message.write",)}
    order = "at"

    def _rows(self):
        return Message.objects.visible_to(self.actor).select_related("author_organisation")

    @extend_schema(parameters=[MessageFilters], responses=MessageOut(many=True))
    def list(self, request):
        """List messages, of one referral where it is named."""
        chosen = self.query(MessageFilters)
        rows = self._rows().filter(referral_id=chosen["referral"]) if chosen else self._rows()
        return self.page(rows, MessageOut)

    @extend_schema(responses=MessageOut)
    def retrieve(self, request, pk):
        """Show a message."""
        return self.shown(self.one(self._rows(), pk), MessageOut)

    @extend_schema(request=MessageIn, responses={201: MessageOut})
    def create(self, request):
        """Write to the other side."""
        facts = self.input(MessageIn)
        referral = wanted(Referral.objects.visible_to(self.actor), facts["referral"], "referral")
        try:
            message = write_message(referral.pk, actor=self.actor, at=self.at, text=facts["text"])
        except Referral.DoesNotExist:
            raise not_permitted() from None
        return self.shown(self.one(self._rows(), message.pk), MessageOut, status=201)
