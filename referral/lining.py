"""The doors of a waiting line: moving somebody up, and saying another date (DOMAIN 4.1, T7)."""

from datetime import date

from django.utils.translation import gettext as _

from core import events
from core.actions import Incomplete, NotNow, action, not_permitted
from core.actors import NOBODY
from core.codelists import codes
from partners.models import Capacity
from referral import deadlines, lines
from referral.drafting import get_locked
from referral.events import OF_LINE
from referral.facts import coming
from referral.models import Deadline, Referral, StepTaken
from referral.states import S, Side
from referral.texts import clean


@action("referral.move_up", permission="referral.answer")
def move_up(referral_id, *, actor, at, place: int, reason: str, text: str = "", version: int | None = None) -> Referral:
    """Put somebody who waits at an earlier place of the line, from 1 on; the others keep their order.

    `reason` is a code of the list `line_reason`; `text` says more, and must where it is `other`. Both sides read them
    in the history. Raises Referral.DoesNotExist; NotPermitted; NotNow (not_waiting, not_up, changed_meanwhile);
    Incomplete with the field named.
    """
    if reason not in codes("line_reason"):
        raise _wrong("reason", _("Choose a reason."))
    text = clean(text, field="text", limit=1000, required=reason == "other")
    referral = _waiting(referral_id, actor, version)
    # The row of the places is the lock of the line: two moves at once come one after the other.
    Capacity.objects.select_for_update(of=("self",)).filter(service_id=referral.service_id).first()
    keys = dict(
        lines.line_of(actor, service_id=referral.service_id).order_by(*lines.ORDER).values_list("pk", "line_key")
    )
    order = list(keys)
    now_at = order.index(referral.pk) + 1
    if not 1 <= place < now_at:
        sentence = _("This person stands at place %(place)s. Choose an earlier one.") % {"place": now_at}
        raise NotNow("not_up", sentence, fields={"place": [sentence]}, place=now_at)
    before = keys[order[place - 2]] if place > 1 else None
    referral.line_key = lines.between(before, keys[order[place - 1]])
    _write("move_up", referral, actor, at, reason=reason, text=text)
    _record("move_up", referral, actor, at, place=place, was=now_at, reason=reason)
    return referral


@action("referral.expect", permission="referral.answer")
def expect(referral_id, *, actor, at, expected_on: date, version: int | None = None) -> Referral:
    """Say on which day a place is expected now; the sender is told, and the reminder counts anew.

    Raises Referral.DoesNotExist; NotPermitted; NotNow (not_waiting, changed_meanwhile); Incomplete (expected_on).
    """
    day = coming("expected_on", expected_on, at=at)
    referral = _waiting(referral_id, actor, version)
    referral.expected_on = day
    row = Deadline.objects.filter(referral_id=referral.pk, clock="recheck", met_at=None, closed_at=None).first()
    if row is not None:
        deadlines.again(row, referral, at=at)
    deadlines.show(referral)
    _write("expect", referral, actor, at)
    _record("expect", referral, actor, at)
    return referral


def _waiting(referral_id, actor, version) -> Referral:
    """Return the referral locked, if it waits in a line of one's own."""
    referral = get_locked(referral_id, actor)
    if referral.receiver_id != actor.organisation_id:
        raise not_permitted()
    if version is not None and version != referral.version:
        raise NotNow("changed_meanwhile", _("Somebody changed this referral while you worked. Look at it again."))
    if referral.state != S.WAITLISTED:
        raise NotNow("not_waiting", _("This person does not wait any more."))
    return referral


def _write(name: str, referral: Referral, actor, at, *, reason: str = "", text: str = "") -> None:
    referral.steps_taken += 1
    referral.version += 1
    referral.save()
    StepTaken(
        referral=referral,
        number=referral.steps_taken,
        name=name,
        from_state=referral.state,
        to_state=referral.state,
        side=Side.RECEIVER.value,
        organisation_id=actor.organisation_id,
        member_id=None if actor.member_id == NOBODY else actor.member_id,
        actor_name=actor.name,
        reason=reason,
        text=text,
        at=at,
    ).save(force_insert=True)


def _record(name: str, referral: Referral, actor, at, **facts) -> None:
    events.record(
        OF_LINE[name],
        actor=actor,
        at=at,
        about=referral.pk,
        case_id=referral.case_id,
        referral_id=referral.pk,
        organisations=[referral.sender_id, referral.receiver_id],
        urgency=referral.urgency,
        field_class=referral.field_class,
        service_id=referral.service_id,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
        **facts,
    )


def _wrong(field: str, sentence: str) -> Incomplete:
    return Incomplete(f"{field}_wrong", sentence, fields={field: [sentence]})
