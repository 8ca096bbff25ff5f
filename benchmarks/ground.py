"""Where it is measured: servers of our own in a folder that is thrown away, databases of several sizes, web servers.

Import it only after `begin()` has put the servers into the environment: it needs Django.
"""

import contextlib
import http.client
import os
import signal
import time
from urllib.parse import urlsplit, urlunsplit

from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

from config import dbroles, run
from config.environment import database
from config.processes import LaunchError, free_port, spawn, wait_for
from core.access import PROTECTED

BARE = {"DJANGO_SETTINGS_MODULE": "benchmarks.bare_settings", "WAYMARK_ROLE": "worker"}


@contextlib.contextmanager
def connected(name: str, role: str = "app"):
    """Connect Django in this process to a database, as one of the three roles."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({**database(os.environ[dbroles.VARIABLES[role]]), "NAME": name})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _owner(statement: sql.Composable) -> None:
    link = dbroles.connect(os.environ["OWNER_DATABASE_URL"])
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()


def create(name: str, *, like: str | None = None) -> None:
    """Make a database: migrated and empty, or a copy of another one that nobody is connected to."""
    _owner(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    source = sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(like)) if like else sql.SQL("")
    _owner(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + source)
    if like is None:
        with connected(name, "owner"):
            call_command("migrate", verbosity=0)


def drop_policies(name: str) -> None:
    """Switch row-level security off in a database; the code that runs on it stays the same."""
    with connected(name, "owner"), connection.cursor() as cursor:
        for model in PROTECTED:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")


def postgres_version() -> str:
    """Return such as `16.9`."""
    with connected("waymark"), connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return cursor.fetchone()[0].split()[0]


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


class Web:
    """The real web server on one database, and one connection to it that is kept open."""

    def __init__(self, name: str, *, bare: bool = False):
        self.port = free_port()
        urls = {variable: _named(os.environ[variable], name) for variable in dbroles.VARIABLES.values()}
        site = {"SITE_URL": f"http://localhost:{self.port}", "PORT": str(self.port), "WAYMARK_ROLE": "app"}
        env = {**os.environ, **urls, **site, **(BARE if bare else {})}
        child = run.children(env, "127.0.0.1", str(self.port))[0]
        env = child.env | (BARE if bare else {})
        log = run.VAR / f"{'bare-' if bare else ''}{name}.log"
        self.log = log
        self.process = spawn(child.command, log=log, env=env, cwd=run.ROOT, end=signal.SIGTERM)
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def __enter__(self) -> "Web":
        if not wait_for(self._answers, within=60, every=0.1):
            self.__exit__()
            raise LaunchError(f"The web server did not start:\n{run.tail(self.log)}")
        return self

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            return False
        try:
            self.line.request("GET", "/healthz", headers={"Host": "localhost"})
            return self.line.getresponse().read() is not None
        except (OSError, http.client.HTTPException):
            self.line.close()
            return False

    def __exit__(self, *_) -> None:
        self.line.close()
        self.process.terminate()
        if not wait_for(lambda: self.process.poll() is not None, within=10):
            self.process.kill()
        self.process.wait()

    def ask(self, method: str, path: str, *, headers: dict, body: bytes | None = None) -> tuple[float, bytes]:
        """Send one request; return the seconds until the whole answer was read, and the answer.

        Raises AssertionError for an answer other than 2xx: a refusal is quick, and would be a fine result.
        """
        began = time.perf_counter()
        self.line.request(method, path, body=body, headers={"Host": "localhost", **headers})
        answer = self.line.getresponse()
        content = answer.read()
        taken = time.perf_counter() - began
        good = 200 <= answer.status < 300
        assert good, f"{method} {path}: {answer.status} {content[:300]!r}\n{run.tail(self.log)}"
        return taken, content
