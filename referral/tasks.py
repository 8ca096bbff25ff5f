"""What Celery runs for referrals."""

from django.utils import timezone

from core.tasks import job
from referral import escalation


@job("referral.sweep")
def sweep(**_):
    """Deal with the clocks that have reached a mark."""
    escalation.sweep(at=timezone.now())
