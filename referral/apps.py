"""Loads what the slice contributes: event kinds and SQL."""

from importlib import import_module

from django.apps import AppConfig


class ReferralConfig(AppConfig):
    """Sends a need to a service and follows it to an answer."""

    name = "referral"

    def ready(self):
        modules = ("events", "database", "exports", "erasing", "disclosed", "gaps", "routing", "lines")
        for module in (f"referral.{name}" for name in modules):
            import_module(module)
