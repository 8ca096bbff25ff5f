"""`make run` as a whole: it stops everything it started and nothing else, and outlives kill -9 of any process."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from config.processes import marked, runs, wait_for
from config.run import MARK
from tests.faults.product import OURS, ROOT, Product, words_of


@pytest.fixture
def waymark(tmp_path):
    started = Product(tmp_path / "var")
    yield started
    started.end()


def command_of(pid: int) -> str:
    return " ".join(words_of(pid))


def test_ctrl_c_stops_everything_and_a_second_start_keeps_the_keys(waymark):
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"]) as bystander:
        waymark.start()
        keys = (waymark.var / "keys.json").read_text()
        family, servers = marked(MARK, str(waymark.var)), waymark.servers().values()
        assert {"granian", "worker", "beat"} <= set(" ".join(map(command_of, family)).split())
        assert waymark.stop() == 0
        assert marked(MARK, str(waymark.var)) == []
        assert not any(runs(pid, marker) for pid, marker in servers)
        assert bystander.poll() is None
        bystander.kill()
    began = time.monotonic()
    waymark.start()
    assert time.monotonic() - began < 30
    assert (waymark.var / "keys.json").read_text() == keys
    assert "worker stopped" not in waymark.out.read_text()


def test_a_second_start_and_a_reset_are_refused_while_it_runs(waymark):
    waymark.start()
    env = os.environ | {"WAYMARK_VAR": str(waymark.var)}
    for words in ([], ["reset"]):
        done = subprocess.run(
            [sys.executable, "-m", "config.run", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "Ctrl-C" in done.stderr
    assert waymark.answers()
    waymark.stop()
    done = subprocess.run([sys.executable, "-m", "config.run", "reset"], cwd=ROOT, env=env, check=False)
    assert done.returncode == 0
    assert not (waymark.var / "servers").exists()
    assert not (waymark.var / "keys.json").exists()


def test_a_reset_leaves_no_uploaded_paper_behind(tmp_path):
    var = tmp_path / "var"
    paper = var / settings.DOCUMENTS.name / "ab" / "abcd.sealed"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"sealed")
    env = {name: value for name, value in os.environ.items() if name not in OURS} | {"WAYMARK_VAR": str(var)}
    subprocess.run([sys.executable, "-m", "config.run", "reset"], cwd=ROOT, env=env, check=True)
    assert not list(var.rglob("*.sealed"))


@pytest.mark.faults
def test_it_answers_again_after_kill_9_of_each_of_its_processes(waymark):
    waymark.start()
    for round_number in range(12):
        victims = [*marked(MARK, str(waymark.var)), *(pid for pid, _ in waymark.servers().values())]
        victim = sorted(victims)[round_number % len(victims)]
        name = command_of(victim)
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        time.sleep(1)
        assert wait_for(waymark.answers, within=30, every=0.25), name
    wanted = {"granian", "worker", "beat"}
    assert wait_for(lambda: wanted <= set(" ".join(map(command_of, marked(MARK, str(waymark.var)))).split()), within=15)
    assert waymark.stop() == 0
    assert marked(MARK, str(waymark.var)) == []


@pytest.mark.faults
def test_everything_ends_with_a_killed_supervisor_and_starts_again(waymark):
    waymark.start()
    servers = waymark.servers().values()
    waymark.process.kill()
    waymark.process.wait()
    assert wait_for(lambda: not marked(MARK, str(waymark.var)), within=40)
    assert wait_for(lambda: not any(runs(pid, marker) for pid, marker in servers), within=40)
    waymark.start()
    assert waymark.stop() == 0
