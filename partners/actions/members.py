"""Members of an organisation, and tokens of its own system (DOMAIN 7)."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actions import NotNow, action
from core.events import record
from core.models import User
from partners.actions.refusals import wrong
from partners.identity import digest_of
from partners.models import ApiToken, Member, Team
from partners.roles import ROLES, SCOPES


@action("member.add", permission="member.manage")
def add_member(
    *,
    actor,
    at: datetime,
    email: str,
    name: str,
    role: str,
    team: UUID | None = None,
    password: str | None = None,
    language: str = "en",
) -> Member:
    """Add a person to one's own organisation: an account (a new one where none has this address) and a membership.

    Without a password the account can sign in once a password has been set by e-mail. Raises Incomplete; NotNow
    when the account belongs to an organisation already.
    """
    _check_role(role)
    email, name = email.strip().lower(), name.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise wrong("email", "wrong_email", _("Enter an e-mail address.")) from None
    if not name:
        raise wrong("name", "required", _("Enter the name."))
    _check_team(team, actor)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, language=language)
    member = Member(
        id=uuid4(),
        user=user,
        organisation_id=actor.organisation_id,
        team_id=team,
        name=name,
        role=role,
        created_at=at,
    )
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError:
        # The other membership may be of an organisation that we cannot see; the constraint knows.
        sentence = _("This person has an account in an organisation already. It must be closed there first.")
        raise NotNow("member_elsewhere", sentence, fields={"email": [sentence]}) from None
    record("member.added", actor=actor, at=at, about=member.pk, role=role)
    return member


@action("member.change", permission="member.manage")
def change_member(member_id: UUID, *, actor, at: datetime, role: str, team: UUID | None = None) -> Member:
    """Give a member another role or team; it counts from the next request. Raises as `close_member` does."""
    _check_role(role)
    _check_team(team, actor)
    member = _own_member(member_id, actor)
    if role != member.role:
        _keep_one_administrator(member)
    member.role, member.team_id = role, team
    member.save(update_fields=["role", "team"])
    record("member.changed", actor=actor, at=at, about=member.pk, role=role)
    return member


@action("member.close", permission="member.manage")
def close_member(member_id: UUID, *, actor, at: datetime) -> Member:
    """End a membership; it counts from the next request. Raises NotNow for the last administrator."""
    member = _own_member(member_id, actor)
    _keep_one_administrator(member)
    member.is_active = False
    member.save(update_fields=["is_active"])
    record("member.closed", actor=actor, at=at, about=member.pk)
    return member


def _own_member(member_id: UUID, actor) -> Member:
    """Lock the active members of the organisation in one order, and return the one asked for."""
    members = Member.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, is_active=True)
    found = {member.pk: member for member in members.order_by("pk").select_for_update(of=("self",))}
    if member_id not in found:
        raise NotNow("no_such_member", _("This person is not an active member of your organisation."))
    return found[member_id]


def _keep_one_administrator(member: Member) -> None:
    """Raise NotNow where nobody could manage the members any more."""
    managing = [role for role, verbs in ROLES.items() if "member.manage" in verbs]
    others = Member.objects.filter(organisation_id=member.organisation_id, is_active=True, role__in=managing)
    if member.role in managing and not others.exclude(pk=member.pk).exists():
        raise NotNow("last_administrator", _("This is the last administrator. Name another one first."))


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise wrong("role", "unknown_role", _("Choose one of the roles."))


def _check_team(team: UUID | None, actor) -> None:
    if team is not None and not Team.objects.filter(pk=team, organisation_id=actor.organisation_id).exists():
        raise wrong("team", "unknown_team", _("Choose a team of your organisation."))


@action("token.create", permission="token.manage")
def create_token(
    *, actor, at: datetime, name: str, scopes: list[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for one's organisation's own system. Returns it with the secret, which is kept nowhere."""
    if not name.strip():
        raise wrong("name", "required", _("Enter a name that says which system uses the token."))
    if not scopes or set(scopes) - set(SCOPES):
        raise wrong("scopes", "unknown_scope", _("Choose at least one of the scopes."))
    if expires_at is not None and expires_at <= at:
        raise wrong("expires_at", "in_the_past", _("The end must lie in the future."))
    secret = f"wm_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        name=name.strip(),
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    token.save(force_insert=True)
    record("token.created", actor=actor, at=at, about=token.pk, scopes=token.scopes)
    return token, secret


@action("token.revoke", permission="token.manage")
def revoke_token(token_id: UUID, *, actor, at: datetime) -> ApiToken:
    """Withdraw a token; it counts from the next request. Raises NotNow for an unknown or withdrawn one."""
    token = ApiToken.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None or token.revoked_at is not None:
        raise NotNow("no_such_token", _("This token is not in use."))
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record("token.revoked", actor=actor, at=at, about=token.pk)
    return token
