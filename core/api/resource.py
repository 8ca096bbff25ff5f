"""The base of every resource: one actor, one moment, one answer per key; a face makes one call (house rule 3)."""

from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.actions import Incomplete
from core.api import idempotency
from core.api.errors import BadQuery, Stale, Unconditional, flat
from core.api.schema import ResourceSchema


class Resource(GenericViewSet):
    """A resource of `/api/v1/`.

    `verbs` names, for each action, the verbs of which the actor must hold one. `order` is the time column of
    lists. Only GET and POST are taken: what changes, changes by a named step.
    """

    http_method_names = ["get", "post", "head"]
    schema = ResourceSchema()
    metadata_class = None
    lookup_value_regex = "[^/]+"
    verbs: dict[str, tuple[str, ...]] = {}
    order = "created_at"
    claimed = None
    takes_file = False  # core.api.uploads

    def initial(self, request, *args, **kwargs):
        """Read the body within the limit of its size, ask who acts, claim the idempotency key."""
        if not self.takes_file:
            request._request.body  # noqa: B018 (read once: the fingerprint and the parser both need it)
        super().initial(request, *args, **kwargs)
        self.actor, self.at = request._request.actor, timezone.now()
        if request.method == "POST":
            self.claimed = idempotency.claim(request, parts=self.takes_file)

    def finalize_response(self, request, response, *args, **kwargs):
        """Let nothing be stored on the way, and keep the answer of a claimed key."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        if self.claimed is not None and response.status_code < 300:
            response.add_post_render_callback(partial(idempotency.keep, self.claimed))
        return response

    def input(self, serializer) -> dict:
        """Return the facts of the body. Raises ValidationError (422)."""
        found = serializer(data=self.request.data)
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)

    def query(self, serializer) -> dict:
        """Return the parameters of the address, those of the pages aside. Raises BadQuery (400)."""
        given = {name: text for name, text in self.request.query_params.dict().items() if name not in PAGING}
        found = serializer(data=given)
        if not found.is_valid():
            raise BadQuery(flat(found.errors))
        return dict(found.validated_data)

    def one(self, rows: QuerySet, pk: str | UUID):
        """Return the visible row. Hidden, missing and malformed are all Http404."""
        found = rows.filter(pk=identifier(pk)).first()
        if found is None:
            raise Http404
        return found

    def page(self, rows: QuerySet, output, **context) -> Response:
        """Return a page of the visible rows. `output` is an Output, its context is given before the rows are read."""
        found = self.paginator.paginate_queryset(rows, self.request, view=self)
        serializer = output(context={"actor": self.actor, "rows": found, **context})
        return self.paginator.get_paginated_response([serializer.to_representation(row) for row in found])

    def shown(self, row, output, *, status: int = 200, **context) -> Response:
        """Return one row; a GET carries its version as the ETag."""
        serializer = output(context={"actor": self.actor, "rows": [row], **context})
        response = Response(serializer.to_representation(row), status=status)
        if hasattr(row, "version"):
            response["ETag"] = etag(row)
        return response

    def match(self, rows: QuerySet, row, output=None, *, needed: bool = False) -> None:
        """Compare `If-Match` with the row's version, under a lock. Raises Stale (412), Unconditional (428).

        With an `output`, who was second is told what stands now beside what was sent. `needed`: what is edited is
        edited from a version, or a colleague's words would be lost without anybody seeing it.
        """
        wanted = self.request.headers.get("If-Match")
        if wanted is None and needed:
            raise Unconditional
        if wanted is None or wanted.strip() == "*":
            return
        # A row that the actor may see but not change cannot be locked; its door says so.
        locked = rows.filter(pk=row.pk).select_for_update(of=("self",)).first() or row
        if etag(locked) not in [tag.strip() for tag in wanted.split(",")]:
            if output is None:
                raise Stale
            shown = output(context={"actor": self.actor, "rows": [locked]}).to_representation(locked)
            raise Stale(version=locked.version, current=shown, sent=self.request.data)


PAGING = {"cursor", "limit"}


def identifier(text: str | UUID) -> UUID:
    """Return the id in an address. Raises Http404 when it cannot be one."""
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError as error:
        raise Http404 from error


def etag(row) -> str:
    """Return the version of a row as a strong entity tag."""
    return f'"{row.version}"'


def known(name: str, table):
    """Return a name of a table of steps that stands in an address. Raises Http404."""
    if name not in table:
        raise Http404
    return name


def wanted(rows: QuerySet, pk: UUID, field: str):
    """Return the visible row that a body names. Raises Incomplete with the field: hidden is like missing."""
    found = rows.filter(pk=pk).first()
    if found is None:
        sentence = _("There is nothing with this id that you may see.")
        raise Incomplete("unknown_id", sentence, fields={field: [sentence]})
    return found
