"""Requests of a person about the own data: recorded, answered in time, handed over; erasing needs two (DOMAIN 12)."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import translation
from django.utils.translation import gettext as _

from cases import retention, rights
from cases.facts import checking
from cases.models import DataRequest, Person
from core import events, pdf
from core.actions import NotNow, NotPermitted, action
from core.actors import NOBODY, SYSTEM, acting
from core.references import reference
from core.workdays import add_working_days, calendar
from partners.models import Organisation

# System targets of DOMAIN 12, within what the law allows: working days for the first two, days for the others.
WORKING_DAYS = {"access": 5, "who_got_my_data": 5}
DAYS = {"rectification": 10, "restriction": 15, "erasure": 15}
MARKS = (50, 80, 100)  # per cent of the time, to who decides (DOMAIN 8)
HANDED = {"access": True, "who_got_my_data": False}  # kinds answered by a paper -> whether it holds everything
FORMATS = ("pdf", "json")
LANGUAGES = ("ru", "be", "en")


@action("request.record", permission="rights.answer")
def record_request(person_id, *, actor, at, kind, identity_check, note="") -> DataRequest:
    """Record what a person asks about the own data; its clock begins.

    Returns the DataRequest. Raises Person.DoesNotExist, NotPermitted for a token (somebody answers for the check of
    identity), NotNow (asked_already), Incomplete.
    """
    person = Person.objects.visible_to(actor).get(pk=person_id)
    if actor.member_id == NOBODY:
        raise NotPermitted("not_a_person", _("A person records this, not a system."))
    with checking() as facts:
        facts.code("kind", kind, "data_request")
        facts.code("identity_check", identity_check, "identity_check")
        needs_words = kind in {"rectification", "restriction"}
        required = _("Write what the person asks for.") if needs_words else ""
        words = facts.text("note", note, limit=2000, lines=True, required=required)
    open_ones = DataRequest.objects.visible_to(actor).filter(person=person, kind=kind, state__in=["open", "approved"])
    if open_ones.exists():
        raise NotNow("asked_already", _("The person has asked for this already. Answer that request first."))
    row = DataRequest(
        id=uuid4(),
        reference=reference("Q"),
        organisation_id=actor.organisation_id,
        person=person,
        person_reference=person.reference,
        kind=kind,
        identity_check=identity_check,
        note=words,
        asked_by_id=actor.member_id,
        received_at=at,
        due_at=due(kind, actor.organisation_id, at=at),
    )
    row.next_alarm_at = _mark(row, MARKS[0])
    row.save(force_insert=True)
    events.record("request.recorded", actor=actor, at=at, about=row.pk, request=kind)
    return row


@action("request.approve", permission="rights.decide")
def approve_erasure(request_id, *, actor, at) -> DataRequest:
    """Approve an erasure as the second person; the worker erases at once, and that cannot be undone.

    Returns the DataRequest. Raises DataRequest.DoesNotExist, NotPermitted (second_person), NotNow (wrong_state, held,
    case_open).
    """
    row = _locked(request_id, actor)
    if row.kind != "erasure" or row.state != "open":
        raise _wrong_state()
    if actor.member_id in {NOBODY, row.asked_by_id}:
        raise NotPermitted("second_person", _("Somebody else than who recorded the request approves an erasure."))
    if retention.holds_on([row.person_id], actor=actor, at=at):
        raise NotNow("held", _("A hold keeps this record. It can be erased when the hold has ended."))
    if rights.cases_of(row.person_id)[0]:
        raise NotNow("case_open", _("Close the case first. Then the record can be erased."))
    row.state, row.approved_by_id, row.approved_at = "approved", actor.member_id, at
    _save(row, "state", "approved_by", "approved_at")
    events.record("request.approved", actor=actor, at=at, about=row.pk)
    return row


@action("request.answer", permission="rights.answer")
def answer_request(request_id, *, actor, at, answer, refused=False) -> DataRequest:
    """Say what was done, or why the request is refused; the person is told these words.

    A request that is answered by a paper or an erasure can only be refused here. Returns the DataRequest. Raises
    DataRequest.DoesNotExist, NotNow (wrong_state), Incomplete.
    """
    row = _locked(request_id, actor)
    if row.state != "open" or (not refused and row.kind in {*HANDED, "erasure"}):
        raise _wrong_state()
    with checking() as facts:
        row.answer = facts.text(
            "answer", answer, limit=2000, lines=True, required=_("Write what the person is told.")
        )  # fmt: skip
    _answered(row, "refused" if refused else "answered", actor=actor, at=at)
    events.record("request.refused" if refused else "request.answered", actor=actor, at=at, about=row.pk)
    return row


@action("request.lift", permission="rights.answer")
def lift_restriction(request_id, *, actor, at, answer) -> DataRequest:
    """Let the data of a person be used again; the person is told these words before.

    Returns the DataRequest. Raises DataRequest.DoesNotExist, NotPermitted for a token, NotNow (wrong_state),
    Incomplete.
    """
    row = _locked(request_id, actor)
    if actor.member_id == NOBODY:
        raise NotPermitted("not_a_person", _("A person records this, not a system."))
    if not row.in_force:
        raise _wrong_state()
    with checking() as facts:
        row.lift_note = facts.text(
            "answer", answer, limit=2000, lines=True, required=_("Write what the person is told.")
        )  # fmt: skip
    row.lifted_at, row.lifted_by_id = at, actor.member_id
    _save(row, "lifted_at", "lifted_by", "lift_note")
    events.record("request.lifted", actor=actor, at=at, about=row.pk)
    return row


@action("request.hand_over", permission="rights.answer")
def hand_over(request_id, *, actor, at, form, language) -> bytes:
    """Make the paper or the file of a request, for this reader and moment, and note that it was handed over.

    Nothing is kept of it. Only who is named by every case of the person makes it: a part that is hidden from the
    maker would be missing without a trace. Args: `form` pdf or json; `language` ru, be or en. Returns the content.
    Raises DataRequest.DoesNotExist, Person.DoesNotExist, NotPermitted (not_named), NotNow (wrong_state), Incomplete.
    """
    row = _locked(request_id, actor)
    if row.kind not in HANDED or row.state == "refused":
        raise _wrong_state()
    with checking() as facts:
        facts.choice("form", form, FORMATS)
        facts.choice("language", language, LANGUAGES)
    person = Person.objects.visible_to(actor).select_related("area").get(pk=row.person_id)
    if rights.cases_of(person.pk)[1]:
        raise NotPermitted("not_named", _("Only those whom every case of the person names can gather all of it."))
    home = Organisation.objects.get(pk=actor.organisation_id)
    told = {"actor": actor, "at": at, "organisation": home}
    with translation.override(language):
        if form == "json":
            content = json.dumps(rights.as_json(person, **told), ensure_ascii=False, indent=1).encode()
        else:
            paper = rights.as_paper(person, **told, everything=HANDED[row.kind])
            content = pdf.make("person", paper | {"language": language}, at=at)
    if row.state == "open":
        _answered(row, "answered", actor=actor, at=at)
    events.record("request.handed_over", actor=actor, at=at, about=row.pk, form=form, language=language)
    return content


def due(kind: str, organisation_id, *, at: datetime) -> datetime:
    """Return by when a request is answered: in the organisation's calendar where working days count."""
    if kind not in WORKING_DAYS:
        return at + timedelta(days=DAYS[kind])
    body = Organisation.objects.get(pk=organisation_id)
    office = calendar(hours=body.opening_hours, closures=body.closures, country=body.country, time_zone=body.time_zone)
    return add_working_days(at, WORKING_DAYS[kind], office)


def sweep_clocks(*, at: datetime, limit: int = 200) -> int:
    """Tell of every open request whose clock has reached a mark; return how many. Runs as the worker role."""
    waiting = DataRequest.objects.visible_to(SYSTEM).filter(next_alarm_at__lte=at, state__in=["open", "approved"])
    with acting(SYSTEM):
        found = list(waiting.order_by("next_alarm_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(_told(pk, at=at) for pk in found)


def _told(pk, *, at: datetime) -> bool:
    with acting(SYSTEM):
        row = (
            DataRequest.objects.visible_to(SYSTEM)
            .select_for_update(skip_locked=True, of=("self",))
            .filter(pk=pk, next_alarm_at__lte=at, state__in=["open", "approved"])
            .first()
        )
        if row is None:
            return False
        row.stage = max(mark for mark in MARKS if _mark(row, mark) <= at)
        later = [mark for mark in MARKS if mark > row.stage]
        row.next_alarm_at = _mark(row, later[0]) if later else None
        row.save(update_fields=["stage", "next_alarm_at"])
        events.record(
            "request.due", actor=SYSTEM, at=at, about=row.pk, organisations=[row.organisation_id], stage=row.stage
        )
    return True


def _mark(row: DataRequest, per_cent: int) -> datetime:
    return row.received_at + (row.due_at - row.received_at) * per_cent / 100


def _locked(request_id, actor) -> DataRequest:
    return DataRequest.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=request_id)


def _answered(row: DataRequest, state: str, *, actor, at) -> None:
    row.state, row.answered_at, row.next_alarm_at = state, at, None
    row.answered_by_id = None if actor.member_id == NOBODY else actor.member_id
    _save(row, "state", "answer", "answered_at", "answered_by", "next_alarm_at")


def _save(row: DataRequest, *columns: str) -> None:
    row.version += 1
    row.save(update_fields=[*columns, "version"])


def _wrong_state() -> NotNow:
    return NotNow("wrong_state", _("This request has moved on since. Look at it again."))
