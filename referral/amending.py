"""Correcting what was sent: a new version of the packet beside the former one, read before it is answered (INV-3)."""

from django.utils.translation import gettext as _

from core.actions import NotNow, action, not_permitted
from referral import versions
from referral.drafting import get_locked
from referral.models import Amendment, Packet, Referral
from referral.nextsteps import may_acknowledge
from referral.states import OPEN, UNSENT
from referral.texts import clean

AMENDABLE = OPEN - UNSENT


@action("referral.amend", permission="referral.send")
def amend(referral_id, *, actor, at, reason, share=None, note=None, consent=None, version=None) -> Amendment:
    """Put a new version of the packet beside the one that was sent, taken from the facts as they are now.

    `share` changes choices as in `set_share`, `note` the reason in words, `consent` what it rests on; None leaves
    them. Consent, agreement and minimum are checked anew, and what needs approval needs it here as well.
    Returns the Amendment. Raises Referral.DoesNotExist; NotPermitted; NotNow (wrong_state, changed_meanwhile,
    approval_needed, the codes of G1, G2, G6, G9); Incomplete (reason, an unknown choice, nothing_changed).
    """
    referral = get_locked(referral_id, actor)
    if referral.sender_id != actor.organisation_id:
        raise not_permitted()
    if version is not None and version != referral.version:
        raise NotNow("changed_meanwhile", _("Somebody changed this referral while you worked. Look at it again."))
    if referral.state not in AMENDABLE:
        raise NotNow("wrong_state", _("Only what was sent and is still open can be corrected."))
    why = clean(reason, field="reason", limit=1000)
    return versions.put_beside(referral, actor=actor, at=at, why=why, share=share, note=note, consent=consent)


@action("referral.acknowledge", permission="")
def acknowledge(referral_id, *, actor, at, version=None) -> Referral:
    """Say that the receiver has read what was corrected; it can answer again. `version` is that of the packet.

    Raises Referral.DoesNotExist, NotPermitted, NotNow (nothing_waits, changed_meanwhile: there is a newer one).
    """
    referral = get_locked(referral_id, actor)
    if not may_acknowledge(referral, actor):
        raise not_permitted()
    if not referral.amendment_waits:
        raise NotNow("nothing_waits", _("There is nothing new to read."))
    if version is not None and version != referral.packet_version:
        raise NotNow("changed_meanwhile", _("The sender has corrected it once more. Read it again."))
    Amendment.objects.visible_to(actor).filter(referral=referral, seen_at=None).update(
        seen_at=at, seen_by_name=actor.name
    )
    referral.amendment_waits = False
    referral.version += 1
    referral.save(update_fields=["amendment_waits", "version"])
    versions.record("referral.change_seen", referral, actor=actor, at=at, packet_version=referral.packet_version)
    return referral


def changes(referral: Referral, actor) -> list[dict]:
    """Return each correction, the newest first, with old and new values as far as this actor may read them.

    {version, at, reason, author, seen_at, seen_by, lines: [{code, label, old, new}]}; a value that opens later is None.
    Two queries; none where nothing was corrected.
    """
    if referral.packet_version == 1:
        return []
    parts: dict[int, dict] = {}
    for part in Packet.objects.visible_to(actor).filter(referral=referral):
        parts.setdefault(part.version, {})[part.stage] = part.fields
    rows = Amendment.objects.visible_to(actor).filter(referral=referral).order_by("-version")
    return [
        {
            "version": row.version,
            "at": row.at,
            "reason": row.reason,
            "author": row.author_name,
            "seen_at": row.seen_at,
            "seen_by": row.seen_by_name,
            "lines": versions.lines(row.fields, parts.get(row.version - 1, {}), parts.get(row.version, {})),
        }
        for row in rows
    ]
