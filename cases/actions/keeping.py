"""Storing until when a record is kept, as a part of opening, closing and reopening (DOMAIN 12, Retention)."""

from datetime import date
from uuid import uuid4

from django.utils import timezone

from cases.models import Case, Person, Retention
from cases.reminders import drop_reminders, plan_reminders
from cases.retention import case_until, terms


def keep_until(person: Person, case: Case | None, *, kind: str, until: date, actor, at) -> Retention:
    """Store until when a case (or a person without one) is kept, in place of an earlier date. Returns the row."""
    let_go(person, case, actor=actor, at=at)
    row = Retention(
        id=uuid4(),
        organisation_id=person.organisation_id,
        kind=kind,
        person=person,
        case=case,
        reference=case.reference if case else person.reference,
        planned_at=at,
        retain_until=until,
    )
    row.save(force_insert=True)
    if kind == "case":
        plan_reminders("retention", about=row.pk, case=case, person=person, on=until, at=at)
    return row


def let_go(person: Person, case: Case | None, *, actor, at) -> None:
    """End the date of a case that is open again, or no longer only an intake."""
    rows = Retention.objects.visible_to(actor).filter(person=person, case=case, ended_at=None)
    for row in rows:  # one, or none
        drop_reminders("retention", about=row.pk, at=at)
    rows.update(ended_at=at, outcome="dropped")


def keep_closed(case: Case, *, actor, at) -> Retention:
    """Store until when a case that is being closed is kept."""
    until = case_until(case.person, closed_on=timezone.localdate(at), times=terms(case.organisation_id, actor=actor))
    return keep_until(case.person, case, kind="case", until=until, actor=actor, at=at)


def keep_intake(person: Person, case: Case | None, *, actor, at) -> Retention:
    """Store until when an intake is kept from which nothing follows."""
    times = terms(person.organisation_id, actor=actor)
    until = times["intake"].after(timezone.localdate(at))
    return keep_until(person, case, kind="intake", until=until, actor=actor, at=at)
