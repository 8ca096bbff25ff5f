"""What Celery runs for notices."""

from django.utils import timezone

from core.tasks import job
from notifications import delivery


@job("notifications.deliver")
def deliver(channel="", **_):
    """Send what is due by one channel: a channel that is slow holds up no other."""
    delivery.deliver(at=timezone.now(), channel=channel)
