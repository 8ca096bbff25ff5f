"""The people, their consent, their cases, and who may see them."""

from cases.models.access import Grant, named_cases, open_cases
from cases.models.cases import Case, Need
from cases.models.consents import Consent
from cases.models.persons import MigrationStatus, Person, PersonName
from cases.models.plans import Task
from cases.models.reminders import Reminder

__all__ = [
    "Case",
    "Consent",
    "Grant",
    "MigrationStatus",
    "Need",
    "Person",
    "PersonName",
    "Reminder",
    "Task",
    "named_cases",
    "open_cases",
]
