"""What Celery runs for notices."""

from django.utils import timezone

from core.tasks import job
from notifications import delivery


@job("notifications.deliver")
def deliver(**_):
    """Send the mails that are due."""
    delivery.deliver(at=timezone.now())
