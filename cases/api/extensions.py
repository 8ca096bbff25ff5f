"""The forms that organisations add to persons and needs, their JSON Schema, and `extra` in the subjects themselves."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cases.answers import given, rows_of
from cases.extensions.definition import SUBJECTS, asked, label
from cases.extensions.schema import schema_of
from cases.models import Form
from cases.models.extensions import NETWORK, OWN
from core.api.fields import Code, Input, Links, Output
from core.api.resource import Resource

ROOT = "/api/v1"
ANSWERS = {
    "type": "object",
    "description": "Answers to the questions that organisations add: those of one's own and those of the network, by "
    "code. Each fits the JSON Schema of its form; see /forms/. Left out: the questions were not asked.",
    "properties": {name: {"type": "object", "additionalProperties": True} for name in (OWN, NETWORK)},
    "additionalProperties": False,
}


@extend_schema_field(ANSWERS)
class ExtraIn(serializers.Field):
    """Answers by scope and code; the door checks them against the forms in use."""

    default_error_messages = {"invalid": _("Write the answers by code, under own or network.")}

    def to_internal_value(self, data) -> dict:
        """Return the answers as they are. Raises ValidationError where they are no objects."""
        fits = isinstance(data, dict) and all(scope in (OWN, NETWORK) for scope in data)
        if not fits or not all(isinstance(answers, dict) for answers in data.values()):
            self.fail("invalid")
        return data


@extend_schema_field(ANSWERS)
class ExtraOut(serializers.Field):
    """Answers by scope and code."""


class Extended(Output):
    """An output with `extra`: the answers about its rows that the actor may see. One query for all rows."""

    extra = ExtraOut()

    @cached_property
    def _answers(self) -> dict:
        rows: dict = {}
        for row in rows_of([row.pk for row in self.context["rows"]], self.context["actor"]):
            rows.setdefault(row.whose, []).append(row)
        return {about: given(found) for about, found in rows.items()}

    def get_extra(self, row) -> dict:
        """Return the answers about one row; empty where nothing was answered."""
        return self._answers.get(row.pk, {})


class FormFilters(Input):
    """What forms can be chosen by."""

    subject = Code(choices=list(SUBJECTS), required=False)


class FieldOut(Output):
    """A question of a form."""

    code = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField()
    required = serializers.BooleanField()
    field_class = serializers.IntegerField()

    def get_label(self, one) -> str:
        """Return what it is called, in the language of the request."""
        return label(one)


class FormOut(Output):
    """One version of a form."""

    id = serializers.UUIDField()
    subject = serializers.CharField()
    scope = serializers.CharField()
    version = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)
    questions = FieldOut(many=True)
    links = Links()

    def get_questions(self, row) -> list[dict]:
        """Return the questions that are asked."""
        output = FieldOut()
        return [output.to_representation(one) for one in asked(row.fields)]

    def get_links(self, row) -> dict:
        """Return the addresses of this form and of its schema."""
        return {"self": f"{ROOT}/forms/{row.pk}/", "schema": f"{ROOT}/forms/{row.pk}/schema/"}


class Forms(Resource):
    """The forms in use that are asked of one's organisation: its own, and the network's."""

    verbs = dict.fromkeys(
        ("list", "retrieve", "json_schema"),
        ("case.read", "case.read_team", "person.write", "form.manage", "form.manage_network"),
    )
    order = "published_at"

    def _rows(self):
        return Form.objects.visible_to(self.actor).filter(published_at__isnull=False)

    @extend_schema(parameters=[FormFilters], responses=FormOut(many=True))
    def list(self, request):
        """List the forms in use."""
        return self.page(self._rows().filter(state="published", **self.query(FormFilters)), FormOut)

    @extend_schema(responses=FormOut)
    def retrieve(self, request, pk):
        """Show a form that is or was in use."""
        return self.shown(self.one(self._rows(), pk), FormOut)

    @extend_schema(responses={200: OpenApiResponse({"type": "object"}, description="A JSON Schema, draft 2020-12")})
    @action(detail=True, methods=["get"], pagination_class=None, url_path="schema", url_name="schema")
    def json_schema(self, request, pk):
        """Give the JSON Schema of the answers to a form: what `extra` holds under the form's scope."""
        form = self.one(self._rows(), pk)
        address = request.build_absolute_uri(f"{ROOT}/forms/{form.pk}/schema/")
        return Response(schema_of(form.fields, address=address, title=f"{form.subject}, version {form.version}"))
