"""The door through which the network's coordinator changes how candidates are put in order."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actions import NotNow, action
from core.events import record
from referral.models import MatchingWeights
from referral.texts import clean
from referral.weights import checked, current


@action("matching.set")
def set_weights(
    *, actor, at: datetime, weights: Mapping[str, object], reason: str, version: int | None = None
) -> MatchingWeights:
    """Set all weights for the network, with the reason. The former ones stay as history.

    `version` is the one that was looked at (0: the defaults). Raises NotPermitted, Incomplete with the terms or the
    reason that are wrong, and NotNow when somebody changed the weights since.
    """
    numbers = checked(weights)
    said = clean(reason, field="reason", limit=1000)
    before = current(actor)
    held = before.version if before else 0
    changed = NotNow("changed_since", _("Somebody changed the weights since you opened them. Look at them again."))
    if version is not None and version != held:
        raise changed
    row = MatchingWeights(
        id=uuid4(),
        version=held + 1,
        reason=said,
        set_by_id=actor.member_id,
        set_by_name=actor.name,
        set_at=at,
        **numbers,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise changed from None
    record("matching.set", actor=actor, at=at, about=row.pk, version=row.version)
    return row
