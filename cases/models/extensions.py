"""Forms that organisations add to persons, assessments, needs and notes, their answers, and what lists filter by."""

from uuid import UUID, uuid4

from django.db import models
from django.db.models import OuterRef, Q

from cases.extensions.definition import RESTRICTED, STATES, SUBJECTS, Field, load
from cases.models.access import ByKey, case_names, case_open
from cases.models.cases import Case
from cases.models.persons import Person, at_home, sees_of_person
from core import policies
from core.access import ProtectedModel, protect
from core.fields import EncryptedJSON
from partners.models import Organisation

OWN, NETWORK = "own", "network"


def sees_form(actor) -> Q:
    """The forms of one's own organisation, and those of the whole network."""
    return Q(organisation_id=actor.organisation_id) | Q(organisation_id__isnull=True)


def manages_form(actor) -> Q:
    """Administrators manage their organisation's forms, the coordinators those of the network."""
    own = Q(organisation_id=actor.organisation_id) & actor.allowed("form.manage")
    return own | (Q(organisation_id__isnull=True) & actor.allowed("form.manage_network"))


def discards_form(actor) -> Q:
    """Only a draft goes away: answers point at what was published."""
    return manages_form(actor) & Q(state="draft")


@protect(read=sees_form, insert=manages_form, update=manages_form, delete=discards_form)
class Form(ProtectedModel):
    """One version of the fields that an organisation adds to a subject. What was published does not change any more."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)  # null: the whole network's
    subject = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default="draft")
    definition = models.JSONField(default=list)  # cases.extensions.definition: dump and load
    revision = models.PositiveIntegerField(default=1)  # counts the changes of a draft: two may write at once
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(subject__in=SUBJECTS), name="form_subject_coded"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="form_state_coded"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="form_in_use_is_dated"
            ),
            models.UniqueConstraint(
                fields=["organisation", "subject", "version"], nulls_distinct=False, name="form_version_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "subject"],
                condition=Q(state="published"),
                nulls_distinct=False,
                name="one_form_in_use",
            ),
            models.UniqueConstraint(
                fields=["organisation", "subject"],
                condition=Q(state="draft"),
                nulls_distinct=False,
                name="one_draft_of_a_form",
            ),
        ]

    def __str__(self):
        return str(self.id)

    @property
    def scope(self) -> str:
        return NETWORK if self.organisation_id is None else OWN

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def in_use(self) -> bool:
        return self.state == "published"

    @property
    def fields(self) -> list[Field]:
        return load(self.definition)


def of_subject(actor) -> Q:
    """What is seen with its person or its case, and in class 4 by those named there, or by who wrote it."""
    seen = sees_of_person(actor) | case_open(actor)
    person_names = Q(ByKey(Case.objects.filter(case_names(actor, "pk"), person_id=OuterRef("person_id"))))
    named = case_names(actor) | person_names | Q(answered_by_id=actor.principal_id)
    return Q(organisation_id=actor.organisation_id) & seen & (Q(field_class__lt=RESTRICTED) | named)


class OfSubject(ProtectedModel):
    """What belongs to a person, or to an assessment, a need or a note of a case, and is seen with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=16)
    about = models.UUIDField()  # the row of the subject
    # Of a person either, of everything else the case: who sees the subject is asked of these columns.
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="+")
    field_class = models.PositiveSmallIntegerField()
    answered_by_id = models.UUIDField()  # member or token

    class Meta:
        abstract = True

    @property
    def whose(self) -> UUID:
        """The row that it is about now: a merge moves what belonged to one person to another."""
        return self.person_id or self.about


@protect(read=of_subject, insert=at_home, update=of_subject, delete=of_subject)
class Answers(OfSubject):
    """The answers to one form about one subject; those of class 4 stand in a row of their own, for named readers."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")  # the version they were given to
    network = models.BooleanField(default=False)  # whose form: the network's or one's own
    document = EncryptedJSON(default=dict)  # {code: value}
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(subject__in=SUBJECTS), name="answers_subject_coded"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, case__isnull=False) | Q(person__isnull=False, case__isnull=True),
                name="answers_of_person_or_case",
            ),
            models.CheckConstraint(condition=Q(field_class__in=[3, 4]), name="answers_class_in_range"),
            models.UniqueConstraint(fields=["about", "network", "field_class"], name="answers_once"),
        ]
        indexes = [
            models.Index(fields=["person"], name="answers_person"),
            models.Index(fields=["case"], name="answers_case"),
        ]

    def __str__(self):
        return str(self.id)


@protect(read=of_subject, insert=at_home, delete=of_subject)
class AnswerIndex(OfSubject):
    """One answer in clear, of class 1 or 2 only, so that lists can be filtered by it."""

    network = models.BooleanField(default=False)
    code = models.CharField(max_length=40)  # of the field
    choice = models.CharField(max_length=40, default="")
    number = models.FloatField(null=True)
    day = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "subject", "network", "code", "choice"], name="answer_index_choice"),
            models.Index(fields=["about"], name="answer_index_about"),
        ]

    def __str__(self):
        return str(self.id)


def _unchanging() -> str:
    """Return the trigger that keeps what was published as it is: a second lock behind the doors."""
    return """
CREATE OR REPLACE FUNCTION waymark.form_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (NEW.definition, NEW.subject, NEW.version, NEW.organisation_id)
            IS DISTINCT FROM (OLD.definition, OLD.subject, OLD.version, OLD.organisation_id) THEN
        RAISE EXCEPTION 'a published form does not change' USING ERRCODE = '23514';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('draft', 'draft'), ('draft', 'published'), ('published', 'published'),
            ('published', 'retired'), ('retired', 'retired')) THEN
        RAISE EXCEPTION 'a form goes from draft to published to retired' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS form_keeps ON cases_form;
CREATE TRIGGER form_keeps BEFORE UPDATE ON cases_form FOR EACH ROW EXECUTE FUNCTION waymark.form_keeps();
"""


policies.contribute("cases_form_keeps", _unchanging)
