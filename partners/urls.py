"""Pages of the directory and of one's own organisation."""

from django.urls import path

from partners.views import directory, eligibility, entitlements, people

app_name = "partners"
urlpatterns = [
    path("", directory.directory, name="directory"),
    path("services/<uuid:pk>/", directory.service, name="service"),
    path("capacity/", directory.capacity, name="capacity"),
    path("capacity/<uuid:pk>/", directory.set_capacity_of, name="set_capacity"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add_member, name="add_member"),
    path("people/<uuid:pk>/", people.member, name="member"),
    path("people/<uuid:pk>/close/", people.close_member, name="close_member"),
    path("own/new/", people.add_service, name="add_service"),
    path("own/<uuid:pk>/", people.edit_service, name="edit_service"),
    path("own/<uuid:pk>/eligibility/", eligibility.eligibility, name="eligibility"),
    path("own/<uuid:pk>/verify/", people.verify_service, name="verify_service"),
    path("tokens/", people.tokens, name="tokens"),
    path("tokens/new/", people.add_token, name="add_token"),
    path("tokens/<uuid:pk>/revoke/", people.revoke_token, name="revoke_token"),
    path("entitlements/", entitlements.entitlements, name="entitlements"),
    path("entitlements/<uuid:pk>/", entitlements.entitle, name="entitle"),
]
