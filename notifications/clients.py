"""To the persons themselves: only where they consented to being contacted, on a safe way at a safe hour (DOMAIN 8).

Everything is asked again when a message leaves: the consent, "do not contact", the way, the hour, the appointment.
What may not be sent any more is dropped with the reason, and the worker is told.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.contacts import DO_NOT_CONTACT, Usable, safe_ways
from cases.models import Appointment, Case, Consent
from cases.states import OPEN
from core import events
from core.actions import NotNow, action
from core.actors import NOBODY, SYSTEM, acting
from notifications.channels import Done, Result
from notifications.channels.email import OneRecipient
from notifications.channels.sms import GATEWAYS
from notifications.client_words import SUBJECT, language_of, words
from notifications.models import ClientMessage

log = logging.getLogger(__name__)

PURPOSE = "contact"
CHANNELS = frozenset({"sms", "email"})
AHEAD = timedelta(hours=24)  # before an appointment
USEFUL = timedelta(hours=48)  # a call that is asked for later than this is asked for anew
AGAIN = timedelta(minutes=15)
LEASE = timedelta(minutes=5)
TRIES = 5
BETWEEN = timedelta(hours=1)  # two requests to call back: nobody is pressed
BATCH = 20

REASONS = {
    "case_closed": gettext_lazy("The case is closed."),
    "do_not_contact": gettext_lazy("The person asked not to be contacted."),
    "no_consent": gettext_lazy("The person has not consented to being contacted."),
    "no_way": gettext_lazy("No safe way for text messages or e-mail is known."),
    "not_now": gettext_lazy("It was never a safe hour."),
    "moved": gettext_lazy("The appointment was moved, cancelled or has begun."),
    "failed": gettext_lazy("It could not be delivered."),
}


@dataclass(frozen=True)
class Outlook:
    """Whether a message may go to the person of a case: `why` is empty when it may; else a code of REASONS."""

    why: str
    ways: tuple[Usable, ...]
    language: str

    @property
    def sentence(self) -> str:
        return str(REASONS[self.why]) if self.why else ""


def outlook(case: Case, *, at: datetime) -> Outlook:
    """Return whether, how and in which language the person of a case may be written.

    Two queries, with `case__person` at hand.
    """
    person = case.person
    language = language_of(person.languages)
    ways = tuple(way for way in safe_ways(person) if way.channel in CHANNELS and way.value and _can(way.channel))
    given = Consent.objects.filter(person_id=person.pk, status="given", purposes__contains=[PURPOSE])
    why = "" if ways else "no_way"
    if not any(consent.holds(at) for consent in given):
        why = "no_consent"
    if person.contact_channel == DO_NOT_CONTACT or person.erased_at is not None:
        why = "do_not_contact"
    if case.status not in OPEN or case.erased_at is not None:
        why = "case_closed"
    return Outlook(why, () if why else ways, language)


def _can(channel: str) -> bool:
    return bool(settings.CLIENT_FROM_EMAIL) if channel == "email" else settings.SMS_GATEWAY in GATEWAYS


@action("client.ask_to_call", permission="case.write")
def ask_to_call(case: Case, *, actor, at: datetime) -> ClientMessage:
    """Ask the person of a case to call back. It leaves at the next safe hour, within two days.

    Returns the ClientMessage. Raises NotNow (a code of REASONS, or asked_already).
    """
    found = outlook(case, at=at)
    if found.why:
        raise NotNow(found.why, found.sentence)
    lately = ClientMessage.objects.visible_to(actor).filter(case=case, kind="call_back", created_at__gt=at - BETWEEN)
    if lately.exclude(status__in=["failed", "dropped"]).exists():
        raise NotNow("asked_already", _("The person was asked to call within the last hour."))
    row = ClientMessage(
        id=uuid4(),
        organisation_id=case.organisation_id,
        case=case,
        kind="call_back",
        asked_by_id=None if actor.member_id == NOBODY else actor.member_id,
        language=found.language,
        next_try_at=at,
        until=at + USEFUL,
        created_at=at,
    )
    row.save(force_insert=True)
    events.record("client.asked", actor=actor, at=at, about=row.pk, case_id=case.pk, message=row.kind)
    return row


def plan_appointments(*, at: datetime, limit: int = 500) -> int:
    """Plan a reminder of each appointment within the next day whose person may be written; return how many.

    Runs as the worker role. An appointment is reminded of once, and only while there is time to come.
    """
    with acting(SYSTEM):
        soon = Appointment.objects.visible_to(SYSTEM).filter(
            attendance="planned", starts_at__gt=at, starts_at__lte=at + AHEAD
        )
        planned = ClientMessage.objects.visible_to(SYSTEM).filter(about__isnull=False).values("about")
        rows = [
            ClientMessage(
                organisation_id=meeting.organisation_id,
                case=meeting.case,
                kind="appointment",
                about=meeting.pk,
                language=found.language,
                next_try_at=at,
                until=meeting.starts_at,
                created_at=at,
            )
            for meeting in soon.exclude(pk__in=planned)
            .select_related("case__person")
            .order_by("starts_at", "pk")[:limit]
            if not (found := outlook(meeting.case, at=at)).why
        ]
        return len(ClientMessage.objects.bulk_create(rows, ignore_conflicts=True))


def send_due(*, at: datetime) -> int:
    """Send what is due at the time `at`; return how many messages left.

    Runs as the worker role. A message is claimed and written as `sending` before it leaves; one whose worker died in
    between is not sent again: a person who is watched is better not written twice.
    """
    sent = 0
    while claimed := _claim(at=at):
        sent += sum(_send(row, at=at) for row in claimed)
    return sent


def _claim(*, at: datetime) -> list[ClientMessage]:
    with acting(SYSTEM):
        rows = ClientMessage.objects.visible_to(SYSTEM).filter(next_try_at__lte=at)
        lost = rows.filter(status="sending")
        lost.update(status="failed", why="failed", next_try_at=None)
        found = list(
            rows.filter(status="waiting")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("case__person")
            .order_by("next_try_at", "pk")[:BATCH]
        )
        for row in found:
            row.status, row.attempts, row.next_try_at = "sending", row.attempts + 1, at + LEASE
        ClientMessage.objects.bulk_update(found, ["status", "attempts", "next_try_at"])
    return found


def _send(row: ClientMessage, *, at: datetime) -> bool:
    with acting(SYSTEM):
        found, starts_at = outlook(row.case, at=at), None
        why = found.why
        if row.kind == "appointment":
            meeting = Appointment.objects.visible_to(SYSTEM).filter(pk=row.about, attendance="planned").first()
            starts_at = meeting and meeting.starts_at
            why = why or ("" if starts_at and starts_at > at else "moved")
        why = why or ("not_now" if row.until <= at else "")
        way = None if why else next((way for way in found.ways if way.now(at)), None)
        if why:
            _settle(row, "dropped", why, at=at)
            return False
        if way is None:  # not a safe hour: look again later
            _wait(row, at=at, counts=False)
            return False
    result = _leave(row, way, found.language, words(row.kind, found.language, starts_at=starts_at))
    with acting(SYSTEM):
        if isinstance(result, Done):
            row.channel, row.language, row.sent_at = way.channel, found.language, at
            _settle(row, "sent", "", at=at)
            return True
        if row.attempts < TRIES:
            _wait(row, at=at, counts=True)
        else:
            _settle(row, "failed", "failed", at=at)
    return False


def _leave(row: ClientMessage, way: Usable, language: str, text: str) -> Result | None:
    """Hand the text over; None when that failed. What went wrong quotes the address, so only its class is logged."""
    try:
        if way.channel == "sms":
            return GATEWAYS[settings.SMS_GATEWAY](way.value, text, str(row.pk))
        mail: EmailMessage = OneRecipient(
            subject=SUBJECT[language],
            body=text,
            from_email=settings.CLIENT_FROM_EMAIL,
            to=[way.value],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.send()
    except Exception as error:
        log.warning("message %s to a person failed: %s", row.pk, type(error).__name__)
        return None
    return Done()


def _wait(row: ClientMessage, *, at: datetime, counts: bool) -> None:
    row.status, row.next_try_at = "waiting", min(at + AGAIN, row.until)
    row.attempts -= 0 if counts else 1
    row.save(update_fields=["status", "next_try_at", "attempts"])


def _settle(row: ClientMessage, status: str, why: str, *, at: datetime) -> None:
    row.status, row.why, row.next_try_at = status, why, None
    row.save(update_fields=["status", "why", "next_try_at", "channel", "language", "sent_at"])
    kind = "client.sent" if status == "sent" else "client.not_sent"
    events.record(
        kind,
        actor=SYSTEM,
        at=at,
        about=row.pk,
        case_id=row.case_id,
        organisations=[row.organisation_id],
        sender_id=row.organisation_id,
        message=row.kind,
        why=why,
    )
