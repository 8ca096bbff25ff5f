"""`/api/v1/`: the slices' resources, the OpenAPI document, and the pages for people."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from cases.api import extensions, imports, incidents, people, planning, records, supervision, transfers
from cases.api import views as cases
from core.api import pages_for_people
from notifications import api as notifications
from notifications import api_channels as channels
from notifications import api_undelivered as undelivered
from partners import api as partners
from referral.api import batches, candidates, lines, routes, rules
from referral.api import views as referral

router = SimpleRouter()
for name, resource in (
    ("organisations", partners.Organisations),
    ("services", partners.Services),
    ("tokens", partners.Tokens),
    ("persons", cases.Persons),
    ("consents", cases.Consents),
    ("cases", cases.Cases),
    ("transfers", transfers.Transfers),
    ("forms", extensions.Forms),
    ("identity-papers", people.Papers),
    ("contact-ways", people.Ways),
    ("migration-statuses", people.Statuses),
    ("relations", people.Relations),
    ("households", people.Households),
    ("notes", records.Notes),
    ("documents", records.Documents),
    ("assessments", planning.Assessments),
    ("goals", planning.Goals),
    ("tasks", planning.Tasks),
    ("appointments", planning.Appointments),
    ("approvals", supervision.Approvals),
    ("duplicates", supervision.Duplicates),
    ("merges", supervision.Merges),
    ("data-requests", supervision.DataRequests),
    ("holds", supervision.Holds),
    ("incidents", incidents.Incidents),
    ("imports", imports.Imports),
    ("needs", referral.Needs),
    ("referrals", referral.Referrals),
    ("batches", batches.Batches),
    ("routes", routes.Routes),
    ("waiting-lists", lines.WaitingLists),
    ("routing-rules", rules.Rules),
    ("matching-weights", candidates.Weights),
    ("messages", referral.Messages),
    ("notices", notifications.Notices),
    ("undelivered", undelivered.Undelivered),
    ("events", notifications.Events),
    ("preferences", channels.Preferences),
    ("webhooks", channels.Webhooks),
):
    router.register(name, resource, basename=name)

app_name = "api"
urlpatterns = [
    path("schema/", pages_for_people.schema, name="schema"),
    path("docs/", pages_for_people.docs, name="docs"),
    path("", include(router.urls)),
    re_path(r"^.*$", pages_for_people.Nothing.as_view({"get": "none", "post": "none"})),
]
