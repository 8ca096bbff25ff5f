"""The next version of a packet: composed from the facts of now, guarded like a sending, compared with the former."""

from uuid import uuid4

from django.utils.translation import gettext as _

from cases.models import Grant
from core import events
from core.actions import Incomplete, NotNow
from referral import guards, sharing
from referral.drafting import choose_share
from referral.models import Amendment, Packet, Referral
from referral.texts import clean


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
    record("referral.amended", referral, actor=actor, at=at, packet_version=row.version, fields=fields)
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


def record(kind: str, referral: Referral, *, actor, at, **facts) -> None:
    """Record an event about what was sent, for both sides."""
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
