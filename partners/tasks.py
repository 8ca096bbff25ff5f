"""What Celery runs for the directory."""

from core import clock
from core.actors import SYSTEM, acting
from core.tasks import job
from partners import reminders, search


@job("partners.upkeep")
def upkeep(**_):
    """Ask about entries, places and agreements whose date came; make the words of services that were brought in."""
    now = clock.now()
    with acting(SYSTEM):
        reminders.plan_missing(at=now)
    reminders.sweep(at=now)
    search.index_missing()
