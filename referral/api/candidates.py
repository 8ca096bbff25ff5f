"""What the candidates of a need give, and the weights of their order."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from core.api.errors import BadQuery
from core.api.fields import Code, Input, Links, Output, Text, Whole
from core.api.resource import Resource
from core.codelists import codes
from partners.api import ServiceOut
from partners.models import Area
from referral.candidates import MOST, SHOWN
from referral.models import MatchingWeights
from referral.ranking import EXCLUDING
from referral.reasons import lines

ROOT = "/api/v1"


class CandidateFilters(Input):
    """What narrows the candidates of a need."""

    place = Text(max_length=16, required=False, help_text="Code of an oblast or a district where the service works")
    language = Text(max_length=3, required=False, help_text="ISO 639-3; an interpreter counts")
    open = Code(choices=["true"], required=False, help_text="Open now")
    most = Whole(min_value=1, max_value=MOST, required=False, help_text=f"How many that fit; {SHOWN} unless told")


def place_of(chosen: dict) -> Area | None:
    """Return the area of a filter. Raises BadQuery (400)."""
    if "place" not in chosen:
        return None
    found = Area.objects.filter(pk=chosen["place"]).first()
    if found is None:
        raise BadQuery({"place": [_("There is no such area.")]})
    return found


class ReasonOut(Output):
    """Why a service fits, or not: a code of the list eligibility_finding, or of places, distance and hours."""

    tone = serializers.ChoiceField(choices=["ok", "warn", "stop"])
    code = serializers.CharField()
    text = serializers.CharField()


class TermOut(Output):
    """One term of the score; the points of all terms are the score."""

    code = serializers.ChoiceField(choices=codes("matching_term"))
    label = serializers.CharField()
    value = serializers.IntegerField(help_text="Per cent: how much of it")
    weight = serializers.DecimalField(max_digits=5, decimal_places=2)
    points = serializers.FloatField()


class CandidateOut(Output):
    """A service for a need, and why."""

    rank = serializers.IntegerField(help_text="0 for one that does not fit")
    service = ServiceOut()
    score = serializers.FloatField()
    terms = TermOut(many=True)
    excluded = serializers.ListField(child=serializers.ChoiceField(choices=list(EXCLUDING)))
    reasons = ReasonOut(many=True)
    free = serializers.IntegerField(allow_null=True)
    maximum = serializers.IntegerField(allow_null=True)
    capacity = serializers.CharField(help_text="A capacity status, or unknown")
    km = serializers.FloatField(allow_null=True, help_text="To its nearest published place")
    answer_hours = serializers.FloatField(allow_null=True, help_text="To the first answer; null where too few say so")
    open_now = serializers.BooleanField(source="open", allow_null=True)

    def get_service(self, row) -> dict:
        """Return the service."""
        return ServiceOut().to_representation(row.service)

    def get_terms(self, row) -> list[dict]:
        """Return the score term by term."""
        return [line | {"weight": str(line["weight"])} for line in lines(row.parts)]

    def get_reasons(self, row) -> list[dict]:
        """Return the findings in words."""
        return [{name: str(reason[name]) for name in ("tone", "code", "text")} for reason in row.reasons]

    def get_excluded(self, row) -> list[str]:
        """Return why it does not fit."""
        return list(row.excluded)

    def get_answer_hours(self, row) -> float | None:
        """Return the hours where enough referrals were answered."""
        return row.hours if row.observed else None


class CandidatesOut(Output):
    """The services that fit a need, the best first, and those that do not."""

    fitting = CandidateOut(many=True)
    unfit = CandidateOut(many=True, help_text="The first by name")
    fit_count = serializers.IntegerField()
    unfit_count = serializers.IntegerField()
    excluded_by = serializers.DictField(child=serializers.IntegerField(), help_text="How many, by code")

    def get_fitting(self, found) -> list[dict]:
        """Return those that fit."""
        return [CandidateOut().to_representation(row) for row in found.fitting]

    def get_unfit(self, found) -> list[dict]:
        """Return those that do not."""
        return [CandidateOut().to_representation(row) for row in found.unfit]


class WeightsOut(Output):
    """One version of the weights of the order; the highest holds, without any the defaults do (docs/matching.md)."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    weights = serializers.DictField(child=serializers.DecimalField(max_digits=5, decimal_places=2))
    set_at = serializers.DateTimeField()
    set_by_name = serializers.CharField()
    links = Links()

    def get_weights(self, row) -> dict:
        """Return the weights by term."""
        return {code: str(weight) for code, weight in row.weights.items()}

    def get_links(self, row) -> dict:
        """Return the address of this version."""
        return {"self": f"{ROOT}/matching-weights/{row.pk}/"}


class Weights(Resource):
    """The weights by which candidates are put in order, with their history."""

    verbs = {"list": ("directory.read",), "retrieve": ("directory.read",)}
    order = "set_at"

    @extend_schema(responses=WeightsOut(many=True))
    def list(self, request):
        """List the versions of the weights, the newest first."""
        self.query(Input)
        return self.page(MatchingWeights.objects.visible_to(self.actor), WeightsOut)

    @extend_schema(responses=WeightsOut)
    def retrieve(self, request, pk):
        """Show a version."""
        return self.shown(self.one(MatchingWeights.objects.visible_to(self.actor), pk), WeightsOut)
