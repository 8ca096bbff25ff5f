"""Appointments: made, moved to another time, and what came of them."""

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.sight import is_named, readers
from cases.facts import checking
from cases.models import Appointment, Case
from cases.reminders import drop_reminders, plan_reminders
from cases.states import OPEN
from core import events
from core.actions import NotNow, action
from core.actors import NOBODY
from core.codelists import codes
from core.edits import check_version

OUTCOMES = tuple(code for code in codes("attendance") if code != "planned")
AFTERWARDS = frozenset({"attended", "no_show"})


@action("appointment.add", permission="task.write")
def add_appointment(
    case,
    *,
    actor,
    at,
    kind,
    starts_at,
    minutes=60,
    place="",
    with_whom="",
    note="",
    interpreter="",
    member=None,
    restricted=False,
) -> Appointment:
    """Make an appointment of the person; the worker is reminded a day before.

    Args: `member` is who of us goes or watches over it (the actor when None); `interpreter` a language code, or "";
    `restricted` hides it from those whom the case does not name. Returns the Appointment.
    Raises Case.DoesNotExist, NotNow (case_closed), Incomplete.
    """
    case = Case.objects.visible_to(actor).get(pk=case.pk)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    field_class = 4 if restricted else 2
    with checking() as facts:
        row = Appointment(
            id=uuid4(),
            organisation_id=case.organisation_id,
            case=case,
            field_class=field_class,
            kind=facts.code("kind", kind, "appointment_kind"),
            place=facts.text("place", place, limit=300, lines=True),
            with_whom=facts.text("with_whom", with_whom, limit=200),
            note=facts.text("note", note, limit=1000, lines=True),
            interpreter=facts.language("interpreter", interpreter) if interpreter else "",
            starts_at=starts_at,
            minutes=minutes,
            member_id=member.pk if member else None if actor.member_id == NOBODY else actor.member_id,
            created_at=at,
        )
        _time(facts, starts_at, minutes, at=at)
        if restricted and not is_named(case, actor):
            facts.wrong("restricted", _("Only those whom the case names can restrict it."))
        if member is not None and not readers(case, actor, field_class=field_class).filter(pk=member.pk).exists():
            facts.wrong("member", _("Choose a colleague who may see this."))
    _save(row, case, at=at)
    events.record("appointment.added", actor=actor, at=at, about=row.pk, case_id=case.pk)
    return row


@action("appointment.change", permission="task.write")
def change_appointment(
    appointment_id, *, actor, at, version=None, kind, starts_at, minutes=60, place="", with_whom="", note="",
    interpreter="", member=None,
) -> Appointment:  # fmt: skip
    """Change an appointment that is planned: a slip of the pen, another room. Another time is said to the person, too.

    Args as `add_appointment`; `version` is the one that was read; without a member it stays with whom it is with.
    Returns the Appointment. Raises Appointment.DoesNotExist, NotNow (changed_since, attendance_said, case_closed),
    Incomplete.
    """
    rows = Appointment.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case")
    row = rows.get(pk=appointment_id)
    check_version(row, version)
    if row.attendance != "planned":
        raise NotNow("attendance_said", _("It is noted already what came of this appointment."))
    if row.case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    with checking() as facts:
        row.kind = facts.code("kind", kind, "appointment_kind")
        row.place = facts.text("place", place, limit=300, lines=True)
        row.with_whom = facts.text("with_whom", with_whom, limit=200)
        row.note = facts.text("note", note, limit=1000, lines=True)
        row.interpreter = facts.language("interpreter", interpreter) if interpreter else ""
        if starts_at != row.starts_at or minutes != row.minutes:
            _time(facts, starts_at, minutes, at=at)
        may_see = readers(row.case, actor, field_class=row.field_class)
        if member is not None and member.pk != row.member_id and not may_see.filter(pk=member.pk).exists():
            facts.wrong("member", _("Choose a colleague who may see this."))
    row.starts_at, row.minutes, row.member_id = starts_at, minutes, member.pk if member else row.member_id
    row.version += 1
    row.save()
    drop_reminders("appointment", about=row.pk, at=at)
    plan_reminders("appointment", about=row.pk, case=row.case, on=timezone.localdate(row.starts_at), at=at)
    events.record("appointment.changed", actor=actor, at=at, about=row.pk, case_id=row.case_id)
    return row


@action("appointment.attend", permission="task.write")
def set_attendance(appointment_id, *, actor, at, attendance, note="", starts_at=None, version=None) -> Appointment:
    """Say what came of an appointment; one that was rescheduled gets a successor at `starts_at`.

    Returns the Appointment, or its successor. Raises Appointment.DoesNotExist, NotNow (attendance_said, not_yet),
    Incomplete.
    """
    rows = Appointment.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case")
    row = rows.get(pk=appointment_id)
    if row.attendance != "planned":
        raise NotNow("attendance_said", _("It is noted already what came of this appointment."))
    check_version(row, version)
    with checking() as facts:
        facts.choice("attendance", attendance, OUTCOMES)
        words = facts.text("note", note, limit=1000, lines=True)
        if attendance == "rescheduled":
            _time(facts, starts_at, row.minutes, at=at)
    if attendance in AFTERWARDS and row.starts_at > at:
        raise NotNow("not_yet", _("This appointment has not begun yet."))
    row.attendance, row.attendance_note, row.attendance_at = attendance, words, at
    row.version += 1
    row.save(update_fields=["attendance", "attendance_note", "attendance_at", "version"])
    drop_reminders("appointment", about=row.pk, at=at)
    if attendance == "attended":
        Case.objects.filter(pk=row.case_id).update(last_contact_at=row.starts_at)
    events.record("appointment.settled", actor=actor, at=at, about=row.pk, case_id=row.case_id, attendance=attendance)
    return _successor(row, starts_at, at=at) if attendance == "rescheduled" else row


def _successor(row: Appointment, starts_at, *, at) -> Appointment:
    names = ("organisation_id", "case_id", "goal_id", "field_class", "kind", "place", "with_whom", "note")
    names += ("interpreter", "minutes", "member_id")
    new = Appointment(
        id=uuid4(),
        starts_at=starts_at,
        replaces=row,
        created_at=at,
        **{name: getattr(row, name) for name in names},
    )
    _save(new, row.case, at=at)
    return new


def _save(row: Appointment, case: Case, *, at) -> None:
    row.save(force_insert=True)
    plan_reminders("appointment", about=row.pk, case=case, on=timezone.localdate(row.starts_at), at=at)


def _time(facts, starts_at, minutes, *, at) -> None:
    if starts_at is None:
        facts.wrong("starts_at", _("Choose day and time."))
    elif starts_at < at:
        facts.wrong("starts_at", _("This time has passed."))
    if not 5 <= minutes <= 720:
        facts.wrong("minutes", _("Between 5 minutes and 12 hours."))
