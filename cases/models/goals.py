"""The plan of a case: goals that answer needs, and that it was agreed with the person (DOMAIN 3)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cases.models.assessments import sees_of_case, writes_by_class, writes_of_case
from cases.models.cases import Case, sees_need
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Member, Organisation


@protect(read=sees_need, insert=writes_by_class, update=sees_need)
class Goal(ProtectedModel):
    """What the person wants to reach, for one need or several. Its class is the highest of its needs."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="goals")
    field_class = models.PositiveSmallIntegerField()
    needs = ArrayField(models.UUIDField(), default=list, blank=True)
    text = EncryptedText(default="")
    target_on = models.DateField(null=True)
    status = models.CharField(max_length=12, default="open")
    status_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("status", "goal_status", model="goal"),
            models.CheckConstraint(condition=Q(field_class__range=(2, 4)), name="goal_class_in_range"),
        ]
        indexes = [models.Index(fields=["case", "created_at"], name="goal_case")]

    def __str__(self):
        return str(self.id)


@protect(read=sees_of_case, insert=writes_of_case, update=sees_of_case)
class PlanAgreement(ProtectedModel):
    """The person agreed to the plan on a day. A changed plan is agreed anew."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    agreed_on = models.DateField()
    goals = ArrayField(models.UUIDField(), default=list, blank=True)
    interpreter = models.BooleanField(default=False)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="plan_agreement_case")]

    def __str__(self):
        return str(self.id)
