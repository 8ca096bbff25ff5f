"""What referrals, their steps, messages and candidates take and give."""

from rest_framework import serializers

from core.api.fields import Code, Day, Flag, Id, Input, Links, Many, Moment, Output, Whole, Words
from core.codelists import codes
from partners.api import Named, named
from partners.models import Organisation, Service
from referral.api.onward import AmendmentOut, NextStepOut, next_step
from referral.api.routes import RouteChoice
from referral.api.shares import ShareIn
from referral.lifecycle import available
from referral.lines import places_of
from referral.sharing import FIELDS
from referral.states import COMPLETED_OUTCOMES, NOT_COMPLETED_OUTCOMES, STEPS, S

ROOT = "/api/v1"


class ReferralFilters(Input):
    """What referrals can be chosen by."""

    box = Code(choices=["in", "out"], required=False, help_text="Received, or sent, by one's own organisation")
    state = Code(choices=[state.value for state in S], required=False)
    urgency = Code(choices=codes("urgency"), required=False)
    category = Code(choices=codes("need_category"), required=False)
    late = Code(choices=["true", "false"], required=False, help_text="Its present deadline has passed")
    updated_since = Moment(required=False, help_text="Changed its state at this moment or later")
    case = Id(required=False, help_text="Sent for this case of one's own organisation")
    need = Id(required=False, help_text="Sent for this need of one's own organisation")


class ShareChangeIn(Input):
    """What a draft shares; what is left out stays as it is."""

    share = ShareIn(required=False)
    note = Words(max_length=4000, required=False, allow_blank=True)
    documents_settled = Flag(required=False)
    consent = Id(required=False)
    urgency = Code(choices=codes("urgency"), required=False)
    repeat_reason = Code(choices=codes("repeat_reason"), required=False, help_text="Why the same is asked again (G8)")


class ReferralIn(Input):
    """A draft: which need, to which service, how soon; and what is shared."""

    need = Id()
    service = Id(required=False, help_text="Without one the routing rules decide: `desk` must be true")
    desk = Flag(required=False)
    urgency = Code(choices=codes("urgency"))
    consent = Id(required=False, allow_null=True)
    parent = Id(required=False, allow_null=True, help_text="The accepted referral that is referred on")
    share = ShareIn(required=False)
    note = Words(max_length=4000, required=False, allow_blank=True)
    documents_settled = Flag(required=False)
    route = RouteChoice(required=False)


class StepIn(Input):
    """The facts of a step. Which ones a step needs or takes: DOMAIN 4.1, and the answer 422 names them."""

    text = Words(max_length=4000, required=False, allow_blank=True)
    worker = Id(required=False)
    reason = Code(choices=codes("decline_reason"), required=False)
    line_reason = Code(
        choices=codes("line_reason"), required=False, help_text="With accept: why others of the waiting list come later"
    )
    suggested_service = Id(required=False, allow_null=True)
    outcome = Code(choices=[*COMPLETED_OUTCOMES, *NOT_COMPLETED_OUTCOMES], required=False)
    expected_on = Day(required=False)
    resume_on = Day(required=False)
    first_contact_on = Day(required=False)
    attempts = Many(child=Day(), max_length=20, required=False)
    asked = Many(
        child=Code(choices=[field.code for field in FIELDS]), max_length=20, required=False,
        help_text="With `ask`: lines that are not in the packet",
    )  # fmt: skip
    give = Many(
        child=Code(choices=[field.code for field in FIELDS]), max_length=20, required=False,
        help_text="With `reply`: which of the lines in `asked_fields` are added as the next version of the packet",
    )  # fmt: skip
    consent = Id(required=False, allow_null=True, help_text="With `reply`: what the added lines rest on")


class MoveUpIn(Input):
    """An earlier place of the waiting list, and why."""

    place = Whole(min_value=1, max_value=10_000)
    reason = Code(choices=codes("line_reason"))
    text = Words(max_length=1000, required=False, allow_blank=True)


class ExpectIn(Input):
    """The day on which a place is expected now."""

    expected_on = Day()


class CallIn(Input):
    """What came of a call about an emergency."""

    outcome = Code(choices=codes("call_outcome"))
    spoke_to = Words(max_length=500, required=False, allow_blank=True, help_text="Who answered, for reached, left_word")


class WorkerIn(Input):
    """Who works with the person from now on."""

    worker = Id()


class ReferralLinks(Links):
    """Where more of a referral is."""

    messages = serializers.CharField()
    steps = serializers.CharField(help_text="Template: put one of `allowed_steps` in place of {step}, then POST")


class ReferralRow(Output):
    """A referral: codes, identifiers and times. Whom it is about is in the packet of the single one."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    urgency = serializers.ChoiceField(choices=codes("urgency"))
    category = serializers.ChoiceField(choices=codes("need_category"))
    state = serializers.ChoiceField(choices=[state.value for state in S])
    state_since = serializers.DateTimeField()
    sender = Named()
    receiver = Named()
    service = Named()
    case = serializers.UUIDField(allow_null=True, help_text="For the sender's side only")
    need = serializers.UUIDField(allow_null=True, help_text="For the sender's side only")
    sender_name = serializers.CharField()
    worker_name = serializers.CharField()
    reason = serializers.CharField()
    outcome = serializers.CharField()
    expected_on = serializers.DateField(allow_null=True)
    resume_on = serializers.DateField(allow_null=True)
    first_contact_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    allowed_steps = serializers.ListField(child=serializers.ChoiceField(choices=list(STEPS)))
    links = ReferralLinks()

    def __init__(self, *args, context=None, **kwargs):
        super().__init__(*args, context=context or {}, **kwargs)
        self._names: dict = {}
        if rows := self.context.get("rows"):
            self._load(rows)

    def _load(self, rows) -> None:
        """Read the names of all rows in two queries: a join would build three objects for each row."""
        organisations = {row.sender_id for row in rows} | {row.receiver_id for row in rows}
        names = Organisation.objects.only("name", "short_name", "translations").in_bulk(organisations)
        services = Service.objects.only("name", "translations", "waiting_list").in_bulk(
            {row.service_id for row in rows}
        )
        for row in rows:
            row.service = services[row.service_id]
        self._names = {row.pk: named(row) for row in (*names.values(), *services.values())}

    def get_sender(self, row) -> dict:
        """Return who sends."""
        return self._names[row.sender_id]

    def get_receiver(self, row) -> dict:
        """Return who receives."""
        return self._names[row.receiver_id]

    def get_service(self, row) -> dict:
        """Return the service that is asked."""
        return self._names[row.service_id]

    def _sends(self, row) -> bool:
        return row.sender_id == self.context["actor"].organisation_id

    def get_case(self, row):
        """Return the case for the sender; to others two referrals of one person stay unconnected."""
        return row.case_id if self._sends(row) else None

    def get_need(self, row):
        """Return the need for the sender."""
        return row.need_id if self._sends(row) else None

    def get_allowed_steps(self, row) -> list[str]:
        """Return the steps this actor may take now."""
        return [step.name for step in available(row, self.context["actor"])]

    def get_links(self, row) -> dict:
        """Return the addresses of this referral, its messages and its steps."""
        address = f"{ROOT}/referrals/{row.pk}/"
        return {
            "self": address,
            "messages": f"{ROOT}/messages/?referral={row.pk}",
            "steps": f"{address}steps/{{step}}/",
        }


class LineOut(Output):
    """One line of the packet, in words."""

    label = serializers.CharField()
    value = serializers.CharField()


class PacketOut(Output):
    """What this actor may read of the packet now: `after` is null until acceptance, `locked` names what waits."""

    now = LineOut(many=True, allow_null=True)
    after = LineOut(many=True, allow_null=True)
    locked = serializers.ListField(child=serializers.CharField())


class PlaceOut(Output):
    """A place on the waiting list of the service, and how many wait there."""

    place = serializers.IntegerField()
    of = serializers.IntegerField()


class ReferralOut(ReferralRow):
    """A referral with its packet."""

    line = PlaceOut(allow_null=True, help_text="While it is waitlisted")
    parent = serializers.UUIDField(source="parent_id", allow_null=True)
    suggested_service = serializers.UUIDField(source="suggested_service_id", allow_null=True)
    withdrawal_reason = serializers.CharField(help_text="A code of withdrawal_reason; else empty")
    in_parallel = serializers.BooleanField(help_text="Several are asked at once: the first to accept takes it")
    packet = PacketOut()
    asked_fields = serializers.ListField(child=serializers.CharField(), help_text="What the receiver asked for (T5)")
    packet_version = serializers.IntegerField()
    amendment_waits = serializers.BooleanField(help_text="The receiver reads what was corrected, then answers")
    amendments = AmendmentOut(many=True)
    referred_on_at = serializers.DateTimeField(allow_null=True)
    next_steps = NextStepOut(many=True)

    def get_line(self, row) -> dict | None:
        """Return its place on the waiting list; of the others nothing but their number."""
        found = places_of([row]).get(row.pk)
        return {"place": found[0], "of": found[1]} if found else None

    def get_next_steps(self, row) -> list[dict]:
        """Return what this actor can do after the answer, the first one put forward."""
        return [next_step(code, row) for code in self.context["next_steps"]]

    def get_amendments(self, row) -> list[dict]:
        """Return the corrections with old and new values, as far as this actor reads them."""
        return [
            {name: change[name] for name in AmendmentOut._declared_fields}
            | {
                "lines": [
                    {"label": str(line["label"]), "old": line["old"], "new": line["new"]} for line in change["lines"]
                ]
            }
            for change in self.context["amendments"]
        ]

    def get_packet(self, row) -> dict:
        """Return what `referral.sharing.shown` gave for this actor."""
        packet = self.context["packet"]
        return {
            "now": self._lines(packet["now"]),
            "after": self._lines(packet["after"]),
            "locked": [str(label) for label in packet["locked"]],
        }

    @staticmethod
    def _lines(lines):
        if lines is None:
            return None
        return [{"label": str(line["label"]), "value": str(line["value"])} for line in lines]


class MessageIn(Input):
    """A message to the other side."""

    referral = Id()
    text = Words(max_length=4000)


class MessageFilters(Input):
    """What messages can be chosen by."""

    referral = Id(required=False)


class MessageOut(Output):
    """A message between the two sides."""

    id = serializers.UUIDField()
    referral = serializers.UUIDField(source="referral_id")
    organisation = Named()
    author_name = serializers.CharField()
    text = serializers.CharField()
    at = serializers.DateTimeField()
    links = Links()

    def get_organisation(self, row) -> dict:
        """Return which side wrote."""
        return named(row.author_organisation)

    def get_links(self, row) -> dict:
        """Return the address of this message."""
        return {"self": f"{ROOT}/messages/{row.pk}/"}
