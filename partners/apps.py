"""The partners slice."""

from importlib import import_module

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self):
        # What is declared at import: event kinds, and the SQL of `token_owner`.
        for module in ("events", "identity"):
            import_module(f"partners.{module}")
