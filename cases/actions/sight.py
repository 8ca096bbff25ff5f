"""Who may act on a whole case: those whom it names see class 4, the others would overlook something."""

from django.utils.translation import gettext as _

from cases.models import named_cases
from core.actions import NotPermitted


def sees_all(case, actor) -> None:
    """Refuse who sees only a part of the case. Raises NotPermitted (not_named)."""
    if not is_named(case, actor):
        raise NotPermitted("not_named", _("Only those whom the case names see all its needs. Ask the caseworker."))


def is_named(case, actor) -> bool:
    """Return whether the case names the actor."""
    return actor.system or named_cases(actor).filter(case_id=case.pk).exists()
