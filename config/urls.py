"""Where everything is: pages, the API, health."""

from django.urls import include, path
from django.views.i18n import set_language

from core.middleware import public
from core.views import appearance, gallery, health, home, lists
from notifications import operating
from notifications.open_pages import service_worker

urlpatterns = [
    path("", home.home, name="home"),
    path("no-membership/", home.no_membership, name="no_membership"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", operating.metrics, name="metrics"),
    path("ui/", gallery.gallery, name="gallery"),
    path("ui/theme/", appearance.theme, name="theme"),
    path("lists/views/", lists.keep, name="keep_view"),
    path("lists/views/<uuid:pk>/forget/", lists.forget, name="forget_view"),
    path("i18n/setlang/", public(set_language), name="set_language"),  # the sign-in page has the switch, too
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("config.api")),
    path("directory/", include("partners.urls")),
    path("hsds/v3/", include("partners.hsds.urls")),
    path("cases/", include("cases.urls")),
    path("referrals/", include("referral.urls")),
    path("answer/", include("referral.urls_answer")),
    path("notices/", include("notifications.urls")),
    path("sw.js", service_worker, name="service_worker"),  # at the root: a worker serves what lies below it
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.missing"
handler500 = "core.views.errors.broken"
