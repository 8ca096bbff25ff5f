"""Forms of the case pages, by subject."""

from cases.forms.base import DoorForm, SearchForm
from cases.forms.cases import (
    STEP_FORMS,
    CaseForm,
    CloseForm,
    NeedChangeForm,
    NeedForm,
    ReassignForm,
    ReopenForm,
    SettleForm,
)
from cases.forms.consents import ConsentForm
from cases.forms.persons import ContactForm, PersonForm
from cases.forms.plans import TaskForm

__all__ = [
    "STEP_FORMS",
    "CaseForm",
    "CloseForm",
    "ConsentForm",
    "ContactForm",
    "DoorForm",
    "NeedChangeForm",
    "NeedForm",
    "PersonForm",
    "ReassignForm",
    "ReopenForm",
    "SearchForm",
    "SettleForm",
    "TaskForm",
]
