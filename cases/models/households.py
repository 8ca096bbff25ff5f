"""Who belongs together: households, relations, and what was found to be best for a child (DOMAIN 2, INV-7)."""

from uuid import uuid4

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from cases.models.persons import Person, at_home, person_open, person_registered, persons_of, registered, sees_of_person
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Organisation

# What a person is to somebody, seen from the other side; what is not named is the same from both.
INVERSE = {"parent": "child", "child": "parent", "guardian": "ward", "ward": "guardian", "caregiver": "ward"}


def sees_household(actor) -> Q:
    """Who sees one member sees that there are others. Their records stay as closed as they are."""
    return Q(organisation_id=actor.organisation_id) & (
        Q(member_ids__overlap=ArraySubquery(persons_of(actor)))
        | Q(member_ids__overlap=ArraySubquery(registered(actor)))
    )


@protect(read=sees_household, insert=at_home, update=sees_household)
class Household(ProtectedModel):
    """People who live and decide together. Ids only: a name is read from the person, by who may see the person."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    # An own column, not a table: a policy that asked a table of members would have to ask itself.
    member_ids = ArrayField(models.UUIDField(), default=list)
    head = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(member_ids__len__gte=1), name="household_is_not_empty"),
            models.CheckConstraint(
                condition=Q(head=None) | Q(member_ids__contains=[F("head_id")]), name="head_is_a_member"
            ),
        ]
        indexes = [GinIndex(fields=["member_ids"], name="household_members")]

    def __str__(self):
        return str(self.id)


def sees_relation(actor) -> Q:
    """With either person; the other one's record stays as closed as it is."""
    return Q(organisation_id=actor.organisation_id) & (
        person_open(actor)
        | person_registered(actor)
        | (Q(other_id__isnull=False) & (person_open(actor, "other_id") | person_registered(actor, "other_id")))
    )


@protect(read=sees_relation, insert=at_home, update=sees_relation)
class Relation(ProtectedModel):
    """`other` (or an outsider by name) is the `kind` of `person`: "parent" means the other is the person's parent."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="relations_to")
    outsider = EncryptedText(default="", blank=True)  # name and how to reach, where there is no record
    kind = models.CharField(max_length=16)
    cares = models.BooleanField(default=False)  # lives with the child and cares for it
    separated = models.BooleanField(default=False)  # the two were separated, and it is not known that they met again
    note = EncryptedText(default="", blank=True)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("kind", "relation_kind", model="relation"),
            models.CheckConstraint(condition=Q(other=None) | ~Q(other=F("person")), name="nobody_is_ones_own_relation"),
        ]
        indexes = [
            models.Index(fields=["person"], name="relation_person"),
            models.Index(fields=["other"], name="relation_other", condition=Q(other__isnull=False)),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=sees_of_person, insert=at_home, update=sees_of_person)
class BestInterests(ProtectedModel):
    """An assessment (BIA) or formal determination (BID) of what is best for a child: written once.

    No door edits it; it only moves with the person when two records turn out to be one.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="best_interests")
    kind = models.CharField(max_length=8)
    on = models.DateField()
    decision = models.CharField(max_length=16)
    text = EncryptedText(default="", blank=True)
    decided_by = EncryptedText(default="")
    recorded_by_id = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("kind", "best_interests_kind", model="bestinterests"),
            one_of("decision", "best_interests_decision", model="bestinterests"),
        ]
        indexes = [models.Index(fields=["person", "-on"], name="bestinterests_person")]

    def __str__(self):
        return str(self.id)
