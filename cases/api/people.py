"""What belongs to a person: papers, ways to reach it, its status in the country, relations, households."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from cases.actions import contacts, households, identity
from cases.models import ContactWay, Household, MigrationStatus, Person, PersonDocument, Relation
from cases.models.papers import REACHABLE
from core.api.fields import Code, Day, Flag, Id, Input, Output, Text, Words
from core.api.rows import Rows, described
from core.codelists import codes

READS = ("case.read", "case.read_team", "person.write")
WRITES = ("person.write",)


class OfPerson(Input):
    """What the parts of persons can be chosen by."""

    person = Id(required=False)


def verbs_of(*steps: str) -> dict:
    """Return the verbs of a resource about persons."""
    return {"list": READS, "retrieve": READS, **dict.fromkeys(steps, WRITES)}


class PaperChangeIn(Input):
    """What is noted of a paper."""

    type = Code(choices=codes("document_type"))
    issuer = Text(max_length=2, required=False, allow_blank=True, help_text="ISO 3166-1")
    number = Text(max_length=64, required=False, allow_blank=True)
    valid_until = Day(required=False, allow_null=True)
    note = Words(max_length=500, required=False, allow_blank=True)


class PaperIn(PaperChangeIn):
    """A paper of a person."""

    person = Id()


class PaperOut(Output):
    """A paper of a person."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    type = serializers.CharField()
    issuer = serializers.CharField()
    number = serializers.CharField()
    valid_until = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


@described("identity papers", PaperOut, OfPerson)
class Papers(Rows):
    """The identity papers of the persons that one may see."""

    model, output, filters, columns = PersonDocument, PaperOut, OfPerson, {"person": "person_id"}
    verbs = verbs_of("create", "change", "retire")
    order, subject, versioned = "recorded_at", "person", ("change", "retire")

    @extend_schema(request=PaperIn, responses={201: PaperOut})
    def create(self, request):
        """Note a paper."""
        facts = self.facts(PaperIn, person=Person)
        return self.made(identity.add_paper(facts.pop("person").pk, actor=self.actor, at=self.at, **facts))

    @extend_schema(request=PaperChangeIn, responses={200: PaperOut})
    @action(detail=True, methods=["post"])
    def change(self, request, pk):
        """Change what is noted of a paper."""
        return self.step(pk, identity.change_paper, PaperChangeIn, edits=True)

    @extend_schema(request=None, responses={200: PaperOut})
    @action(detail=True, methods=["post"])
    def retire(self, request, pk):
        """Note that a paper is not in use any more."""
        return self.step(pk, identity.retire_paper)


class WayChangeIn(Input):
    """A way to reach a person. Without a value it stays as it is."""

    channel = Code(choices=REACHABLE)
    value = Text(max_length=255, required=False, allow_blank=True)
    safe = Flag(required=False)
    hours = Text(max_length=100, required=False, allow_blank=True)
    time_from = serializers.TimeField(required=False, allow_null=True)
    time_to = serializers.TimeField(required=False, allow_null=True)
    warning = Words(max_length=1000, required=False, allow_blank=True)


class WayIn(WayChangeIn):
    """A further way to reach a person."""

    person = Id()


class RevealIn(Input):
    """Why an unsafe contact is looked up; it stays in the record."""

    reason = Code(choices=contacts.REVEAL_REASONS)


class WayOut(Output):
    """A way to reach a person. The value of one that is not safe is empty: see `/reveal/`."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    channel = serializers.CharField()
    value = serializers.CharField()
    safe = serializers.BooleanField()
    hours = serializers.CharField()
    time_from = serializers.TimeField(allow_null=True)
    time_to = serializers.TimeField(allow_null=True)
    warning = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()

    def get_value(self, row) -> str:
        """Return the number or address, where it may be used."""
        return row.value if row.safe or self.context.get("revealed") else ""


@described("contact ways", WayOut, OfPerson)
class Ways(Rows):
    """The further ways to reach the persons that one may see."""

    model, output, filters, columns = ContactWay, WayOut, OfPerson, {"person": "person_id"}
    verbs = verbs_of("create", "change", "retire", "reveal")
    order, subject, versioned = "recorded_at", "person", ("change", "retire")

    @extend_schema(request=WayIn, responses={201: WayOut})
    def create(self, request):
        """Note a further way to reach a person."""
        facts = self.facts(WayIn, person=Person)
        return self.made(contacts.add_way(facts.pop("person").pk, actor=self.actor, at=self.at, **facts))

    @extend_schema(request=WayChangeIn, responses={200: WayOut})
    @action(detail=True, methods=["post"])
    def change(self, request, pk):
        """Change a way."""
        return self.step(pk, contacts.change_way, WayChangeIn, edits=True)

    @extend_schema(request=None, responses={200: WayOut})
    @action(detail=True, methods=["post"])
    def retire(self, request, pk):
        """Note that a way leads nowhere any more."""
        return self.step(pk, contacts.retire_way)

    @extend_schema(request=RevealIn, responses={200: WayOut})
    @action(detail=True, methods=["post"])
    def reveal(self, request, pk):
        """Look up the value of a way that is not safe, for a reason that stays in the record."""
        row = self.one(self.rows(), pk)
        way = contacts.reveal_way(row.pk, actor=self.actor, at=self.at, **self.input(RevealIn))
        return self.shown(way, WayOut, revealed=True)


class StatusIn(Input):
    """A person's status in the country from a day on. `replaces` is the one that stood there when it was read."""

    person = Id()
    status = Code(choices=codes("migration_status"))
    since = Day(required=False, allow_null=True)
    until = Day(required=False, allow_null=True)
    basis = Words(max_length=2000, required=False, allow_blank=True)
    document = Id(required=False, allow_null=True, help_text="A paper of the person")
    replaces = Id(required=False, allow_null=True)


class StatusOut(Output):
    """One entry of a person's history of statuses; the latest is the present one."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    status = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    basis = serializers.CharField()
    document = serializers.UUIDField(source="document_id", allow_null=True)
    recorded_at = serializers.DateTimeField()


@described("migration statuses", StatusOut, OfPerson)
class Statuses(Rows):
    """The history of status of the persons that one may see."""

    model, output, filters, columns = MigrationStatus, StatusOut, OfPerson, {"person": "person_id"}
    verbs = verbs_of("create")
    order, subject = "recorded_at", "person"

    @extend_schema(request=StatusIn, responses={201: StatusOut})
    def create(self, request):
        """Record a person's present status; the former ones stay."""
        facts = self.facts(StatusIn, person=Person, document=PersonDocument)
        return self.made(identity.record_status(facts.pop("person").pk, actor=self.actor, at=self.at, **facts))


class RelationIn(Input):
    """Who somebody is to a person: `parent` means that the other is the person's parent."""

    person = Id()
    kind = Code(choices=codes("relation_kind"))
    other = Id(required=False, allow_null=True)
    outsider = Text(max_length=255, required=False, allow_blank=True)
    cares = Flag(required=False)
    separated = Flag(required=False)
    note = Words(max_length=1000, required=False, allow_blank=True)


class RelationOut(Output):
    """A relation. The other's record stays as closed as it is."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    kind = serializers.CharField()
    other = serializers.UUIDField(source="other_id", allow_null=True)
    outsider = serializers.CharField()
    cares = serializers.BooleanField()
    separated = serializers.BooleanField()
    note = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


@described("relations", RelationOut, OfPerson)
class Relations(Rows):
    """The relations of the persons that one may see."""

    model, output, filters, columns = Relation, RelationOut, OfPerson, {"person": "person_id"}
    verbs = verbs_of("create", "end")
    order, subject = "recorded_at", "person"

    @extend_schema(request=RelationIn, responses={201: RelationOut})
    def create(self, request):
        """Say who somebody is to a person."""
        facts = self.facts(RelationIn, person=Person, other=Person)
        return self.made(households.add_relation(facts.pop("person").pk, actor=self.actor, at=self.at, **facts))

    @extend_schema(request=None, responses={200: RelationOut})
    @action(detail=True, methods=["post"])
    def end(self, request, pk):
        """Note that a relation is not so any more."""
        return self.step(pk, households.end_relation)


class JoinIn(Input):
    """Who joins the household of whom; without one, the two begin one."""

    person = Id()
    other = Id()
    head = Flag(required=False)


class LeaveIn(Input):
    """Who leaves."""

    person = Id()


class HouseholdFilters(OfPerson):
    """What households can be chosen by."""


class HouseholdOut(Output):
    """People who live and decide together, by id."""

    id = serializers.UUIDField()
    members = serializers.ListField(child=serializers.UUIDField(), source="member_ids")
    head = serializers.UUIDField(source="head_id", allow_null=True)
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()


@described("households", HouseholdOut, HouseholdFilters)
class Households(Rows):
    """The households of the persons that one may see."""

    model, output, filters = Household, HouseholdOut, HouseholdFilters
    columns = {"person": "member_ids__contains"}
    verbs = verbs_of("create", "leave")

    def query(self, serializer) -> dict:
        """Return the parameters; a person as the column holds it."""
        return {name: [value] for name, value in super().query(serializer).items()}

    @extend_schema(request=JoinIn, responses={201: HouseholdOut})
    def create(self, request):
        """Put a person into the household of another."""
        facts = self.facts(JoinIn, person=Person, other=Person)
        return self.made(households.join_household(facts.pop("person").pk, actor=self.actor, at=self.at, **facts))

    @extend_schema(request=LeaveIn, responses={200: HouseholdOut})
    @action(detail=False, methods=["post"], pagination_class=None)
    def leave(self, request):
        """Take a person out of its household."""
        person = self.facts(LeaveIn, person=Person)["person"]
        return self.shown(households.leave_household(person.pk, actor=self.actor, at=self.at), HouseholdOut)
