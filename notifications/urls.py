"""Notices and the mailbox of the demonstration, below /notices/."""

from django.urls import path

from notifications import client_pages, operating, telling, views

app_name = "notifications"
urlpatterns = [
    path("", views.notices, name="list"),
    path("read/", views.read_all, name="read"),
    path("bell/", views.bell, name="bell"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("operation/", operating.operation, name="operation"),
    path("operation/again/", operating.again, name="again"),
    path("undelivered/", telling.undelivered, name="undelivered"),
    path("undelivered/<uuid:pk>/settle/", telling.settle_untold, name="settle_untold"),
    path("undelivered/<uuid:pk>/again/", telling.send_again, name="send_again"),
    path("of-referral/<uuid:pk>/", telling.of_referral, name="of_referral"),
    path("to-person/<uuid:case_pk>/", client_pages.to_person, name="to_person"),
    path("to-person/<uuid:case_pk>/call/", client_pages.call_back, name="call_back"),
    path("of-case/<uuid:pk>/", telling.of_case, name="of_case"),
    path("<uuid:pk>/open/", views.open_notice, name="open"),
]
