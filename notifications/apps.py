"""Loads what the slice contributes: event kinds and SQL."""

from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See ARCHITECTURE: facts, rules, doors, faces of `notifications`."""

    name = "notifications"

    def ready(self):
        for module in ("erasing", "events", "invariants", "operation", "proof"):
            import_module(f"notifications.{module}")
