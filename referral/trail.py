"""The trail of reads of what referrals disclose (INV-12)."""

from core import trail
from referral import sharing
from referral.models import Referral


def leave_trail(referral: Referral, *, actor, at) -> None:
    """Write that this actor read the content of a referral, where it holds class 3 or 4 data."""
    field_class = max(sharing.disclosed_classes(referral), default=0)
    trail.read(referral, subject="referral", field_class=field_class, actor=actor, at=at)
