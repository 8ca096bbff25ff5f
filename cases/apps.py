"""Loads what the slice contributes: event kinds and SQL."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See ARCHITECTURE: facts, rules, doors, faces of `cases`."""

    name = "cases"

    def ready(self):
        for module in ():
            import_module(f"cases.{module}")
