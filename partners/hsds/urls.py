"""The public HSDS 3.1 API."""

from django.urls import path

from partners.views import hsds

app_name = "hsds"
urlpatterns = [
    path("", hsds.root, name="root"),
    path("profile", hsds.profile, name="profile"),
    path("services", hsds.services, name="services"),
    path("services/<uuid:pk>", hsds.service, name="service"),
    path("organizations", hsds.organisations, name="organizations"),
    path("organizations/<uuid:pk>", hsds.organisation, name="organization"),
    path("taxonomies", hsds.taxonomies, name="taxonomies"),
    path("taxonomies/<uuid:pk>", hsds.taxonomy, name="taxonomy"),
    path("taxonomy_terms", hsds.taxonomy_terms, name="taxonomy_terms"),
    path("taxonomy_terms/<uuid:pk>", hsds.taxonomy_term, name="taxonomy_term"),
    path("service_at_locations", hsds.service_at_locations, name="service_at_locations"),
    path("service_at_locations/<uuid:pk>", hsds.service_at_location, name="service_at_location"),
]
