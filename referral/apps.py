"""Loads what the slice contributes: event kinds and SQL."""

from importlib import import_module

from django.apps import AppConfig


class ReferralConfig(AppConfig):
    """Sends a need to a service and follows it to an answer."""

    name = "referral"

    def ready(self):
        for module in ("referral.events", "referral.database", "referral.exports", "referral.erasing"):
            import_module(module)
