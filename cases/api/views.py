"""Persons, consents and cases; needs are with the referrals, since their candidates are."""

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from cases.actions import cases as case_doors
from cases.actions import consents as consent_doors
from cases.actions import moves
from cases.actions.persons import register_person
from cases.answers import class_about
from cases.api.reassigning import VERB, Reassigning
from cases.api.serializers import (
    CaseFilters,
    CaseIn,
    CaseOut,
    CaseStepIn,
    ConsentFilters,
    ConsentIn,
    ConsentOut,
    PersonIn,
    PersonOut,
    PersonRow,
    PersonSearchIn,
    PersonSearchOut,
)
from cases.models import Case, Consent, MigrationStatus, Person, PersonName
from cases.search import search_persons
from cases.states import STEPS
from core import trail
from core.api.fields import Input
from core.api.resource import Resource, known, wanted
from partners.models import Member

READS = ("case.read", "case.read_team", "person.write")


class Persons(Resource):
    """The persons of one's own organisation that one may see."""

    verbs = {"list": READS, "retrieve": READS, "create": ("person.write",), "search": ("person.search",)}

    def _rows(self):
        return (
            Person.objects.visible_to(self.actor)
            .filter(merged_into=None)
            .prefetch_related(
                Prefetch("names", PersonName.objects.visible_to(self.actor)),
                Prefetch("statuses", MigrationStatus.objects.visible_to(self.actor)),
            )
        )

    @extend_schema(responses=PersonRow(many=True))
    def list(self, request):
        """List persons. There is no search by name here: names do not belong into addresses."""
        self.query(Input)
        rows = Person.objects.visible_to(self.actor).filter(merged_into=None)
        return self.page(rows.prefetch_related(Prefetch("names", PersonName.objects.visible_to(self.actor))), PersonRow)

    @extend_schema(responses=PersonOut)
    def retrieve(self, request, pk):
        """Show a person, with the status: class 3 data."""
        person = self.one(self._rows(), pk)
        trail.read(
            person,
            subject="person",
            field_class=max(trail.SENSITIVE, class_about(person.pk, self.actor)),
            actor=self.actor,
            at=self.at,
        )
        return self.shown(person, PersonOut)

    @extend_schema(request=PersonIn, responses={201: PersonOut})
    def create(self, request):
        """Register a person."""
        person = register_person(actor=self.actor, at=self.at, **self.input(PersonIn))
        return self.shown(self.one(self._rows(), person.pk), PersonOut, status=201)

    @extend_schema(request=PersonSearchIn, responses={200: PersonSearchOut})
    @action(detail=False, methods=["post"], pagination_class=None)
    def search(self, request):
        """Search persons by name, in any script, before one is registered anew. A POST: names stay out of URLs."""
        matches = search_persons(self.input(PersonSearchIn)["words"], actor=self.actor)
        persons = self._rows().in_bulk([match.person_id for match in matches])
        output = PersonRow()
        results = [
            {"score": round(match.score, 3), "person": output.to_representation(persons[match.person_id])}
            for match in matches
            if match.person_id in persons
        ]
        return Response({"results": results, "hidden": matches.hidden})


class Consents(Resource):
    """What persons agreed to. A consent is never edited: a new one is recorded, or it is withdrawn."""

    verbs = {
        "list": READS,
        "retrieve": READS,
        "create": ("consent.record",),
        "withdraw": ("consent.record",),
    }

    @extend_schema(parameters=[ConsentFilters], responses=ConsentOut(many=True))
    def list(self, request):
        """List consents."""
        chosen = self.query(ConsentFilters)
        names = {"person": "person_id"}
        rows = Consent.objects.visible_to(self.actor)
        return self.page(rows.filter(**{names.get(key, key): value for key, value in chosen.items()}), ConsentOut)

    @extend_schema(responses=ConsentOut)
    def retrieve(self, request, pk):
        """Show a consent."""
        return self.shown(self.one(Consent.objects.visible_to(self.actor), pk), ConsentOut)

    @extend_schema(request=ConsentIn, responses={201: ConsentOut})
    def create(self, request):
        """Record a consent."""
        facts = self.input(ConsentIn)
        person = wanted(Person.objects.visible_to(self.actor), facts.pop("person"), "person")
        consent = consent_doors.record_consent(person, actor=self.actor, at=self.at, **facts)
        return self.shown(self.one(Consent.objects.visible_to(self.actor), consent.pk), ConsentOut, status=201)

    @extend_schema(request=None, responses={200: ConsentOut})
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """Withdraw a consent: open referrals that stand on it are withdrawn, and their readers shut out, at once."""
        self.input(Input)
        rows = Consent.objects.visible_to(self.actor)
        consent = self.one(rows, pk)
        consent_doors.withdraw_consent(consent.pk, actor=self.actor, at=self.at)
        return self.shown(self.one(rows, pk), ConsentOut)


class Cases(Reassigning, Resource):
    """The cases that are open to the actor."""

    verbs = {"list": READS, "retrieve": READS, "create": ("case.open",), "steps": ("case.write",)}
    verbs |= dict.fromkeys(("reassign", "reassign_undo"), (VERB,))
    order = "opened_at"
    versioned = ("steps",)

    @extend_schema(parameters=[CaseFilters], responses=CaseOut(many=True))
    def list(self, request):
        """List cases."""
        chosen = self.query(CaseFilters)
        names = {"risk": "risk_level", "person": "person_id"}
        rows = Case.objects.visible_to(self.actor)
        rows = rows.filter(**{names.get(key, key): value for key, value in chosen.items()})
        return self.page(rows, CaseOut, moves=moves.available_moves)

    @extend_schema(responses=CaseOut)
    def retrieve(self, request, pk):
        """Show a case."""
        return self._case(pk)

    def _case(self, pk, status=200):
        row = self.one(Case.objects.visible_to(self.actor), pk)
        return self.shown(row, CaseOut, status=status, moves=moves.available_moves)

    @extend_schema(request=CaseIn, responses={201: CaseOut})
    def create(self, request):
        """Open a case for a person."""
        facts = self.input(CaseIn)
        person = wanted(Person.objects.visible_to(self.actor), facts.pop("person"), "person")
        if facts.get("caseworker"):
            facts["caseworker"] = wanted(Member.objects.visible_to(self.actor), facts["caseworker"], "caseworker")
        case = case_doors.open_case(person, actor=self.actor, at=self.at, **facts)
        return self._case(case.pk, status=201)

    @extend_schema(
        request=CaseStepIn,
        responses={200: CaseOut},
        parameters=[OpenApiParameter("step", str, OpenApiParameter.PATH, enum=[*STEPS])],
    )
    @action(detail=True, methods=["post"], url_path="steps/(?P<step>[^/]+)")
    def steps(self, request, pk, step):
        """Take a step with a case: one of its `allowed_steps`."""
        rows = Case.objects.visible_to(self.actor)
        case = self.one(rows, pk)
        facts = self.input(CaseStepIn)
        self.match(rows, case)
        moves.move_case(case.pk, known(step, STEPS), actor=self.actor, at=self.at, **facts)
        return self._case(case.pk)
