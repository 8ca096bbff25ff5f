"""Erasing a record for good: automatic at its date, or on request with two people; and what goes by age (DOMAIN 12).

No role holds the verb: only the worker erases. It claims before it acts, row by row, so that two sweeps erase once.
"""

import logging
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import retention
from cases.figures import figure_of
from cases.models import Case, DataRequest, LegalHold, MigrationStatus, Need, Person, Retention
from cases.states import CLOSED, INTAKE
from core import erasure, events
from core.actions import NotNow, action
from core.actors import SYSTEM, acting
from partners.models import Organisation

log = logging.getLogger(__name__)

BATCH = 200


@action("case.erase")
def erase_case(case_id, *, actor, at, why) -> Case:
    """Erase one case, and the person with the last one; a row of figures stays. It cannot be undone.

    Args: `why` is "retention" or "request". Returns the shell. Raises Case.DoesNotExist, NotNow (held, case_open,
    erased).
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=case_id)
    if case.erased_at is not None:
        raise NotNow("erased", _("This record was erased before."))
    person = Person.objects.visible_to(actor).select_for_update(of=("self",)).select_related("area").get(
        pk=case.person_id
    )  # fmt: skip
    _may_go(person, actor=actor, at=at)
    if case.status not in {CLOSED, INTAKE}:
        raise NotNow("case_open", _("Close the case first. Then the record can be erased."))
    case.person = person
    figure_of(
        case,
        needs=Need.objects.visible_to(actor).filter(case=case),
        statuses=MigrationStatus.objects.visible_to(actor).filter(person=person),
    ).save(force_insert=True)
    if case.status != CLOSED:  # a shell is never open
        case.status, case.status_since, case.closed_at, case.closure_reason = CLOSED, at, at, "other"
    case.erased_at = at
    case.save()
    last = not Case.objects.visible_to(actor).filter(person=person, erased_at=None).exists()
    erasure.erase({"case": {case.pk}, "person": _marked({person.pk} if last else set(), at=at)})
    _ended(person, case, at=at)
    organisations = [case.organisation_id]
    events.record(
        "case.erased", actor=actor, at=at, about=case.pk, case_id=case.pk, organisations=organisations, why=why,
        person=person.pk if last else None,
    )  # fmt: skip
    return case


@action("person.erase")
def erase_person(person_id, *, actor, at, why) -> Person:
    """Erase a person without any case, or with cases that are all closed, each with its figures.

    Returns the shell. Raises Person.DoesNotExist, NotNow (held, case_open, erased).
    """
    person = Person.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=person_id)
    if person.erased_at is not None:
        raise NotNow("erased", _("This record was erased before."))
    _may_go(person, actor=actor, at=at)
    cases = Case.objects.visible_to(actor).filter(person=person, erased_at=None)
    for pk in cases.order_by("opened_at", "pk").values_list("pk", flat=True):
        erase_case(pk, actor=actor, at=at, why=why)
    erasure.erase({"person": _marked({person.pk}, at=at)})
    _ended(person, None, at=at)
    events.record("person.erased", actor=actor, at=at, about=person.pk, organisations=[person.organisation_id], why=why)
    return person


def _may_go(person: Person, *, actor, at) -> None:
    if retention.holds_on([person.pk], actor=actor, at=at):
        raise NotNow("held", _("A hold keeps this record. It can be erased when the hold has ended."))


def _marked(person_ids: set, *, at) -> set:
    Person.objects.visible_to(SYSTEM).filter(pk__in=person_ids).update(erased_at=at)
    return person_ids


def _ended(person: Person, case: Case | None, *, at) -> None:
    rows = Retention.objects.visible_to(SYSTEM).filter(person=person, ended_at=None)
    (rows if case is None else rows.filter(case=case)).update(ended_at=at, outcome="erased")


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """Erase what has reached its date, or was approved, and is not held; return how many records went.

    Runs as the worker role, and may run twice at once. What fails is stepped over and tried again the next night.
    """
    today = timezone.localdate(at)
    held = LegalHold.objects.visible_to(SYSTEM).filter(
        person_id=OuterRef("person_id"), lifted_at=None, until__gte=today
    )
    asked = DataRequest.objects.visible_to(SYSTEM).filter(~Exists(held), kind="erasure", state="approved")
    due = Retention.objects.visible_to(SYSTEM).filter(~Exists(held), ended_at=None, retain_until__lt=today)
    with acting(SYSTEM):
        requests = list(asked.order_by("approved_at", "pk").values_list("pk", flat=True)[:limit])
        dates = list(due.order_by("retain_until", "pk").values_list("pk", flat=True)[:limit])
    done = sum(_safely(erase_requested, pk, at=at) for pk in requests)
    return done + sum(_safely(_claim_date, pk, at=at) for pk in dates)


def _safely(claim, pk, *, at: datetime) -> bool:
    try:
        with acting(SYSTEM):
            return claim(pk, at=at)
    except Exception as error:
        log.error("record %s is stepped over: %s", pk, type(error).__name__)
        return False


def erase_requested(pk, *, at: datetime) -> bool:
    """Erase the person of an approved request, unless that was done meanwhile. Returns whether it was done now."""
    row = (
        DataRequest.objects.visible_to(SYSTEM)
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=pk, kind="erasure", state="approved")
        .first()
    )
    if row is None:
        return False
    erase_person(row.person_id, actor=SYSTEM, at=at, why="request")
    DataRequest.objects.visible_to(SYSTEM).filter(pk=pk).update(
        state="answered", answered_at=at, answered_by=row.approved_by_id, next_alarm_at=None
    )
    return True


def _claim_date(pk, *, at: datetime) -> bool:
    row = (
        Retention.objects.visible_to(SYSTEM)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .filter(pk=pk, ended_at=None, retain_until__lt=timezone.localdate(at))
        .first()
    )
    if row is None:
        return False
    if not _still_due(row):
        Retention.objects.visible_to(SYSTEM).filter(pk=pk).update(ended_at=at, outcome="dropped")
        return False
    if row.case_id:
        erase_case(row.case_id, actor=SYSTEM, at=at, why="retention")
    else:
        erase_person(row.person_id, actor=SYSTEM, at=at, why="retention")
    return True


def _still_due(row: Retention) -> bool:
    """An intake that became work, and a case that was opened again, are kept whatever the row says."""
    if row.case_id is None:
        return not Case.objects.visible_to(SYSTEM).filter(person_id=row.person_id).exists()
    return row.case.status == (CLOSED if row.kind == "case" else INTAKE)


def plan_missing(*, at: datetime, limit: int = BATCH) -> int:
    """Store the date of closed cases that have none: closed before dates were stored. Returns how many."""
    dated = Retention.objects.visible_to(SYSTEM).filter(case_id=OuterRef("pk"), ended_at=None)
    with acting(SYSTEM):
        cases = Case.objects.visible_to(SYSTEM).filter(~Exists(dated), status=CLOSED, erased_at=None)
        found = list(cases.select_related("person").order_by("closed_at", "pk")[:limit])
        for case in found:
            times = retention.terms(case.organisation_id, actor=SYSTEM)
            Retention(
                organisation_id=case.organisation_id, kind="case", person=case.person, case=case,
                reference=case.reference, planned_at=at,
                retain_until=retention.case_until(
                    case.person, closed_on=timezone.localdate(case.closed_at), times=times
                ),
            ).save(force_insert=True)  # fmt: skip
    return len(found)


def sweep_ages(*, at: datetime) -> int:
    """Delete what goes by age in every organisation, and report it; return how many rows went."""
    gone = 0
    today = timezone.localdate(at)
    bodies = Organisation.objects.filter(member_of_network=True).order_by("pk").values_list("pk", flat=True)
    for organisation_id in bodies:
        with acting(SYSTEM):
            times = retention.terms(organisation_id, actor=SYSTEM)
            counts = {
                kind: erasure.age_out(kind, organisation_id=organisation_id, before=times[kind].before(today), at=at)
                for kind in erasure.AGES
            }
            if any(counts.values()):
                events.record(
                    "retention.swept",
                    actor=SYSTEM,
                    at=at,
                    about=organisation_id,
                    organisations=[organisation_id],
                    **counts,
                )
            gone += sum(counts.values())
    return gone
