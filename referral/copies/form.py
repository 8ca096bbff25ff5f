"""The inter-agency referral form on paper: the minimum content of DOMAIN 4.1, field by field, for one reader."""

from datetime import date, datetime

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import dates, pdf
from core.codelists import label
from partners.models import Organisation
from referral.copies.taking import Copy
from referral.sharing import BY_CODE, FIELDS
from referral.states import SHOWS_IDENTITY, UNSENT, S

LANGUAGES = ("en", "ru", "be")
# What the form asks of the person, in its order; the other fields of a packet are in the part about the need.
OF_PERSON = tuple(field.code for field in FIELDS if field.code not in {"need", "note", "risk"})
OF_NEED = ("need", "note", "risk")


def paper(copy: Copy, *, language: str) -> bytes:
    """Return the form as a PDF in `language` (en, ru or be). Its properties and name say nothing about whom."""
    with translation.override(language):
        return pdf.make("referral", contents(copy) | {"language": language}, at=copy.at)


def contents(copy: Copy) -> dict:
    """Return the form as `core/typst/referral.typ` takes it, in the active language."""
    referral = copy.referral
    by = ", ".join(filter(None, [copy.reader, dates.exact(copy.at)]))
    return {
        "title": _("Inter-agency referral form"),
        "lead": [
            _("Confidential. Only for those who work with this referral."),
            *([_("Not sent yet: this is what would be sent.")] if referral.state in UNSENT else []),
        ],
        "mark": _("Printed: %(by)s") % {"by": by},
        "page": _("Page"),
        "sections": [
            _referral(copy),
            _agency(_("Referring organisation"), referral.sender, referral.sender_name),
            _receiver(copy),
            _person(copy),
            _need(copy),
            _consent(copy),
            _receipt(copy),
            _outcome(copy),
        ],
    }


def _section(title: str, rows=(), *, lead: str = "", choices=(), blanks=()) -> dict:
    return {
        "title": title,
        "lead": lead,
        "rows": [
            {"label": str(name), "values": [str(one) for one in (value if isinstance(value, list) else [value])]}
            for name, value in rows
            if value
        ],
        "choices": [{"label": str(name), "on": bool(on)} for name, on in choices],
        "blanks": [str(name) for name in blanks],
    }


def _day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    return date_format(timezone.localdate(value) if isinstance(value, datetime) else value, "DATE_FORMAT")


def _referral(copy: Copy) -> dict:
    referral = copy.referral
    sent = referral.state not in UNSENT
    delivered = _("By telephone, and in the system") if copy.by_phone else _("In the system")
    return _section(
        _("Referral"),
        [
            (_("Referral number"), referral.reference),
            (_("Urgency"), label("urgency", referral.urgency)),
            (_("State"), label("referral_status", referral.state)),
            (_("Sent on"), _day(referral.sent_at)),
            (_("Delivered"), delivered if sent and referral.sent_at else ""),
            (_("Version"), referral.packet_version if referral.packet_version > 1 else ""),
            (_("Answer expected by"), dates.exact(referral.due_at) if referral.due_at and sent else ""),
        ],
    )


def _agency(title: str, body: Organisation, person: str, *more: tuple[str, str]) -> dict:
    rows = [(_("Organisation"), body.full_label), *more, (_("Contact person"), person)]
    return _section(title, [*rows, (_("Phone"), body.phone), (_("E-mail"), body.email)])


def _receiver(copy: Copy) -> dict:
    referral, service = copy.referral, copy.referral.service
    night = service.after_hours_phone or referral.receiver.after_hours_phone
    return _agency(
        _("Receiving organisation"),
        referral.receiver,
        referral.worker_name,
        (_("Service asked for"), service.label),
        (_("Phone of the service"), service.phone),
        (_("Phone at any hour"), night if referral.urgency == "emergency" else ""),
    )


def _person(copy: Copy) -> dict:
    """Each field of the form: what is open to this reader, or why nothing stands there."""
    lead = ""
    if copy.sending and copy.after and copy.referral.state not in SHOWS_IDENTITY:
        lead = _("Marked with *: the partner reads it after it has accepted.")
    return _section(_("Person"), [(_named(copy, code), _value(copy, code)) for code in OF_PERSON], lead=lead)


def _named(copy: Copy, code: str) -> str:
    later = copy.sending and code in (copy.after or {}) and copy.referral.state not in SHOWS_IDENTITY
    return f"{BY_CODE[code].label}\u00a0*" if later else str(BY_CODE[code].label)


def _value(copy: Copy, code: str) -> str | list[str]:
    value = copy.said(code)
    if value is not None:
        shown = BY_CODE[code].show(value)
        return shown.split(" / ") if code == "name" else shown
    return _("Opens when the partner accepts") if code in copy.locked else _("Not shared")


def _need(copy: Copy) -> dict:
    rows = [(_("Kind of need"), label("need_category", copy.referral.category))]
    return _section(
        _("Reason for the referral"), rows + [(BY_CODE[code].label, _value(copy, code)) for code in OF_NEED]
    )


def _consent(copy: Copy) -> dict:
    consent, receiver = copy.consent, copy.referral.receiver.full_label
    rows = [(_("Holds until"), _day(copy.until))]
    if consent:
        rows = [
            (_("Given on"), _day(consent.given_at)),
            *rows,
            (_("How it was given"), label("consent_method", consent.method)),
            (_("State"), label("consent_status", consent.status)),
        ]
    statement = _(
        "I agree that what stands on this form is told to %(organisation)s for this referral. I know that I may say "
        "no, and that I may take back my consent at any time."
    ) % {"organisation": receiver}
    return _section(
        _("Consent"),
        rows,
        lead=statement,
        blanks=[_("Signature of the person or the representative"), _("Signature of the caseworker"), _("Date")],
    )


def _receipt(copy: Copy) -> dict:
    referral = copy.referral
    return _section(
        _("Receipt and answer"),
        [
            (_("Opened on"), _day(referral.received_at)),
            (_("Answered on"), _day(referral.decided_at)),
            (_("Reason"), label("decline_reason", referral.reason) if referral.reason else ""),
            (_("Expected on"), _day(referral.expected_on)),
        ],
        choices=[
            (_("Accepted"), referral.state in SHOWS_IDENTITY),
            (_("Waiting list"), referral.state == S.WAITLISTED),
            (_("Declined"), referral.state == S.DECLINED),
        ],
        blanks=[_("Name and position"), _("Signature"), _("Date")],
    )


def _outcome(copy: Copy) -> dict:
    referral = copy.referral
    return _section(
        _("Feedback"),
        [
            (_("First contact"), _day(referral.first_contact_on)),
            (_("Outcome"), label("referral_outcome", referral.outcome) if referral.outcome else ""),
            (_("Closed on"), _day(referral.closed_at)),
        ],
        lead=_("Sent back to the referring organisation when the service was given or could not be given."),
        blanks=[_("Service given"), _("Signature"), _("Date")],
    )
