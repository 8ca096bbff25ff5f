"""What Celery runs for referrals."""

from core import clock
from core.tasks import job
from referral import escalation, standing


@job("referral.sweep")
def sweep(**_):
    """Deal with the clocks that have reached a mark."""
    escalation.sweep(at=clock.now())


@job("referral.standing")
def refresh_standing(**_):
    """Sum up anew what partners showed, for the order of candidates."""
    standing.refresh(at=clock.now())
