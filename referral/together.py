"""Sending for a household or a group: each person by an own referral, consent and packet (DOMAIN 4)."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.models import Case, Consent, Household, Need, PersonName
from core import events
from core.actions import Incomplete, NotNow, Refusal, action
from core.actors import NOBODY
from partners.models import Service
from referral import guards
from referral.candidates import candidates
from referral.drafting import draft_referral, set_share
from referral.lifecycle import advance
from referral.models import Batch, BatchRow, Referral
from referral.sharing import default_share
from referral.states import S
from referral.texts import clean

MOST = 25  # persons on one sheet
SHORTEST = 3  # letters of a word that may be a name
OPEN_CASES = ("intake", "assessment", "active", "on_hold")


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """One person on the sheet: the case, the open need of the category (None: there is none), and its place."""

    case: Case
    need: Need | None
    household: bool


def people_for(need: Need, *, actor) -> tuple[list[Somebody], int]:
    """Return whom a need can be referred together with: the household first, then the actor's own other cases.

    Only cases that the actor may see; the number says how many members of the household are not among them. A
    constant number of queries. Needs `need.case`.
    """
    household = Household.objects.visible_to(actor).filter(member_ids__contains=[need.case.person_id]).first()
    members = set(household.member_ids) if household else {need.case.person_id}
    rows = Case.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, status__in=OPEN_CASES)
    rows = rows.select_related("person__area").prefetch_related("person__names", "person__statuses")
    home = list(rows.filter(person_id__in=members).order_by("opened_at", "pk"))
    own = rows.filter(caseworker_id=actor.member_id).exclude(person_id__in=members)
    others = list(
        own.filter(needs__category=need.category, needs__status="open").distinct().order_by("-opened_at", "pk")[:MOST]
    )
    needs = {}
    wanted = Need.objects.visible_to(actor).filter(case__in=[*home, *others], category=need.category, status="open")
    for row in wanted.order_by("identified_at", "pk"):
        needs.setdefault(row.case_id, row)
    needs[need.case_id] = need
    found = [Somebody(case=case, need=needs.get(case.pk), household=True) for case in home]
    found += [Somebody(case=case, need=needs[case.pk], household=False) for case in others if case.pk in needs]
    return found, len(members - {case.person_id for case in home})


def service_for(need: Need, service: Service | None, *, actor, at: datetime) -> Service | None:
    """Return the service of the sheet, or the best that fits this person; None where none does."""
    if service is not None:
        return service
    fitting, _unfit = candidates(need, actor=actor, at=at)
    return fitting[0].service if fitting else None


def consent_for(person_id, receiver_id, *, actor, at: datetime) -> Consent | None:
    """Return the newest consent of the person that holds and covers this partner."""
    rows = Consent.objects.visible_to(actor).filter(person_id=person_id, status="given", expires_at__gt=at)
    rows = [row for row in rows.order_by("-given_at") if row.covers_receiver(receiver_id)]
    return next((row for row in rows if guards.PURPOSE in row.purposes), rows[0] if rows else None)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is the same for all on the sheet."""

    service: Service | None  # None: the best for each
    urgency: str
    note: str
    documents_settled: bool = False


def planned(need: Need, sheet: Sheet, *, actor, at: datetime) -> Referral | None:
    """Return the referral of one person as it would be sent, unsaved; None where no service fits."""
    service = service_for(need, sheet.service, actor=actor, at=at)
    if service is None:
        return None
    return Referral(
        case=need.case,
        need=need,
        sender_id=actor.organisation_id,
        receiver=service.organisation,
        service=service,
        consent=consent_for(need.case.person_id, service.organisation_id, actor=actor, at=at),
        category=need.category,
        field_class=need.field_class,
        urgency=sheet.urgency,
        share=default_share(service),
        draft_note=sheet.note,
        documents_settled=sheet.documents_settled,
    )


@action("referral.together", permission="referral.send")
def send_together(needs, *, actor, at, key: UUID, begun: Need, sheet: Sheet) -> Batch:
    """Send a referral for each need: what one person lacks is written down, and the others go on.

    Args: `needs` of the persons chosen; `key` the sheet's own: posted twice it is sent once; `begun` the need from
    which the sheet was opened. Returns the Batch with its rows. Raises Incomplete (needs, note), NotNow (sent_already).
    """
    needs = sorted({need.pk: need for need in needs}.values(), key=lambda need: str(need.pk))
    if not needs or len(needs) > MOST or len({need.category for need in needs}) > 1:
        sentence = _("Choose between one and %(most)s persons with the same need.") % {"most": MOST}
        raise Incomplete("needs_wrong", sentence, fields={"needs": [sentence]})
    clean(sheet.note, field="note", limit=4000)
    _names_nobody(sheet.note, needs, actor)
    member = None if actor.member_id == NOBODY else actor.member_id
    batch = Batch(
        id=key, organisation_id=actor.organisation_id, case_id=begun.case_id, sent_by_id=member, created_at=at
    )
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as error:
        raise NotNow("sent_already", _("This sheet was sent already. Look at its result.")) from error
    rows = [_send(batch, need, sheet, actor=actor, at=at) for need in needs]
    events.record(
        "batch.sent",
        actor=actor,
        at=at,
        about=batch.pk,
        case_id=begun.case_id,
        sent=sum(row.state != "refused" for row in rows),
        refused=sum(row.state == "refused" for row in rows),
    )
    return batch


def _names_nobody(note: str, needs, actor) -> None:
    """One text goes to several packets: no name of anybody on the sheet may stand in it."""
    words = set(re.findall(r"\w+", note.casefold()))
    names = PersonName.objects.visible_to(actor).filter(person_id__in=[need.case.person_id for need in needs])
    for name in names:
        if {part for part in re.findall(r"\w+", name.full_as_written.casefold()) if len(part) >= SHORTEST} & words:
            sentence = _("Take the names out: this text goes into the referral of each person.")
            raise Incomplete("note_names_somebody", sentence, fields={"note": [sentence]})


def _send(batch: Batch, need: Need, sheet: Sheet, *, actor, at) -> BatchRow:
    row = BatchRow(
        batch=batch,
        organisation_id=batch.organisation_id,
        case_id=need.case_id,
        need=need,
        field_class=need.field_class,
    )
    row.service = service_for(need, sheet.service, actor=actor, at=at)
    try:
        with transaction.atomic():
            if row.service is None:
                raise NotNow("no_service", _("No service fits this need now."))
            row.referral = _one(need, row.service, sheet, actor=actor, at=at)
            row.state = "sent" if row.referral.state == S.SENT else "submitted"
    except Refusal as refusal:
        row.referral, row.state, row.refusal = None, "refused", refusal.code
    row.save(force_insert=True)
    return row


def _one(need: Need, service: Service, sheet: Sheet, *, actor, at) -> Referral:
    consent = consent_for(need.case.person_id, service.organisation_id, actor=actor, at=at)
    draft = draft_referral(need, actor=actor, at=at, service=service, urgency=sheet.urgency, consent=consent)
    draft = set_share(
        draft.pk, actor=actor, at=at, note=sheet.note, documents_settled=sheet.documents_settled
    )  # the least that the service needs
    return advance(draft.pk, "submit" if draft.approval_needed else "send", actor=actor, at=at)
