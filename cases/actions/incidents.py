"""Breaches of data: reported by whoever notices, then contained, assessed, told, closed, in 72 hours (DOMAIN 12)."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils.translation import gettext as _

from cases.facts import checking
from cases.models import Incident
from core import events
from core.actions import NotNow, NotPermitted, action
from core.actors import NOBODY, SYSTEM, acting
from core.references import reference

# The law of Belarus gives three working days, the European one 72 hours; the shorter of the two is never later.
TO_AUTHORITY = timedelta(hours=72)
DECISION = 33  # per cent: the officer's assessment is due within a day
MARKS = (DECISION, 50, 80, 100)
NOTICED_AGO = timedelta(days=366)
MOST = 10_000_000
CLASSES = (1, 2, 3, 4)


@action("incident.report")
def report_incident(*, actor, at: datetime, kind, what, noticed_at=None, persons=None, records=None, classes=()):
    """Write down that data were lost, seen or changed by somebody who should not have; the clock begins.

    It begins when it was noticed (`noticed_at`; None: now), not when it is written down. `what` names no person.
    Returns the Incident. Raises NotPermitted for a token, Incomplete.
    """
    if actor.member_id == NOBODY:
        raise NotPermitted("not_a_person", _("A person records this, not a system."))
    noticed = noticed_at or at
    with checking() as facts:
        facts.code("kind", kind, "incident_kind")
        words = facts.text("what", what, limit=4000, lines=True, required=_("Write what happened."))
        if not at - NOTICED_AGO <= noticed <= at:
            facts.wrong("noticed_at", _("Enter a time that has passed, within the last year."))
        _check_numbers(facts, persons, records, classes)
    row = Incident(
        id=uuid4(),
        reference=reference("B"),
        organisation_id=actor.organisation_id,
        kind=kind,
        what=words,
        noticed_by_id=actor.member_id,
        noticed_at=noticed,
        recorded_at=at,
        persons=persons,
        records=records,
        classes=sorted(set(classes)),
        due_at=noticed + TO_AUTHORITY,
    )
    row.next_alarm_at = _mark(row, MARKS[0])
    row.save(force_insert=True)
    events.record("incident.reported", actor=actor, at=at, about=row.pk, incident=kind)
    return row


@action("incident.take", permission="incident.handle")
def take_incident(incident_id, *, actor, at) -> Incident:
    """Answer for this breach from now on. Returns the Incident. Raises Incident.DoesNotExist, NotNow, NotPermitted."""
    row = _open(incident_id, actor)
    if actor.member_id == NOBODY:
        raise NotPermitted("not_a_person", _("A person records this, not a system."))
    row.owner_id = actor.member_id
    return _done(row, "taken", "owner", actor=actor, at=at)


@action("incident.contain", permission="incident.handle")
def contain_incident(incident_id, *, actor, at, note) -> Incident:
    """Say what was done so that it goes no further. Raises Incident.DoesNotExist, NotNow, Incomplete."""
    row = _open(incident_id, actor)
    row.contained_note = _words(note, _("Write what was done."))
    row.contained_at = at
    return _done(row, "contained", "contained_at", "contained_note", actor=actor, at=at)


@action("incident.assess", permission="incident.handle")
def assess_incident(incident_id, *, actor, at, risk, note, persons=None, records=None, classes=()) -> Incident:
    """Say what it may do to the persons, and how many they are. Raises Incident.DoesNotExist, NotNow, Incomplete."""
    row = _open(incident_id, actor)
    with checking() as facts:
        facts.code("risk", risk, "incident_risk")
        words = facts.text("note", note, limit=4000, lines=True, required=_("Write why."))
        _check_numbers(facts, persons, records, classes)
    row.risk, row.assessed_note, row.assessed_at = risk, words, at
    row.persons, row.records, row.classes = persons, records, sorted(set(classes))
    columns = ("risk", "assessed_note", "assessed_at", "persons", "records", "classes")
    return _done(row, "assessed", *columns, actor=actor, at=at, risk=risk)


@action("incident.tell_authority", permission="incident.handle")
def tell_authority(incident_id, *, actor, at, told, note) -> Incident:
    """Say that the authority was told, or why it need not be; the clock ends.

    Raises Incident.DoesNotExist, NotNow (closed, not_assessed), Incomplete.
    """
    row = _assessed(incident_id, actor)
    row.authority_note = _words(note, _("Write the number it has there, or why the authority need not be told."))
    row.authority_told, row.authority_at, row.next_alarm_at = bool(told), at, None
    columns = ("authority_told", "authority_note", "authority_at", "next_alarm_at")
    return _done(row, "authority_settled", *columns, actor=actor, at=at, told=bool(told))


@action("incident.tell_persons", permission="incident.handle")
def tell_persons(incident_id, *, actor, at, told, note) -> Incident:
    """Say that the persons were told, or why not. Raises Incident.DoesNotExist, NotNow, Incomplete."""
    row = _assessed(incident_id, actor)
    row.persons_note = _words(note, _("Write how they were told, or why they need not be."))
    row.persons_told, row.persons_at = bool(told), at
    columns = ("persons_told", "persons_note", "persons_at")
    return _done(row, "persons_settled", *columns, actor=actor, at=at, told=bool(told))


@action("incident.close", permission="incident.handle")
def close_incident(incident_id, *, actor, at) -> Incident:
    """Close a breach whose steps are all done. Raises Incident.DoesNotExist, NotNow (closed, steps_left)."""
    row = _open(incident_id, actor)
    if not (row.contained_at and row.assessed_at and row.authority_at and row.persons_at):
        raise NotNow("steps_left", _("Some steps are still to be done."))
    row.closed_at = at
    return _done(row, "closed", "closed_at", actor=actor, at=at)


def sweep_clocks(*, at: datetime, limit: int = 200) -> int:
    """Tell of every breach whose clock has reached a mark; return how many. Runs as the worker role."""
    with acting(SYSTEM):
        found = list(_waiting(at).order_by("next_alarm_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(_told(pk, at=at) for pk in found)


def _waiting(at: datetime):
    return Incident.objects.visible_to(SYSTEM).filter(next_alarm_at__lte=at, authority_at=None)


def _told(pk, *, at: datetime) -> bool:
    with acting(SYSTEM):
        row = _waiting(at).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
        if row is None:
            return False
        row.stage = max(mark for mark in MARKS if _mark(row, mark) <= at)
        later = [mark for mark in MARKS if mark > row.stage]
        row.next_alarm_at = _mark(row, later[0]) if later else None
        row.save(update_fields=["stage", "next_alarm_at"])
        kind = "incident.late" if row.stage == MARKS[-1] else "incident.due"
        events.record(
            kind, actor=SYSTEM, at=at, about=row.pk, organisations=[row.organisation_id], stage=row.stage
        )  # fmt: skip
    return True


def _mark(row: Incident, per_cent: int) -> datetime:
    return row.noticed_at + (row.due_at - row.noticed_at) * per_cent / 100


def _open(incident_id, actor) -> Incident:
    row = Incident.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=incident_id)
    if row.closed_at is not None:
        raise NotNow("closed", _("This breach is closed."))
    return row


def _assessed(incident_id, actor) -> Incident:
    row = _open(incident_id, actor)
    if row.assessed_at is None:
        raise NotNow("not_assessed", _("Assess the risk first."))
    return row


def _words(note, required: str) -> str:
    with checking() as facts:
        return facts.text("note", note, limit=4000, lines=True, required=required)


def _check_numbers(facts, persons, records, classes) -> None:
    for name, number in (("persons", persons), ("records", records)):
        if number is not None and not 0 <= number <= MOST:
            facts.wrong(name, _("Enter a number, 0 or more."))
    if set(classes) - set(CLASSES):
        facts.wrong("classes", _("Choose from the list."))


def _done(row: Incident, what: str, *columns: str, actor, at: datetime, **told) -> Incident:
    row.version += 1
    row.save(update_fields=[*columns, "version"])
    events.record(f"incident.{what}", actor=actor, at=at, about=row.pk, **told)
    return row
