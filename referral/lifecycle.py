"""The one door: a referral changes its state only here (house rule 1)."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Grant
from cases.restricting import may_disclose
from core import events
from core.actions import Incomplete, NotNow, not_permitted
from core.actors import NOBODY, Actor
from core.codelists import label
from partners.models import Capacity
from referral import asking, deadlines, guards, lines, routing, sharing, versions
from referral.drafting import get_locked
from referral.events import OF_STEP
from referral.facts import checked
from referral.models import Referral, StepTaken
from referral.states import ENDS_READING, FINAL, HOLDS_PLACE, NEED_BECOMES, STEPS, UNSENT, S, Side, Step


def sides_of(referral: Referral, actor: Actor) -> set[Side]:
    """Return the sides that an actor stands on: sender, receiver, both (one's own service), or system."""
    if actor.system:
        return {Side.SYSTEM}
    sides = {Side.SENDER: referral.sender_id, Side.RECEIVER: referral.receiver_id}
    return {side for side, organisation_id in sides.items() if organisation_id == actor.organisation_id}


def permitted(step: Step, referral: Referral, actor: Actor) -> bool:
    """Return whether the actor holds the step's verb: for all referrals, those assigned to it, or that of its link."""
    if actor.may(step.permission) or actor.may(f"{step.permission}_linked"):  # a link sees its own referral only
        return True
    assigned = referral.worker_id is not None and referral.worker_id == actor.member_id
    return assigned and actor.may(f"{step.permission}_assigned")


def available(referral: Referral, actor: Actor) -> list[Step]:
    """Return the steps this actor may take now, in the order of the table. No query if the service is loaded."""
    sides = sides_of(referral, actor)
    return [
        step
        for step in STEPS.values()
        if referral.state in step.sources
        and step.side in sides
        and permitted(step, referral, actor)
        and _fits(step, referral)
    ]


def _fits(step: Step, referral: Referral) -> bool:
    """Rules that choose between steps of one state: T2 or T3, a waiting list or none, no expiry of emergencies.

    And a receiver answers to what is true now: first it reads what the sender corrected.
    """
    rule = _RULES.get(step.name)
    return not _blind(step, referral) and (rule is None or rule(referral))


_RULES = {
    "send": lambda referral: not referral.approval_needed,
    "submit": lambda referral: referral.approval_needed,
    "waitlist": lambda referral: referral.service.waiting_list,
    "phone": lambda referral: referral.urgency == "emergency",
    "expire": lambda referral: referral.urgency != "emergency",
}


def _blind(step: Step, referral: Referral) -> bool:
    return step.side == Side.RECEIVER and referral.amendment_waits and not step.unread


def advance(pk: UUID, name: str, *, actor: Actor, at: datetime, version: int | None = None, **facts) -> Referral:
    """Take a step, in one transaction: lock, check side, permission, state and facts, guards, write, record.

    `version`, where given, must be the referral's. Facts are those of `STEPS[name]`. Returns the referral.
    Raises Referral.DoesNotExist for what the actor may not see; NotPermitted; NotNow (wrong_state, the codes of
    G1 to G9, no_capacity, approval_needed, change_not_seen, changed_meanwhile); Incomplete with the field named
    (line_reason_missing: somebody of the waiting list stands before).
    """
    step = STEPS.get(name)
    if step is None:
        raise Incomplete("unknown_step", _("There is no such step."))
    if actor is None or at is None:
        raise TypeError("Say who acts, and when")
    with transaction.atomic():
        referral = get_locked(pk, actor)
        if step.side not in sides_of(referral, actor) or not permitted(step, referral, actor):
            raise not_permitted()
        return _take(step, referral, actor=actor, at=at, version=version, facts=facts)


def withdraw_all(referral_ids, *, actor: Actor, at: datetime, reason: str = "consent_withdrawn") -> list[Referral]:
    """Withdraw open referrals (T14): their consent was withdrawn (5.4), or another partner accepted first.

    `reason` is a code of the list `withdrawal_reason`. What is not open any more is left as it is.
    """
    facts = {"withdrawal_reason": reason}
    taken = []
    with transaction.atomic():
        for pk in sorted(referral_ids):
            referral = get_locked(pk, actor)
            if referral.state in STEPS["withdraw"].sources:
                taken.append(_take(STEPS["withdraw"], referral, actor=actor, at=at, facts=facts))
    return taken


def _take(step: Step, referral: Referral, *, actor, at, version=None, facts=None) -> Referral:
    if version is not None and version != referral.version:
        raise NotNow("changed_meanwhile", _("Somebody changed this referral while you worked. Look at it again."))
    if referral.state not in step.sources:
        raise _wrong_state(referral)
    if not _fits(step, referral):
        raise unfit(step, referral)
    found = checked(step, referral, actor=actor, at=at, facts=facts or {})
    if step.name == "accept":
        lines.demand_order(referral, found, actor=actor, at=at)
    if step.name == "accept" and referral.in_parallel and not routing.take(referral, at=at):
        raise _taken()
    if step.name == "reply":  # tells the receiver something new
        may_disclose(referral.case.person)
        if found.get("give"):
            share, consent = asking.choices_for(found["give"]), found.get("consent")
            versions.put_beside(referral, actor=actor, at=at, why=found["text"], share=share, consent=consent)
    if step.guarded:
        _pass_guards(step, referral, actor, at)
    was = S(referral.state)
    _write(step, referral, found, actor, at)
    _places(referral)
    deadlines.on_step(referral, step.name, at=at)
    referral.steps_taken += 1
    referral.version += 1
    text = found.get("text", "")
    StepTaken(
        referral=referral,
        number=referral.steps_taken,
        name=step.name,
        from_state=was.value,
        to_state=referral.state,
        side=step.side.value,
        organisation_id=None if actor.system else actor.organisation_id,
        member_id=None if actor.member_id == NOBODY else actor.member_id,
        actor_name=actor.name,
        reason=_reason_of(found) or found.get("outcome") or "",
        text=text,
        at=at,
    ).save(force_insert=True)
    if referral.state == S.SENT:
        _disclose(referral, at)
    referral.save()
    _close_reading(referral, step, at)
    if referral.state in NEED_BECOMES:
        with connection.cursor() as cursor:
            cursor.execute("SELECT waymark.settle_need(%s)", [referral.pk])
    _record(step, referral, was, found, actor=actor, at=at)
    return referral


def _taken() -> NotNow:
    """Of several who were asked at once another one was first. By whom it was taken is not theirs to know."""
    return NotNow("taken", _("Another partner accepted this person first. You need not do anything."))


def _wrong_state(referral: Referral) -> NotNow:
    if referral.withdrawal_reason == routing.SUPERSEDED:
        return _taken()
    since = timezone.localtime(referral.state_since)
    facts = {"state": referral.state, "since": referral.state_since.isoformat()}
    if referral.worker_name:
        facts["worker_name"] = referral.worker_name
        sentence = _("%(who)s accepted this referral on %(when)s. It is now: %(state)s.") % {
            "who": referral.worker_name,
            "when": f"{referral.decided_at or since:%d.%m %H:%M}",
            "state": label("referral_status", referral.state),
        }
    else:
        sentence = _("This step does not fit any more. Since %(when)s the referral is: %(state)s.") % {
            "when": f"{since:%d.%m %H:%M}",
            "state": label("referral_status", referral.state),
        }
    return NotNow("wrong_state", sentence, **facts)


def unfit(step: Step, referral: Referral) -> NotNow:
    """Return why a step of this state cannot be taken all the same."""
    if _blind(step, referral):
        return NotNow("change_not_seen", _("The sender has corrected this referral. Read what changed, then answer."))
    return {
        "send": NotNow("approval_needed", _("A supervisor must approve this referral. Ask for approval.")),
        "submit": NotNow("approval_not_needed", _("Nobody has to approve this referral. Send it.")),
        "waitlist": NotNow("no_waiting_list", _("This service keeps no waiting list. Accept or decline.")),
        "phone": NotNow("not_an_emergency", _("Only an emergency is delivered by telephone.")),
        "expire": NotNow("emergency_stays", _("An emergency never expires.")),
    }[step.name]


def _pass_guards(step: Step, referral: Referral, actor, at) -> None:
    for gate in guards.gates(referral, actor=actor, at=at):
        if gate.state == guards.BLOCKED:
            raise NotNow(gate.refusal, gate.sentence, gate=gate.code)
    if step.name == "send" and guards.approval_reasons(referral, at=at):
        referral.approval_needed = True
        raise unfit(step, referral)


_STORED = (
    "reason", "withdrawal_reason", "outcome", "expected_on", "resume_on", "first_contact_on", "suggested_service",
)  # fmt: skip


def _write(step: Step, referral: Referral, found: dict, actor, at) -> None:
    referral.state, referral.state_since = step.target.value, at
    for name in _STORED:
        if name in found:
            setattr(referral, name, found[name])
    if "worker" in found:
        referral.worker, referral.worker_name = found["worker"].member, found["worker"].name
    if step.name == "ask":
        referral.asked_once = True
        referral.asked_fields = [*referral.asked_fields, *found.get("asked", [])]
    if step.target == S.SENT:
        referral.sent_at = at
        referral.sent_by_id = None if actor.member_id == NOBODY else actor.member_id
        referral.sender_name = actor.name
    elif step.name in {"receive", "phone"}:
        referral.received_at = at
    elif step.name in {"accept", "decline"}:
        referral.decided_at = at
    elif step.name == "waitlist":
        referral.line_key, referral.place_told_at = lines.key_of(referral.urgency, at), None
    if step.target in FINAL:
        referral.closed_at = at


def _places(referral: Referral) -> None:
    """Reserve a place on acceptance, give it back on the outcome; the row's lock keeps the count true (I3)."""
    wanted = referral.state in HOLDS_PLACE
    if wanted == referral.holds_place:
        return
    capacity = Capacity.objects.select_for_update(of=("self",)).filter(service_id=referral.service_id).first()
    if capacity is None:
        return
    if wanted and capacity.free == 0:
        if referral.state != S.ACCEPTED:
            return  # accepted before its places were counted: nobody is turned away for that
        raise NotNow("no_capacity", _("The last place is taken. Put the person on the waiting list, or decline."))
    capacity.used = capacity.used + 1 if wanted else max(0, capacity.used - 1)
    capacity.save(update_fields=["used"])
    referral.holds_place = wanted


def _disclose(referral: Referral, at) -> None:
    """Freeze the packet and open the receiver's grant, until the consent ends."""
    packets = sharing.packets(referral, at=at)
    for packet in packets:
        packet.save(force_insert=True)
    referral.share = sharing.share_of(packets, referral.share)
    referral.draft_note = ""
    Grant(
        case_id=referral.case_id,
        owner_id=referral.sender_id,
        organisation_id=referral.receiver_id,
        level="packet",
        basis="referral",
        referral_id=referral.pk,
        consent_id=referral.consent_id,
        opened_at=at,
        until=referral.consent.expires_at,
    ).save(force_insert=True)


def _close_reading(referral: Referral, step: Step, at) -> None:
    """Close the receiver's grant where reading ends: no answer or a no, and a cancellation before acceptance (T13)."""
    cancelled_early = step.name == "cancel" and referral.decided_at is None
    if referral.state in ENDS_READING or cancelled_early:
        Grant.objects.filter(referral_id=referral.pk, closed_at=None).update(closed_at=at, close_reason=referral.state)


def _reason_of(found: dict) -> str | None:
    return found.get("reason") or found.get("withdrawal_reason") or found.get("line_reason")


def _record(step: Step, referral: Referral, was: S, found: dict, *, actor, at) -> None:
    unseen = was in UNSENT and referral.state != S.SENT
    worker = found.get("worker")
    events.record(
        OF_STEP[step.name],
        actor=actor,
        at=at,
        about=referral.pk,
        case_id=referral.case_id,
        referral_id=referral.pk,
        organisations=[referral.sender_id] if unseen else [referral.sender_id, referral.receiver_id],
        step=step.name,
        from_state=was.value,
        to_state=referral.state,
        side=step.side.value,
        urgency=referral.urgency,
        field_class=referral.field_class,
        need_id=referral.need_id,
        service_id=referral.service_id,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
        reason=_reason_of(found),
        outcome=found.get("outcome"),
        worker_id=worker.member.pk if worker and worker.member else None,
    )
