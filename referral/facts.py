"""What a step is told, checked: each wrong or missing fact is named (house rule 10)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Consent
from core.actions import Incomplete
from core.codelists import codes as list_codes
from partners.models import Member, Service
from referral import asking
from referral.drafting import member_of
from referral.models.links import ANSWERS
from referral.states import COMPLETED_OUTCOMES, NOT_COMPLETED_OUTCOMES, Step
from referral.texts import clean

UNREACHABLE_ATTEMPTS, UNREACHABLE_DAYS = 3, 2  # T11
LONGEST_TEXT, LONGEST_NAME = 4000, 120


def _wrong(field: str, sentence: str) -> Incomplete:
    return Incomplete(f"{field}_wrong", sentence, fields={field: [sentence]})


def checked(step: Step, referral, *, actor, at: datetime, facts: dict) -> dict:
    """Return the facts of a step, cleaned and typed. Raises Incomplete with the field named."""
    known = set(step.needs) | set(step.takes)
    if unknown := sorted(set(facts) - known):
        raise _wrong(unknown[0], _("This step does not take this fact."))
    found = {}
    for name in (*step.needs, *step.takes):
        value = facts.get(name)
        if value in (None, "") and name in step.takes:
            continue
        found[name] = _CHECKS[name](value, step=step, referral=referral, actor=actor, at=at)
    if "other" in (found.get("reason"), found.get("line_reason")) and not found.get("text"):
        raise _wrong("text", _("Write the reason in a few words."))
    if found.get("outcome") == "client_unreachable":
        _enough_attempts(found.get("attempts", []))
    return found


def _text(value, *, step, **_given):
    return clean(value, field="text", limit=LONGEST_TEXT, required="text" in step.needs)


@dataclass(frozen=True)
class Worker:
    """Who works with the person: a member, or only a name where the partner has no accounts."""

    name: str
    member: Member | None = None


def _worker(value, *, referral, actor, **_given):
    if actor.may(ANSWERS):  # by a link
        return Worker(clean(value or "", field="worker", limit=LONGEST_NAME, required=True))
    member = member_of(value, referral.receiver_id, actor)
    return Worker(member.name, member)


def _reason(value, **_given):
    if value not in list_codes("decline_reason"):
        raise _wrong("reason", _("Choose a reason."))
    return value


def _line_reason(value, **_given):
    if value not in list_codes("line_reason"):
        raise _wrong("line_reason", _("Choose a reason."))
    return value


def _withdrawal_reason(value, **_given):
    if value not in list_codes("withdrawal_reason"):
        raise _wrong("withdrawal_reason", _("Choose a reason."))
    return value


def _outcome(value, *, step, **_given):
    if value not in (COMPLETED_OUTCOMES if step.name == "complete" else NOT_COMPLETED_OUTCOMES):
        raise _wrong("outcome", _("Choose what came of it."))
    return value


def _day(value, field: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _wrong(field, _("Enter a date, such as 2026-11-30.")) from None


def coming(field: str, value, *, at: datetime) -> date:
    """Return a day from today on. Raises Incomplete with the field."""
    day = _day(value, field)
    if day < timezone.localdate(at) or day.year > at.year + 2:
        raise _wrong(field, _("Enter a date from today on, within two years."))
    return day


def _coming(field: str):
    def check(value, *, at, **_given):
        return coming(field, value, at=at)

    return check


def _first_contact(value, *, at, referral, **_given):
    day = _day(value, "first_contact_on")
    if day > timezone.localdate(at) or (referral.sent_at and day < timezone.localdate(referral.sent_at)):
        raise _wrong(
            "first_contact_on", _("Enter the day of the first contact: after the referral came, not later than today.")
        )
    return day


def _service(value, **_given):
    pk = value.pk if isinstance(value, Service) else value
    try:
        service = Service.objects.filter(pk=pk if isinstance(pk, UUID) else UUID(str(pk)), status="active").first()
    except ValueError:
        service = None
    if service is None:
        raise _wrong("suggested_service", _("Choose a service of the directory."))
    return service


def _attempts(value, **_given):
    if not isinstance(value, (list, tuple)):
        raise _wrong("attempts", _("List the days of the attempts."))
    return [_day(item, "attempts") for item in value]


def _enough_attempts(days: list[date]) -> None:
    if len(days) < UNREACHABLE_ATTEMPTS or len(set(days)) < UNREACHABLE_DAYS:
        raise _wrong("attempts", _("Try at least three times, on two days, before you report this."))


def _asked(value, *, referral, **_given):
    """T5: a question is for lines that are not in the packet."""
    return _some(value, "asked", [line.code for line in asking.askable(referral)])


def _give(value, *, referral, **_given):
    return _some(value, "give", asking.still_asked(referral))


def _some(value, field: str, allowed: list[str]) -> list[str]:
    if not isinstance(value, (list, tuple)) or set(value) - set(allowed):
        sentences = {
            "asked": _("Ask only for what you were not sent."),
            "give": _("Add only what the partner asked for. For anything else, correct what was sent."),
        }
        raise _wrong(field, sentences[field])
    return [code for code in allowed if code in value]


def _consent(value, *, referral, actor, at, **_given):
    pk = value.pk if isinstance(value, Consent) else value
    try:
        mine = Consent.objects.visible_to(actor).filter(person_id=referral.case.person_id)
        return mine.get(pk=pk if isinstance(pk, UUID) else UUID(str(pk)))
    except (ValueError, Consent.DoesNotExist):
        raise _wrong("consent", _("Choose a consent of this person.")) from None


_CHECKS = {
    "text": _text,
    "asked": _asked,
    "give": _give,
    "consent": _consent,
    "worker": _worker,
    "reason": _reason,
    "line_reason": _line_reason,
    "withdrawal_reason": _withdrawal_reason,
    "outcome": _outcome,
    "expected_on": _coming("expected_on"),
    "resume_on": _coming("resume_on"),
    "first_contact_on": _first_contact,
    "suggested_service": _service,
    "attempts": _attempts,
}
