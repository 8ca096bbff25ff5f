"""What Celery runs for cases."""

from django.utils import timezone

from cases import comparing, reminders
from cases.actions import erasing
from core.tasks import job


@job("cases.remind")
def remind(**_):
    """Tell of the dates that come near."""
    reminders.sweep(at=timezone.now())


@job("cases.retain")
def retain(**_):
    """Erase what has reached its date, and what is older than it may be; each night, a part at a time."""
    now = timezone.now()
    erasing.plan_missing(at=now)
    erasing.sweep(at=now)
    erasing.sweep_ages(at=now)


@job("cases.match")
def match(**_):
    """Compare persons that nobody has compared yet with the others of their organisation."""
    comparing.sweep(at=timezone.now())
