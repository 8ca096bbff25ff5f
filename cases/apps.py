"""What the slice says of itself at the start: its events and its function of the database."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Persons, consents and cases."""

    name = "cases"

    def ready(self):
        """Declare the kinds of events, and contribute the search to the policies."""
        for module in ("cases.events", "cases.search"):
            import_module(module)
