"""The dead man's switch, with real processes: it says which of the two is silent, while the queue can say nothing."""

import os
import signal
import subprocess
import sys
import time

import pytest

from config.processes import spawn, wait_for
from core.models import Heartbeat
from tests.conftest import role
from tests.faults.queue import ROOT, Worker, environment

PERIOD = 30  # seconds between two signs


@pytest.fixture
def beat(committed, broker, tmp_path):
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "beat", "--pidfile=",
               "--schedule", str(tmp_path / "schedule")]  # fmt: skip
    started = spawn(
        command, log=tmp_path / "beat.log", env=environment(broker, role="worker"), cwd=ROOT, end=signal.SIGKILL
    )
    yield started
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()


@pytest.fixture
def worker(committed, broker, tmp_path):
    started = Worker(broker, tmp_path, beat=False)
    yield started
    started.stop()


def check(broker, seconds):
    """Run the command as cron would; return (exit code, what it said)."""
    command = [sys.executable, "manage.py", "check_deadlines", f"--silence={seconds / 60}"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(broker, role="app"), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def signed() -> dict:
    with role("WORKER_DATABASE_URL"):
        return dict(Heartbeat.objects.values_list("name", "at"))


@pytest.mark.faults
@pytest.mark.timeout(300)
def test_a_worker_and_then_a_beat_killed_are_both_noticed_without_the_queue(worker, beat, broker):
    code, said = check(broker, 60)
    assert (code, said.count("sign of life")) == (1, 2)  # nothing was ever heard
    assert wait_for(lambda: len(signed()) == 2, within=120, every=0.5), worker.said()
    assert check(broker, 60)[0] == 0, "both live"
    worker.kill()
    time.sleep(PERIOD + 10)
    code, said = check(broker, PERIOD + 5)
    assert (code, "the worker gives" in said, "(beat)" in said) == (1, True, False)
    os.killpg(beat.pid, signal.SIGKILL)
    beat.wait()
    time.sleep(PERIOD + 10)
    code, said = check(broker, PERIOD + 5)
    assert (code, "the worker gives" in said, "(beat)" in said) == (1, True, True)
