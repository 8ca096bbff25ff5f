"""Assessments, goals, tasks and appointments of cases."""

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from cases.actions import appointments as meetings
from cases.actions import assessments as doors
from cases.actions import goals, plans
from cases.api.extensions import Extended, ExtraIn
from cases.api.records import READS, OfCase
from cases.determinants import ANSWERS, LEVELS
from cases.models import Appointment, Assessment, Case, Determinants, Goal, Task
from cases.models.plans import OWNERS
from core.api.fields import Code, Day, Flag, Id, Input, Many, Moment, Output, Text, Whole, Words
from core.api.rows import Rows, described
from core.codelists import codes
from partners.models import Member


class Start(Input):
    """Which case is assessed."""

    case = Id()


class AssessmentIn(Input):
    """A part of a draft: answers and words of one field class. What is not given stays."""

    field_class = Code(choices=["3", "4"], required=False)
    answers = serializers.DictField(child=Code(choices=list(ANSWERS)), required=False, help_text="By factor")
    words = serializers.DictField(
        child=Words(max_length=4000, allow_blank=True), required=False, help_text=f"By level: {', '.join(LEVELS)}"
    )
    wishes = Words(max_length=2000, required=False, allow_blank=True)
    held_on = Day(required=False)


class Completion(Input):
    """The level of danger that the assessor sees."""

    risk_level = Code(choices=codes("risk_level"))
    reason = Words(max_length=2000, required=False, allow_blank=True)
    next_on = Day(required=False, allow_null=True)
    extra = ExtraIn(required=False)


class PartOut(Output):
    """Answers and words of one field class; class 4 for those whom the case names."""

    field_class = serializers.IntegerField()
    answers = serializers.DictField(child=serializers.CharField())
    words = serializers.DictField(child=serializers.CharField(allow_blank=True))


class AssessmentOut(Extended):
    """One assessment; completed ones do not change."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    tool = serializers.CharField()
    tool_version = serializers.CharField()
    previous = serializers.UUIDField(source="previous_id", allow_null=True)
    assessor = serializers.UUIDField(source="assessor_id", allow_null=True)
    held_on = serializers.DateField()
    wishes = serializers.CharField()
    risk_level = serializers.CharField()
    next_due_on = serializers.DateField(allow_null=True)
    started_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    parts = PartOut(many=True)

    def get_parts(self, row) -> list[dict]:
        """Return the parts that the actor may see."""
        seen = Determinants.objects.visible_to(self.context["actor"]).order_by("field_class")
        rows = row.seen_parts if hasattr(row, "seen_parts") else seen.filter(assessment=row)
        return [PartOut().to_representation(part) for part in rows]


@described("assessments", AssessmentOut, OfCase)
class Assessments(Rows):
    """The assessments of the cases that are open to the actor."""

    model, output, filters, columns = Assessment, AssessmentOut, OfCase, {"case": "case_id"}
    verbs = {"list": READS, "retrieve": READS} | dict.fromkeys(("create", "change", "complete"), ("case.write",))
    order, subject, versioned = "started_at", "case", ("change", "complete")

    def rows(self):
        """Return the assessments with the parts that the actor may see."""
        parts = Determinants.objects.visible_to(self.actor).order_by("field_class")
        return super().rows().prefetch_related(Prefetch("parts", parts, to_attr="seen_parts"))

    @extend_schema(request=Start, responses={201: AssessmentOut})
    def create(self, request):
        """Begin an assessment with the answers of the last one."""
        case = self.facts(Start, case=Case)["case"]
        return self.made(doors.start_assessment(case, actor=self.actor, at=self.at))

    @extend_schema(request=AssessmentIn, responses={200: AssessmentOut})
    @action(detail=True, methods=["post"])
    def change(self, request, pk):
        """Save a part of a draft."""

        def door(assessment_id, *, field_class="3", **facts):
            return doors.save_assessment(assessment_id, field_class=int(field_class), **facts)

        return self.step(pk, door, AssessmentIn, edits=True)

    @extend_schema(request=Completion, responses={200: AssessmentOut})
    @action(detail=True, methods=["post"])
    def complete(self, request, pk):
        """Complete a draft. The level becomes the case's, or waits for a supervisor."""
        return self.step(pk, doors.complete_assessment, Completion)


class GoalIn(Input):
    """A goal, and the needs that it answers."""

    case = Id()
    text = Words(max_length=500)
    needs = Many(child=Id(), max_length=50, required=False)
    target_on = Day(required=False, allow_null=True)


class GoalChangeIn(Input):
    """A goal as it stands."""

    text = Words(max_length=500)
    status = Code(choices=codes("goal_status"))
    target_on = Day(required=False, allow_null=True)


class GoalOut(Output):
    """A goal of a plan."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    field_class = serializers.IntegerField()
    text = serializers.CharField()
    needs = serializers.ListField(child=serializers.UUIDField())
    target_on = serializers.DateField(allow_null=True)
    status = serializers.CharField()
    status_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()


@described("goals", GoalOut, OfCase)
class Goals(Rows):
    """The goals of the cases that are open to the actor."""

    model, output, filters, columns = Goal, GoalOut, OfCase, {"case": "case_id"}
    verbs = {"list": READS, "retrieve": READS, "create": ("case.write",), "change": ("case.write",)}
    subject, versioned = "case", ("change",)

    @extend_schema(request=GoalIn, responses={201: GoalOut})
    def create(self, request):
        """Add a goal."""
        facts = self.facts(GoalIn, case=Case)
        return self.made(goals.add_goal(facts.pop("case"), actor=self.actor, at=self.at, **facts))

    @extend_schema(request=GoalChangeIn, responses={200: GoalOut})
    @action(detail=True, methods=["post"])
    def change(self, request, pk):
        """Change a goal, or say that it is reached."""
        return self.step(pk, goals.change_goal, GoalChangeIn, edits=True)


class TaskChangeIn(Input):
    """What is to be done, by whom, until when."""

    text = Words(max_length=500)
    due_at = Moment(required=False, allow_null=True)
    assignee = Id(required=False, allow_null=True)
    priority = Code(choices=codes("urgency"), required=False)
    owner = Code(choices=OWNERS, required=False)


class TaskIn(TaskChangeIn):
    """A task of a case."""

    case = Id()
    goal = Id(required=False, allow_null=True)
    kind = Code(choices=plans.WRITTEN, required=False)


class TaskFilters(OfCase):
    """What tasks can be chosen by."""

    assignee = Id(required=False)
    open = Code(choices=["true", "false"], required=False)


class TaskOut(Output):
    """A task. Those without words were made by Waymark; their kind says what is to be done."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id", allow_null=True)
    referral = serializers.UUIDField(source="referral_id", allow_null=True)
    goal = serializers.UUIDField(source="goal_id", allow_null=True)
    kind = serializers.CharField()
    text = serializers.CharField()
    field_class = serializers.IntegerField()
    priority = serializers.CharField()
    owner = serializers.CharField()
    assignee = serializers.UUIDField(source="assignee_id", allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.UUIDField(source="done_by_id", allow_null=True)
    version = serializers.IntegerField()


@described("tasks", TaskOut, TaskFilters)
class Tasks(Rows):
    """One's own tasks, those of one's cases, and those of the desk."""

    model, output, filters = Task, TaskOut, TaskFilters
    columns = {"case": "case_id", "assignee": "assignee_id", "open": "done_at__isnull"}
    verbs = dict.fromkeys(("list", "retrieve", "create", "change", "finish", "reopen"), ("task.write",))
    subject, versioned = "case", ("change", "finish", "reopen")

    def query(self, serializer) -> dict:
        """Return the parameters; `open` as what the column holds."""
        found = super().query(serializer)
        return found | ({"open": found["open"] == "true"} if "open" in found else {})

    @extend_schema(request=TaskIn, responses={201: TaskOut})
    def create(self, request):
        """Add a task."""
        facts = self.facts(TaskIn, case=Case, goal=Goal, assignee=Member)
        return self.made(plans.add_task(facts.pop("case"), actor=self.actor, at=self.at, **facts))

    @extend_schema(request=TaskChangeIn, responses={200: TaskOut})
    @action(detail=True, methods=["post"])
    def change(self, request, pk):
        """Change a task that somebody wrote."""
        return self.step(pk, plans.change_task, TaskChangeIn, edits=True, assignee=Member)

    @extend_schema(request=None, responses={200: TaskOut})
    @action(detail=True, methods=["post"])
    def finish(self, request, pk):
        """Mark a task as done."""
        return self.step(pk, plans.finish_task)

    @extend_schema(request=None, responses={200: TaskOut})
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk):
        """Take back that a task is done."""
        return self.step(pk, plans.reopen_task)


class AppointmentChangeIn(Input):
    """What, when, where, with whom."""

    kind = Code(choices=codes("appointment_kind"))
    starts_at = Moment()
    minutes = Whole(min_value=5, max_value=720, required=False)
    place = Words(max_length=300, required=False, allow_blank=True)
    with_whom = Text(max_length=200, required=False, allow_blank=True)
    note = Words(max_length=1000, required=False, allow_blank=True)
    interpreter = Text(max_length=3, required=False, allow_blank=True, help_text="ISO 639-3")
    member = Id(required=False, allow_null=True)


class AppointmentIn(AppointmentChangeIn):
    """An appointment of a case."""

    case = Id()
    restricted = Flag(required=False, help_text="Only those whom the case names see it")


class AttendanceIn(Input):
    """What came of it; one that was rescheduled gets a successor."""

    attendance = Code(choices=meetings.OUTCOMES)
    note = Words(max_length=1000, required=False, allow_blank=True)
    starts_at = Moment(required=False, allow_null=True)


class AppointmentOut(Output):
    """An appointment."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    field_class = serializers.IntegerField()
    kind = serializers.CharField()
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    place = serializers.CharField()
    with_whom = serializers.CharField()
    note = serializers.CharField()
    interpreter = serializers.CharField()
    member = serializers.UUIDField(source="member_id", allow_null=True)
    attendance = serializers.CharField()
    attendance_note = serializers.CharField()
    attendance_at = serializers.DateTimeField(allow_null=True)
    replaces = serializers.UUIDField(source="replaces_id", allow_null=True)
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField()


@described("appointments", AppointmentOut, OfCase)
class Appointments(Rows):
    """One's own appointments, and those of one's cases."""

    model, output, filters, columns = Appointment, AppointmentOut, OfCase, {"case": "case_id"}
    verbs = dict.fromkeys(("list", "retrieve", "create", "change", "attend"), ("task.write",))
    subject, versioned = "case", ("change", "attend")

    @extend_schema(request=AppointmentIn, responses={201: AppointmentOut})
    def create(self, request):
        """Make an appointment."""
        facts = self.facts(AppointmentIn, case=Case, member=Member)
        return self.made(meetings.add_appointment(facts.pop("case"), actor=self.actor, at=self.at, **facts))

    @extend_schema(request=AppointmentChangeIn, responses={200: AppointmentOut})
    @action(detail=True, methods=["post"])
    def change(self, request, pk):
        """Change an appointment that is planned."""
        return self.step(pk, meetings.change_appointment, AppointmentChangeIn, edits=True, member=Member)

    @extend_schema(request=AttendanceIn, responses={200: AppointmentOut})
    @action(detail=True, methods=["post"])
    def attend(self, request, pk):
        """Say what came of an appointment; returns it, or its successor."""
        return self.step(pk, meetings.set_attendance, AttendanceIn)
