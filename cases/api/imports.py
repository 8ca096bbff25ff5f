"""Imports: a file in, its columns, the dry run, the answers, the order, and undoing it."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cases.actions import imports as doors
from cases.actions import imports_run as running
from cases.actions.cases import CONSENT_BASES
from cases.imports.checking import ORDERS
from cases.imports.reading import DELIMITERS, ENCODINGS
from cases.models import ImportJob, ImportRow
from cases.models.exchange import ROW_STATES
from core import trail
from core.api.fields import Code, Flag, Id, Input, Many, Output, Text, Whole, Words
from core.api.pages import MOST
from core.api.rows import Rows, described
from core.api.uploads import TakesFiles, Upload
from core.codelists import codes

IMPORTS = ("record.import",)


class ImportFilters(Input):
    """What imports can be chosen by."""

    status = Code(choices=codes("import_status"), required=False)


class ImportIn(Input):
    """A file of persons and cases: CSV or XLSX."""

    upload = Upload()


class MappingIn(Input):
    """How the file is read, which column is which field, and what holds where the file says nothing."""

    columns = serializers.DictField(child=Text(max_length=64), help_text="Number of the column from 0: field")
    words = serializers.DictField(
        child=serializers.DictField(child=Text(max_length=64, allow_blank=True)),
        required=False,
        help_text="Field: word of the file: code",
    )
    encoding = Code(choices=list(ENCODINGS), required=False)
    delimiter = Code(choices=list(DELIMITERS), required=False)
    sheet = Text(max_length=64, required=False)
    order = Code(choices=list(ORDERS), required=False)
    opens_cases = Flag(required=False)
    risk_level = Code(choices=codes("risk_level"), required=False)
    entry_point = Code(choices=codes("entry_point"), required=False)
    consent_basis = Code(choices=list(CONSENT_BASES), required=False)
    basis_note = Words(max_length=2000, required=False, allow_blank=True)
    save_as = Text(max_length=100, required=False, allow_blank=True)


class ChoiceIn(Input):
    """What is done with possible duplicates: those of the lines named, or all that are unanswered."""

    choice = Code(choices=["create", "skip", "attach"])
    lines = Many(child=Whole(min_value=1, max_value=10_000_000), max_length=1000, required=False)
    person = Id(required=False, help_text="Whom to attach one line to")


class OrderIn(Input):
    """Whether lines that are wrong are left out."""

    leave_out_wrong = Flag(required=False)


class LineFilters(Input):
    """What lines can be chosen by, and after which one to begin."""

    state = Code(choices=ROW_STATES, required=False)
    after = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False)


class ImportOut(Output):
    """An import. `heads` are those of the file as it is read now."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    kind = serializers.CharField()
    heads = serializers.ListField(child=serializers.CharField(allow_blank=True))
    rows = serializers.IntegerField(source="row_count")
    checked = serializers.IntegerField(source="checked_count")
    failed_line = serializers.IntegerField(source="failed_row", allow_null=True)
    failure = serializers.CharField()
    uploaded_by = serializers.UUIDField(source="uploaded_by_id")
    created_at = serializers.DateTimeField()
    ordered_at = serializers.DateTimeField(allow_null=True)
    run_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    unknown_words = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    version = serializers.IntegerField()

    def get_heads(self, row) -> list[str]:
        """Return the heads, once the columns were said."""
        return row.mapping.get("heads", [])

    def get_unknown_words(self, row) -> dict:
        """Return, after the columns were said, the words that no list of codes explains, by field."""
        return self.context.get("unknown", {})


class ImportProblemOut(Output):
    """What is wrong with a cell; `stops` means that the line cannot come in."""

    column = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    stops = serializers.BooleanField()


class ImportLineOut(Output):
    """One line, and what would become or became of it."""

    line = serializers.IntegerField(source="number")
    state = serializers.CharField()
    choice = serializers.CharField()
    problems = ImportProblemOut(many=True)
    candidates = serializers.ListField(child=serializers.UUIDField(), help_text="Persons who may be the same")
    person = serializers.UUIDField(source="person_id", allow_null=True)
    case = serializers.UUIDField(source="case_id", allow_null=True)

    def get_candidates(self, row) -> list:
        """Return the persons that were found; other lines of the file are named in the problems."""
        return [found["person"] for found in row.candidates if "person" in found]


class ImportLinesOut(Output):
    """Lines of an import; `next` is what `after` continues with."""

    results = ImportLineOut(many=True)
    next = serializers.IntegerField(allow_null=True)


@described("imports", ImportOut, ImportFilters)
class Imports(TakesFiles, Rows):
    """The imports of one's team."""

    model, output, filters = ImportJob, ImportOut, ImportFilters
    steps = ("create", "map", "check", "choose", "apply", "undo", "discard")
    verbs = dict.fromkeys(("list", "retrieve", "lines", *steps), IMPORTS)
    uploads, versioned = ("create",), ("map",)

    def rows(self):
        """Return the imports without their files."""
        return super().rows().defer("content")

    @extend_schema(request={"multipart/form-data": ImportIn}, responses={201: ImportOut})
    def create(self, request):
        """Take a file in. Nothing is created before the order is given."""
        return self.made(doors.bring_import(actor=self.actor, at=self.at, **self.input(ImportIn)))

    @extend_schema(request=MappingIn, responses={200: ImportOut})
    @action(detail=True, methods=["post"])
    def map(self, request, pk):
        """Say which column is which field. Words that no list of codes knows come back, to be explained."""
        row, given = self.one(self.rows(), pk), self.input(MappingIn)
        self.match(self.rows(), row, ImportOut)
        how = {name: given.pop(name) for name in ("encoding", "delimiter", "sheet") if name in given}
        save_as = given.pop("save_as", "")
        defaults = {"words": {}, "order": "dmy", "opens_cases": True, "risk_level": "medium", "entry_point": "other"}
        mapping = defaults | {"consent_basis": "consent", "basis_note": "", "caseworker": ""} | given
        told = {"actor": self.actor, "at": self.at}
        unknown = doors.map_import(row.pk, how=how, mapping=mapping, save_as=save_as, **told)
        return self.shown(self.one(self.rows(), pk), ImportOut, unknown=unknown)

    @extend_schema(request=None, responses={200: ImportOut})
    @action(detail=True, methods=["post"])
    def check(self, request, pk):
        """Make the dry run; a longer file is left to the worker, and is `checking` until then."""
        return self.step(pk, doors.check_import)

    @extend_schema(parameters=[LineFilters], responses=ImportLinesOut)
    @action(detail=True, methods=["get"], pagination_class=None)
    def lines(self, request, pk):
        """List the lines of an import with what is wrong, 100 at a time."""
        job, chosen = self.one(self.rows(), pk), self.query(LineFilters)
        after = chosen.pop("after", 0)
        rows = ImportRow.objects.visible_to(self.actor).filter(job=job, number__gt=after, **chosen).order_by("number")
        found = list(rows[: MOST + 1])
        trail.read(job, subject="import", field_class=self.field_class, actor=self.actor, at=self.at)
        return Response(
            {
                "results": [ImportLineOut().to_representation(row) for row in found[:MOST]],
                "next": found[MOST - 1].number if len(found) > MOST else None,
            }
        )

    @extend_schema(request=ChoiceIn, responses={200: ImportOut})
    @action(detail=True, methods=["post"])
    def choose(self, request, pk):
        """Answer possible duplicates: create anyway, skip, or attach the case to a person found."""

        def door(job_id, *, lines=None, person=None, **facts):
            doors.choose_rows(job_id, numbers=lines, attach_to=person, **facts)
            return self.one(self.rows(), job_id)

        return self.step(pk, door, ChoiceIn)

    @extend_schema(request=OrderIn, responses={200: ImportOut})
    @action(detail=True, methods=["post"])
    def apply(self, request, pk):
        """Order the import: whole or not at all. A longer one is left to the worker, and is `ordered` until then."""

        def door(job_id, **facts):
            job = running.order_import(job_id, **facts)
            return running.run_import(job_id, actor=self.actor, at=self.at) if running.short(job) else job

        return self.step(pk, door, OrderIn)

    @extend_schema(request=None, responses={200: ImportOut})
    @action(detail=True, methods=["post"])
    def undo(self, request, pk):
        """Take back what was created and nobody has touched since; the worker does it."""
        return self.step(pk, running.order_undo)

    @extend_schema(request=None, responses={200: ImportOut})
    @action(detail=True, methods=["post"])
    def discard(self, request, pk):
        """Destroy the file at once."""
        return self.step(pk, doors.discard_import)
