"""Beginning a referral and choosing what it shares (T1, T17), and naming another worker."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.models.cases import FINAL_NEEDS
from core import events
from core.actions import Incomplete, NotNow, NotPermitted, action
from core.codelists import codes as list_codes
from core.references import reference
from partners.models import Member
from referral import guards, sharing
from referral.models import Referral
from referral.states import RUNNING, UNSENT, S, codes
from referral.texts import clean


def get_locked(referral_id, actor) -> Referral:
    """Return the referral locked for this transaction, with what the guards need. Raises Referral.DoesNotExist."""
    return (
        Referral.objects.visible_to(actor)
        .select_related("service", "sender", "receiver")
        .select_for_update(of=("self",))
        .get(pk=referral_id)
    )


@action("referral.draft")
def draft_referral(need, *, actor, at, service, urgency, consent=None, parent=None) -> Referral:
    """Begin a referral of a need to a service (T1); with `parent`, the receiver of that one refers on (T17).

    A need of a case that was opened from a referral which is still running refers on without being told so:
    the packet is never forwarded, the person consents to the new receiver in the case of its own.
    Sharing starts at the least that the service needs. Raises NotNow (case_closed, need_closed,
    duplicate_referral), Incomplete (urgency), NotPermitted when `parent` was not accepted by this organisation.
    """
    if urgency not in list_codes("urgency"):
        raise Incomplete(
            "unknown_code", _("Choose how soon an answer is needed."), fields={"urgency": [_("Choose one.")]}
        )
    case = need.case
    if case.status in {"closed", "transferred", "merged"}:
        raise NotNow("case_closed", _("The case is closed. Reopen it before you refer."))
    if need.status in FINAL_NEEDS:
        raise NotNow("need_closed", _("This need is settled already."))
    if parent is None:
        parent = _running_parent(case, actor)
    elif parent.receiver_id != actor.organisation_id or parent.state not in RUNNING:
        raise NotPermitted("not_permitted", _("Only who accepted a referral can refer on."))
    referral = Referral(
        reference=reference("R"),
        case=case,
        need=need,
        sender_id=actor.organisation_id,
        receiver_id=service.organisation_id,
        service=service,
        consent=consent,
        parent=parent,
        category=need.category,
        field_class=need.field_class,
        urgency=urgency,
        state=S.DRAFT.value,
        state_since=at,
        created_at=at,
        share=sharing.default_share(service),
    )
    referral.approval_needed = bool(guards.approval_reasons(referral, at=at))
    try:
        with transaction.atomic():
            referral.save(force_insert=True)
    except IntegrityError as error:
        raise NotNow(
            "duplicate_referral", _("An open referral for this need to this service exists already.")
        ) from error
    _record("referral.drafted", referral, actor, at, parent_id=parent.pk if parent else None)
    return referral


def _running_parent(case, actor) -> Referral | None:
    if case.parent_referral_id is None:
        return None
    received = Referral.objects.visible_to(actor).filter(receiver_id=actor.organisation_id, state__in=codes(RUNNING))
    return received.filter(pk=case.parent_referral_id).first()


def _record(kind, referral, actor, at, **facts):
    events.record(
        kind,
        actor=actor,
        at=at,
        about=referral.pk,
        case_id=referral.case_id,
        referral_id=referral.pk,
        organisations=[referral.sender_id] if referral.state in UNSENT else [referral.sender_id, referral.receiver_id],
        need_id=referral.need_id,
        service_id=referral.service_id,
        urgency=referral.urgency,
        **facts,
    )


@action("referral.share", permission="referral.draft")
def set_share(
    referral_id,
    *,
    actor,
    at,
    share=None,
    note=None,
    documents_settled=None,
    consent=None,
    urgency=None,
    repeat_reason=None,
    by_link=None,
) -> Referral:
    """Change what a draft shares; None leaves a fact as it is.

    `share` maps field codes of `sharing.FIELDS` to no, after, band or now. Raises NotNow when it was sent
    already, Incomplete for an unknown field or choice.
    """
    referral = get_locked(referral_id, actor)
    if referral.state != S.DRAFT or referral.sender_id != actor.organisation_id:
        raise NotNow("wrong_state", _("This referral was sent already. What was shared cannot be changed."))
    choose_share(referral, share or {})
    if note is not None:
        referral.draft_note = clean(note, field="note", limit=4000, required=False)
    if documents_settled is not None:
        referral.documents_settled = documents_settled
    if consent is not None:
        referral.consent = consent
    if by_link is not None:
        referral.by_link = by_link
    if urgency is not None:
        if urgency not in list_codes("urgency"):
            raise Incomplete("unknown_code", _("Choose how soon."), fields={"urgency": [_("Choose one.")]})
        referral.urgency = urgency
    if repeat_reason is not None:
        if repeat_reason and repeat_reason not in list_codes("repeat_reason"):
            sentence = _("Choose a reason.")
            raise Incomplete("unknown_code", sentence, fields={"repeat_reason": [sentence]})
        referral.repeat_reason = repeat_reason
    referral.approval_needed = bool(guards.approval_reasons(referral, at=at))
    referral.version += 1
    referral.save()
    _record("referral.changed", referral, actor, at)
    return referral


def choose_share(referral: Referral, share: dict[str, str]) -> None:
    """Set choices on an unsaved referral; one of several that are asked at once keeps who it is about for later.

    Raises Incomplete for an unknown field or choice.
    """
    for code, choice in share.items():
        field = sharing.BY_CODE.get(code)
        if field is None or choice not in field.options:
            raise Incomplete("unknown_code", _("Choose what is shared."), fields={code: [_("Not a choice here.")]})
        referral.share[code] = choice
    if referral.in_parallel:
        referral.share = sharing.held_back(referral.share)


@action("referral.reassign")
def reassign_worker(referral_id, *, actor, at, worker) -> Referral:
    """Name another worker of the receiving organisation for a running referral. Raises NotNow, Incomplete."""
    referral = get_locked(referral_id, actor)
    if referral.receiver_id != actor.organisation_id or referral.state not in RUNNING:
        raise NotNow("wrong_state", _("A worker can be named once the referral is accepted."))
    member = member_of(worker, referral.receiver_id, actor)
    referral.worker, referral.worker_name = member, member.name
    referral.version += 1
    referral.save(update_fields=["worker", "worker_name", "version"])
    _record("referral.reassigned", referral, actor, at, worker_id=member.pk)
    return referral


def member_of(worker, organisation_id, actor) -> Member:
    """Return the active member of that organisation. Raises Incomplete with the field `worker`."""
    member = None
    if worker:
        pk = worker.pk if isinstance(worker, Member) else worker
        member = Member.objects.visible_to(actor).filter(pk=pk, organisation_id=organisation_id, is_active=True).first()
    if member is None:
        sentence = _("Say who will work with the person.")
        raise Incomplete("worker_missing", sentence, fields={"worker": [sentence]})
    return member
