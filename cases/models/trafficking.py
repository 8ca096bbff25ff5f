"""The trafficking screen and what may follow from it: class 4 throughout (DOMAIN 6, 13; INV-6)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models.access import case_names
from cases.models.cases import Case
from cases.models.persons import at_home
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedJSON, EncryptedText
from partners.models import Member, Organisation

GROUPS = ["adult_labour", "adult_sexual", "child_labour", "child_sexual"]
BODIES = ["Police", "NGO", "CourtOrProsecution", "NonPoliceGovernmentalOrganization", "Other"]  # HTCDS 2.0


def sees_named(actor) -> Q:
    """Class 4: only those whom the case names."""
    return case_names(actor)


def writes_named(actor) -> Q:
    """A new row stands in a case that names one."""
    return at_home(actor) & sees_named(actor)


def entitled_or_possible(actor) -> Q:
    """INV-6: more than `possible` is written only in an organisation that is entitled to identify."""
    entitled = Organisation.objects.filter(may_identify_victims=True).values("pk")
    return writes_named(actor) & (Q(status="possible") | Q(organisation_id__in=entitled))


@protect(read=sees_named, insert=writes_named, update=sees_named)
class Screening(ProtectedModel):
    """One trafficking screen: signs by dimension. It shows what was seen; it decides nothing."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=16)
    tool_version = models.CharField(max_length=16)
    answers = EncryptedJSON(default=dict, blank=True)  # sign -> present | absent | unknown
    means = EncryptedJSON(default=list, blank=True)  # HTCDS MethodOfRecruitment
    control = EncryptedJSON(default=list, blank=True)  # HTCDS MethodsOfControl
    exploitation = EncryptedJSON(default=list, blank=True)  # HTCDS TypeOfExploitation
    note = EncryptedText(default="", blank=True)
    screener = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(group__in=GROUPS), name="screening_group_coded"),
        ]
        indexes = [models.Index(fields=["case", "-held_at"], name="screening_case")]

    def __str__(self):
        return str(self.id)


@protect(read=sees_named, insert=entitled_or_possible)
class TraffickingStatus(ProtectedModel):
    """What is said of a person on a day. Append-only for the app role: a later row replaces an earlier one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16)
    screening = models.ForeignKey(Screening, null=True, on_delete=models.PROTECT, related_name="+")
    decision_body = models.CharField(max_length=40, default="", blank=True)
    decision_reference = EncryptedText(default="", blank=True)
    decided_on = models.DateField(null=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("status", "trafficking_status", model="trafficking_status"),
            models.CheckConstraint(condition=Q(decision_body__in=["", *BODIES]), name="decision_body_coded"),
            models.CheckConstraint(
                condition=Q(status="possible", decision_body="", decided_on=None)
                | (Q(status__in=["actual", "not_victim"], decided_on__isnull=False) & ~Q(decision_body="")),
                name="identification_names_body_and_day",
                violation_error_message="Only a decision of a competent body, with its date, says more than possible.",
            ),
        ]
        indexes = [models.Index(fields=["case", "-at"], name="trafficking_status_case")]

    def __str__(self):
        return str(self.id)
