"""What crosses when a case goes to another organisation, by class of data; and what is told of it before (INV-4).

Notes, documents, assessments, screenings, plans, answers and words about needs stay with the sender in any class. What
is not named here does not cross. Ties cross without the names of others who have a record of their own: that somebody
is the sender's client is that person's matter.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from cases.ages import age_of, is_minor
from cases.models import (
    Appointment,
    BestInterests,
    Case,
    CaseTransfer,
    ContactWay,
    Household,
    MigrationStatus,
    Need,
    PersonName,
    Relation,
    Task,
)
from cases.models.cases import FINAL_NEEDS
from cases.models.households import INVERSE
from cases.models.transfers import ACCEPTED

# Columns of a person that cross, by the class without which they stay (DOMAIN 2).
OF_PERSON = {
    2: (
        "sex", "birth_date", "birth_precision", "citizenships", "country_of_birth", "languages", "area_id",
        "contact_channel", "contact_value", "contact_hours", "contact_from", "contact_to", "contact_warning",
        "safe_phrase", "caregiver", "unaccompanied", "unnamed",
    ),
    4: ("gender",),
}  # fmt: skip
OF_NAME = (
    "kind", "script", "language", "full_as_written", "given", "family", "patronymic", "father", "grandfather",
    "is_primary", "search_key",
)  # fmt: skip
OF_WAY = ("channel", "value", "safe", "hours", "time_from", "time_to", "warning")
OF_STATUS = ("status", "since", "until", "basis")
OF_APPOINTMENT = ("kind", "starts_at", "minutes", "place", "with_whom", "interpreter")
OF_CHILD = ("kind", "on", "decision", "text", "decided_by")
BANDS = ((18, "0-17"), (30, "18-29"), (45, "30-44"), (60, "45-59"), (200, "60+"))


@dataclass
class Tie:
    """What somebody is to the person. `case_id`: the receiver's own case of the other, where that one came before."""

    kind: str
    cares: bool
    separated: bool
    outsider: str = ""
    case_id: UUID | None = None
    together: bool = False  # in one household


@dataclass
class Portrait:
    """What the receiver's new record begins with: columns and rows, no ids of the sender's."""

    person: dict
    names: list[dict]
    ways: list[dict]
    status: dict | None
    best_interests: dict | None
    risk_level: str
    needs: list[dict] = field(default_factory=list)
    tasks: list[dict] = field(default_factory=list)
    appointments: list[dict] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    note: str = ""


def portrait(transfer: CaseTransfer, case: Case, *, actor, at: datetime) -> Portrait:
    """Return what goes with a case now, by the classes of the transfer; read as who sees all of it."""
    person, classes = case.person, set(transfer.classes)
    columns = [name for level, names in OF_PERSON.items() if level in classes for name in names]
    names = PersonName.objects.visible_to(actor).filter(person=person, retired_at=None)
    ways = ContactWay.objects.visible_to(actor).filter(person=person, retired_at=None)
    return Portrait(
        person={name: getattr(person, name) for name in columns},
        names=[_columns(row, OF_NAME) for row in names],
        ways=[_columns(row, OF_WAY) for row in ways.order_by("recorded_at", "pk")],
        status=_latest(MigrationStatus, person, actor, ("-recorded_at",), OF_STATUS) if 3 in classes else None,
        best_interests=_latest(BestInterests, person, actor, ("-on", "-recorded_at"), OF_CHILD)
        if 3 in classes
        else None,
        risk_level=case.risk_level,
        needs=[_columns(row, ("category", "priority")) for row in open_needs(case, actor, classes=classes)],
        tasks=[
            {
                "text": row.text,
                "priority": row.priority,
                "due_at": row.due_at if row.due_at and row.due_at > at else None,
            }
            for row in open_tasks(case, actor).filter(pk__in=transfer.task_ids)
        ],
        appointments=[
            _columns(row, OF_APPOINTMENT) for row in to_keep(case, actor, at=at).filter(pk__in=transfer.appointment_ids)
        ],
        ties=_ties(transfer, person, actor) if 3 in classes else [],
        note=transfer.note,
    )


def _ties(transfer: CaseTransfer, person, actor) -> list[Tie]:
    """Return who belongs to the person, once each. Three queries."""
    rows = Relation.objects.visible_to(actor).filter(Q(person=person) | Q(other=person), ended_at=None)
    houses = Household.objects.visible_to(actor).filter(member_ids__contains=[person.pk])
    together = {pk for members in houses.values_list("member_ids", flat=True) for pk in members}
    gone = CaseTransfer.objects.visible_to(actor).filter(to_organisation=transfer.to_organisation_id, state=ACCEPTED)
    theirs = dict(gone.order_by("decided_at").values_list("case__person_id", "new_case_id"))
    found = {}
    for row in rows.order_by("recorded_at", "pk"):
        back = row.other_id == person.pk
        kind, other = (INVERSE.get(row.kind, row.kind), row.person_id) if back else (row.kind, row.other_id)
        found.setdefault(
            (kind, other or row.pk),
            Tie(kind, row.cares and not back, row.separated, row.outsider, theirs.get(other), other in together),
        )
    return list(found.values())


def summary(case: Case, classes, *, actor, at: datetime) -> dict:
    """Return what the receiver decides by: codes and bands, without name, date or number of the case (DOMAIN 4.1).

    A need of class 4 is told as one that is restricted, even where the consent covers it: its category waits until the
    case is accepted.
    """
    person = case.person
    needs = list(open_needs(case, actor, classes=classes))
    years = age_of(person, on=timezone.localdate(at))
    return {
        "risk": case.risk_level,
        "sex": person.sex,
        "age": next((name for end, name in BANDS if years < end), "") if years is not None else "",
        "child": is_minor(person, on=timezone.localdate(at)),
        "unaccompanied": person.unaccompanied,
        "languages": person.languages,
        "area": person.area_id,
        "needs": [row.category for row in needs if row.field_class < 4],
        "restricted": sum(row.field_class == 4 for row in needs),
        "opened_on": f"{timezone.localdate(case.opened_at):%Y-%m}",
    }


def open_needs(case: Case, actor, *, classes=(2, 3, 4)):
    """Return the unsettled needs of these classes, the oldest first."""
    rows = Need.objects.visible_to(actor).filter(case=case, field_class__in=classes)
    return rows.exclude(status__in=FINAL_NEEDS).order_by("identified_at", "pk")


def open_tasks(case: Case, actor):
    """Return the open tasks that somebody wrote, but those of a goal of class 4: only these can go along."""
    rows = Task.objects.visible_to(actor).filter(case=case, done_at=None, kind__in=["own", "check_in"])
    return rows.filter(field_class__lt=4).order_by("due_at", "created_at", "pk")


def planned(case: Case, actor):
    """Return the appointments to come; they end with the transfer."""
    return Appointment.objects.visible_to(actor).filter(case=case, attendance="planned").order_by("starts_at", "pk")


def to_keep(case: Case, actor, *, at: datetime):
    """Return the appointments that are still to come, but those of class 4: only these can go along."""
    return planned(case, actor).filter(starts_at__gt=at, field_class__lt=4)


def _latest(model, person, actor, order, columns) -> dict | None:
    row = model.objects.visible_to(actor).filter(person=person).order_by(*order).first()
    return _columns(row, columns) if row else None


def _columns(row, names) -> dict:
    return {name: getattr(row, name) for name in names}
