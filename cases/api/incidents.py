"""Breaches of data, for who protects the data: what is open, by when, and what was done."""

from rest_framework import serializers

from cases.models import Incident
from core.api.fields import Code, Input, Output
from core.api.rows import Rows, described
from core.codelists import codes


class IncidentFilters(Input):
    """What breaches can be chosen by."""

    kind = Code(choices=codes("incident_kind"), required=False)
    risk = Code(choices=codes("incident_risk"), required=False)


class IncidentOut(Output):
    """A breach of data with its clock. Numbers and classes, nobody by name."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    kind = serializers.CharField()
    persons = serializers.IntegerField(allow_null=True)
    records = serializers.IntegerField(allow_null=True)
    classes = serializers.ListField(child=serializers.IntegerField())
    risk = serializers.CharField()
    owner = serializers.UUIDField(source="owner_id", allow_null=True)
    noticed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    contained_at = serializers.DateTimeField(allow_null=True)
    assessed_at = serializers.DateTimeField(allow_null=True)
    authority_at = serializers.DateTimeField(allow_null=True)
    authority_told = serializers.BooleanField(allow_null=True)
    persons_at = serializers.DateTimeField(allow_null=True)
    persons_told = serializers.BooleanField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


@described("breaches of data", IncidentOut, IncidentFilters)
class Incidents(Rows):
    """The breaches of one's own organisation; they are dealt with on their page."""

    model, output, filters = Incident, IncidentOut, IncidentFilters
    verbs = dict.fromkeys(("list", "retrieve"), ("incident.handle",))
    order = "noticed_at"
