"""Lists by cursor: 25 rows, newest first, stable while rows come in."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from core.api.errors import BadQuery

SIZE, MOST = 25, 100


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the row with this time and id, or before it."""

    back: bool
    at: datetime
    id: UUID

    def text(self) -> str:
        """Return the opaque form that stands in an address. It holds a time and an id only."""
        plain = f"{'b' if self.back else 'f'} {self.at.isoformat()} {self.id}"
        return urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @staticmethod
    def read(text: str) -> "Place":
        """Return the place that `text` stands for. Raises BadQuery when it is not one of ours."""
        try:
            plain = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
            direction, at, row = plain.split(" ")
            moment = datetime.fromisoformat(at)
            if direction not in {"f", "b"} or moment.utcoffset() is None:
                raise ValueError(direction)
            return Place(direction == "b", moment, UUID(row))
        except ValueError as error:
            raise BadQuery({"cursor": [_("This is not a cursor from a list.")]}) from error


class Cursor(BasePagination):
    """Pages of a queryset in the order (`view.order` descending, id). The links keep the filters.

    The time column of the order may not be NULL.
    """

    def paginate_queryset(self, queryset, request, view=None) -> list:
        """Return the rows of the page. Raises BadQuery for a cursor or limit that cannot be."""
        self._request, self._order = request, view.order
        size = limit_of(request.query_params.get("limit"))
        text = request.query_params.get("cursor")
        place = Place.read(text) if text is not None else None
        back = place is not None and place.back
        if place:
            queryset = queryset.filter(self._beyond(place))
        order = (self._order, "-pk") if back else (f"-{self._order}", "pk")
        rows = list(queryset.order_by(*order)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if back:
            rows.reverse()
        self._next = rows[-1] if rows and (more or back) else None
        self._previous = rows[0] if rows and (more if back else place is not None) else None
        return rows

    def _beyond(self, place: Place) -> Q:
        side, tie = ("gt", "lt") if place.back else ("lt", "gt")
        # The first condition lets the index of the order be used; the second breaks ties.
        return Q(**{f"{self._order}__{side}e": place.at}) & (
            Q(**{f"{self._order}__{side}": place.at}) | Q(**{f"pk__{tie}": place.id})
        )

    def _link(self, row, *, back: bool) -> str | None:
        if row is None:
            return None
        place = Place(back, getattr(row, self._order), row.pk)
        query = {**self._request.query_params.dict(), "cursor": place.text()}
        return f"{self._request.path}?{urlencode(query)}"

    def get_paginated_response(self, data) -> Response:
        """Return the envelope that every list has."""
        return Response(
            {
                "results": data,
                "next": self._link(self._next, back=False),
                "previous": self._link(self._previous, back=True),
            }
        )

    def get_paginated_response_schema(self, schema) -> dict:
        """Return the envelope's schema."""
        link = {"type": ["string", "null"], "format": "uri-reference"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view) -> list[dict]:
        """Return the two parameters of every list."""
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": SIZE},
            },
        ]


def limit_of(text: str | None) -> int:
    """Return how many rows are wanted. Raises BadQuery unless it is a number from 1 to 100."""
    if text is None:
        return SIZE
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST):
        raise BadQuery({"limit": [_("A number from 1 to %(most)d.") % {"most": MOST}]})
    return int(text)
