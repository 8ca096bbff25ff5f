"""Offering a case to another organisation: asked for, approved by our supervisor, taken back, ended (DOMAIN 3)."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.approvals import ask_approval, decides, drop_approvals, taken_back
from cases.actions.moves import SUPERVISES
from cases.actions.sight import keeps_access
from cases.children import may_move_child
from cases.facts import checking
from cases.handing import open_needs, open_tasks, summary, to_keep
from cases.models import Case, CaseTransfer, Consent, Need
from cases.models.transfers import APPROVED, EXPIRED, PROPOSED, SENT_BACK, WAITING, WITHDRAWN
from cases.restricting import may_disclose
from cases.states import OPEN
from core import events
from core.actions import NotNow, NotPermitted, action
from core.actors import SYSTEM, acting
from core.references import reference
from partners.models import Agreement, Organisation

PURPOSE = "case_transfer"  # of consent and of agreement
ANSWER_DAYS = 14  # after which an offer ends by itself
CLASSES = (2, 3, 4)


@action("transfer.propose", permission="case.write")
def propose_transfer(
    case, *, actor, at, to, consent, reason, note, classes=(2,), record="supervisor", tasks=(), appointments=()
) -> CaseTransfer:
    """Ask that a case goes to another organisation; who supervises offers it at once.

    Args: `to` is the Organisation, `consent` the Consent that covers it, `classes` the classes of data that cross (2 is
    always among them), `record` who still reads what we keep (`transfer_record`), `tasks` and `appointments` the open
    tasks and the appointments to come that go along, `note` what the other worker has to know. Returns the
    CaseTransfer. Raises Case.DoesNotExist, NotPermitted (not_named), NotNow (the guards of `may_go`, transfer_waiting),
    Incomplete.
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).select_related("person").get(pk=case.pk)
    keeps_access(case, actor)
    consent = Consent.objects.visible_to(actor).get(pk=consent.pk)
    with checking() as facts:
        facts.code("reason", reason, "transfer_reason")
        facts.code("record", record, "transfer_record")
        words = facts.text(
            "note", note, limit=4000, lines=True, required=_("Write what the next caseworker has to know.")
        )
        classes = sorted({2, *classes})
        if set(classes) - set(CLASSES):
            facts.wrong("classes", _("Choose one of the answers."))
        if to.pk == actor.organisation_id or to.pk not in takers():
            facts.wrong("to", _("Nobody there can take a case over in Waymark. Choose another organisation."))
        known = set(open_tasks(case, actor).values_list("pk", flat=True))
        task_ids = [getattr(task, "pk", task) for task in tasks]
        if set(task_ids) - known:
            facts.wrong("tasks", _("Choose open tasks of this case."))
        to_come = set(to_keep(case, actor, at=at).values_list("pk", flat=True))
        appointment_ids = [getattr(row, "pk", row) for row in appointments]
        if set(appointment_ids) - to_come:
            facts.wrong("appointments", _("Choose appointments of this case that are still to come."))
    if CaseTransfer.objects.visible_to(actor).filter(case=case, state__in=WAITING).exists():
        raise NotNow("transfer_waiting", _("This case is offered already. Take the offer back first."))
    may_go(case, to=to, consent=consent, classes=classes, actor=actor, at=at)
    transfer = CaseTransfer(
        id=uuid4(),
        reference=reference("T"),
        case=case,
        from_organisation_id=actor.organisation_id,
        to_organisation=to,
        state=PROPOSED,
        reason=reason,
        note=words,
        classes=classes,
        record=record,
        task_ids=task_ids,
        appointment_ids=appointment_ids,
        consent=consent,
        asked_by_id=actor.member_id,
        asked_at=at,
    )
    transfer.save(force_insert=True)
    record_transfer("transfer.proposed", transfer, actor=actor, at=at, case_id=case.pk)
    if actor.may(SUPERVISES):
        _offer(transfer, case, actor=actor, at=at)
    else:
        ask_approval(case, actor=actor, at=at, kind="transfer", about=transfer.pk, note=words)
    return transfer


@decides("transfer")
def decide_offer(approval, *, actor, at) -> None:
    """Offer the case to the other organisation, or leave it where it is."""
    rows = CaseTransfer.objects.visible_to(actor).select_for_update(of=("self",))
    transfer = rows.select_related("to_organisation").get(pk=approval.about)
    if transfer.state != PROPOSED:
        raise decided()
    if approval.status == APPROVED:
        case = Case.objects.visible_to(actor).select_related("person").get(pk=transfer.case_id)
        _offer(transfer, case, actor=actor, at=at)
        return
    end(transfer, SENT_BACK, actor=actor, at=at)
    record_transfer("transfer.sent_back", transfer, actor=actor, at=at, case_id=transfer.case_id)


@taken_back("transfer")
def forget_offer(approval, *, actor, at) -> None:
    """The offer goes with the request for it."""
    rows = CaseTransfer.objects.visible_to(actor).select_for_update(of=("self",))
    _withdraw(rows.get(pk=approval.about), actor=actor, at=at)


@action("transfer.withdraw", permission="case.write")
def withdraw_transfer(transfer_id, *, actor, at) -> CaseTransfer:
    """Take an offer back before it is answered; what the other organisation was told goes.

    Raises CaseTransfer.DoesNotExist, NotPermitted (not_yours) for the other side, NotNow (transfer_decided).
    """
    transfer = CaseTransfer.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=transfer_id)
    if transfer.from_organisation_id != actor.organisation_id:
        raise NotPermitted("not_yours", _("Only the organisation that offers a case takes the offer back."))
    if transfer.state not in WAITING:
        raise decided()
    _withdraw(transfer, actor=actor, at=at)
    return transfer


def end_with_consent(event, *, actor, at) -> None:
    """Take back the offers that rest on a consent which has ended (reaction; DOMAIN 5.4).

    One that the actor does not see cannot be accepted either: the consent is asked again then.
    """
    rows = CaseTransfer.objects.visible_to(actor).select_for_update(of=("self",))
    for transfer in rows.filter(consent_id=event.about, state__in=WAITING):
        _withdraw(transfer, actor=actor, at=at)


def expire_transfers(*, at) -> int:
    """End the offers that nobody answered in time; return how many. Runs as the worker role."""
    with acting(SYSTEM), transaction.atomic():
        rows = CaseTransfer.objects.visible_to(SYSTEM).filter(state=APPROVED, expires_at__lte=at)
        late = list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:200])
        for transfer in late:
            end(transfer, EXPIRED, actor=SYSTEM, at=at)
            record_transfer("transfer.expired", transfer, actor=SYSTEM, at=at)
    return len(late)


def may_go(case: Case, *, to: Organisation, consent: Consent, classes, actor, at) -> None:
    """Refuse a transfer for which something is missing; asked when it is proposed, offered and accepted.

    Raises NotPermitted (not_named), NotNow (case_closed, sealed, referral_open, processing_restricted, the codes of
    consent and agreement, and what `may_move_child` refuses, INV-7).
    """
    keeps_access(case, actor)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    if case.sealed_at is not None:
        raise NotNow("sealed", _("This case is sealed. Unseal it before you give it to somebody else."))
    if Need.objects.visible_to(actor).filter(case=case, status="in_referral").exists():
        raise NotNow("referral_open", _("A partner is still working on a need of this case."))
    may_disclose(case.person)
    _consented(case, to, consent, classes, at)
    _agreed(case, to, classes, actor, at)
    may_move_child(case.person, at=at)


def _consented(case, to, consent, classes, at) -> None:
    abroad, authority = to.country != case.organisation.country, to.type == "government"
    needed = {PURPOSE, *(["cross_border_transfer"] if abroad else []), *(["authority_disclosure"] if authority else [])}
    if consent.person_id != case.person_id or not consent.holds(at) or needed - set(consent.purposes):
        raise NotNow(
            "consent_missing", _("Ask the person, and record the consent to hand the case over to this organisation.")
        )
    if not consent.covers_receiver(to.pk):
        raise NotNow("consent_receiver", _("The consent does not name this partner. Ask the person about it."))
    if set(classes) - set(consent.data_classes):
        raise NotNow("consent_class", _("The consent does not cover everything you chose to hand over."))


def _agreed(case, to, classes, actor, at) -> None:
    """INV-2, with the purpose of the transfer."""
    today = timezone.localdate(at)
    categories = set(open_needs(case, actor, classes=classes).values_list("category", flat=True))
    rows = Agreement.objects.visible_to(actor).filter(
        organisation_ids__contains=[case.organisation_id, to.pk],
        status="active",
        valid_from__lte=today,
        valid_to__gte=today,
        purposes__contains=[PURPOSE],
        data_classes__contains=list(classes),
    )
    if not any(
        (not row.categories or categories <= set(row.categories)) and (not row.countries or to.country in row.countries)
        for row in rows
    ):
        raise NotNow(
            "agreement_missing",
            _("No agreement with this organisation covers handing over such a case. Ask your coordinator."),
        )


def _offer(transfer: CaseTransfer, case: Case, *, actor, at) -> None:
    may_go(
        case,
        to=transfer.to_organisation,
        consent=transfer.consent,
        classes=transfer.classes,
        actor=actor,
        at=at,
    )
    transfer.state = APPROVED
    transfer.approved_by_id, transfer.approved_user_id, transfer.approved_at = actor.member_id, actor.user_id, at
    transfer.expires_at = at + timedelta(days=ANSWER_DAYS)
    transfer.summary = summary(case, transfer.classes, actor=actor, at=at)
    transfer.version += 1
    transfer.save()
    record_transfer("transfer.approved", transfer, actor=actor, at=at)


def _withdraw(transfer: CaseTransfer, *, actor, at) -> None:
    drop_approvals("transfer", about=transfer.pk, actor=actor, at=at)
    end(transfer, WITHDRAWN, actor=actor, at=at)
    record_transfer("transfer.withdrawn", transfer, actor=actor, at=at)


def end(transfer: CaseTransfer, state: str, *, actor, at) -> None:
    """Write the last state of a transfer, and empty what the receiver decided by. Called inside doors."""
    transfer.state, transfer.decided_at = state, at
    if not actor.system:
        transfer.decided_by_id = actor.member_id
    transfer.note, transfer.summary, transfer.task_ids, transfer.appointment_ids = "", {}, [], []
    transfer.version += 1
    transfer.save()


def record_transfer(kind: str, transfer: CaseTransfer, *, actor, at, case_id=None, **facts) -> None:
    """Record an event of a transfer, for both sides once it was offered. Called inside doors."""
    both = [transfer.from_organisation_id, *([transfer.to_organisation_id] if transfer.approved_at else [])]
    events.record(
        kind,
        actor=actor,
        at=at,
        about=transfer.pk,
        organisations=both,
        case_id=case_id,
        sender_id=transfer.from_organisation_id,
        receiver_id=transfer.to_organisation_id,
        asked_by=transfer.asked_by_id,
        approved_by=transfer.approved_by_id,
        **facts,
    )


def takers() -> set:
    """Return the ids of the organisations of the network in which somebody takes cases over. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.takes_cases()")
        return {row[0] for row in cursor.fetchall()}


def decided() -> NotNow:
    """Return the refusal for a transfer that has its answer."""
    return NotNow("transfer_decided", _("This offer has ended already. Look at it again."))
