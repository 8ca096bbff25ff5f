"""Which rows are written about a person: asked from the models, so that a new table is never forgotten."""

from django.apps import apps

from cases.models import Case, IntakeDraft, Person, PersonName
from core.access import PROTECTED


def moved_with_person() -> list:
    """Return the models whose `person` may move to another record: all but names, cases and drafts."""
    stay = {Case, IntakeDraft, Person, PersonName}
    return [
        model
        for model in apps.get_app_config("cases").get_models()
        if model not in stay
        and PROTECTED[model].update is not None  # an index that only its own door writes
        and any(field.name == "person" and field.related_model is Person for field in model._meta.concrete_fields)
    ]
