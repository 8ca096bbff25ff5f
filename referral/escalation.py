"""What happens when a clock reaches a mark: somebody owns it then, and is told (DOMAIN 4.3).

The sweep claims before it acts. It locks the referral first, as the lifecycle does, so that the two never wait for
each other crosswise.
"""

import logging
from datetime import datetime, timedelta

from core import events
from core.actors import SYSTEM, acting
from referral import deadlines, lifecycle
from referral.models import Deadline, Escalation, Referral
from referral.owners import owner_of

log = logging.getLogger(__name__)

OWNERS = {50: "assignee", 100: "receiver_supervisor", 150: "sender", 200: "coordinator"}
OWNERS_OF_CLOCK = {"call": {100: "sender"}, "recheck": {100: "assignee"}}
STEP_OVER = timedelta(minutes=5)  # how long a row that cannot be dealt with stays out of the way


def sweep(*, at: datetime, limit: int = 500) -> int:
    """Deal with every clock whose mark is reached at the time `at`; return how many marks were written.

    Runs as the worker role; two sweeps at once share the work. A row that fails is stepped over for some minutes.
    """
    done = 0
    for _ in deadlines.ALL_MARKS:  # after a standstill one clock may have passed all of them
        found = list(
            Deadline.objects.visible_to(SYSTEM)
            .filter(met_at=None, closed_at=None, next_alarm_at__lte=at)
            .order_by("next_alarm_at", "pk")
            .values_list("pk", "referral_id")[:limit]
        )
        taken = sum(_safely(pk, referral_id, at=at) for pk, referral_id in found)
        done += taken
        if not taken:
            break
    return done


def _safely(pk, referral_id, *, at: datetime) -> bool:
    try:
        with acting(SYSTEM):
            return _claim(pk, referral_id, at=at)
    except Exception as error:
        log.error("deadline %s is stepped over: %s", pk, type(error).__name__)
        Deadline.objects.visible_to(SYSTEM).filter(pk=pk, next_alarm_at__lte=at).update(next_alarm_at=at + STEP_OVER)
        return False


def _claim(pk, referral_id, *, at: datetime) -> bool:
    """Take one clock, unless somebody is at work on its referral or has dealt with it meanwhile."""
    referral = (
        Referral.objects.visible_to(SYSTEM)
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=referral_id)
        .first()
    )
    row = (
        referral
        and Deadline.objects.visible_to(SYSTEM)
        .select_for_update(of=("self",))
        .filter(pk=pk, met_at=None, closed_at=None, next_alarm_at__lte=at)
        .first()
    )
    if not row:
        return False
    if row.paused_at is not None:
        _run_again(row, referral, at=at)
    else:
        _escalate(row, referral, at=at)
    return True


def _run_again(row: Deadline, referral: Referral, *, at: datetime) -> None:
    """The clock stood still as long as it may (T5): it runs from then on, whether there was an answer or not."""
    deadlines.resume(row, referral, at=row.paused_at + deadlines.length(row))
    _show(referral)
    _record("deadline.resumed", row, referral, at=at)


def _escalate(row: Deadline, referral: Referral, *, at: datetime) -> None:
    stage = next(per_cent for per_cent in deadlines.marks_of(row.clock) if per_cent > row.stage)
    owner = OWNERS_OF_CLOCK.get(row.clock, OWNERS)[stage]
    row.stage = stage
    row.next_alarm_at = deadlines.next_alarm(row)
    if row.clock == "decide" and stage == 150:
        # After a standstill of ours both sides still get the time between the alarm and the expiry.
        row.next_alarm_at = max(row.next_alarm_at, at + deadlines.length(row) / 2)
    row.save(update_fields=["stage", "next_alarm_at"])
    person = owner_of(referral, owner, at=at)
    organisation = {"sender": referral.sender_id, "coordinator": None}.get(owner, referral.receiver_id)
    Escalation(
        deadline=row,
        referral=referral,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
        stage=stage,
        owner=owner,
        owner_organisation_id=organisation,
        owner_member_id=person and person.pk,
        owner_name=person.name if person else "",
        at=at,
    ).save(force_insert=True)
    _record("deadline.reached", row, referral, at=at, stage=stage)
    if row.clock == "recheck":
        deadlines.again(row, referral, at=at)
        _show(referral)
    if row.clock == "decide" and stage == 200 and _may_expire(referral):
        lifecycle.advance(referral.pk, "expire", actor=SYSTEM, at=at)


def _may_expire(referral: Referral) -> bool:
    """T15: by the table, and never an emergency. Both supervisors were told at the marks before this one."""
    return any(step.name == "expire" for step in lifecycle.available(referral, SYSTEM))


def _show(referral: Referral) -> None:
    deadlines.show(referral)
    referral.save(update_fields=["due_at", "due_from", "paused_at"])


def _record(kind: str, row: Deadline, referral: Referral, *, at: datetime, **facts) -> None:
    events.record(
        kind,
        actor=SYSTEM,
        at=at,
        about=row.pk,
        case_id=referral.case_id,
        referral_id=referral.pk,
        organisations=[referral.sender_id, referral.receiver_id],
        clock=row.clock,
        urgency=referral.urgency,
        field_class=referral.field_class,
        state=referral.state,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
        worker_id=referral.worker_id,
        **facts,
    )
