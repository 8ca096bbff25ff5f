"""Forms of the case pages, by subject."""

from cases.forms.base import DoorForm, SearchForm
from cases.forms.cases import STEP_FORMS, CaseForm, CloseForm, NeedForm, ReassignForm, ReopenForm, SettleForm, TaskForm
from cases.forms.consents import ConsentForm
from cases.forms.persons import ContactForm, PersonForm

__all__ = [
    "STEP_FORMS",
    "CaseForm",
    "CloseForm",
    "ConsentForm",
    "ContactForm",
    "DoorForm",
    "NeedForm",
    "PersonForm",
    "ReassignForm",
    "ReopenForm",
    "SearchForm",
    "SettleForm",
    "TaskForm",
]
