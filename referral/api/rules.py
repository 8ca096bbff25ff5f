"""Routing rules over the API, and where they would send a need."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from core.api.fields import Code, Day, Flag, Id, Input, Links, Output, Text, Whole
from core.api.resource import Resource, wanted
from core.codelists import codes
from partners.api import Named, named
from partners.models import Area, Organisation, Service
from referral.models import RoutingRule
from referral.models.rules import LOWEST
from referral.ruling import retire_rule, set_rule


class RuleIn(Input):
    """A rule: exactly one of service and desk; an empty category or area means any."""

    category = Code(choices=["", *codes("need_category")], required=False)
    area = Text(max_length=16, required=False)
    service = Id(required=False)
    desk = Id(required=False, help_text="An organisation: the service of it that fits is taken")
    priority = Whole(min_value=1, max_value=LOWEST, required=False)
    valid_from = Day(required=False)
    valid_to = Day(required=False, allow_null=True)
    network = Flag(required=False, help_text="For the whole network; for its coordinator only")


class RuleOut(Output):
    """A routing rule."""

    id = serializers.UUIDField()
    organisation = Named(allow_null=True, help_text="Whose rule it is; null: the network's")
    category = serializers.CharField()
    area = serializers.CharField(source="area_id", allow_null=True)
    service = Named(allow_null=True)
    desk = Named(allow_null=True)
    priority = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)
    links = Links()

    def get_organisation(self, row):
        """Return whose rule it is."""
        return named(row.organisation) if row.organisation else None

    def get_service(self, row):
        """Return the service that it names."""
        return named(row.service) if row.service else None

    def get_desk(self, row):
        """Return the organisation that it names."""
        return named(row.desk) if row.desk else None

    def get_links(self, row) -> dict:
        """Return the address of this rule."""
        return {"self": f"/api/v1/routing-rules/{row.pk}/"}


class Rules(Resource):
    """The routing rules of one's own organisation and of the network."""

    verbs = {
        "list": ("directory.read",),
        "retrieve": ("directory.read",),
        "create": ("rule.manage", "rule.manage_network"),
        "retire": ("rule.manage", "rule.manage_network"),
    }

    def _rows(self):
        rows = RoutingRule.objects.visible_to(self.actor)
        return rows.select_related("organisation", "service", "desk")

    @extend_schema(responses=RuleOut(many=True))
    def list(self, request):
        """List rules, those that have ended included."""
        return self.page(self._rows(), RuleOut)

    @extend_schema(responses=RuleOut)
    def retrieve(self, request, pk):
        """Show a rule."""
        return self.shown(self.one(self._rows(), pk), RuleOut)

    @extend_schema(request=RuleIn, responses={201: RuleOut})
    def create(self, request):
        """Set a rule. 422 names the field, also where another rule of the same reach and priority holds."""
        facts = self.input(RuleIn)
        for name, model in (("service", Service), ("desk", Organisation), ("area", Area)):
            if facts.get(name):
                facts[name] = wanted(model.objects.all(), facts[name], name)
            else:
                facts.pop(name, None)
        rule = set_rule(actor=self.actor, at=self.at, **facts)
        return self.shown(self.one(self._rows(), rule.pk), RuleOut, status=201)

    @extend_schema(request=None, responses={200: RuleOut})
    @action(detail=True, methods=["post"])
    def retire(self, request, pk):
        """End a rule now."""
        rule = self.one(self._rows(), pk)
        retire_rule(rule.pk, actor=self.actor, at=self.at)
        return self.shown(self.one(self._rows(), pk), RuleOut)
