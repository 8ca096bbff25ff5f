"""A broker that can be killed and a real Celery worker on the test database, for the fault tests of the queue."""

import os
import shutil
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from config.embedded import Valkey
from config.processes import server_user, spawn

ROOT = Path(__file__).resolve().parents[2]


class Broker(Valkey):
    """A Valkey of this test alone."""

    def __init__(self, folder: Path):
        folder.mkdir()
        folder.chmod(0o755)
        super().__init__(folder, user=server_user(), password="test")
        self.create()
        self.start()

    def restart_killed(self) -> None:
        """Kill it, and start it again on the same port with what it had written."""
        self.kill()
        self.start()

    def lose_everything(self) -> None:
        """Kill it, throw its data away, start it empty on the same port."""
        self.kill()
        shutil.rmtree(self.data / "appendonlydir", ignore_errors=True)
        self.start()


def environment(broker: Broker, *, role: str) -> dict:
    """Return what a process needs to work on the test database and this broker; mails go to the mailbox."""
    name = connection.settings_dict["NAME"]
    urls = {
        variable: urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
        for variable in ("DATABASE_URL", "WORKER_DATABASE_URL", "OWNER_DATABASE_URL")
    }
    return os.environ | urls | {"REDIS_URL": broker.url(), "WAYMARK_ROLE": role, "DEMO": "1"}


class Worker:
    """A Celery worker with its own beat, in a process group of its own."""

    def __init__(self, broker: Broker, folder: Path, *, beat: bool = True):
        self.broker, self.folder, self.log = broker, folder, folder / "worker.log"
        self.beat = ["--beat", "--schedule", str(folder / "schedule")] if beat else []
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--concurrency", "1",
                   "--loglevel", "INFO", *self.beat]  # fmt: skip
        env = environment(self.broker, role="worker")
        self.process = spawn(command, log=self.log, env=env, cwd=ROOT, end=signal.SIGKILL)

    def kill(self) -> None:
        """kill -9 of the parent and its pool."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.kill()

    def said(self) -> str:
        return self.log.read_text(errors="replace")
