"""Answering an offered case: taking it over, in one transaction on both sides, or declining (DOMAIN 3, INV-5).

The sender's case ends as `transferred` and the receiver begins a case of its own (ADR 13). The sender's half is done
in the name of its supervisor who approved the offer, with that supervisor's rights of today.
"""

from uuid import uuid4

from django.utils.translation import gettext as _

from cases.actions.appointments import add_appointment
from cases.actions.approvals import drop_approvals
from cases.actions.cases import add_need, open_case
from cases.actions.consents import end_with_case
from cases.actions.duplicates import find_duplicates
from cases.actions.households import add_relation, household_of, join_household
from cases.actions.keeping import keep_closed, keep_intake
from cases.actions.plans import add_task
from cases.actions.records import add_note
from cases.actions.transfers import decided, end, may_go, record_transfer
from cases.facts import checking
from cases.handing import Portrait, Tie, planned, portrait
from cases.models import (
    Approval,
    BestInterests,
    Case,
    CaseTransfer,
    Consent,
    ContactWay,
    Grant,
    MigrationStatus,
    Person,
    PersonName,
    Task,
    named_cases,
)
from cases.models.access import FULL
from cases.models.cases import class_of
from cases.models.transfers import ACCEPTED, APPROVED, DECLINED, SUPERVISOR_READS
from cases.reminders import drop_reminders_of_case
from core import events
from core.actions import NotNow, NotPermitted, Refusal, action
from core.actors import acting
from core.references import reference
from partners.identity import actor_of_user
from partners.models import Organisation


@action("transfer.accept", permission="transfer.answer")
def accept_transfer(transfer_id, *, actor, at, caseworker) -> CaseTransfer:
    """Take an offered case over: a person and a case of our own, for `caseworker` (a Member of ours).

    Returns the CaseTransfer with its `new_case`. Raises CaseTransfer.DoesNotExist, NotPermitted (not_yours), NotNow
    (transfer_decided; transfer_stale where the sender could not hand it over now), Incomplete.
    """
    transfer = _asked(transfer_id, actor, at)
    with checking() as facts:
        if caseworker is None or caseworker.organisation_id != actor.organisation_id or not caseworker.is_active:
            facts.wrong("caseworker", _("Choose a colleague who works with clients."))
    given = _handed_out(transfer, at=at)
    case = _begin(given, transfer, caseworker, actor=actor, at=at)
    transfer.new_case = case
    end(transfer, ACCEPTED, actor=actor, at=at)
    record_transfer("transfer.accepted", transfer, actor=actor, at=at)
    events.record("case.received", actor=actor, at=at, about=case.pk, case_id=case.pk, risk=case.risk_level)
    return transfer


@action("transfer.decline", permission="transfer.answer")
def decline_transfer(transfer_id, *, actor, at, reason, note="") -> CaseTransfer:
    """Say no to an offered case, with a coded reason; what we were told about it goes at once.

    Raises CaseTransfer.DoesNotExist, NotPermitted (not_yours), NotNow (transfer_decided), Incomplete (INV-8).
    """
    transfer = _asked(transfer_id, actor, at)
    with checking() as facts:
        transfer.decline_reason = facts.code("reason", reason, "transfer_decline")
        required = _("Write why, in a few words.") if reason == "other" else ""
        transfer.answer_note = facts.text("note", note, limit=1000, lines=True, required=required)
    end(transfer, DECLINED, actor=actor, at=at)
    record_transfer("transfer.declined", transfer, actor=actor, at=at, case_id=transfer.case_id, reason=reason)
    return transfer


def _asked(transfer_id, actor, at) -> CaseTransfer:
    rows = CaseTransfer.objects.visible_to(actor).select_for_update(of=("self",))
    transfer = rows.select_related("to_organisation").get(pk=transfer_id)
    if transfer.to_organisation_id != actor.organisation_id:
        raise NotPermitted("not_yours", _("The organisation that the case is offered to answers."))
    if transfer.state != APPROVED or at >= transfer.expires_at:
        raise decided()
    return transfer


def _handed_out(transfer: CaseTransfer, *, at) -> Portrait:
    """Close the sender's case and return what crosses. Why it cannot be is the sender's business: told as stale."""
    mandate = actor_of_user(transfer.approved_user_id)
    if mandate is None or mandate.organisation_id != transfer.from_organisation_id:
        raise _stale()
    try:
        with acting(mandate):
            case = Case.objects.visible_to(mandate).select_for_update(of=("self",)).get(pk=transfer.case_id)
            case.person = Person.objects.visible_to(mandate).get(pk=case.person_id)
            may_go(
                case,
                to=transfer.to_organisation,
                consent=Consent.objects.visible_to(mandate).get(pk=transfer.consent_id),
                classes=transfer.classes,
                actor=mandate,
                at=at,
            )
            given = portrait(transfer, case, actor=mandate, at=at)
            _leave(case, transfer, actor=mandate, at=at)
    except (Refusal, Case.DoesNotExist, Consent.DoesNotExist, Person.DoesNotExist) as error:
        raise _stale() from error
    return given


def _stale() -> NotNow:
    return NotNow(
        "transfer_stale",
        _("Something has changed at the sender, and the case cannot be handed over now. Ask your colleagues there."),
    )


def _leave(case: Case, transfer: CaseTransfer, *, actor, at) -> None:
    """End the sender's work on the case, as closing does, and its reading as far as it was agreed."""
    for kind, about in (
        Approval.objects.visible_to(actor).filter(case=case, status="waiting").values_list("kind", "about")
    ):
        drop_approvals(kind, about=about, actor=actor, at=at)
    # Nobody did them: `done_by` stays empty. Without an assignee nobody goes on reading them beside the case.
    Task.objects.visible_to(actor).filter(case=case, done_at=None).update(done_at=at, assignee=None)
    planned(case, actor).update(attendance="cancelled_by_us", attendance_at=at)
    drop_reminders_of_case(case, at=at)
    former = case.status
    case.status, case.status_since, case.closed_at, case.review_due_on = "transferred", at, at, None
    case.closure_reason, case.client_told = "transferred", True
    case.version += 1
    case.save()
    keep_closed(case, actor=actor, at=at)
    end_with_case(case, actor=actor, at=at)
    events.record(
        "case.transferred",
        actor=actor,
        at=at,
        about=case.pk,
        case_id=case.pk,
        former=former,
        status=case.status,
        transfer=transfer.pk,
    )
    if not Case.objects.visible_to(actor).filter(person_id=case.person_id).exclude(pk=case.pk).exists():
        # Who registered the person does not read on beside the case.
        Person.objects.visible_to(actor).filter(pk=case.person_id).update(sealed_at=at)
    open_now = Grant.objects.visible_to(actor).filter(case=case, level=FULL, closed_at=None)
    ended = list(open_now.values_list("pk", flat=True))
    if transfer.record == SUPERVISOR_READS:
        _grant(case, case.supervisor_id or actor.member_id, "supervision", at=at)
    Grant.objects.filter(pk__in=ended).update(closed_at=at, close_reason="transferred")


def _begin(given: Portrait, transfer: CaseTransfer, caseworker, *, actor, at) -> Case:
    """Make the receiver's own person and case of what crossed."""
    person = _person(given, actor=actor, at=at)
    case = open_case(
        person, actor=actor, at=at, risk_level=given.risk_level, entry_point="referral_in", caseworker=caseworker
    )
    if not named_cases(actor).filter(case_id=case.pk).exists():
        _grant(case, actor.member_id, "named", at=at)  # who took it over for another team
    for need in given.needs:
        add_need(case, actor=actor, at=at, **need)
    for task in given.tasks:
        add_task(case, actor=actor, at=at, assignee=caseworker, **task)
    for appointment in given.appointments:
        add_appointment(case, actor=actor, at=at, member=caseworker, **appointment)
    for tie in given.ties:
        _tie(person, tie, actor=actor, at=at)
    classes = [2, *(class_of(need["category"]) for need in given.needs)]
    sender = Organisation.objects.get(pk=transfer.from_organisation_id)
    words = _("Handed over by %(sender)s (%(reference)s):") % {
        "sender": sender.full_label,
        "reference": transfer.reference,
    }
    text = f"{words}\n\n{given.note}"
    add_note(case, actor=actor, at=at, kind="other", text=text, field_class=max(classes), pinned=True)
    return case


def _tie(person: Person, tie: Tie, *, actor, at) -> None:
    """Say who belongs to the person; one whose case came before is joined, where the actor sees that case."""
    case = Case.objects.visible_to(actor).select_related("person").filter(pk=tie.case_id).first()
    other = case.person if case and case.person.merged_into_id is None else None
    outsider = "" if other else tie.outsider or _("Name not handed over")
    told = {"kind": tie.kind, "cares": tie.cares, "separated": tie.separated}
    add_relation(person.pk, actor=actor, at=at, other=other, outsider=outsider, **told)
    if other is not None and tie.together and household_of(person, actor) is None:
        join_household(person.pk, actor=actor, at=at, other=other)


def _person(given: Portrait, *, actor, at) -> Person:
    """Copy the person as the sender has it: the columns were checked there."""
    home = {"organisation_id": actor.organisation_id}
    person = Person(
        id=uuid4(),
        reference=reference("P"),
        registered_by_id=actor.principal_id,
        created_at=at,
        **home,
        **given.person,
    )
    person.save(force_insert=True)
    for name in given.names:
        PersonName(person=person, **home, **name).save(force_insert=True)
    for way in given.ways:
        ContactWay(person=person, recorded_at=at, **home, **way).save(force_insert=True)
    told = {"recorded_by_id": actor.principal_id, "recorded_at": at}
    MigrationStatus(person=person, **home, **told, **(given.status or {})).save(force_insert=True)
    if given.best_interests:
        BestInterests(person=person, **home, **told, **given.best_interests).save(force_insert=True)
    keep_intake(person, None, actor=actor, at=at)
    find_duplicates(person, actor=actor, at=at)
    events.record("person.registered", actor=actor, at=at, about=person.pk)
    return person


def _grant(case: Case, member_id, basis: str, *, at) -> None:
    Grant(
        id=uuid4(),
        case=case,
        owner_id=case.organisation_id,
        organisation_id=case.organisation_id,
        member_id=member_id,
        level=FULL,
        basis=basis,
        opened_at=at,
    ).save(force_insert=True)
