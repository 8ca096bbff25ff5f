"""Messages between the two sides of a referral."""

from django.utils.translation import gettext as _

from cases.restricting import may_disclose
from core import events
from core.actions import NotNow, action
from core.actors import NOBODY
from referral.drafting import get_locked
from referral.models import Message
from referral.states import FINAL, UNSENT
from referral.texts import clean


@action("message.write")
def write_message(referral_id, *, actor, at, text) -> Message:
    """Write to the other side.

    Raises NotNow before sending and after the end, and for a sender while the person's data are restricted; Incomplete
    for the text.
    """
    referral = get_locked(referral_id, actor)
    if actor.organisation_id not in (referral.sender_id, referral.receiver_id):
        raise NotNow("wrong_state", _("Only the two sides write here."))
    if referral.state in UNSENT or referral.state in FINAL:
        raise NotNow("wrong_state", _("Messages can be written from sending until the end."))
    if actor.organisation_id == referral.sender_id:
        may_disclose(referral.case.person)
    message = Message(
        referral=referral,
        author_organisation_id=actor.organisation_id,
        author_member_id=None if actor.member_id == NOBODY else actor.member_id,
        author_name=actor.name,
        text=clean(text, field="text", limit=4000),
        at=at,
    )
    message.save(force_insert=True)
    events.record(
        "message.written",
        actor=actor,
        at=at,
        about=message.pk,
        case_id=referral.case_id,
        referral_id=referral.pk,
        organisations=[referral.sender_id, referral.receiver_id],
        urgency=referral.urgency,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
    )
    return message
