"""Loads what the slice contributes: event kinds and SQL."""

from importlib import import_module

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """See ARCHITECTURE: facts, rules, doors, faces of `partners`."""

    name = "partners"

    def ready(self):
        for module in ("identity",):
            import_module(f"partners.{module}")
