"""Pages of the directory and of one's own organisation."""

from django.urls import path

from partners.views import agreements, closures, directory, eligibility, entitlements, keeping, people, proposals

app_name = "partners"
urlpatterns = [
    path("", directory.directory, name="directory"),
    path("services/<uuid:pk>/", directory.service, name="service"),
    path("closed-days/", closures.closures, name="closures"),
    path("closed-days/open/", closures.end_closure, name="end_closure"),
    path("capacity/", directory.capacity, name="capacity"),
    path("capacity/confirm/", directory.confirm_capacity, name="confirm_capacity"),
    path("capacity/all/", directory.set_all, name="set_all"),
    path("capacity/<uuid:pk>/", directory.set_capacity_of, name="set_capacity"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add_member, name="add_member"),
    path("people/<uuid:pk>/", people.member, name="member"),
    path("people/<uuid:pk>/close/", people.close_member, name="close_member"),
    path("own/new/", people.add_service, name="add_service"),
    path("own/<uuid:pk>/", people.edit_service, name="edit_service"),
    path("own/<uuid:pk>/eligibility/", eligibility.eligibility, name="eligibility"),
    path("own/<uuid:pk>/undo/", keeping.undo, name="undo"),
    path("own/<uuid:pk>/history/", keeping.history, name="history"),
    path("own/<uuid:pk>/places/new/", keeping.place, name="new_place"),
    path("own/<uuid:pk>/places/<uuid:place_pk>/", keeping.place, name="place"),
    path("own/<uuid:pk>/places/<uuid:place_pk>/remove/", keeping.remove_place, name="remove_place"),
    path("own/<uuid:pk>/parts/<slug:part>/", keeping.edit_part, name="edit_part"),
    path("own/<uuid:pk>/verify/", people.verify_service, name="verify_service"),
    path("tokens/", people.tokens, name="tokens"),
    path("tokens/new/", people.add_token, name="add_token"),
    path("tokens/<uuid:pk>/revoke/", people.revoke_token, name="revoke_token"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/new/", proposals.propose, name="propose"),
    path("proposals/<uuid:pk>/", proposals.proposal, name="proposal"),
    path("join/", proposals.join, name="join"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.new, name="new_agreement"),
    path("agreements/<uuid:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<uuid:pk>/confirm/", agreements.confirm, name="confirm_agreement"),
    path("agreements/<uuid:pk>/end/", agreements.end, name="end_agreement"),
    path("entitlements/", entitlements.entitlements, name="entitlements"),
    path("entitlements/<uuid:pk>/", entitlements.entitle, name="entitle"),
]
