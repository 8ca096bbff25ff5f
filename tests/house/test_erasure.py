"""Every table that leads to a person says how it is erased, and leaves no free or encrypted text behind."""

from django.apps import apps
from django.db import models

from cases.retention import DEFAULTS
from core.erasure import AGES, BLANK, DELETE, KEEP, TABLES, THROUGH
from core.fields import EncryptedText
from tests.house.sources import SLICES

# Columns without a foreign key that hold the id of something of a person.
KEYS = {"person_id", "case_id", "referral_id", "need_id", "consent_id", "parent_referral_id", "subject_id"}
ABOUT = {"core.Event", "core.Reading"}  # their `about` may be a person
NOT_THE_PERSONS = {
    "core.Outbox": "a pointer to an event for some seconds",
    "core.Feed": "a pointer to an event",
}


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in SLICES]


def of_persons() -> set[str]:
    """The tables with a key of a person, or a foreign key to such a table, however far away."""
    bound = {"cases.Person"} | ABOUT
    grows = True
    while grows:
        grows = False
        for model in ours():
            if model._meta.label in bound:
                continue
            fields = model._meta.concrete_fields
            named = any(field.name in KEYS or field.attname in KEYS for field in fields)
            points = any(field.related_model and field.related_model._meta.label in bound for field in fields)
            if named or points:
                bound.add(model._meta.label)
                grows = True
    return bound - set(NOT_THE_PERSONS)


def texts(model) -> set[str]:
    return {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedText | models.TextField)
        or (isinstance(field, models.CharField) and (field.max_length or 0) >= 100)
    }


def test_every_table_that_leads_to_a_person_says_how_it_is_erased():
    assert of_persons() == set(TABLES), (
        "Say in the slice's erasing.py what becomes of each of these tables when a record is erased."
    )


def test_every_declaration_fits_its_table():
    for label, table in TABLES.items():
        names = {name for field in apps.get_model(label)._meta.concrete_fields for name in (field.name, field.attname)}
        assert table.how in {DELETE, BLANK, KEEP, THROUGH}, label
        assert table.why, label
        assert set(table.by) <= names | {"pk"}, label
        assert set(table.blank) <= names, label
        assert bool(table.blank) == (table.how == BLANK), label
        assert bool(table.through) == (table.how == THROUGH), label


# Names of the staff are no client's.
STAFF = {
    "referral.Referral": {"sender_name", "worker_name"},
    "referral.Escalation": {"owner_name"},
    "referral.Amendment": {"author_name", "seen_by_name"},
}


def test_no_words_survive_in_a_table_that_keeps_its_rows():
    left = {}
    for label, table in TABLES.items():
        if table.how in {BLANK, KEEP}:
            kept = texts(apps.get_model(label)) - set(table.blank) - STAFF.get(label, set())
            if kept:
                left[label] = kept
    assert left == {}


def test_what_goes_by_age_has_a_time():
    assert set(AGES) <= set(DEFAULTS)
