"""What Celery runs for cases."""

from cases import comparing, papers, reminders
from cases.actions import emergencies, erasing, exports, imports_sweep, incidents, intake, requests
from cases.actions.absences import sweep_absences
from cases.actions.transfers import expire_transfers
from core import clock
from core.actors import SYSTEM, acting
from core.tasks import job


@job("cases.remind")
def remind(**_):
    """Tell of the dates that come near."""
    reminders.sweep(at=clock.now())


@job("cases.cover")
def cover(**_):
    """Open cases to those who stand in for somebody, and close them again."""
    sweep_absences(at=clock.now())


@job("cases.requests_due")
def requests_due(**_):
    """Tell of requests about the own data, and of breaches of data, whose clock has reached a mark."""
    now = clock.now()
    requests.sweep_clocks(at=now)
    incidents.sweep_clocks(at=now)


@job("cases.retain")
def retain(**_):
    """Erase what has reached its date, and what is older than it may be; each night, a part at a time."""
    now = clock.now()
    erasing.plan_missing(at=now)
    erasing.sweep(at=now)
    erasing.sweep_ages(at=now)


@job("cases.match")
def match(**_):
    """Compare persons that nobody has compared yet with the others of their organisation."""
    comparing.sweep(at=clock.now())


@job("cases.exchange")
def exchange(**_):
    """Check, run and undo the imports that wait; let go of files and lists whose days are over."""
    now = clock.now()
    imports_sweep.sweep(at=now)
    with acting(SYSTEM):
        exports.expire_exports(actor=SYSTEM, at=now)


@job("cases.papers")
def keep_papers(**_):
    """Delete images of identity documents whose time has ended, and files that no document names."""
    papers.sweep(at=clock.now())


@job("cases.purge_drafts")
def purge_drafts(**_):
    """Delete drafts of new cases that nobody went on with."""
    intake.purge_drafts(at=clock.now())


@job("cases.end_emergencies")
def end_emergencies(**_):
    """Close the rows of emergency openings whose hour is over; remind of reviews."""
    now = clock.now()
    emergencies.close_expired(at=now)
    emergencies.remind_reviews(at=now)


@job("cases.end_transfers")
def end_transfers(**_):
    """End offers of cases that nobody answered in time."""
    expire_transfers(at=clock.now())
