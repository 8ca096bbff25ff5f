"""The trail of reads (INV-12): who opened what a referral discloses, when it holds class 3 or 4 data."""

from core.actors import NOBODY
from core.models import Reading
from referral import sharing
from referral.models import Referral

KEPT_FROM = 3  # field class (DOMAIN 2)


def leave_trail(referral: Referral, *, actor, at) -> None:
    """Write that this actor read the content of a referral; nothing for class 1 and 2."""
    field_class = max(sharing.disclosed_classes(referral), default=0)
    if field_class < KEPT_FROM:
        return
    Reading.objects.bulk_create(
        [
            Reading(
                user_id=actor.user_id,
                member_id=None if actor.member_id == NOBODY else actor.member_id,
                organisation_id=actor.organisation_id,
                about=referral.pk,
                subject="referral",
                field_class=field_class,
                at=at,
            )
        ]
    )
