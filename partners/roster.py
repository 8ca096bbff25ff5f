"""Who works where and may do what: asked by verb, never by role."""

from collections.abc import Iterable
from uuid import UUID

from core.actors import SYSTEM
from partners.models import Member
from partners.roles import ROLES, permissions_of


def active_members():
    """Return the members whose membership, account and organisation are open. As the worker role."""
    return Member.objects.visible_to(SYSTEM).filter(
        is_active=True, user__is_active=True, organisation__status="active"
    )  # fmt: skip


def holders(verb: str, organisation_ids: Iterable[UUID]) -> dict[UUID, list[Member]]:
    """Return {organisation: its active members whose role holds the verb}, for each asked for. As the worker role."""
    found: dict[UUID, list[Member]] = {pk: [] for pk in organisation_ids}
    for member in _with(verb).filter(organisation_id__in=found):
        found[member.organisation_id].append(member)
    return found


def who_may(verb: str, organisation_id: UUID | str | None = None) -> list[Member]:
    """Return the active members (of one organisation) whose role holds the verb. As the worker role."""
    members = _with(verb)
    return list(members if organisation_id is None else members.filter(organisation_id=organisation_id))


def _with(verb: str):
    return active_members().filter(role__in=[role for role in ROLES if verb in permissions_of(role)])
