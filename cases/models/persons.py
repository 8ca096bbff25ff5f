"""Persons as one organisation knows them: names in several scripts, dates with precision, safe contact."""

from uuid import uuid4

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, OuterRef, Q

from cases.models.access import ByKey, case_open, open_cases
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models import Area, Organisation

PRECISIONS = ["day", "month", "year", "estimated", "unknown"]
NAME_KINDS = ["legal", "preferred", "alias", "birth"]
SCRIPTS = ["Cyrl", "Latn", "Arab", "Ethi", "Zyyy"]  # ISO 15924; Zyyy: undetermined


def sees_person(actor) -> Q:
    """The persons of the cases one may see, and those one has registered oneself."""
    return (
        person_open(actor, "pk")
        | Q(organisation_id=actor.organisation_id, registered_by_id=actor.principal_id, sealed_at=None)
        # A shell leads to the record that took its place.
        | (Q(merged_into_id__isnull=False) & person_open(actor, "merged_into_id"))
    )


def persons_of(actor):
    """Return the ids of the persons of the actor's open cases."""
    # By name: cases stand above persons in the file order.
    return apps.get_model("cases", "Case").objects.filter(pk__in=open_cases(actor)).values("person_id")


def person_open(actor, column: str = "person_id") -> Q:
    """The person that `column` names is the one of a case open to the actor. Asked row by row, as `case_open`."""
    of_person = apps.get_model("cases", "Case").objects.filter(person_id=OuterRef(column))
    return Q(ByKey(of_person.filter(case_open(actor, "pk"))))


def person_registered(actor, column: str = "person_id") -> Q:
    """The person that `column` names was registered by the actor: a case may come later."""
    return Q(ByKey(registered(actor).filter(pk=OuterRef(column))))


def sees_of_person(actor) -> Q:
    """What belongs to a person is seen with the person."""
    return Q(organisation_id=actor.organisation_id) & (person_open(actor) | person_registered(actor))


def registered(actor):
    """Return the ids of the persons that the actor registered itself: a case may come later."""
    return Person.objects.filter(
        organisation_id=actor.organisation_id, registered_by_id=actor.principal_id, sealed_at=None
    ).values("pk")


def at_home(actor) -> Q:
    """Rows are written in the name of one's own organisation only."""
    return Q(organisation_id=actor.organisation_id)


@protect(read=sees_person, insert=at_home, update=sees_person)
class Person(ProtectedModel):
    """A client. No field but a name is mandatory, and status may be `not_asked` (DOMAIN 13)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    registered_by_id = models.UUIDField()  # member or token
    sex = models.CharField(max_length=16, default="unknown")
    gender = EncryptedText(default="", blank=True)  # class 4, in the words of the person
    birth_date = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(max_length=12, default="unknown")
    citizenships = ArrayField(models.CharField(max_length=2), default=list, blank=True)  # ISO 3166-1
    country_of_birth = models.CharField(max_length=2, default="", blank=True)
    languages = models.JSONField(default=list, blank=True)  # [{"code": "prs", "level": "native", "interpreter": true}]
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT)  # where the person stays
    contact_channel = models.CharField(max_length=16, default="none")
    contact_value = EncryptedText(default="", blank=True)
    contact_hours = models.CharField(max_length=100, default="", blank=True)
    contact_from = models.TimeField(null=True, blank=True)  # the same for machines: both or neither
    contact_to = models.TimeField(null=True, blank=True)
    contact_warning = EncryptedText(default="", blank=True)  # what must not be done
    safe_phrase = EncryptedText(default="", blank=True)
    caregiver = EncryptedText(default="", blank=True)  # of a child: name, relation, contact
    unaccompanied = models.BooleanField(default=False)  # or separated (UASC)
    erased_at = models.DateTimeField(null=True)  # a shell is left, for the trail
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")  # then a shell
    match_keys = ArrayField(models.TextField(), default=list, blank=True)  # cases.candidates.stored_keys
    matched_at = models.DateTimeField(null=True)  # when it was compared with the others last
    unnamed = models.BooleanField(default=False)  # a caller who gave no name; ends with the first name
    sealed_at = models.DateTimeField(null=True)  # with a case: who registered the person does not see it any more
    restricted_at = models.DateTimeField(
        null=True
    )  # the data are not to be used: written by the database (restricting)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            one_of("sex", "sex", model="person"),
            one_of("contact_channel", "contact_channel", model="person"),
            models.CheckConstraint(condition=Q(birth_precision__in=PRECISIONS), name="person_precision_coded"),
            models.CheckConstraint(
                condition=Q(birth_date=None, birth_precision="unknown")
                | (Q(birth_date__isnull=False) & ~Q(birth_precision="unknown")),
                name="person_birth_date_has_precision",
                violation_error_message="Say how exact the birth date is.",
            ),
            models.CheckConstraint(
                condition=Q(contact_from=None, contact_to=None)
                | Q(contact_from__isnull=False, contact_to__isnull=False),
                name="person_contact_time_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "registered_by_id"], name="person_registered_by"),
            GinIndex(fields=["match_keys"], name="person_match_keys"),
            models.Index(fields=["created_at"], name="person_unmatched", condition=Q(matched_at=None)),
            models.Index(fields=["merged_into"], name="person_shell", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=sees_of_person, insert=at_home, update=sees_of_person, delete=sees_of_person)
class PersonName(ProtectedModel):
    """One name in one script. Nothing is mandatory but the name as written (DOMAIN 14)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="names")
    # No index of its own: names are found by person, or by what the search keeps; two indexes would be merged.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=12, default="legal")
    script = models.CharField(max_length=4, default="Zyyy")
    language = models.CharField(max_length=3, default="", blank=True)
    full_as_written = models.CharField(max_length=255)
    given = models.CharField(max_length=100, default="", blank=True)
    family = models.CharField(max_length=100, default="", blank=True)
    patronymic = models.CharField(max_length=100, default="", blank=True)
    father = models.CharField(max_length=100, default="", blank=True)
    grandfather = models.CharField(max_length=100, default="", blank=True)
    source = EncryptedText(default="", blank=True)  # the paper on which it stands so
    is_primary = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)  # not used any more; still found by search
    version = models.PositiveIntegerField(default=1)
    search_key = models.CharField(max_length=512, default="")  # cases.names.search_key

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(full_as_written=""), name="name_is_written"),
            models.CheckConstraint(condition=Q(kind__in=NAME_KINDS), name="name_kind_coded"),
            models.CheckConstraint(condition=Q(retired_at=None) | Q(is_primary=False), name="main_name_is_not_retired"),
            models.CheckConstraint(condition=Q(script__in=SCRIPTS), name="name_script_coded"),
            models.UniqueConstraint(fields=["person"], condition=Q(is_primary=True), name="one_primary_name"),
        ]
        indexes = [GinIndex(fields=["search_key"], name="name_search", opclasses=["gin_trgm_ops"])]

    def __str__(self):
        return str(self.id)


@protect(read=sees_of_person, insert=at_home, update=sees_of_person)
class MigrationStatus(ProtectedModel):
    """Dated history of a person's status with its basis; the latest row is the present one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="statuses")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    status = models.CharField(max_length=32, default="not_asked")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    basis = EncryptedText(default="", blank=True)
    document = models.ForeignKey("cases.PersonDocument", null=True, on_delete=models.PROTECT)
    recorded_by_id = models.UUIDField(null=True)  # member or token
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("status", "migration_status", model="migrationstatus"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="status_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["person", "-recorded_at"], name="status_latest")]

    def __str__(self):
        return str(self.id)


def present(statuses) -> MigrationStatus | None:
    """Return the latest of a person's MigrationStatus rows; None where there is none."""
    return max(statuses, key=lambda row: row.recorded_at, default=None)


def present_status(statuses) -> str:
    """Return the code of the latest of a person's MigrationStatus rows; `not_asked` where there is none."""
    latest = present(statuses)
    return latest.status if latest else "not_asked"
