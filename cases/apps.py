"""What the slice says of itself at the start: its events and its function of the database."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Persons, consents and cases."""

    name = "cases"

    def ready(self):
        """Declare events and erasure, contribute the search to the policies, register what decisions do."""
        for module in (
            "cases.events",
            "cases.search",
            "cases.trails",
            "cases.candidates",
            "cases.merging",
            "cases.actions.moves",
            "cases.actions.sealing",
            "cases.actions.transfers",
            "cases.erasing",
            "cases.rights",
        ):
            import_module(module)
