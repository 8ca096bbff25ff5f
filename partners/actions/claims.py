"""An account for somebody who answered by a link: asked for once, decided by who knows the organisation (ADR 16)."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actions import NotNow, NotPermitted, action
from core.actors import Actor, acting
from core.events import record
from partners.actions.members import add_member
from partners.actions.refusals import wrong
from partners.models import AccountClaim, Member
from partners.models.claims import APPROVED, ASKED, REFUSED
from partners.roles import ROLES

LONGEST = 150


@action("account.ask")
def ask_account(*, actor, at: datetime, name: str, email: str) -> AccountClaim:
    """Ask for an account in the organisation that one answered for, once for each link.

    Returns the AccountClaim. Raises Incomplete, NotNow (asked_already).
    """
    name, email = " ".join(name.split()), email.strip().lower()
    if not name or len(name) > LONGEST:
        raise wrong("name", "required", _("Enter the name."))
    try:
        validate_email(email)
    except ValidationError:
        raise wrong("email", "wrong_email", _("Enter an e-mail address.")) from None
    claim = AccountClaim(
        id=actor.principal_id, organisation_id=actor.organisation_id, name=name, email=email, asked_at=at
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        raise NotNow("asked_already", _("An account was asked for with this link already.")) from None
    record("account.asked", actor=actor, at=at, about=claim.pk, owner_id=claim.organisation_id)
    return claim


@action("account.approve", permission="")
def approve_account(claim_id: UUID, *, actor, at: datetime, role: str) -> AccountClaim:
    """Make the member that was asked for; the person sets a password from the sign-in page.

    Where the organisation has an administrator, one of them decides; else the network's desk. Raises
    AccountClaim.DoesNotExist, NotPermitted, NotNow (decided_already, member_elsewhere), Incomplete.
    """
    claim = _waiting(claim_id, actor)
    keeper = Actor(organisation_id=claim.organisation_id, name=actor.name, permissions=frozenset({"member.manage"}))
    own = actor.organisation_id == claim.organisation_id and actor.may("member.manage")
    with acting(actor if own else keeper) as who:
        if not own and _has_administrator(who):
            raise _not_the_desk()
        member = add_member(actor=who, at=at, email=claim.email, name=claim.name, role=role)
    _decide(claim, APPROVED, actor=actor, at=at, member=member)
    return claim


@action("account.refuse", permission="")
def refuse_account(claim_id: UUID, *, actor, at: datetime) -> AccountClaim:
    """Say no to a wish for an account; name and address are forgotten. Raises as `approve_account` does."""
    claim = _waiting(claim_id, actor)
    own = actor.organisation_id == claim.organisation_id and actor.may("member.manage")
    keeper = Actor(organisation_id=claim.organisation_id, name=actor.name, permissions=frozenset({"member.manage"}))
    if not own:
        with acting(keeper) as who:
            if _has_administrator(who):
                raise _not_the_desk()
    claim.name = claim.email = ""
    _decide(claim, REFUSED, actor=actor, at=at)
    return claim


def _waiting(claim_id: UUID, actor) -> AccountClaim:
    claim = AccountClaim.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=claim_id)
    if claim.status != ASKED:
        raise NotNow("decided_already", _("Somebody has decided this already."))
    return claim


def _has_administrator(keeper) -> bool:
    managing = [role for role, verbs in ROLES.items() if "member.manage" in verbs]
    rows = Member.objects.visible_to(keeper).filter(organisation_id=keeper.organisation_id)
    return rows.filter(is_active=True, role__in=managing, user__is_active=True).exists()


def _not_the_desk() -> NotPermitted:
    return NotPermitted("not_permitted", _("The organisation has an administrator of its own, who decides this."))


def _decide(claim: AccountClaim, status: str, *, actor, at: datetime, member: Member | None = None) -> None:
    claim.status, claim.decided_at, claim.decided_by_name, claim.member = status, at, actor.name, member
    claim.save(update_fields=["status", "decided_at", "decided_by_name", "member", "name", "email"])
    record(f"account.{status}", actor=actor, at=at, about=claim.pk, organisations=[claim.organisation_id])
