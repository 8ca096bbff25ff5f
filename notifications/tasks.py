"""What Celery runs for notices."""

from core import clock
from core.tasks import job
from notifications import clients, delivery


@job("notifications.deliver")
def deliver(channel="", **_):
    """Send what is due by one channel: a channel that is slow holds up no other."""
    delivery.deliver(at=clock.now(), channel=channel)


@job("notifications.clients")
def clients_due(**_):
    """Remind persons of their appointments, and send what waited for a safe hour."""
    now = clock.now()
    clients.plan_appointments(at=now)
    clients.send_due(at=now)
