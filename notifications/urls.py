"""Notices and the mailbox of the demonstration, below /notices/."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.notices, name="list"),
    path("read/", views.read_all, name="read"),
    path("bell/", views.bell, name="bell"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("<uuid:pk>/open/", views.open_notice, name="open"),
]
