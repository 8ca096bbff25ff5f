"""A whole Waymark of a test's own, started by `python -m config.run` in a folder of its own, and its processes."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from config import dbroles, places
from config.kept import kept
from config.processes import free_port, marked, runs, wait_for
from config.run import MARK

ROOT = Path(__file__).resolve().parents[2]
WARP = Path(__file__).parent / "warp"
URLS = ("DATABASE_URL", "OWNER_DATABASE_URL", "WORKER_DATABASE_URL", "REDIS_URL")
OURS = (*URLS, "WAYMARK_ROLE", "MAKELEVEL", "DEBUG", "DEMO")


def parent_of(pid: int) -> int:
    """Return the number of the process that started `pid`, 0 when it is gone."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def words_of(pid: int) -> list[str]:
    """Return the command line of `pid`, empty when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    return []


def clock_library(folder: Path) -> Path | None:
    """Return the library that moves a process's clock, compiled into the folder; None where there is no compiler."""
    library = folder / "clock.so"
    try:
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", library, Path(__file__).parent / "warp" / "clock.c", "-ldl"],
            check=True, capture_output=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    return library


class Product:
    """Web, worker, beat and, unless `urls` names others, database and broker.

    `warp` names what is broken in it on purpose (tests/faults/warp): the power checks of the fault tests.
    """

    def __init__(self, folder: Path, *, urls: dict | None = None, warp: str = "", **variables: str):
        self.var, self.port, self.urls = folder, free_port(), urls
        self.out = folder.with_suffix(".out")
        self.process: subprocess.Popen | None = None
        plain = {name: value for name, value in os.environ.items() if name not in OURS}
        self.env = plain | {"WAYMARK_VAR": str(folder), "PORT": str(self.port), "DEMO": "0"} | variables | (urls or {})
        self.warp = {"PYTHONPATH": str(WARP), "WAYMARK_WARP": warp} if warp else {}

    def start(self) -> "Product":
        """Start it and wait until it answers."""
        with open(self.out, "ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.run"], cwd=ROOT, env=self.env | self.warp, stdout=out, stderr=out
            )
        assert wait_for(self.answers, within=240, every=0.1), self.out.read_text()
        return self

    def stop(self, signum: int = signal.SIGINT) -> int:
        """Ask it to stop; return its exit code."""
        self.process.send_signal(signum)
        return self.process.wait(60)

    def end(self) -> None:
        """Stop it if it runs, and take its data away."""
        if self.process is not None and self.process.poll() is None:
            self.stop(signal.SIGTERM)
        places.remove(self.var / "servers")

    def answers(self, path: str = "/healthz") -> bool:
        """Does it answer 200?"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection):
            try:
                connection.request("GET", path, headers={"Host": "localhost"})
                return connection.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False

    def manage(self, *words: str) -> str:
        """Run a management command beside it; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "config.run", "manage", *words],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def move_clock(self, role: str, seconds: int) -> None:
        """Put the clock of the web (role "app") or of worker and beat ("worker") wrong by so many seconds."""
        Path(self.env["FAULTS_CLOCKS"], role).write_text(str(seconds))

    def connect(self, role: str = "worker"):
        """Return a connection of the test itself, which sees everything as the worker does (or as the owner)."""
        if self.urls:
            url = self.urls[dbroles.VARIABLES[role]]
        else:
            user = dbroles.ROLES[role]
            word = kept(self.var / "servers" / "secrets.json", user)[user]
            port = (self.var / "servers" / "postgres" / "cluster" / "postmaster.pid").read_text().split("\n")[3]
            url = dbroles.with_role(f"postgresql://127.0.0.1:{int(port)}/waymark", user=user, password=word)
        return dbroles.connect(url)

    def broker(self) -> str:
        """Return the address of its broker."""
        if self.urls:
            return self.urls["REDIS_URL"]
        word = kept(self.var / "servers" / "secrets.json", "valkey")["valkey"]
        port = (self.var / "servers" / "valkey" / "valkey.conf").read_text().split()[3]
        return f"redis://:{word}@127.0.0.1:{port}/0"

    def servers(self) -> dict[str, tuple[int, Path]]:
        """The processes and markers of its own PostgreSQL and Valkey."""
        data = {name: (self.var / "servers" / name).resolve() for name in ("postgres", "valkey")}
        cluster = data["postgres"] / "cluster"
        return {
            "database": (int((cluster / "postmaster.pid").read_text().split()[0]), cluster),
            "broker": (int((data["valkey"] / "valkey.pid").read_text()), data["valkey"] / "valkey.conf"),
        }

    def pids(self, what: str) -> list[int]:
        """Return the processes of a kind: web, web worker, worker, pool child, beat."""
        first, second = {
            "web": ("granian", None),
            "web worker": ("granian", "child"),
            "worker": ("worker", None),
            "pool child": ("worker", "child"),
            "beat": ("beat", None),
        }[what]
        family = marked(MARK, str(self.var))
        parents = [pid for pid in family if parent_of(pid) == self.process.pid and first in words_of(pid)[:7]]
        if second is None:
            return parents
        children = [pid for pid in family if parent_of(pid) in parents]
        return [pid for pid in children if "resource_tracker" not in " ".join(words_of(pid))]

    def kill(self, what: str, dice) -> None:
        """kill -9 of one process of a kind; waits until there is one."""
        wait_for(lambda: self.pids(what), within=30, every=0.05)
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(self.pids(what)), signal.SIGKILL)

    def signal_server(self, what: str, signum: int) -> None:
        """Send a signal to its own database or broker, however it was left before."""
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            with contextlib.suppress(OSError, ValueError, IndexError):
                pid, marker = self.servers()[what]
                if runs(pid, marker):
                    os.kill(pid, signum)
                    return
            time.sleep(0.05)
        raise AssertionError(f"no {what} runs")

    def signal_pid(self, pid: int, signum: int) -> None:
        """Send a signal to a session of its own database, if it is one still."""
        if parent_of(pid) == self.servers()["database"][0]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signum)

    def ask(self, sql: str, *values, role: str = "worker") -> list[tuple]:
        """Run one statement and return its rows. Raises psycopg2.Error while the database is away."""
        try:
            connection = self.connect(role)
        except (OSError, ValueError, IndexError) as error:  # its files are being written anew
            raise psycopg2.OperationalError(type(error).__name__) from error
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def said(self) -> str:
        """Return the last lines of its logs."""
        logs = [self.out, *sorted((self.var / "log").glob("*.log"))]
        tails = (f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-12:]) for log in logs)
        return "\n".join(tails)
