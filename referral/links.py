"""Answer links: made and withdrawn by the sender, opened with a code and used once by the partner (ADR 16).

Whoever opens one acts for the partner with two verbs, sees one referral, and answers through `lifecycle.advance`.
Referral and link are locked in this order everywhere.
"""

import secrets
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from core import events
from core.actions import Incomplete, NotNow, action
from core.actors import NOBODY, Actor
from core.fields import blind_index
from partners.identity import digest_of
from partners.roles import BY_LINK
from referral.amending import acknowledge
from referral.drafting import get_locked
from referral.facts import LONGEST_NAME
from referral.lifecycle import advance, available
from referral.models import AnswerLink, Referral
from referral.models.links import ANSWERS
from referral.states import STEPS, UNSENT, Side, Step, steps_from
from referral.texts import clean

EMAIL, PAPER, PHONE, SMS = "email", "paper", "phone", "sms"
HOURS = (24, 48, 72, 168)  # how long a link may live
TRIES = 5  # wrong codes before a link is closed
SESSION = timedelta(minutes=30)  # from the code to the answer
AFTERWARDS = timedelta(minutes=15)  # in which the same device may still read whom it accepted


@dataclass(frozen=True)
class Made:
    """A link, and what is shown once: `token` of one on paper, `code` of one that is told; "" what leaves by itself."""

    link: AnswerLink
    token: str = ""
    code: str = ""


def address_of(token: str) -> str:
    """Return the address that a token opens; it holds nothing but the token."""
    return f"{settings.SITE_URL}/answer/{token}/"


def mails_of(referral: Referral) -> list[str]:
    """Return the e-mail addresses that the directory has of service and partner: no other one is written to."""
    return [value for value in dict.fromkeys([referral.service.email, referral.receiver.email]) if value]


def numbers_of(referral: Referral) -> list[str]:
    """Return the mobile numbers that the directory has of service and partner (E.164)."""
    service, receiver = referral.service, referral.receiver
    written = [service.phone, receiver.phone, service.after_hours_phone, receiver.after_hours_phone]
    return list(dict.fromkeys(filter(None, map(_mobile, written))))


def _mobile(written: str) -> str:
    try:
        number = phonenumbers.parse(written, "BY")
    except phonenumbers.NumberParseException:
        return ""
    kinds = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) * (
        phonenumbers.number_type(number) in kinds
    )


def may_link(referral: Referral, actor) -> bool:
    """Return whether a link may be made now: it was sent, and the partner is the one to act."""
    waits = referral.state not in UNSENT and bool(steps_from(referral.state, Side.RECEIVER))
    return waits and referral.sender_id == actor.organisation_id and actor.may("referral.send")


@action("link.make", permission="referral.send")
def make_link(referral_id: UUID, *, actor, at: datetime, way, code_way, language, hours=48, address="", number=""):
    """Make a link for the partner of a referral; one that was open is withdrawn.

    Args: `way` of the link is email or paper, `code_way` phone or sms; `address` and `number` are of the directory.
    Returns Made. Raises Referral.DoesNotExist, NotNow (wrong_state), Incomplete with the field named.
    """
    referral = get_locked(referral_id, actor)
    if not may_link(referral, actor):
        raise NotNow("wrong_state", _("The partner has nothing to answer now."))
    _check(way in {EMAIL, PAPER}, "way", _("Choose how the link travels."))
    _check(code_way in {PHONE, SMS}, "code_way", _("Choose how the code travels."))
    _check(way != EMAIL or address in mails_of(referral), "address", _("Choose an address of the directory."))
    _check(code_way != SMS or number in numbers_of(referral), "number", _("Choose a number of the directory."))
    _check(hours in HOURS, "hours", _("Choose how long the link works."))
    _check(language in dict(settings.LANGUAGES), "language", _("Choose a language."))
    AnswerLink.objects.visible_to(actor).filter(referral=referral, used_at=None, withdrawn_at=None).update(
        withdrawn_at=at
    )
    link = AnswerLink(
        referral=referral,
        case_id=referral.case_id,
        sender_id=referral.sender_id,
        receiver_id=referral.receiver_id,
        field_class=referral.field_class,
        way=way,
        code_way=code_way,
        address=address if way == EMAIL else "",
        number=number if code_way == SMS else "",
        language=language,
        made_by_id=None if actor.member_id == NOBODY else actor.member_id,
        made_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    token = give_token(link) if way == PAPER else ""
    code = give_code(link) if code_way == PHONE else ""
    link.save(force_insert=True)
    if not referral.by_link:
        referral.by_link = True
        referral.save(update_fields=["by_link"])
    record("link.made", link, actor=actor, at=at, way=way, code_way=code_way, urgency=referral.urgency)
    return Made(link, token, code)


@action("link.withdraw", permission="referral.send")
def withdraw_link(referral_id: UUID, *, actor, at: datetime) -> AnswerLink:
    """Close the open link of a referral; it counts at once. Raises Referral.DoesNotExist, NotNow (no_open_link)."""
    referral = get_locked(referral_id, actor)
    rows = AnswerLink.objects.visible_to(actor).filter(referral=referral, sender_id=actor.organisation_id)
    link = rows.filter(used_at=None, withdrawn_at=None).select_for_update(of=("self",)).first()
    if link is None:
        raise NotNow("no_open_link", _("There is no open link. Look at the referral again."))
    link.withdrawn_at = at
    link.save(update_fields=["withdrawn_at"])
    record("link.withdrawn", link, actor=actor, at=at)
    return link


def give_token(link: AnswerLink) -> str:
    """Return a new secret of the link (192 random bits), of which the row keeps the SHA-256. The row is not saved."""
    token = secrets.token_urlsafe(24)
    link.digest = digest_of(token)
    return token


def give_code(link: AnswerLink) -> str:
    """Return a new code of six digits, of which the row keeps a keyed hash: a million could be tried. Not saved."""
    code = f"{secrets.randbelow(10**6):06}"
    link.code_digest = _hash(link, code)
    return code


def _hash(link: AnswerLink, code: str) -> str:
    return blind_index(f"{link.pk}{code}")


def holder_of(token: str) -> Actor | None:
    """Return who acts with a token: the partner, for one referral; None where it is unknown or withdrawn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, receiver_id FROM waymark.link_holder(%s)", [digest_of(token)])
        row = cursor.fetchone()
    return row and Actor(token_id=row[0], organisation_id=row[1], permissions=BY_LINK)


def link_of(actor) -> AnswerLink:
    """Return the link that acts, with its referral. Raises AnswerLink.DoesNotExist."""
    rows = AnswerLink.objects.visible_to(actor)
    return rows.select_related("referral__service", "referral__sender", "referral__receiver").get(pk=actor.principal_id)


def opens(link: AnswerLink, *, at: datetime) -> bool:
    """Return whether the link can still be answered: open, in time, not locked, and the partner is the one to act."""
    alive = link.used_at is None and link.withdrawn_at is None and at < link.expires_at and link.tries < TRIES
    return alive and bool(steps_from(link.referral.state, Side.RECEIVER))


def steps_of(link: AnswerLink, actor) -> list[Step]:
    """Return the steps that the link can be used for; what was corrected is read on the page of the answer."""
    referral = copy(link.referral)
    referral.amendment_waits = False
    return [step for step in available(referral, actor) if step.name != "receive"]


def is_here(link: AnswerLink, session: str, *, at: datetime) -> bool:
    """Return whether this is the device that entered the code last, and its time is not over."""
    kept = link.session_digest if link.session_until and at < link.session_until else ""
    return bool(kept) and secrets.compare_digest(kept, digest_of(session))


def standing(link: AnswerLink, *, at: datetime) -> str:
    """Return what the sender is told of a link: a code of the list `link_state`."""
    for code, holds in (
        ("answered", link.used_at is not None),
        ("withdrawn", link.withdrawn_at is not None),
        ("locked", link.tries >= TRIES),
        ("expired", at >= link.expires_at),
        ("opened", link.opened_at is not None),
        ("failed", link.failed_at is not None),
        ("sent", link.way == PAPER or link.sent_at is not None),
    ):
        if holds:
            return code
    return "waiting"


@action("link.open", permission=ANSWERS)
def open_link(*, actor, at: datetime, code: str) -> str:
    """Compare the code; return the secret of a session on this device, "" for a wrong code.

    Another device that had one loses it. The fifth wrong code closes the link. Opening is receipt (T4).
    Raises NotNow (link_over).
    """
    link, referral = _locked(actor, at=at)
    if not opens(link, at=at):
        raise _over()
    if not secrets.compare_digest(link.code_digest, _hash(link, code)):
        link.tries += 1
        link.save(update_fields=["tries"])
        record("link.locked" if link.tries >= TRIES else "link.tried", link, actor=actor, at=at, tries=link.tries)
        return ""
    session = secrets.token_urlsafe(32)
    link.session_digest, link.session_until = digest_of(session), at + SESSION
    link.opened_at = link.opened_at or at
    link.save(update_fields=["session_digest", "session_until", "opened_at"])
    record("link.opened", link, actor=actor, at=at)
    if referral.state in STEPS["receive"].sources:
        advance(referral.pk, "receive", actor=actor, at=at)
    return session


@action("link.answer", permission=ANSWERS)
def answer_link(*, actor, at: datetime, session: str, step: str, name: str, packet_version: int, **facts) -> Referral:
    """Take one step for the partner; the link is used up by it.

    Args: `name` of who answers, `packet_version` of what was read, facts of the step. Returns the Referral. Raises
    NotNow (link_used, link_over, other_device, change_not_seen), Incomplete, and what `lifecycle.advance` raises.
    """
    link, referral = _locked(actor, at=at)
    if link.used_at is not None:
        raise NotNow("link_used", _("This link was used already: an answer was given. Yours was not needed any more."))
    if not opens(link, at=at):
        raise _over()
    if not is_here(link, session, at=at):
        raise NotNow("other_device", _("This link was opened on another device, or the time is over. Enter the code."))
    who = replace(actor, name=clean(name, field="name", limit=LONGEST_NAME, required=True))
    if referral.amendment_waits:
        if packet_version != referral.packet_version:
            raise NotNow("change_not_seen", _("The sender has corrected this referral. Read it again, then answer."))
        acknowledge(referral.pk, actor=who, at=at, version=packet_version)
    referral = advance(referral.pk, step, actor=who, at=at, **facts)
    link.used_at, link.used_for, link.step_number = at, step, referral.steps_taken
    link.session_until = at + AFTERWARDS
    link.save(update_fields=["used_at", "used_for", "step_number", "session_until"])
    record("link.used", link, actor=actor, at=at, step=step)
    return referral


def _locked(actor, *, at: datetime) -> tuple[AnswerLink, Referral]:
    """Return the acting link and its referral, both locked. Raises NotNow (link_over)."""
    pk = AnswerLink.objects.visible_to(actor).filter(pk=actor.principal_id).values_list("referral_id", flat=True)
    try:
        referral = get_locked(pk.get(), actor)
        rows = AnswerLink.objects.visible_to(actor).select_for_update(of=("self",))
        link = rows.get(pk=actor.principal_id)
    except (AnswerLink.DoesNotExist, Referral.DoesNotExist):
        raise _over() from None
    link.referral = referral
    return link, referral


def _over() -> NotNow:
    return NotNow("link_over", _("This link does not work any more."))


def _check(holds: bool, field: str, sentence: str) -> None:
    if not holds:
        raise Incomplete(f"{field}_wrong", sentence, fields={field: [sentence]})


def record(kind: str, link: AnswerLink, *, actor, at: datetime, **facts) -> None:
    """Record an event about a link; both sides may read it."""
    events.record(
        kind,
        actor=actor,
        at=at,
        about=link.pk,
        case_id=link.case_id,
        referral_id=link.referral_id,
        organisations=[link.sender_id, link.receiver_id],
        sender_id=link.sender_id,
        receiver_id=link.receiver_id,
        **facts,
    )
