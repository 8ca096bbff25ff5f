"""Asking for a second pair of eyes, and deciding. What a decision does is told by the subject that asked.

A subject registers its part beside its own doors:

    @decides("closure")
    def close_approved(approval, *, actor, at): ...

It runs in the transaction of the decision, for `approved` and for `sent_back` (`approval.status` says which), as the
person who decides; what it refuses undoes the decision.
"""

from collections.abc import Callable
from uuid import uuid4

from django.utils.translation import gettext as _

from cases.facts import checking
from cases.models import Approval, Grant
from cases.models.approvals import APPROVED, DECIDES, DROPPED, KINDS, SENT_BACK, WAITING
from core import events
from core.actions import NotNow, NotPermitted, action
from core.actors import NOBODY

APPROVE, SEND_BACK = "approve", "send_back"
ANSWERS = {APPROVE: APPROVED, SEND_BACK: SENT_BACK}
DECIDERS: dict[str, Callable] = {}
TAKEN_BACK: dict[str, Callable] = {}  # what a subject does when who asked takes the request back


def decides(kind: str) -> Callable[[Callable], Callable]:
    """Return a decorator for `f(approval, *, actor, at)`: what a decision about this kind does.

    Raises KeyError for an unknown kind, or one that has its function already.
    """

    def register(function: Callable) -> Callable:
        if kind not in KINDS or DECIDERS.get(kind, function) is not function:
            raise KeyError(kind)
        DECIDERS[kind] = function
        return function

    return register


def taken_back(kind: str) -> Callable[[Callable], Callable]:
    """Return a decorator for `f(approval, *, actor, at)`: what follows when who asked takes the request back."""

    def register(function: Callable) -> Callable:
        TAKEN_BACK[kind] = function
        return function

    return register


def ask_approval(case, *, actor, at, kind: str, about, note: str = "", facts: dict | None = None) -> Approval:
    """Ask somebody else of the organisation to decide; called inside the door whose step has to wait (DOMAIN 9).

    Args: `about` is the id of the thing, `note` what the asker says, `facts` what the step takes when it is
    approved (kept encrypted). Returns the Approval. Raises NotNow (approval_waiting) when the same is asked already,
    Incomplete.
    """
    if Approval.objects.visible_to(actor).filter(kind=kind, about=about, status=WAITING).exists():
        raise NotNow("approval_waiting", _("This waits for approval already."))
    with checking() as checked:
        checked.choice("kind", kind, KINDS)
        words = checked.text("note", note, limit=2000, lines=True)
    approval = Approval(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        case_id=case.pk,
        kind=kind,
        about=about,
        asked_by_id=None if actor.member_id == NOBODY else actor.member_id,
        asked_at=at,
        note=words,
        facts=facts or {},
    )
    approval.save(force_insert=True)
    _record("approval.asked", approval, actor=actor, at=at)
    return approval


@action("approval.decide", permission=DECIDES)
def decide_approval(approval_id, *, actor, at, answer, note="") -> Approval:
    """Approve what was asked for, or send it back with a reason. A decision cannot be undone.

    Args: `answer` is `approve` or `send_back`. Returns the Approval. Raises Approval.DoesNotExist, NotPermitted
    (own_request, only_for_now), NotNow (approval_decided, and whatever the step itself refuses), Incomplete.
    """
    approval = Approval.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=approval_id)
    if approval.asked_by_id == actor.member_id:
        raise NotPermitted("own_request", _("You asked for this yourself. Somebody else has to decide."))
    _still_waits(approval)
    own = Grant.objects.visible_to(actor).filter(case_id=approval.case_id, member_id=actor.member_id, closed_at=None)
    if own.filter(basis="break_glass").exists():
        raise NotPermitted("only_for_now", _("The case is open to you for an emergency only."))
    with checking() as facts:
        facts.choice("answer", answer, ANSWERS)
        why = _("Write what has to change, so that the colleague can go on.") if answer == SEND_BACK else ""
        words = facts.text("note", note, limit=2000, lines=True, required=why)
    approval.status, approval.answer_note = ANSWERS[answer], words
    _close(approval, actor=actor, at=at)
    _record(f"approval.{approval.status}", approval, actor=actor, at=at)
    DECIDERS[approval.kind](approval, actor=actor, at=at)
    return approval


@action("approval.take_back", permission="")
def take_back_approval(approval_id, *, actor, at) -> Approval:
    """Take one's own request back while it waits. Raises Approval.DoesNotExist, NotPermitted, NotNow."""
    approval = Approval.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=approval_id)
    if approval.asked_by_id != actor.member_id:
        raise NotPermitted("not_yours", _("Only who asked takes a request back."))
    _still_waits(approval)
    _drop(approval, actor=actor, at=at)
    if approval.kind in TAKEN_BACK:
        TAKEN_BACK[approval.kind](approval, actor=actor, at=at)
    return approval


def drop_approvals(kind: str, *, about, actor, at) -> None:
    """Drop the waiting request about a thing that no decision is needed for any more. Called inside other doors."""
    waiting = Approval.objects.visible_to(actor).select_for_update(of=("self",))
    for approval in waiting.filter(kind=kind, about=about, status=WAITING):
        _drop(approval, actor=actor, at=at)


def waiting_for(actor):
    """Return the requests that this actor may decide about, its own left out."""
    if not actor.may(DECIDES):
        return Approval.objects.none()
    return Approval.objects.visible_to(actor).filter(status=WAITING).exclude(asked_by_id=actor.member_id)


def _still_waits(approval: Approval) -> None:
    if approval.status != WAITING:
        raise NotNow("approval_decided", _("This is decided already. Look at it again."), status=approval.status)


def _drop(approval: Approval, *, actor, at) -> None:
    approval.status = DROPPED
    _close(approval, actor=actor, at=at)
    _record("approval.dropped", approval, actor=actor, at=at)


def _close(approval: Approval, *, actor, at) -> None:
    approval.decided_by_id = None if actor.member_id == NOBODY else actor.member_id
    approval.decided_at = at
    approval.save(update_fields=["status", "answer_note", "decided_by", "decided_at"])


def _record(kind: str, approval: Approval, *, actor, at) -> None:
    events.record(
        kind,
        actor=actor,
        at=at,
        about=approval.pk,
        case_id=approval.case_id,
        approval_kind=approval.kind,
        thing=approval.about,
        asked_by=approval.asked_by_id,
    )
