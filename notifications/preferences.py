"""Doors of one's own settings: what one is told outside the application, by which ways and when (DOMAIN 8)."""

import hashlib
import secrets
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from core import egress
from core.actions import Incomplete, NotNow, action
from core.events import record
from core.models import User
from notifications.channels.push import raw
from notifications.choosing import OUTSIDE, USUAL
from notifications.models import DIGESTS, CalendarFeed, Preference, PushSubscription
from notifications.words import WORDS
from partners.identity import digest_of

READ = "notice.read"
CODE_FOR = timedelta(minutes=10)
CODE_EVERY = timedelta(minutes=1)
CODE_TRIES = 5
DEVICES = 10
POINT, AUTH = 65, 16  # bytes of a browser's key and of its secret (RFC 8291)


def _wrong(field: str, code: str, sentence: str) -> Incomplete:
    return Incomplete(code, sentence, fields={field: [sentence]})


def e164(written: str) -> str:
    """Return a telephone number in its international form, read as in Belarus where it has no country; "" for none."""
    try:
        number = phonenumbers.parse(written, "BY")
    except phonenumbers.NumberParseException:
        return ""
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else ""


def own(actor) -> Preference:
    """Return the actor's settings, as stored or as they are for everybody who chose nothing."""
    found = Preference.objects.visible_to(actor).filter(pk=actor.member_id).first()
    return found or Preference(member_id=actor.member_id)


def _locked(actor) -> Preference:
    Preference.objects.bulk_create([Preference(member_id=actor.member_id)], ignore_conflicts=True)
    return Preference.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=actor.member_id)


def chosen(preference: Preference, group: str) -> list[str]:
    """Return the channels by which this person is told of a group of kinds."""
    return list(preference.channels.get(group, USUAL))


@action("preference.change", permission=READ)
def change(
    *,
    actor,
    at: datetime,
    channels: dict[str, list[str]] | None = None,
    digest: str | None = None,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    language: str | None = None,
) -> Preference:
    """Change one's own settings; None leaves the channels, the digest and the language as they are.

    `channels` names for a group of kinds the ways to be told; quiet hours hold all but emergencies, both None for
    none. Returns the Preference. Raises Incomplete.
    """
    row = _locked(actor)
    for group, ways in (channels or {}).items():
        if group not in WORDS or set(ways) - set(OUTSIDE):
            raise _wrong("channels", "unknown_code", _("Choose from the list."))
    if digest is not None and digest not in DIGESTS:
        raise _wrong("digest", "unknown_code", _("Choose from the list."))
    if (quiet_from is None) != (quiet_until is None):
        raise _wrong("quiet_until", "both_or_none", _("Enter when the quiet hours begin and when they end."))
    if language is not None and language not in dict(settings.LANGUAGES):
        raise _wrong("language", "unknown_code", _("Choose from the list."))
    row.channels = {**row.channels, **{group: sorted(set(ways)) for group, ways in (channels or {}).items()}}
    row.digest = digest or row.digest
    row.quiet_from, row.quiet_until = quiet_from, quiet_until
    row.save(update_fields=["channels", "digest", "quiet_from", "quiet_until"])
    if language is not None:
        User.objects.filter(pk=actor.user_id).update(language=language)
    record("preference.changed", actor=actor, at=at, about=actor.member_id, digest=row.digest)
    return row


@action("preference.mail_off", permission=READ)
def mail_off(*, actor, at: datetime) -> Preference:
    """Switch mail off for everything but emergencies, as a mail's own link does (RFC 8058)."""
    row = _locked(actor)
    row.channels = {group: [way for way in chosen(row, group) if way != "email"] for group in WORDS}
    row.save(update_fields=["channels"])
    record("preference.mail_off", actor=actor, at=at, about=actor.member_id)
    return row


@action("phone.add", permission=READ)
def add_phone(*, actor, at: datetime, number: str) -> Preference:
    """Keep a telephone number and have a code sent to it. Raises Incomplete, NotNow."""
    if settings.SMS_GATEWAY == "":
        raise NotNow("no_gateway", _("Text messages are not set up here."))
    found = e164(number)
    if found == "":
        raise _wrong(
            "number", "wrong_number", _("Enter a telephone number with its country, such as +375 29 111-22-33.")
        )
    row = _locked(actor)
    if row.phone_code_at and at - row.phone_code_at < CODE_EVERY:
        raise NotNow("too_soon", _("A code was sent a moment ago. Wait a minute before you ask for another."))
    row.phone, row.phone_verified_at = found, None
    row.phone_code, row.phone_code_at, row.phone_tries = f"{secrets.randbelow(10**6):06}", at, 0
    row.save(update_fields=["phone", "phone_verified_at", "phone_code", "phone_code_at", "phone_tries"])
    record("phone.added", actor=actor, at=at, about=actor.member_id)
    return row


@action("phone.confirm", permission=READ)
def confirm_phone(*, actor, at: datetime, code: str) -> bool:
    """Compare the code; after five wrong ones, or ten minutes, another has to be asked for. Returns whether it fits."""
    row = _locked(actor)
    if not row.phone_code or row.phone_tries >= CODE_TRIES or at - row.phone_code_at > CODE_FOR:
        raise NotNow("code_over", _("This code is no longer valid. Ask for another one."))
    row.phone_tries += 1
    right = secrets.compare_digest(row.phone_code.encode(), "".join(code.split()).encode())
    if right:
        row.phone_verified_at, row.phone_code = at, ""
    row.save(update_fields=["phone_tries", "phone_verified_at", "phone_code"])
    record("phone.confirmed" if right else "phone.tried", actor=actor, at=at, about=actor.member_id)
    return right


@action("phone.remove", permission=READ)
def remove_phone(*, actor, at: datetime) -> Preference:
    """Forget the telephone number."""
    row = _locked(actor)
    row.phone = row.phone_code = ""
    row.phone_verified_at = row.phone_code_at = None
    row.save(update_fields=["phone", "phone_code", "phone_verified_at", "phone_code_at"])
    record("phone.removed", actor=actor, at=at, about=actor.member_id)
    return row


def devices(actor):
    """Return the browsers that show the actor's notices."""
    return PushSubscription.objects.visible_to(actor).filter(ended_at=None)


@action("device.add", permission=READ)
def add_device(*, actor, at: datetime, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Show notices on a browser that gave its address and keys. Raises Incomplete, NotNow.

    The address comes from outside: what `core.egress` would refuse is refused here already.
    """
    try:
        egress.target(endpoint)
        fits = (len(raw(p256dh)), len(raw(auth))) == (POINT, AUTH)
    except (egress.Refused, ValueError):
        fits = False
    if not fits:
        raise _wrong("endpoint", "wrong_device", _("This browser cannot be reached."))
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    PushSubscription.objects.visible_to(actor).filter(member_id=actor.member_id, digest=digest).update(
        endpoint=endpoint, p256dh=p256dh, auth=auth, ended_at=None
    )
    if not devices(actor).filter(digest=digest).exists():
        if devices(actor).count() >= DEVICES:
            raise NotNow("too_many", _("There are %(count)d devices. Remove one first.") % {"count": DEVICES})
        row = PushSubscription(id=uuid4(), member_id=actor.member_id, digest=digest, created_at=at)
        row.endpoint, row.p256dh, row.auth = endpoint, p256dh, auth
        row.save(force_insert=True)
    found = devices(actor).get(digest=digest)
    record("device.added", actor=actor, at=at, about=found.pk)
    return found


@action("device.remove", permission=READ)
def remove_device(device_id: UUID, *, actor, at: datetime) -> None:
    """Show no more notices on a browser, and forget its address. Raises NotNow."""
    gone = devices(actor).filter(pk=device_id).update(ended_at=at, endpoint="", p256dh="", auth="")
    if not gone:
        raise NotNow("no_such_device", _("This device does not show notices any more."))
    record("device.removed", actor=actor, at=at, about=device_id)


@action("calendar.make", permission=READ)
def make_calendar(*, actor, at: datetime) -> str:
    """Make a secret address of one's own calendar; the one before stops working. Returns the token, kept nowhere."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.visible_to(actor).filter(pk=actor.member_id).delete()
    CalendarFeed(member_id=actor.member_id, digest=digest_of(token), created_at=at).save(force_insert=True)
    record("calendar.made", actor=actor, at=at, about=actor.member_id)
    return token


@action("calendar.end", permission=READ)
def end_calendar(*, actor, at: datetime) -> None:
    """Withdraw the address; it counts from the next request."""
    CalendarFeed.objects.visible_to(actor).filter(pk=actor.member_id).delete()
    record("calendar.ended", actor=actor, at=at, about=actor.member_id)
