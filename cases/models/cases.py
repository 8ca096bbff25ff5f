"""Cases and needs (DOMAIN 3)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models.access import case_names, case_open
from cases.models.persons import Person, at_home
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation, Team

# DOMAIN 2, field classes: the class of a need is the class of its category.
CLASS_OF_CATEGORY = {
    "trafficking": 4,
    "gbv": 4,
    "safety": 4,
    "health": 3,
    "mhpss": 3,
    "child_protection": 3,
    "protection_claim": 3,
    "disability": 3,
    "documents": 3,
}
FINAL_NEEDS = ["met", "partly_met", "unmet", "refused"]


def class_of(category: str) -> int:
    """Return the field class of a need category: 4 highly restricted, 3 sensitive, else 2 personal."""
    return CLASS_OF_CATEGORY.get(category, 2)


def sees_case(actor) -> Q:
    """The cases of one's own organisation that a grant opens: a full grant stays at home."""
    return Q(organisation_id=actor.organisation_id) & case_open(actor, "pk")


@protect(
    read=sees_case,
    insert=at_home,
    update=sees_case,
)
class Case(ProtectedModel):
    """One organisation's record of work with one client from intake to closure."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT)
    caseworker = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, default="intake")
    status_since = models.DateTimeField()
    risk_level = models.CharField(max_length=12, default="medium")
    entry_point = models.CharField(max_length=24, default="walk_in")
    consent_basis = models.CharField(max_length=24, default="consent")  # or vital_interest, legal_duty, ...
    opened_at = models.DateTimeField()
    first_contact_due_at = models.DateTimeField(null=True)
    review_due_on = models.DateField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closure_reason = models.CharField(max_length=24, default="", blank=True)
    closure_note = EncryptedText(default="", blank=True)  # INV-8: "other" is explained
    client_told = models.BooleanField(null=True)  # of the closing
    told_note = EncryptedText(default="", blank=True)  # why not
    basis_note = EncryptedText(default="", blank=True)  # why there is work without consent (DOMAIN 5.3)
    no_need_reason = EncryptedText(default="", blank=True)  # why a plan begins without a need
    parent_referral_id = models.UUIDField(null=True)  # the referral this case was opened from
    erased_at = models.DateTimeField(null=True)  # a shell is left, for the trail
    sealed_at = models.DateTimeField(null=True)  # open to a list of named members only
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            one_of("status", "case_status", model="case"),
            one_of("risk_level", "risk_level", model="case"),
            one_of("entry_point", "entry_point", model="case"),
            one_of("closure_reason", "case_closure_reason", model="case", empty=True),
            models.CheckConstraint(
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(closure_reason="")),
                name="closed_case_says_when_and_why",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status", "-opened_at"], name="case_list"),
            models.Index(fields=["organisation", "-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["caseworker", "status"], name="case_worker"),
            models.Index(fields=["person"], name="case_person"),
        ]

    def __str__(self):
        return str(self.id)


def sees_need(actor) -> Q:
    """With the case; a class 4 need only where the case names one (DOMAIN 7: team list without class 4)."""
    return case_open(actor) & (Q(field_class__lt=4) | case_names(actor))


@protect(read=sees_need, insert=at_home, update=sees_need)
class Need(ProtectedModel):
    """One assessed requirement in one category; the unit that gets met or stays unmet."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="needs")
    category = models.CharField(max_length=32)
    field_class = models.PositiveSmallIntegerField()
    description = EncryptedText(default="", blank=True)
    priority = models.CharField(max_length=12, default="routine")  # urgency
    status = models.CharField(max_length=16, default="open")
    identified_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("category", "need_category", model="need"),
            one_of("priority", "urgency", model="need"),
            one_of("status", "need_status", model="need"),
            models.CheckConstraint(condition=Q(field_class__range=(2, 4)), name="need_class_in_range"),
        ]
        indexes = [models.Index(fields=["case", "status"], name="need_case")]

    def __str__(self):
        return str(self.id)
