"""The emergency route by telephone: what came of a call, and when to try again (DOMAIN 4.1 G7, 4.3)."""

from django.utils.translation import gettext as _

from cases.models import Task
from core import events
from core.actions import Incomplete, NotNow, action
from core.actors import NOBODY
from core.codelists import codes
from referral import deadlines
from referral.drafting import get_locked
from referral.lifecycle import advance
from referral.models import PhoneCall, Referral
from referral.states import STEPS, S
from referral.texts import clean

REACHED = "reached"


def number_of(referral: Referral) -> str:
    """Return the number to call: the after-hours one, else the service's, else the organisation's; "" without any."""
    return referral.receiver.after_hours_phone or referral.service.phone or referral.receiver.phone


def may_call(referral: Referral, actor) -> bool:
    """Return whether a call about this referral may be recorded by the actor now."""
    waits = referral.state == S.SENT and referral.urgency == "emergency"
    return waits and referral.sender_id == actor.organisation_id and actor.may(STEPS["phone"].permission)


@action("referral.call", permission="referral.send")
def record_call(referral_id, *, actor, at, outcome, spoke_to="") -> PhoneCall:
    """Record a call about an emergency that the partner has not opened.

    Args: `outcome` is reached, left_word or not_reached; `spoke_to` says who answered, for the first two. Reached
    counts as delivered: the referral is received from then on. Otherwise the task to call comes back after ten
    minutes. Raises Referral.DoesNotExist, NotNow (wrong_state, no_number), Incomplete.
    """
    referral = get_locked(referral_id, actor)
    if not may_call(referral, actor):
        raise NotNow("wrong_state", _("Nobody has to call any more: look at the referral again."))
    if outcome not in codes("call_outcome"):
        sentence = _("Choose what came of the call.")
        raise Incomplete("unknown_code", sentence, fields={"outcome": [sentence]})
    who = clean(spoke_to, field="spoke_to", limit=500, required=outcome != "not_reached")
    number = number_of(referral)
    if not number:
        raise NotNow("no_number", _("The directory has no telephone number of this partner."))
    call = PhoneCall(
        referral=referral,
        sender_id=referral.sender_id,
        number=number,
        outcome=outcome,
        spoke_to=who,
        caller_id=None if actor.member_id == NOBODY else actor.member_id,
        at=at,
        again_at=None if outcome == REACHED else deadlines.call_again(referral, at=at).due_at,
    )
    call.save(force_insert=True)
    tasks = Task.objects.visible_to(actor).filter(referral_id=referral.pk, kind="call_now", done_at=None)
    tasks.update(done_at=at, done_by=call.caller_id)
    events.record(
        "call.made",
        actor=actor,
        at=at,
        about=call.pk,
        case_id=referral.case_id,
        referral_id=referral.pk,
        outcome=outcome,
        urgency=referral.urgency,
        again_at=call.again_at,
    )
    if outcome == REACHED:
        advance(referral.pk, "phone", actor=actor, at=at, text=_("Told by telephone: %(who)s") % {"who": who})
    return call
