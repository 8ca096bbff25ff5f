"""Notices and the mailbox of the demonstration, below /notices/."""

from django.urls import path

from notifications import client_pages, open_pages, operating, settings_pages, telling, views, webhook_pages

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
    path("settings/", settings_pages.own, name="settings"),
    path("settings/phone/", settings_pages.add_phone, name="phone"),
    path("settings/phone/code/", settings_pages.confirm_phone, name="confirm_phone"),
    path("settings/phone/remove/", settings_pages.remove_phone, name="remove_phone"),
    path("settings/devices/", settings_pages.add_device, name="add_device"),
    path("settings/devices/<uuid:pk>/remove/", settings_pages.remove_device, name="remove_device"),
    path("settings/calendar/", settings_pages.make_calendar, name="make_calendar"),
    path("settings/calendar/remove/", settings_pages.end_calendar, name="end_calendar"),
    path("webhooks/", webhook_pages.webhooks, name="webhooks"),
    path("webhooks/new/", webhook_pages.add, name="add_webhook"),
    path("webhooks/<uuid:pk>/", webhook_pages.webhook, name="webhook"),
    path("webhooks/<uuid:pk>/change/", webhook_pages.change, name="change_webhook"),
    path("webhooks/<uuid:pk>/secret/", webhook_pages.rotate, name="rotate_webhook"),
    path("webhooks/<uuid:pk>/<slug:step>/", webhook_pages.step, name="webhook_step"),
    path("webhooks/messages/<uuid:pk>/again/", webhook_pages.resend, name="resend"),
    path("unsubscribe/<slug:token>/", open_pages.unsubscribe, name="unsubscribe"),
    path("calendar/<slug:token>.ics", open_pages.calendar, name="calendar"),
    path("<uuid:pk>/open/", views.open_notice, name="open"),
]
