"""The people, their consent, their cases, and who may see them."""

from cases.models.access import Grant, named_cases, open_cases
from cases.models.cases import Case, Need
from cases.models.consents import Consent
from cases.models.persons import MigrationStatus, Person, PersonName
from cases.models.plans import Task
from cases.models.reminders import Reminder
from cases.models.requests import DataRequest
from cases.models.retention import LegalHold, Retention, RetentionRule
from cases.models.statistics import StatRow

__all__ = [
    "Case",
    "Consent",
    "DataRequest",
    "Grant",
    "LegalHold",
    "MigrationStatus",
    "Need",
    "Person",
    "PersonName",
    "Reminder",
    "Retention",
    "RetentionRule",
    "StatRow",
    "Task",
    "named_cases",
    "open_cases",
]
