"""Unknown partners: proposed by anybody, checked and let in or refused by the network's desk (issue 4)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.actions import Incomplete, NotNow, action
from core.actors import NOBODY, Actor, acting
from core.codelists import codes
from core.events import record
from partners.actions.members import add_member
from partners.actions.refusals import wrong
from partners.models import Area, Organisation, Proposal
from partners.models.proposals import APPROVED, PROPOSED, REFUSED
from partners.roles import FOUNDER

FIELDS = frozenset({"name", "type", "categories", "website", "email", "phone", "about", "contact"})
TYPED = {"name", "website", "email", "phone"}
LONGEST = 4000


@action("organisation.propose", permission="")
def propose_organisation(*, actor, at: datetime, area: str = "", **facts) -> Proposal:
    """Propose an organisation that is not in the network: by a caseworker, or by itself on the public form.

    Facts are FIELDS. It can receive nothing: it is no organisation here before the desk lets it in. Raises Incomplete.
    """
    if unknown := set(facts) - FIELDS:
        raise TypeError(f"No such fields of a proposal: {sorted(unknown)}")
    facts["name"] = " ".join(str(facts.get("name", "")).split())
    if not facts["name"]:
        raise wrong("name", "required", _("Enter the name."))
    for field in ("about", "contact"):
        if len(facts.get(field, "")) > LONGEST:
            raise wrong(field, "too_long", _("At most %(limit)s characters fit here.") % {"limit": LONGEST})
    if set(facts.get("categories", ())) - set(codes("need_category")):
        raise wrong("categories", "unknown_code", _("Choose from the list."))
    if facts.get("type") not in codes("organization_type"):
        raise wrong("type", "unknown_code", _("Choose from the list."))
    if area and not Area.objects.filter(pk=area).exists():
        raise wrong("area", "unknown_code", _("Choose an area from the list."))
    proposal = Proposal(
        id=uuid4(),
        area_id=area or None,
        proposer_id=actor.organisation_id,
        proposer_member_id=None if actor.member_id == NOBODY else actor.member_id,
        proposed_at=at,
        **facts,
    )
    try:
        proposal.clean_fields(exclude={field.name for field in Proposal._meta.fields} - TYPED)
    except ValidationError as error:
        raise Incomplete("wrong_fields", _("Some fields need another look."), fields=error.message_dict) from None
    proposal.save(force_insert=True)
    record("organisation.proposed", actor=actor, at=at, about=proposal.pk)
    return proposal


@action("organisation.approve")
def approve_organisation(
    proposal_id: UUID, *, actor, at: datetime, reason: str, admin_name: str = "", admin_email: str = ""
) -> Organisation:
    """Let a proposed organisation into the network, with the reason why it is trusted, and its first administrator.

    It sees and receives nothing before an agreement is in force. The administrator sets a password from the sign-in
    page. Returns the Organisation. Raises Incomplete; NotNow for one that is decided, or an account that is taken.
    """
    proposal = _waiting(proposal_id, actor, reason)
    if bool(admin_name.strip()) != bool(admin_email.strip()):
        raise wrong("admin_email", "required", _("Enter both the name and the e-mail, or none of them."))
    if admin_email.strip():
        try:
            validate_email(admin_email.strip())
        except ValidationError:
            raise wrong("admin_email", "wrong_email", _("Enter an e-mail address.")) from None
    organisation = Organisation(
        id=uuid4(),
        name=proposal.name,
        type=proposal.type,
        email=proposal.email,
        website=proposal.website,
        phone=proposal.phone,
        member_of_network=True,
    )
    organisation.save(force_insert=True)
    if admin_email.strip():
        _found(organisation, admin_name, admin_email, at=at)
    _decide(proposal, APPROVED, reason, actor=actor, at=at, organisation=organisation)
    record("organisation.added", actor=actor, at=at, about=organisation.pk, organisations=[organisation.pk])
    record("organisation.approved", actor=actor, at=at, about=proposal.pk, organisations=_told(proposal))
    return organisation


@action("organisation.refuse", permission="organisation.approve")
def refuse_organisation(proposal_id: UUID, *, actor, at: datetime, reason: str) -> Proposal:
    """Refuse a proposed organisation, with the reason. Raises Incomplete, and NotNow for one that is decided."""
    proposal = _waiting(proposal_id, actor, reason)
    _decide(proposal, REFUSED, reason, actor=actor, at=at)
    record("organisation.refused", actor=actor, at=at, about=proposal.pk, organisations=_told(proposal))
    return proposal


def _waiting(proposal_id: UUID, actor, reason: str) -> Proposal:
    row = Proposal.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if row is None or row.status != PROPOSED:
        raise NotNow("decided_already", _("This proposal is decided already. Look at it again."))
    if not reason.strip():
        raise wrong("reason", "required", _("Write down why: others rely on it."))
    if len(reason) > LONGEST:
        raise wrong("reason", "too_long", _("At most %(limit)s characters fit here.") % {"limit": LONGEST})
    return row


def _decide(proposal: Proposal, status: str, reason: str, *, actor, at: datetime, organisation=None) -> None:
    proposal.status, proposal.decided_at, proposal.decided_by = status, at, actor.name
    proposal.reason, proposal.organisation = reason.strip(), organisation
    proposal.save(update_fields=["status", "decided_at", "decided_by", "reason", "organisation"])


def _told(proposal: Proposal) -> list[UUID]:
    return [] if proposal.proposer_id == NOBODY else [proposal.proposer_id]


def _found(organisation: Organisation, name: str, email: str, *, at: datetime) -> None:
    """Make the first administrator of an organisation that has nobody yet, in its own name."""
    founder = Actor(organisation_id=organisation.pk, name="Waymark", permissions=frozenset({"member.manage"}))
    with acting(founder):
        add_member(actor=founder, at=at, email=email, name=name, role=FOUNDER)
