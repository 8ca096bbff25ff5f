"""From one referral to the next: another service with the data carried over, referring on, a task with a day."""

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.plans import add_task
from cases.models import Case, Consent, Need, Task
from core.actions import Incomplete, NotNow, NotPermitted, action
from referral import sharing
from referral.drafting import draft_referral, set_share
from referral.guards import PURPOSE
from referral.models import Packet, Referral
from referral.nextsteps import NOT_THEM, WAYS
from referral.states import OPEN, RUNNING, S

EVENING = time(18)


@action("referral.draft_again", permission="referral.draft")
def draft_again(referral_id, *, actor, at, service) -> Referral:
    """Begin a referral of the same need to a service, with all of a former one that still holds.

    Carried over: the need, the urgency, what is shared as far as this service asks for it, the reason in words, the
    consent where it covers this partner and this data. The rest is asked when it is sent (guards G1 to G9).
    Returns the draft. Raises Referral.DoesNotExist; NotNow (still_open, and those of `draft_referral`); NotPermitted.
    """
    former = Referral.objects.visible_to(actor).get(pk=referral_id)
    if former.sender_id != actor.organisation_id:
        raise NotPermitted("not_permitted", _("Only the sender can ask another service."))
    former.need = Need.objects.visible_to(actor).select_related("case__person").get(pk=former.need_id)
    if former.state in OPEN and former.state != S.WAITLISTED:
        raise NotNow("still_open", _("This referral is still open. Wait for the answer, or cancel it."))
    if former.reason in NOT_THEM and service.organisation_id == former.receiver_id:
        raise NotNow("same_partner", _("This partner has a conflict of interest. Choose a service of another one."))
    draft = draft_referral(former.need, actor=actor, at=at, service=service, urgency=former.urgency)
    share = carried_share(former, service, draft.share)
    draft.share = share
    return set_share(
        draft.pk,
        actor=actor,
        at=at,
        share=share,
        note=carried_note(former, actor),
        consent=_holding_consent(former, draft, actor, at=at),
        documents_settled=former.documents_settled and service.pk == former.service_id,
    )


def carried_share(former: Referral, service, default: dict[str, str]) -> dict[str, str]:
    """Return the choices of a former referral for the fields that this service may have, else the least."""
    may_have = {field.code for field in sharing.FIELDS if field.minimum or field.code in service.asks_for}
    kept = {code: choice for code, choice in former.share.items() if code in may_have}
    return default | kept


def carried_note(former: Referral, actor) -> str:
    """Return the reason in words: of a draft its own, else as it was sent last."""
    parts = Packet.objects.visible_to(actor).filter(referral=former, stage=sharing.NOW).order_by("-version")
    return former.draft_note or next((part.fields.get("note", "") for part in parts[:1]), "")


def _holding_consent(former: Referral, draft: Referral, actor, *, at) -> Consent | None:
    rows = Consent.objects.visible_to(actor).filter(person_id=former.need.case.person_id, status="given")
    wanted = {code for code in sharing.disclosed_classes(draft) if code > 1}
    fitting = [row for row in rows.order_by("-given_at") if covers(row, draft.receiver_id, wanted, at=at)]
    return next((row for row in fitting if row.pk == former.consent_id), fitting[0] if fitting else None)


def covers(consent: Consent, organisation_id, classes: set[int], *, at) -> bool:
    """Return whether a consent holds and covers sharing these classes of data with an organisation (INV-1)."""
    purposes = PURPOSE in consent.purposes and consent.covers_receiver(organisation_id)
    return consent.holds(at) and purposes and classes <= set(consent.data_classes)


@action("referral.refer_on", permission="referral.draft")
def refer_on(parent_id, *, actor, at, need, service, urgency, consent) -> Referral:
    """Begin a referral of its own from one that this organisation accepted (T17); the packet is never forwarded.

    `need` belongs to the organisation's own case, `consent` is the person's to the new receiver. Returns the draft.
    Raises Referral.DoesNotExist, NotPermitted (not accepted here), Incomplete (need, consent), those of
    `draft_referral`.
    """
    parent = Referral.objects.visible_to(actor).get(pk=parent_id)
    if parent.receiver_id != actor.organisation_id or parent.state not in RUNNING:
        raise NotPermitted("not_permitted", _("Only who accepted a referral can refer on."))
    need = Need.objects.visible_to(actor).select_related("case__person").get(pk=need.pk)
    if need.case.parent_referral_id != parent.pk:
        sentence = _("Choose a need of the case that you opened from this referral.")
        raise Incomplete("need_wrong", sentence, fields={"need": [sentence]})
    if (
        consent is None
        or consent.person_id != need.case.person_id
        or not covers(consent, service.organisation_id, set(), at=at)
    ):
        sentence = _("Ask the person about the new partner, and record the consent.")
        raise Incomplete("consent_missing", sentence, fields={"consent": [sentence]})
    return draft_referral(
        need, actor=actor, at=at, service=service, urgency=urgency, consent=consent, parent=parent
    )  # fmt: skip


@action("referral.plan_next", permission="task.write")
def plan_next(referral_id, *, actor, at, code, text, due_on) -> Task:
    """Make a next step into a task of the case, with a day on which it is reminded of.

    `code` is one of WAYS that become tasks; a case conference is the supervisor's. Raises Referral.DoesNotExist,
    NotPermitted, Incomplete, NotNow (case_closed).
    """
    referral = Referral.objects.visible_to(actor).get(pk=referral_id)
    if referral.sender_id != actor.organisation_id:
        raise NotPermitted("not_permitted", _("Only the sender plans this."))
    if code not in WAYS or not WAYS[code].task:
        raise Incomplete("unknown_code", _("There is no such step."))
    if due_on is None or due_on < timezone.localdate(at):
        sentence = _("Enter a date from today on.")
        raise Incomplete("due_on_wrong", sentence, fields={"due_on": [sentence]})
    case = Case.objects.visible_to(actor).select_related("supervisor").get(pk=referral.case_id)
    return add_task(
        case,
        actor=actor,
        at=at,
        text=text,
        due_at=max(at, timezone.make_aware(datetime.combine(due_on, EVENING))),
        assignee=case.supervisor if code == "case_conference" else None,
        referral_id=referral.pk,
        field_class=referral.field_class,
    )
