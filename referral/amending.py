"""Correcting what was sent: a new version of the packet beside the former one, read before it is answered (INV-3)."""

from uuid import uuid4

from django.utils.translation import gettext as _

from cases.models import Grant
from core import events
from core.actions import Incomplete, NotNow, action, not_permitted
from referral import guards, sharing
from referral.drafting import choose_share, get_locked
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
    return put_beside(referral, actor=actor, at=at, why=why, share=share, note=note, consent=consent)


def put_beside(referral: Referral, *, actor, at, why: str, share=None, note=None, consent=None) -> Amendment:
    """Write the next version of a locked referral's packet. For doors: `amend`, and a reply that adds lines (T5).

    Raises NotNow (approval_needed, the codes of G1, G2, G6, G9), Incomplete (an unknown choice, nothing_changed).
    """
    approved = _asked(referral, at)  # at sending
    parts = compose(referral, actor=actor, at=at, share=share, note=note, consent=consent)
    before = sharing.version_of(referral, actor, referral.packet_version)
    fields = differing(before, {part.stage: part.fields for part in parts})
    if not fields:
        raise Incomplete("nothing_changed", _("Nothing is different from what was sent."))
    _pass_guards(referral, actor, at, approved)
    for part in parts:
        part.save(force_insert=True)
    referral.packet_version += 1
    referral.amendment_waits = True
    referral.version += 1
    referral.draft_note = ""
    referral.share = sharing.share_of(parts, referral.share)
    referral.save()
    _rest_on(referral, consent)
    row = Amendment(
        id=uuid4(),
        referral=referral,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
        version=referral.packet_version,
        fields=fields,
        reason=why,
        author_name=actor.name,
        at=at,
    )
    row.save(force_insert=True)
    _record("referral.amended", referral, actor=actor, at=at, packet_version=row.version, fields=fields)
    return row


def compose(referral: Referral, *, actor, at, share=None, note=None, consent=None) -> list[Packet]:
    """Return the unsaved parts of the next version, and set the choices they come from on the referral."""
    choose_share(referral, share or {})
    former = sharing.version_of(referral, actor, referral.packet_version).get(sharing.NOW, {}).get("note", "")
    referral.draft_note = former if note is None else clean(note, field="note", limit=4000)
    if consent is not None:
        referral.consent = consent
    return sharing.packets(referral, at=at, version=referral.packet_version + 1)


def differing(before: dict[str, dict], after: dict[str, dict]) -> list[str]:
    """Return the codes of the lines that are not the same in two versions, {stage: {code: value}} each."""
    was = {code: (stage, value) for stage, fields in before.items() for code, value in fields.items()}
    now = {code: (stage, value) for stage, fields in after.items() for code, value in fields.items()}
    return [field.code for field in sharing.FIELDS if was.get(field.code) != now.get(field.code)]


def _asked(referral: Referral, at) -> set[str]:
    return {code for code, _sentence in guards.approval_reasons(referral, at=at)}


def _pass_guards(referral: Referral, actor, at, approved: set[str]) -> None:
    for gate in guards.of_disclosure(referral, at=at):
        if gate.state == guards.BLOCKED:
            raise NotNow(gate.refusal, gate.sentence, gate=gate.code)
    asked = _asked(referral, at)
    if asked - approved and not actor.may("referral.approve"):
        raise NotNow("approval_needed", _("A supervisor must approve what you add. Ask them to make this change."))
    referral.approval_needed = bool(asked)


def _rest_on(referral: Referral, consent) -> None:
    if consent is not None:
        open_ones = Grant.objects.filter(referral_id=referral.pk, closed_at=None)
        open_ones.update(consent_id=consent.pk, until=consent.expires_at)


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
    _record("referral.change_seen", referral, actor=actor, at=at, packet_version=referral.packet_version)
    return referral


def changes(referral: Referral, actor) -> list[dict]:
    """Return each correction, the newest first, with old and new values as far as this actor may read them.

    {version, at, reason, author, seen_at, seen_by, lines: [{code, label, old, new}]}; a value that opens later is None.
    Two queries; none where nothing was corrected.
    """
    if referral.packet_version == 1:
        return []
    versions: dict[int, dict] = {}
    for part in Packet.objects.visible_to(actor).filter(referral=referral):
        versions.setdefault(part.version, {})[part.stage] = part.fields
    rows = Amendment.objects.visible_to(actor).filter(referral=referral).order_by("-version")
    return [
        {
            "version": row.version,
            "at": row.at,
            "reason": row.reason,
            "author": row.author_name,
            "seen_at": row.seen_at,
            "seen_by": row.seen_by_name,
            "lines": lines(row.fields, versions.get(row.version - 1, {}), versions.get(row.version, {})),
        }
        for row in rows
    ]


def lines(fields: list[str], before: dict[str, dict], after: dict[str, dict]) -> list[dict]:
    """Return lines with their old and new value in words: {code, label, old, new}; None is what opens later."""
    return [
        {
            "code": code,
            "label": sharing.BY_CODE[code].label,
            "old": _value(before, code),
            "new": _value(after, code),
        }
        for code in fields
    ]


def _value(parts: dict[str, dict], code: str) -> str | None:
    for fields in parts.values():
        if code in fields:
            return sharing.BY_CODE[code].show(fields[code])
    # Without the part that opens after acceptance nobody can say whether the line is empty.
    return "" if len(parts) == 2 else None


def _record(kind: str, referral: Referral, *, actor, at, **facts) -> None:
    events.record(
        kind,
        actor=actor,
        at=at,
        about=referral.pk,
        case_id=referral.case_id,
        referral_id=referral.pk,
        organisations=[referral.sender_id, referral.receiver_id],
        urgency=referral.urgency,
        field_class=referral.field_class,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
        **facts,
    )
