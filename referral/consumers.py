"""What an event means as work for a person: tasks, made after the commit by the worker (through the outbox).

Each is unique by event, kind and organisation, so that an event told twice makes no second task.
"""

from datetime import datetime, timedelta
from uuid import uuid5

from cases.models import Case, Need, Task
from cases.models.cases import FINAL_NEEDS
from core import events
from core.actors import SYSTEM
from referral import unmet
from referral.models import Deadline, Referral, UnmetNeed
from referral.nextsteps import DECLINES
from referral.reactions import move_to_newer_consent, withdraw_referrals
from referral.states import OPEN, RUNNING, S, codes

FOLLOW_UP_DAYS = (7, 30)  # DOMAIN 8


def make_tasks(event, *, at: datetime) -> None:
    """Make the tasks that follow from an event, and close those that it makes pointless.

    Args: the Event; `at`, when it is told. Runs as the worker role, inside the relay's transaction.
    """
    for kind in POINTLESS_AFTER.get(event.kind, ()):
        Task.objects.visible_to(SYSTEM).filter(referral_id=event.referral_id, kind=kind, done_at=None).update(
            done_at=at
        )
    if make := TASKS.get(event.kind):
        make(event, at=at)


def finish_withdrawal(event, *, at: datetime) -> None:
    """Withdraw what rests on a withdrawn consent and its withdrawer could not see (class 4 of a colleague)."""
    if event.kind == "consent.withdrawn":
        withdraw_referrals(event, actor=SYSTEM, at=at)
    if event.kind == "consent.superseded":
        move_to_newer_consent(event, actor=SYSTEM, at=at)


def _approval(event, *, at: datetime) -> None:
    case = _case(event)
    _task("approve_referral", event, at=at, organisation_id=case.organisation_id, case=case, who=case.supervisor_id)


def _call(event, *, at: datetime) -> None:
    """Somebody of the sender picks up the telephone (DOMAIN 4.3)."""
    if event.facts["clock"] != "call":
        return
    if not Deadline.objects.visible_to(SYSTEM).filter(pk=event.about, met_at=None, closed_at=None).exists():
        return
    case = _case(event)
    _task("call_now", event, at=at, organisation_id=case.organisation_id, case=case, who=case.caseworker_id, due_at=at)


def _stop(event, *, at: datetime) -> None:
    """The receiver has begun, and the person has withdrawn the consent (DOMAIN 5.4)."""
    if event.facts["from_state"] in codes(RUNNING):
        referral = Referral.objects.visible_to(SYSTEM).get(pk=event.referral_id)
        _task(
            "stop_processing", event, at=at, organisation_id=referral.receiver_id, who=referral.worker_id, due_at=at
        )  # fmt: skip


def _declined(event, *, at: datetime) -> None:
    need = _need(event)
    declines = Referral.objects.visible_to(SYSTEM).filter(need=need, state=S.DECLINED.value).count()
    if declines < DECLINES or not _enter(need, reason="declined", at=at):
        return
    case = need.case
    _task("case_conference", event, at=at, organisation_id=case.organisation_id, case=case, who=case.supervisor_id)


def _asked(event, *, at: datetime) -> None:
    """A route came to a point where a person decides (steering.py)."""
    case = _case(event)
    _task("route_next", event, at=at, organisation_id=case.organisation_id, case=case, who=case.caseworker_id)


def _expired(event, *, at: datetime) -> None:
    """Silence is counted where nobody else was asked meanwhile."""
    need = _need(event)
    if not Referral.objects.visible_to(SYSTEM).filter(need=need, state__in=codes(OPEN)).exists():
        _enter(need, reason="no_answer", at=at)


def _settled(event, *, at: datetime) -> None:
    need = Need.objects.visible_to(SYSTEM).select_for_update(of=("self",)).get(pk=event.about)
    unmet.follow_need(need, event.facts["status"], actor=SYSTEM, at=event.at)


def _referred_on(event, *, at: datetime) -> None:
    """The sender of the first referral learns that there is another one, not to whom (T17)."""
    parents = Referral.objects.visible_to(SYSTEM).select_for_update(of=("self",))
    child = Referral.objects.visible_to(SYSTEM).only("parent_id").get(pk=event.referral_id)
    parent = parents.filter(pk=child.parent_id, referred_on_at=None).first() if child.parent_id else None
    if parent is None:
        return
    parent.referred_on_at = event.at
    parent.version += 1
    parent.save(update_fields=["referred_on_at", "version"])
    events.record(
        "referral.referred_on",
        actor=SYSTEM,
        at=event.at,
        about=parent.pk,
        case_id=parent.case_id,
        referral_id=parent.pk,
        organisations=[parent.sender_id, parent.receiver_id],
        urgency=parent.urgency,
        sender_id=parent.sender_id,
        receiver_id=parent.receiver_id,
    )


def _completed(event, *, at: datetime) -> None:
    case = _case(event)
    facts = {"organisation_id": case.organisation_id, "case": case, "who": case.caseworker_id}
    _task("ask_client", event, at=at, **facts)
    for days in FOLLOW_UP_DAYS:
        # Two tasks of one kind come from one event; the key of each is made from it.
        key = uuid5(event.pk, f"follow_up {days}")
        _task("follow_up", event, at=at, due_at=event.at + timedelta(days=days), key=key, **facts)


TASKS = {
    "referral.submitted": _approval,
    "deadline.reached": _call,
    "referral.withdrawn": _stop,
    "referral.declined": _declined,
    "referral.expired": _expired,
    "referral.sent": _referred_on,
    "referral.approved": _referred_on,
    "need.settled": _settled,
    "referral.completed": _completed,
    "route.asked": _asked,
}
POINTLESS_AFTER = {
    **dict.fromkeys(("referral.received", "referral.phoned"), ("call_now",)),
    "referral.approved": ("approve_referral",),
    **dict.fromkeys(("route.asked", "route.went_on", "route.stopped", "route.ended", "route.done"), ("route_next",)),
    **dict.fromkeys(
        ("referral.cancelled", "referral.withdrawn", "referral.entered_in_error"), ("call_now", "approve_referral")
    ),
}


def _need(event) -> Need:
    rows = Need.objects.visible_to(SYSTEM).select_for_update(of=("self",)).select_related("case__person")
    return rows.get(pk=event.facts["need_id"])


def _enter(need: Need, *, reason: str, at: datetime) -> bool:
    """Put a need into the register of unmet ones; False where it stands there already, or is settled."""
    there = UnmetNeed.objects.visible_to(SYSTEM).filter(need_id=need.pk, closed_at=None).exists()
    if there or need.status in FINAL_NEEDS:
        return False
    unmet.open_entry(need, reason=reason, actor=SYSTEM, at=at)
    return True


def _case(event) -> Case:
    return Case.objects.visible_to(SYSTEM).get(pk=event.case_id)


def _task(kind, event, *, at, organisation_id, case=None, who=None, due_at=None, key=None) -> None:
    task = Task(
        organisation_id=organisation_id,
        kind=kind,
        case=case,
        referral_id=event.referral_id,
        assignee_id=who,
        event_id=key or event.pk,
        due_at=due_at,
        created_at=at,
    )
    Task.objects.bulk_create([task], ignore_conflicts=True)
