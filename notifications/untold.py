"""Dead letters: what reached nobody becomes a task of a person, and stays in sight until it is settled (I5)."""

from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.utils.translation import gettext as _

from cases.models import Task
from core import events
from core.actions import NotNow, action, not_permitted
from core.actors import SYSTEM
from core.models import Event
from notifications.audiences import NETWORK
from notifications.covering import present, stand_ins, steps_up, who_is_away
from notifications.known import who_may
from notifications.models import Delivery, Notice, Untold
from partners.models import Member
from partners.roster import active_members

DESK = "referral.read_status"  # the verb of the network's desk


def nobody_told(event, organisation_id: UUID | str, *, urgency: str, at: datetime) -> None:
    """Write that nobody of an organisation (or of NETWORK) can be told of an event, and give it to the network's desk.

    Runs as the worker role, in the relay's transaction; a second telling changes nothing.
    """
    home = None if organisation_id == NETWORK else organisation_id
    desk = who_may(DESK)
    who = next(iter(present(desk, at=at) or desk), None)
    task = None
    if who is not None:
        key = uuid5(event.pk, f"nobody {home}")  # of one event several organisations may have nobody
        task = _task("nobody_told", key, who.organisation_id, who=who.pk, referral_id=event.referral_id, at=at)
    _keep(
        event_id=event.pk,
        kind=event.kind,
        urgency=urgency,
        why="nobody",
        organisation_id=home,
        referral_id=event.referral_id,
        task_id=task,
        at=at,
    )


def never_arrived(delivery: Delivery, *, at: datetime) -> None:
    """A notice that never left becomes a task: a colleague who is there tells its recipient, by telephone (DOMAIN 8).

    Runs as the worker role when the last try has failed. One task for an event and an organisation, however many of
    its people could not be reached.
    """
    notice = (
        Notice.objects.visible_to(SYSTEM)
        .filter(event_id=delivery.event_id, recipient_id=delivery.recipient_id)
        .first()
    )  # fmt: skip
    home = delivery.recipient.organisation_id
    who = _colleague(delivery.recipient, at=at) or delivery.recipient
    case_id, referral_id = (notice.case_id, notice.referral_id) if notice else (None, None)
    task = _task(
        "delivery_failed", delivery.event_id, home, who=who.pk, referral_id=referral_id, case_id=case_id, at=at
    )  # fmt: skip
    _keep(
        event_id=delivery.event_id,
        kind=notice.kind if notice else "",
        urgency=delivery.urgency,
        why="failed",
        organisation_id=home,
        referral_id=referral_id,
        task_id=task,
        at=at,
    )
    # It may have been settled, and sent again since.
    Untold.objects.visible_to(SYSTEM).filter(task_id=task).update(settled_at=None, settled_by=None)
    Task.objects.visible_to(SYSTEM).filter(pk=task).update(done_at=None, done_by=None)


def dropped(delivery: Delivery, *, at: datetime) -> None:
    """The account was closed before the notice left: where nobody else there was told, the network's desk is.

    Runs as the worker role.
    """
    home = delivery.recipient.organisation_id
    told = Notice.objects.visible_to(SYSTEM).filter(event_id=delivery.event_id, recipient__in=active_members())
    if not told.filter(recipient__organisation_id=home).exists():
        nobody_told(Event.objects.visible_to(SYSTEM).get(pk=delivery.event_id), home, urgency=delivery.urgency, at=at)


@action("untold.settle", permission="")
def settle(untold_id: UUID, *, actor, at: datetime) -> Untold:
    """Say that those concerned were told by other means, or need not be; its task ends with it.

    Returns the Untold. Raises Untold.DoesNotExist, NotNow (settled).
    """
    row = _open(untold_id, actor)
    row.settled_at, row.settled_by_id = at, actor.member_id
    row.save(update_fields=["settled_at", "settled_by"])
    events.record("untold.settled", actor=actor, at=at, about=row.pk, referral_id=row.referral_id, task=row.task_id)
    return row


@action("notice.try_again", permission="")
def try_again(*, actor, at: datetime, untold_id: UUID | None = None) -> None:
    """Send what never arrived once more: of one dead letter, or (who keeps the system running) all of it.

    The worker does it, a moment later. Raises Untold.DoesNotExist, NotPermitted, NotNow (settled).
    """
    if untold_id is None:
        if not actor.may("system.read"):
            raise not_permitted()
        events.record("notice.tried_again", actor=actor, at=at, about=uuid4())
        return
    row = _open(untold_id, actor)
    events.record("notice.tried_again", actor=actor, at=at, about=row.pk, event=row.event_id, home=row.organisation_id)


def follow(event, *, at: datetime) -> None:
    """What follows as the worker: the task of a settled dead letter ends; what failed is put on its way again."""
    if event.kind == "untold.settled" and event.facts.get("task"):
        rows = Task.objects.visible_to(SYSTEM).filter(pk=event.facts["task"], done_at=None)
        rows.update(done_at=at, done_by_id=event.actor_member_id)
    if event.kind == "notice.tried_again":
        rows = Delivery.objects.visible_to(SYSTEM).filter(status="failed")
        if event.facts.get("event"):
            rows = rows.filter(event_id=event.facts["event"], recipient__organisation_id=event.facts["home"])
        rows.update(status="waiting", attempts=0, next_try_at=at)


def _open(untold_id: UUID, actor) -> Untold:
    row = Untold.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=untold_id)
    if row.settled_at is not None:
        raise NotNow("settled", _("Somebody has settled this already."))
    return row


def _colleague(member: Member, *, at: datetime) -> Member | None:
    """Return somebody of the same organisation who is there: who stands in, who answers, or who leads."""
    others = stand_ins(who_is_away([member.pk], at=at), at=at)
    for people in (others, *steps_up(member.organisation_id)):
        if found := [one for one in present(people, at=at) if one.pk != member.pk]:
            return min(found, key=lambda one: (one.name, one.pk))
    return None


def _task(kind: str, key: UUID, organisation_id: UUID, *, who: UUID, referral_id, at, case_id=None) -> UUID:
    task = Task(
        organisation_id=organisation_id,
        kind=kind,
        case_id=case_id,
        referral_id=referral_id,
        assignee_id=who,
        event_id=key,
        due_at=at,
        created_at=at,
    )
    Task.objects.bulk_create([task], ignore_conflicts=True)
    made = Task.objects.visible_to(SYSTEM).filter(event_id=key, kind=kind, organisation_id=organisation_id)
    return made.values_list("pk", flat=True).get()


def _keep(**facts) -> None:
    Untold.objects.bulk_create([Untold(**facts)], ignore_conflicts=True)
