"""Who may act on a whole case, and which colleagues may be given a part of it."""

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Grant, named_cases
from cases.models.access import FULL, kept_cases
from core.actions import NotPermitted
from partners.models import Member
from partners.roles import ROLES

_READ = sorted(role for role, verbs in ROLES.items() if "case.read" in verbs)
_READ_TEAM = sorted(role for role, verbs in ROLES.items() if "case.read_team" in verbs)
UNNAMED = "cover"  # a grant by name that opens no class 4


def sees_all(case, actor) -> None:
    """Refuse who sees only a part of the case. Raises NotPermitted (not_named)."""
    if not is_named(case, actor):
        raise NotPermitted("not_named", _("Only those whom the case names see all its needs. Ask the caseworker."))


def is_named(case, actor) -> bool:
    """Return whether the case names the actor."""
    return actor.system or named_cases(actor).filter(case_id=case.pk).exists()


def readers(case, actor, *, field_class: int = 2):
    """Return the active members who may see what is of this class in a case, by name. Two queries when read."""
    grants = list(
        Grant.objects.visible_to(actor)
        .filter(case=case, level=FULL, closed_at=None, resting=False)
        .values_list("member_id", "team_id", "basis")
    )
    named = [member for member, _team, basis in grants if member and (field_class < 4 or basis != UNNAMED)]
    condition = Q(pk__in=named, role__in=_READ)
    if field_class < 4:
        teams = [team for member, team, _basis in grants if team and not member]
        condition |= Q(team_id__in=teams, role__in=_READ_TEAM)
        if any(not member and not team for member, team, _basis in grants):
            condition |= Q(role__in=_READ_TEAM)
    rows = Member.objects.visible_to(actor).filter(organisation_id=case.organisation_id, is_active=True)
    return rows.filter(condition).order_by("name", "id")


def keeps_access(case, actor) -> None:
    """Refuse who may decide about a case only because it was opened in an emergency, or not by name at all.

    Raises NotPermitted (not_named): an hour's access must not make itself longer.
    """
    if not actor.system and not kept_cases(actor).filter(case_id=case.pk).exists():
        raise NotPermitted("not_named", _("Only those whom the case names may do this. Ask the caseworker."))
