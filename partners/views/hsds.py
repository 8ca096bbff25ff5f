"""The public HSDS 3.1 API at `/hsds/v3/` (DOMAIN 15.1): the directory for everybody, without an account.

Lists answer GET and POST alike: with POST the filters stay out of addresses and logs. Parameters add up (AND).
"""

import orjson
from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.actors import acting
from core.api.errors import CONTENT_TYPE, Problem
from core.middleware import public
from partners.hsds import publishing
from partners.models import ServiceAtLocation
from partners.search import found_by

VERSION = "3.1"
MOST, USUAL = 100, 25  # rows a page


class Query(forms.Form):
    """The parameters of HSDS' lists. An unknown one is refused: a filter that does nothing would mislead."""

    search = forms.CharField(required=False, max_length=100)
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    per_page = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    format = forms.ChoiceField(required=False, choices=[("json", "json")])
    taxonomy_term_id = forms.UUIDField(required=False)
    taxonomy_id = forms.UUIDField(required=False)
    organization_id = forms.UUIDField(required=False)
    parent_id = forms.UUIDField(required=False)
    modified_after = forms.DateTimeField(required=False)
    top_only = forms.BooleanField(required=False)
    minimal = forms.BooleanField(required=False)
    full = forms.BooleanField(required=False)
    full_service = forms.BooleanField(required=False)

    def clean(self):
        for name in sorted(set(self.data) - set(self.fields)):
            self.add_error(None, _("There is no parameter %(name)s.") % {"name": name[:50]})


def _answer(content, *, status: int = 200, content_type: str = "application/json") -> HttpResponse:
    # Anybody's page may read what anybody may read; nothing here depends on who asks.
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300", "Vary": "Accept-Language"}
    if status != 200:
        headers["Cache-Control"] = "no-store"
    return HttpResponse(orjson.dumps(content), status=status, content_type=content_type, headers=headers)


def _refused(problem: Problem) -> HttpResponse:
    return _answer(problem.body(), status=problem.status, content_type=CONTENT_TYPE)


def _missing() -> HttpResponse:
    return _refused(Problem(status=404, code="not_found", title=_("The public directory has nothing here.")))


def listing(rows_of):
    """Return a decorator-made view: read the parameters, act as the public, answer one `Page`.

    `rows_of(query, at)` returns (rows that can be counted and cut, how to draw those of one page).
    """

    @public
    @csrf_exempt  # it writes nothing and knows nobody
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request):
        query = Query(request.GET.dict() | _sent(request))
        if not query.is_valid():
            errors = {"" if name == "__all__" else name: texts for name, texts in query.errors.items()}
            return _refused(Problem(status=400, code="invalid", title=_("Some parameters are wrong."), errors=errors))
        wanted = query.cleaned_data
        with acting(publishing.PUBLIC):
            rows, draw = rows_of(wanted, timezone.now())
            pages = Paginator(rows, wanted["per_page"] or USUAL)
            number = wanted["page"] or 1
            if number > pages.num_pages:
                return _missing()
            shown = pages.page(number)
            return _answer(
                {
                    "total_items": pages.count,
                    "total_pages": pages.num_pages,
                    "page_number": number,
                    "size": len(shown),
                    "first_page": not shown.has_previous(),
                    "last_page": not shown.has_next(),
                    "empty": pages.count == 0,
                    "contents": draw(shown.object_list),
                }
            )

    return view


def _sent(request) -> dict:
    """Return the parameters of a POST twin: a JSON object or a form."""
    if request.method != "POST":
        return {}
    if request.content_type == "application/json":
        try:
            found = orjson.loads(request.body or b"{}")
        except orjson.JSONDecodeError:
            return {"body": "not JSON"}
        return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {"body": "no object"}
    return request.POST.dict()


@public
@require_safe
def root(request):
    """Say which HSDS this is and where its profile and description are."""
    return _answer(
        {
            "version": VERSION,
            "profile": request.build_absolute_uri(reverse("hsds:profile")),
            "openapi_url": "https://raw.githubusercontent.com/openreferral/specification/3.1/schema/openapi.json",
        }
    )


@public
@require_safe
def profile(_request):
    """Describe the profile: HSDS 3.1 as it is, and the taxonomy that this network adds."""
    about = [
        "HSDS 3.1, its schemas as they are. Services of the network appear for 180 days after they were confirmed.",
        "Confidential places are not published. Names follow Accept-Language where there is a translation.",
    ]
    return _answer({"title": "Waymark", "extends": VERSION, "about": about, "taxonomies": [publishing.need_taxonomy()]})


def _filtered(rows, query):
    if query["search"]:
        rows = found_by(rows, query["search"]).order_by("rank", "name", "pk")
    else:
        rows = rows.order_by("name", "pk")
    if query["taxonomy_term_id"]:
        rows = publishing.with_term(rows, query["taxonomy_term_id"])
    if query["taxonomy_id"]:
        rows = publishing.of_taxonomy(rows, query["taxonomy_id"])
    if query["organization_id"]:
        rows = rows.filter(organisation_id=query["organization_id"])
    if query["modified_after"]:
        rows = rows.filter(updated_at__gt=query["modified_after"])
    return rows


def _services(query, at):
    rows = _filtered(publishing.published(at), query).select_related("organisation", "capacity")
    if query["minimal"]:
        return rows, lambda shown: [{"id": str(row.pk), "name": row.name, "status": row.status} for row in shown]
    return rows, lambda shown: publishing.whole(shown, at=at) if query["full"] else publishing.brief(shown)


def _organisations(query, at):
    rows = publishing.publishers(at).order_by("name", "pk")
    if query["search"]:
        rows = rows.filter(name__icontains=query["search"])
    if query["taxonomy_term_id"] or query["taxonomy_id"]:
        asked = query | {"search": "", "organization_id": None, "modified_after": None}
        rows = rows.filter(pk__in=_filtered(publishing.published(at), asked).order_by().values("organisation_id"))
    return rows, lambda shown: [publishing.organisation_brief(row) for row in shown]


def _terms(query, _at):
    rows = publishing.terms(str(query["taxonomy_id"] or ""))
    if query["top_only"]:
        rows = [row for row in rows if "parent_id" not in row]
    if query["parent_id"]:
        rows = [row for row in rows if row.get("parent_id") == str(query["parent_id"])]
    return _with_words(rows, query), list


def _taxonomies(query, _at):
    return _with_words(publishing.taxonomies(), query), list


def _with_words(rows: list[dict], query) -> list[dict]:
    words = query["search"].casefold()
    return [row for row in rows if words in f"{row['name']} {row['description']}".casefold()] if words else rows


def _pairs(query, at):
    services = _filtered(publishing.published(at), query | {"search": ""}).order_by()
    if query["search"]:
        services = found_by(services, query["search"]).order_by()
    rows = ServiceAtLocation.objects.filter(
        service_id__in=services.values("pk"), location_id__in=publishing.open_places()
    )
    return rows.order_by("pk"), lambda shown: publishing.pairs(shown, at=at, full=query["full"])


services, organisations = listing(_services), listing(_organisations)
taxonomies, taxonomy_terms, service_at_locations = listing(_taxonomies), listing(_terms), listing(_pairs)


def one(find):
    """Return a view of one object: `find(id, at)` returns it, or None."""

    @public
    @require_safe
    def view(_request, pk):
        with acting(publishing.PUBLIC):
            found = find(pk, timezone.now())
        return _missing() if found is None else _answer(found)

    return view


def _service(pk, at):
    rows = publishing.published(at).filter(pk=pk).select_related("organisation", "capacity")
    return next(iter(publishing.whole(rows, at=at)), None)


def _organisation(pk, at):
    row = publishing.publishers(at).filter(pk=pk).first()
    if row is None:
        return None
    rows = publishing.published(at).filter(organisation=row).select_related("organisation").order_by("name", "pk")
    return publishing.organisation(row, publishing.brief(rows))


def _taxonomy(pk, _at):
    return next((found for found in publishing.taxonomies() if found["id"] == str(pk)), None)


def _term(pk, _at):
    return next((found for found in publishing.terms() if found["id"] == str(pk)), None)


def _pair(pk, at):
    rows = ServiceAtLocation.objects.filter(
        pk=pk, service_id__in=publishing.published(at).values("pk"), location_id__in=publishing.open_places()
    )
    return next(iter(publishing.pairs(rows, at=at, full=True)), None)


service, organisation, taxonomy, taxonomy_term, service_at_location = map(
    one, (_service, _organisation, _taxonomy, _term, _pair)
)
