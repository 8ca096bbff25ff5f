"""Resources that are rows of one model: list, one, and steps, each of them one call of a door."""

from collections.abc import Callable

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.response import Response

from core import trail
from core.api.fields import Input, Output
from core.api.resource import Resource, wanted


def described(things: str, output: type[Output], filters: type[Input] = Input) -> Callable:
    """Return the decorator that says in the document what `list` and `retrieve` of a Rows give."""
    asked = [] if filters is Input else [filters]
    return extend_schema_view(
        list=extend_schema(description=f"List {things}.", parameters=asked, responses=output(many=True)),
        retrieve=extend_schema(description=f"Show one of the {things}.", responses=output),
    )


class Rows(Resource):
    """The rows of `model` that the actor may see, given by `output` and chosen by `filters`.

    `columns` names the column of a filter where it is not the filter's own name. `subject` is how a reading is called
    in the trail; rows without a class of their own are of `field_class`.
    """

    model: type[Model]
    output: type[Output]
    filters: type[Input] = Input
    columns: dict[str, str] = {}
    subject = ""
    field_class = trail.SENSITIVE

    def rows(self) -> QuerySet:
        """Return the rows that the actor may see, with what the output needs."""
        return self.model.objects.visible_to(self.actor)

    def list(self, request) -> Response:
        """List rows."""
        chosen = self.query(self.filters)
        return self.page(self.rows().filter(**{self.columns.get(key, key): chosen[key] for key in chosen}), self.output)

    def retrieve(self, request, pk) -> Response:
        """Show one row."""
        row = self.one(self.rows(), pk)
        self.seen([row])
        return self.shown(row, self.output)

    def page(self, rows: QuerySet, output, **context) -> Response:
        """Return a page of rows, and write down who read what of class 3 and 4."""
        found = self.paginator.paginate_queryset(rows, self.request, view=self)
        self.seen(found)
        serializer = output(context={"actor": self.actor, "rows": found, **context})
        return self.paginator.get_paginated_response([serializer.to_representation(row) for row in found])

    def seen(self, rows: list) -> None:
        """Leave the trail of reading these rows."""
        if not self.subject:
            return
        by_class: dict[int, list] = {}
        for row in rows:
            by_class.setdefault(getattr(row, "field_class", self.field_class), []).append(row.pk)
        for field_class, ids in by_class.items():
            trail.read_all(ids, subject=self.subject, field_class=field_class, actor=self.actor, at=self.at)

    def facts(self, serializer, **models: type[Model]) -> dict:
        """Return the facts of the body; what it names by id is the visible row. Raises ValidationError, Incomplete."""
        facts = self.input(serializer)
        for name, model in models.items():
            if facts.get(name):
                facts[name] = wanted(model.objects.visible_to(self.actor), facts[name], name)
        return facts

    def made(self, row) -> Response:
        """Return what was created."""
        return self.shown(self.one(self.rows(), row.pk), self.output, status=201)

    def step(self, pk, door, serializer=Input, *, edits: bool = False, **models: type[Model]) -> Response:
        """Ask a door about one row with the facts of the body, and return the row. `edits` asks for `If-Match`.

        The row may have a successor, or be out of sight afterwards: then it is as the door gave it.
        """
        row = self.one(self.rows(), pk)
        facts = self.facts(serializer, **models)
        if hasattr(row, "version"):
            self.match(self.model.objects.visible_to(self.actor), row, self.output, needed=edits)
        done = door(row.pk, actor=self.actor, at=self.at, **facts)
        return self.shown(self.rows().filter(pk=done.pk).first() or done, self.output)
