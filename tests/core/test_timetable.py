"""Beat after a clock that was ahead and is right again: what ran "tomorrow" rings now, not tomorrow."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery.beat import PersistentScheduler

from config.celery import app
from config.timetable import Timetable

LONGEST = 10  # seconds between two rings of the relay, and some more


@pytest.fixture
def rung(tmp_path, monkeypatch):
    """A function: a timetable of some kind runs while the clock is a day ahead, then right again; what rings then."""

    def run(kind):
        ahead = SimpleNamespace(by=timedelta(0))
        now = app.now
        monkeypatch.setattr(type(app), "now", lambda self: now() + ahead.by)
        made = kind(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
        rung = []
        monkeypatch.setattr(made, "apply_entry", lambda entry, producer=None: rung.append(entry.task))
        monkeypatch.setattr(kind, "producer", None)
        made.setup_schedule()
        ahead.by = timedelta(days=1)
        for _ in range(60):
            made.tick()
        assert "core.relay" in rung
        ahead.by = timedelta(0)
        rung.clear()
        made.tick()
        ahead.by = timedelta(seconds=LONGEST)
        for _ in range(60):
            made.tick()
        made.close()
        return set(rung)

    return run


def test_after_a_leap_back_everything_rings_again(rung):
    assert {"core.relay", "notifications.deliver"} <= rung(Timetable)


def test_celerys_own_timetable_would_wait_until_tomorrow(rung):
    """Power check."""
    assert rung(PersistentScheduler) == set()
