"""Who works where and may do what: asked by verb, never by role."""

from uuid import UUID

from core.actors import SYSTEM
from partners.models import Member
from partners.roles import ROLES, permissions_of


def active_members():
    """Return the members whose membership, account and organisation are open. As the worker role."""
    return Member.objects.visible_to(SYSTEM).filter(
        is_active=True, user__is_active=True, organisation__status="active"
    )  # fmt: skip


def who_may(verb: str, organisation_id: UUID | str | None = None) -> list[Member]:
    """Return the active members (of one organisation) whose role holds the verb. As the worker role."""
    members = active_members().filter(role__in=[role for role in ROLES if verb in permissions_of(role)])
    return list(members if organisation_id is None else members.filter(organisation_id=organisation_id))
