"""Forms of the plan: goals, tasks, appointments."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.appointments import OUTCOMES
from cases.actions.sight import is_named, readers
from cases.codes import language_choices
from cases.forms.base import DoorForm, day_input, or_none, pairs, text_box
from cases.models import Goal, Need
from cases.models.cases import FINAL_NEEDS
from cases.models.plans import OWNERS
from cases.words import NEED_HINTS
from cases.words_plan import OWNER_WORDS
from core.codelists import choices, label


def _moment(day, clock):
    return timezone.make_aware(datetime.combine(day, clock)) if day and clock else None


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class GoalForm(DoorForm):
    """A goal, and which needs it answers."""

    text = forms.CharField(
        label=gettext_lazy("What the person wants to reach"),
        help_text=gettext_lazy("One goal, in words that the person would use."),
        max_length=500,
        widget=text_box(2),
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Which needs it answers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    target_on = forms.DateField(label=gettext_lazy("By which day"), required=False, widget=day_input())

    def __init__(self, *args, case, actor, **kwargs):
        super().__init__(*args, **kwargs)
        needs = Need.objects.visible_to(actor).filter(case=case).exclude(status__in=FINAL_NEEDS)
        self.fields["needs"].choices = [
            (str(need.pk), label("need_category", need.category)) for need in needs.order_by("identified_at", "pk")
        ]


class GoalChangeForm(DoorForm):
    """A goal that stands: its words, its day, what became of it."""

    text = GoalForm.base_fields["text"]
    status = forms.ChoiceField(label=gettext_lazy("Where it stands"), widget=forms.RadioSelect)
    target_on = GoalForm.base_fields["target_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = choices("goal_status")


class AgreeForm(DoorForm):
    """When the person agreed to the plan."""

    agreed_on = forms.DateField(label=gettext_lazy("Day of the talk"), widget=day_input())
    interpreter = forms.BooleanField(label=gettext_lazy("An interpreter helped"), required=False)


class TaskForm(DoorForm):
    """A task: what, for which goal, who watches over it, by when."""

    FIELD_OF = {"due_at": "due_on"}
    text = forms.CharField(label=gettext_lazy("What is to be done"), max_length=500, widget=text_box(2))
    goal = forms.ModelChoiceField(label=gettext_lazy("For the goal"), queryset=None, required=False)
    due_on = forms.DateField(label=gettext_lazy("By which day"), required=False, widget=day_input())
    assignee = forms.ModelChoiceField(
        label=gettext_lazy("Who watches over it"),
        help_text=gettext_lazy("You, if you choose nobody."),
        queryset=None,
        required=False,
    )
    owner = forms.ChoiceField(label=gettext_lazy("Who does it"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("How soon"), required=False)
    check_in = forms.BooleanField(
        label=gettext_lazy("This is a follow-up: ask the person how things are"), required=False
    )

    def __init__(self, *args, case, actor, **kwargs):
        super().__init__(*args, **kwargs)
        goals = Goal.objects.visible_to(actor).filter(case=case, status="open").order_by("created_at", "pk")
        self.fields["goal"].queryset = goals
        self.fields["goal"].label_from_instance = lambda goal: goal.text
        self.watched(case, actor)

    def watched(self, case, actor) -> None:
        """Ask who watches over it, who does it, and how soon."""
        self.fields["assignee"].queryset = readers(case, actor)
        self.fields["assignee"].label_from_instance = lambda member: member.name
        self.fields["owner"].choices = pairs(OWNERS, OWNER_WORDS)
        self.fields["priority"].choices = choices("urgency")
        self.fields["priority"].choice_hints = NEED_HINTS
        self.fields["priority"].initial = "routine"

    def facts(self) -> dict:
        """Return what `add_task` takes; a day means its working end, 18:00."""
        given = self.cleaned_data
        return {
            "text": given["text"],
            "due_at": _moment(given["due_on"], time(18)),
            "goal": given["goal"],
            "assignee": given["assignee"],
            "owner": given["owner"] or "staff",
            "priority": given["priority"] or "routine",
            "kind": "check_in" if given["check_in"] else "own",
        }


class TaskChangeForm(TaskForm):
    """A task that stands. It stays under its goal, and what it is."""

    FIELD_OF = {"due_at": "due_on"}
    goal = check_in = None

    def __init__(self, *args, case, actor, **kwargs):
        DoorForm.__init__(self, *args, **kwargs)
        self.watched(case, actor)

    @staticmethod
    def of(task) -> dict:
        """Return what the form begins with."""
        day = timezone.localdate(task.due_at) if task.due_at else None
        return {"text": task.text, "due_on": day, "assignee": task.assignee_id, "owner": task.owner,
                "priority": task.priority}  # fmt: skip

    def facts(self) -> dict:
        """Return what `change_task` takes."""
        given = self.cleaned_data
        return {
            "text": given["text"],
            "due_at": _moment(given["due_on"], time(18)),
            "assignee": given["assignee"],
            "owner": given["owner"] or "staff",
            "priority": given["priority"] or "routine",
        }


class AppointmentForm(DoorForm):
    """An appointment: what, when, where, with whom."""

    FIELD_OF = {"starts_at": "day"}
    kind = forms.ChoiceField(label=gettext_lazy("What it is"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=day_input())
    clock = forms.TimeField(label=gettext_lazy("Time"), widget=time_input())
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=720, initial=60)
    place = forms.CharField(label=gettext_lazy("Where"), max_length=300, required=False)
    with_whom = forms.CharField(label=gettext_lazy("With whom"), max_length=200, required=False)
    interpreter = forms.ChoiceField(label=gettext_lazy("Interpreter"), required=False)
    member = forms.ModelChoiceField(
        label=gettext_lazy("Who of us goes or watches over it"),
        help_text=gettext_lazy("You, if you choose nobody."),
        queryset=None,
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("What to bring or know"), max_length=1000, required=False, widget=text_box(2)
    )
    restricted = forms.BooleanField(label=gettext_lazy("Only those whom the case names see it"), required=False)

    def __init__(self, *args, case, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices("appointment_kind")
        self.fields["interpreter"].choices = or_none(language_choices(), _("Not needed"))
        self.fields["member"].queryset = readers(case, actor)
        self.fields["member"].label_from_instance = lambda member: member.name
        if "restricted" in self.fields and not is_named(case, actor):
            del self.fields["restricted"]

    def facts(self) -> dict:
        """Return what `add_appointment` takes."""
        given = dict(self.cleaned_data)
        return given | {"starts_at": _moment(given.pop("day"), given.pop("clock"))}


class AppointmentChangeForm(AppointmentForm):
    """An appointment that is planned."""

    restricted = None

    @staticmethod
    def of(row) -> dict:
        """Return what the form begins with."""
        starts = timezone.localtime(row.starts_at)
        names = ("kind", "minutes", "place", "with_whom", "interpreter", "note")
        return {name: getattr(row, name) for name in names} | {
            "day": starts.date(),
            "clock": starts.time(),
            "member": row.member_id,
        }


class AttendanceForm(DoorForm):
    """What came of an appointment."""

    FIELD_OF = {"starts_at": "day"}
    attendance = forms.ChoiceField(label=gettext_lazy("What came of it"), widget=forms.RadioSelect)
    day = forms.DateField(label=gettext_lazy("New day"), required=False, widget=day_input())
    clock = forms.TimeField(label=gettext_lazy("New time"), required=False, widget=time_input())
    note = forms.CharField(label=gettext_lazy("In a few words"), max_length=1000, required=False, widget=text_box(2))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = dict(choices("attendance"))
        self.fields["attendance"].choices = [(code, words[code]) for code in OUTCOMES]

    def facts(self) -> dict:
        """Return what `set_attendance` takes."""
        given = dict(self.cleaned_data)
        return given | {"starts_at": _moment(given.pop("day"), given.pop("clock"))}
