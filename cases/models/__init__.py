"""The people, their consent, their cases, and who may see them."""

from cases.models.absences import Absence
from cases.models.access import Grant, named_cases, open_cases
from cases.models.appointments import Appointment
from cases.models.approvals import Approval
from cases.models.assessments import Assessment, Determinants, RiskReview
from cases.models.cases import Case, Need
from cases.models.consents import Consent
from cases.models.duplicates import DuplicateCandidate, MergeRecord
from cases.models.emergencies import Emergency
from cases.models.exchange import ExportJob, ImportJob, ImportMapping, ImportRow
from cases.models.extensions import AnswerIndex, Answers, Form
from cases.models.goals import Goal, PlanAgreement
from cases.models.households import BestInterests, Household, Relation
from cases.models.incidents import Incident
from cases.models.intake import CallEntry, IntakeDraft
from cases.models.papers import ContactWay, PersonDocument
from cases.models.persons import MigrationStatus, Person, PersonName
from cases.models.plans import Task
from cases.models.records import Document, Note, NoteWording
from cases.models.reminders import Reminder
from cases.models.requests import DataRequest
from cases.models.retention import LegalHold, Retention, RetentionRule
from cases.models.statistics import StatRow
from cases.models.trafficking import Screening, TraffickingStatus
from cases.models.transfers import CaseTransfer

__all__ = [
    "Absence",
    "AnswerIndex",
    "Answers",
    "Appointment",
    "Approval",
    "Assessment",
    "BestInterests",
    "CallEntry",
    "Case",
    "CaseTransfer",
    "Consent",
    "ContactWay",
    "DataRequest",
    "Determinants",
    "Document",
    "DuplicateCandidate",
    "Emergency",
    "ExportJob",
    "Form",
    "Goal",
    "Grant",
    "Household",
    "ImportJob",
    "ImportMapping",
    "ImportRow",
    "Incident",
    "IntakeDraft",
    "LegalHold",
    "MergeRecord",
    "MigrationStatus",
    "Need",
    "Note",
    "NoteWording",
    "Person",
    "PersonDocument",
    "PersonName",
    "PlanAgreement",
    "Relation",
    "Reminder",
    "Retention",
    "RetentionRule",
    "RiskReview",
    "Screening",
    "StatRow",
    "Task",
    "TraffickingStatus",
    "named_cases",
    "open_cases",
]
