"""What Celery runs for cases."""

from django.utils import timezone

from cases import reminders
from core.tasks import job


@job("cases.remind")
def remind(**_):
    """Tell of the dates that come near."""
    reminders.sweep(at=timezone.now())
