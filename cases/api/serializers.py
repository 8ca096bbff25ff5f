"""What persons, consents, cases and needs take and give."""

from rest_framework import serializers

from cases.actions.cases import CONSENT_BASES
from cases.api.extensions import Extended, ExtraIn
from cases.models.cases import FINAL_NEEDS
from cases.models.consents import RECEIVER_CLASSES, RELATIONS
from cases.models.persons import NAME_KINDS, PRECISIONS, SCRIPTS, present_status
from cases.states import REOPEN_REASONS, STEPS, TOLD
from core.api.fields import Code, Day, Flag, Id, Input, Links, Many, Moment, Output, Text, Whole, Words
from core.codelists import codes

ROOT = "/api/v1"


class NameIn(Input):
    """One name in one script, as the person uses it."""

    full_as_written = Text(max_length=255)
    kind = Code(choices=NAME_KINDS, required=False)
    script = Code(choices=SCRIPTS, required=False, help_text="ISO 15924")
    language = Text(max_length=3, required=False, allow_blank=True)
    given = Text(max_length=100, required=False, allow_blank=True)
    family = Text(max_length=100, required=False, allow_blank=True)
    patronymic = Text(max_length=100, required=False, allow_blank=True)
    father = Text(max_length=100, required=False, allow_blank=True)
    grandfather = Text(max_length=100, required=False, allow_blank=True)
    is_primary = Flag(required=False)


class LanguageIn(Input):
    """A language that a person speaks."""

    code = Text(max_length=3, help_text="ISO 639-3")
    level = Code(choices=["", "basic", "good", "native"], required=False)
    interpreter = Flag(required=False)


class PersonIn(Input):
    """A person. Nothing but a name must be known."""

    names = Many(child=NameIn(), min_length=1, max_length=10)
    sex = Code(choices=codes("sex"), required=False)
    birth_date = Day(required=False, allow_null=True)
    birth_precision = Code(choices=PRECISIONS, required=False)
    citizenships = Many(child=Text(max_length=2), max_length=5, required=False)
    country_of_birth = Text(max_length=2, required=False, allow_blank=True)
    languages = Many(child=LanguageIn(), max_length=10, required=False)
    area = Text(max_length=16, required=False, allow_null=True)
    migration_status = Code(choices=codes("migration_status"), required=False)
    status_since = Day(required=False, allow_null=True)
    status_basis = Words(max_length=2000, required=False, allow_blank=True)
    contact_channel = Code(choices=codes("contact_channel"), required=False)
    contact_value = Text(max_length=255, required=False, allow_blank=True)
    contact_hours = Text(max_length=100, required=False, allow_blank=True)
    contact_warning = Words(max_length=1000, required=False, allow_blank=True)
    safe_phrase = Text(max_length=255, required=False, allow_blank=True)
    caregiver = Words(max_length=2000, required=False, allow_blank=True)
    unaccompanied = Flag(required=False)
    extra = ExtraIn(required=False)


class NameOut(Output):
    """One name in one script."""

    kind = serializers.CharField()
    script = serializers.CharField()
    language = serializers.CharField()
    full_as_written = serializers.CharField()
    given = serializers.CharField()
    family = serializers.CharField()
    patronymic = serializers.CharField()
    father = serializers.CharField()
    grandfather = serializers.CharField()
    is_primary = serializers.BooleanField()


class PersonRow(Output):
    """A person in a list: whom it is about, and no more."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    names = NameOut(many=True)
    sex = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    birth_precision = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    links = Links()

    def get_names(self, row) -> list[dict]:
        """Return the names, the main one first."""
        current = [name for name in row.names.all() if name.retired_at is None]
        found = sorted(current, key=lambda name: (not name.is_primary, name.full_as_written))
        output = NameOut()
        return [output.to_representation(name) for name in found]

    def get_links(self, row) -> dict:
        """Return the address of this person."""
        return {"self": f"{ROOT}/persons/{row.pk}/"}


class PersonSearchIn(Input):
    """A name, or a part of it, in any script."""

    words = Text(max_length=200)


class PersonMatchOut(Output):
    """A person whose name resembles the words; the score is from 0 to 1."""

    score = serializers.FloatField()
    person = PersonRow()


class PersonSearchOut(Output):
    """The persons that one may see, the best first, and how many others there are."""

    results = PersonMatchOut(many=True)
    hidden = serializers.IntegerField()


class LanguageOut(Output):
    """A language that a person speaks."""

    code = serializers.CharField()
    level = serializers.CharField()
    interpreter = serializers.BooleanField()


class PersonOut(Extended, PersonRow):
    """A person."""

    citizenships = serializers.ListField(child=serializers.CharField())
    country_of_birth = serializers.CharField()
    languages = LanguageOut(many=True)
    area = serializers.CharField(source="area_id", allow_null=True)
    migration_status = serializers.CharField()
    contact_channel = serializers.CharField()
    contact_value = serializers.CharField()
    contact_hours = serializers.CharField()
    contact_warning = serializers.CharField()
    safe_phrase = serializers.CharField()
    caregiver = serializers.CharField()
    unaccompanied = serializers.BooleanField()

    def get_migration_status(self, row) -> str:
        """Return the latest status."""
        return present_status(row.statuses.all())


class ConsentIn(Input):
    """What a person agreed to: what for, to whom, which data, until when."""

    person = Id()
    purposes = Many(child=Code(choices=codes("consent_purpose")), min_length=1, max_length=20)
    data_classes = Many(child=Whole(min_value=1, max_value=4), max_length=4, required=False)
    method = Code(choices=codes("consent_method"))
    language = Text(max_length=3, help_text="ISO 639-3")
    text_version = Text(max_length=16)
    expires_at = Moment(required=False, allow_null=True, help_text="After 12 months where nothing is said")
    receivers = Many(child=Id(), max_length=100, required=False)
    receiver_class = Code(choices=RECEIVER_CLASSES, required=False)
    excluded = Many(child=Id(), max_length=100, required=False)
    given_by = Code(choices=RELATIONS, required=False)
    representative = Text(max_length=255, required=False, allow_blank=True)
    assent = Flag(required=False, allow_null=True)
    interpreter = Flag(required=False)
    evidence = Words(max_length=2000, required=False, allow_blank=True)


class ConsentOut(Output):
    """A consent as it was given."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    status = serializers.CharField()
    purposes = serializers.ListField(child=serializers.CharField())
    data_classes = serializers.ListField(child=serializers.IntegerField())
    receivers = serializers.ListField(child=serializers.UUIDField())
    receiver_class = serializers.CharField()
    excluded = serializers.ListField(child=serializers.UUIDField())
    given_by = serializers.CharField()
    assent = serializers.BooleanField(allow_null=True)
    method = serializers.CharField()
    language = serializers.CharField()
    interpreter = serializers.BooleanField()
    text_version = serializers.CharField()
    given_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    links = Links()

    def get_links(self, row) -> dict:
        """Return the addresses of this consent and of the person."""
        return {"self": f"{ROOT}/consents/{row.pk}/", "person": f"{ROOT}/persons/{row.person_id}/"}


class ConsentFilters(Input):
    """What consents can be chosen by."""

    person = Id(required=False)
    status = Code(choices=codes("consent_status"), required=False)


class CaseIn(Input):
    """A case to be opened for a person."""

    person = Id()
    risk_level = Code(choices=codes("risk_level"))
    entry_point = Code(choices=codes("entry_point"), required=False)
    consent_basis = Code(choices=CONSENT_BASES, required=False)
    basis_note = Words(max_length=2000, required=False, allow_blank=True, help_text="Needed without consent")
    caseworker = Id(required=False, allow_null=True)


class CaseStepIn(Input):
    """The facts of a step of a case; which of them a step needs is in DOMAIN 3."""

    reason = Code(choices=sorted({*codes("case_closure_reason"), *REOPEN_REASONS}), required=False)
    told = Code(choices=list(TOLD), required=False, help_text="Closing: whether the client knows of it.")
    told_note = Words(
        required=False, max_length=1000, allow_blank=True, help_text="Closing: why the client was not told."
    )
    note = Words(max_length=2000, required=False, allow_blank=True)


class CaseOut(Output):
    """A case: one organisation's work with one person."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    person = serializers.UUIDField(source="person_id")
    status = serializers.CharField()
    status_since = serializers.DateTimeField()
    risk_level = serializers.CharField()
    entry_point = serializers.CharField()
    caseworker = serializers.UUIDField(source="caseworker_id", allow_null=True)
    team = serializers.UUIDField(source="team_id", allow_null=True)
    opened_at = serializers.DateTimeField()
    first_contact_due_at = serializers.DateTimeField(allow_null=True)
    review_due_on = serializers.DateField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    closure_reason = serializers.CharField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    allowed_steps = serializers.ListField(child=serializers.ChoiceField(choices=list(STEPS)))
    links = Links()

    def get_allowed_steps(self, row) -> list[str]:
        """Return the steps this actor may take now."""
        return [step.name for step in self.context["moves"](row, self.context["actor"])]

    def get_links(self, row) -> dict:
        """Return the addresses of this case, its person, needs and referrals."""
        return {
            "self": f"{ROOT}/cases/{row.pk}/",
            "person": f"{ROOT}/persons/{row.person_id}/",
            "needs": f"{ROOT}/needs/?case={row.pk}",
            "referrals": f"{ROOT}/referrals/?case={row.pk}",
        }


class CaseFilters(Input):
    """What cases can be chosen by."""

    status = Code(choices=codes("case_status"), required=False)
    risk = Code(choices=codes("risk_level"), required=False)
    person = Id(required=False)


class NeedIn(Input):
    """A need of a case."""

    case = Id()
    category = Code(choices=codes("need_category"))
    description = Words(max_length=2000, required=False, allow_blank=True)
    priority = Code(choices=codes("urgency"), required=False)
    extra = ExtraIn(required=False)


class NeedStatusIn(Input):
    """How a need came out."""

    status = Code(choices=FINAL_NEEDS)


class NeedOut(Output):
    """A need."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    category = serializers.CharField()
    field_class = serializers.IntegerField()
    description = serializers.CharField()
    priority = serializers.CharField()
    status = serializers.CharField()
    identified_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    links = Links()

    def get_links(self, row) -> dict:
        """Return the addresses of this need, its case and the services that fit."""
        return {
            "self": f"{ROOT}/needs/{row.pk}/",
            "case": f"{ROOT}/cases/{row.case_id}/",
            "candidates": f"{ROOT}/needs/{row.pk}/candidates/",
        }


class NeedDetail(Extended, NeedOut):
    """A need, with the answers to the questions that organisations added."""


class NeedFilters(Input):
    """What needs can be chosen by."""

    case = Id(required=False)
    status = Code(choices=codes("need_status"), required=False)
    category = Code(choices=codes("need_category"), required=False)
