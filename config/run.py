"""`make run`: start the servers, bring the database up to date, start Waymark, keep it going, stop it whole.

    python -m config.run                 start everything; Ctrl-C stops it
    python -m config.run manage ...      a management command, beside a running Waymark or on servers of its own
    python -m config.run reset           delete all data of this copy

What is started carries WAYMARK_STARTED_BY in its environment: that is how remains of a killed start are found,
and how nothing else is ever touched.
"""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from config import dbroles, embedded, places
from config.kept import kept
from config.processes import LaunchError, die_with, is_free, lock, marked, spawn, wait_for

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("WAYMARK_VAR") or ROOT / "var").absolute()
MARK = "WAYMARK_STARTED_BY"
ACCOUNTS = ("caseworker", "partner", "supervisor", "coordinator", "analyst", "admin")
DATA = ("servers", "log", "beat", "documents", "static", "keys.json", "demo.json")  # all that `reset` deletes
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 10  # seconds that a process has to end by itself


def say(text: str) -> None:
    print(text, flush=True)


def is_demo() -> bool:
    """`make run` shows the demonstration world unless DEMO=0."""
    return os.environ.get("DEMO", "1").lower() not in {"0", "false", "no"}


def base_environment() -> dict[str, str]:
    """Everything the settings read, except where the servers are. Keys are made once and kept."""
    keys = kept(VAR / "keys.json", "SECRET_KEY", "FIELD_KEY", "VAPID_PRIVATE_KEY")
    port = os.environ.get("PORT") or "8000"
    site = os.environ.get("SITE_URL") or f"http://localhost:{port}"
    return {**keys, **os.environ, "WAYMARK_VAR": str(VAR), "PORT": port, "SITE_URL": site,
            "DEMO": "1" if is_demo() else "0", "PYTHONUNBUFFERED": "1"}  # fmt: skip


def uses_other_servers() -> bool:
    """True when DATABASE_URL and REDIS_URL name servers that are not ours; one alone is refused."""
    given = [bool(os.environ.get(name)) for name in ("DATABASE_URL", "REDIS_URL")]
    if any(given) and not all(given):
        raise LaunchError("Set both DATABASE_URL and REDIS_URL, or neither: then both servers are started for you.")
    return all(given)


@contextlib.contextmanager
def reach_servers(*, attach: bool):
    """Yield (variables, embedded servers or None): other people's, already running ones, or started for us."""
    if uses_other_servers():
        yield dbroles.external(os.environ, secrets_file=VAR / "external.json"), None
        return
    servers = embedded.Servers(VAR / "servers")
    if attach and servers.attach():
        yield servers.environment(), servers
        return
    with servers:
        yield servers.environment(), servers


class Child:
    """One process of Waymark, started again when it dies."""

    def __init__(self, name: str, *arguments: str, env: dict):
        self.name, self.env = name, env
        self.command = [sys.executable, "-m", *arguments]
        self.log = VAR / "log" / f"{name}.log"
        self.process: subprocess.Popen | None = None
        self.deaths, self.started, self.due = 0, 0.0, 0.0

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.process = spawn(self.command, log=self.log, env=self.env, cwd=ROOT, end=signal.SIGTERM)
        self.started = time.monotonic()

    def has_ended(self) -> bool:
        """True once it is dead. It stays unreaped, so that its number and its group still mean it."""
        if self.process is None:
            return True
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, options) is not None

    def clear(self) -> None:
        """End what is left of its process group, then let go of its number."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def tend(self) -> None:
        """Start it, or start it again after a pause that grows with every early death."""
        now = time.monotonic()
        if self.process is not None and self.has_ended():
            self.deaths = 1 if now - self.started > 30 else self.deaths + 1
            self.due = now + min(0.25 * 2**self.deaths, 10)
            self.clear()
            say(f"  {self.name} stopped and is started again; its log: {self.log}")
        if self.process is None and now >= self.due:
            self.start()


def tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


def manage(*arguments: str, env: dict, quiet: bool = True) -> None:
    """Run a management command; its output goes to var/log/setup.log when quiet. Raises LaunchError."""
    log = VAR / "log" / "setup.log"
    with open(log, "ab") if quiet else contextlib.nullcontext() as output:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, stdout=output, stderr=output, check=False
        )
    if done.returncode:
        raise LaunchError(f"manage.py {' '.join(arguments)} failed.\n{tail(log) if quiet else ''}")


def is_empty(url: str) -> bool:
    """Is there no organisation yet? The URL's role must see the table whatever its policies."""
    connection = dbroles.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM partners_organisation)")
            return not cursor.fetchone()[0]
    finally:
        connection.close()


def demonstration(env: dict, servers) -> str | None:
    """Make the demonstration world in an empty database. Returns the password, or None if we do not know it."""
    admin = servers.postgres.admin_url() if servers else os.environ["DATABASE_URL"]
    try:
        empty = is_empty(admin)
    except psycopg2.Error:  # a server of others, where we may not look past the policies: never fill it unasked
        empty = False
    file = VAR / "demo.json"
    if empty:
        file.unlink(missing_ok=True)
    elif not file.exists():
        return None
    password = kept(file, "DEMO_PASSWORD", DEMO_PASSWORD=os.environ.get("DEMO_PASSWORD", ""))["DEMO_PASSWORD"]
    if empty:
        say("  making the demonstration world")
        manage("demo", env=env | {"DEMO_PASSWORD": password}, quiet=False)
    return password


def is_healthy(host: str, port: int, env: dict) -> bool:
    """Does /healthz answer 200?"""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    name = next((name for name in env.get("ALLOWED_HOSTS", "").split(",") if name.strip("*.")), "localhost")
    connection = http.client.HTTPConnection(near, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end_remains() -> None:
    """End what an earlier start of this very folder has left: asked first, forced after a while."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        for pid in marked(MARK, str(VAR)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signum)
        if wait_for(lambda: not marked(MARK, str(VAR)), within=PATIENCE, every=0.1):
            return


def children(env: dict, host: str, port: str) -> list[Child]:
    """The three processes of Waymark."""
    worker = env | {"WAYMARK_ROLE": "worker"}
    (VAR / "beat").mkdir(exist_ok=True)
    web = ("granian", "--interface", "wsgi", "--host", host, "--port", port, "--workers", "2",
           "--blocking-threads", "2", "--respawn-failed-workers", "config.wsgi:application")  # fmt: skip
    celery = ("celery", "-A", "config.celery")
    beat = ("beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(VAR / "beat" / "schedule"))
    return [
        Child("web", *web, env=env | {"WAYMARK_ROLE": "app"}),
        Child("worker", *celery, "worker", "--loglevel", "INFO", "--concurrency", "2", env=worker),
        Child("beat", *celery, *beat, env=worker),
    ]


def welcome(env: dict, password: str | None, *, seconds: float) -> None:
    say(f"\nWaymark is up ({seconds:.0f} s): {env['SITE_URL']}/\n")
    if is_demo():
        if password:
            say(f"  Demonstration accounts, password {password}")
        else:
            say("  Demonstration accounts; their password is the one printed when they were made")
        for account in ACCOUNTS:
            say(f"    {account}@waymark.test")
        say("  The data and the password stay until `make reset`.")
    else:
        say('  No demonstration. Make the first account with: make manage C="create_account --help"')
    say(f"  Logs: {VAR / 'log'}    Stop: Ctrl-C\n")


def supervise(env: dict, servers, processes: list[Child], *, host: str, port: int, password: str | None) -> None:
    """Keep everything going until a signal comes."""
    began, announced, warned = time.monotonic(), False, False
    while True:
        for server in (servers.postgres, servers.valkey) if servers else ():
            if not server.alive():
                say(f"  {server.name} stopped and is started again; its log: {server.log}")
                server.start()
        for child in processes:
            child.tend()
        if not announced and is_healthy(host, port, env):
            announced = True
            welcome(env, password, seconds=time.monotonic() - STARTED)
        if not announced and not warned and time.monotonic() - began > 60:
            warned = True
            say("  Waymark does not answer yet. The last lines of its logs:")
            for child in processes:
                say(f"--- {child.log}\n{tail(child.log)}")
        time.sleep(0.25)


def stop(processes: list[Child]) -> None:
    """End the processes: asked first, together; forced after a while."""
    for child in processes:
        if not child.has_ended():
            child.process.terminate()
    wait_for(lambda: all(child.has_ended() for child in processes), within=PATIENCE, every=0.05)
    for child in processes:
        child.clear()
    end_remains()


def leave(_signum, _frame) -> None:
    """To be asked to stop is no error."""
    raise SystemExit(0)


def run() -> None:
    """Start, supervise, stop."""
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    (VAR / "log").mkdir(parents=True, exist_ok=True)
    with lock(VAR / "run.lock") as held:
        if not held:
            raise LaunchError("Waymark already runs from this folder. Stop it there first, with Ctrl-C.")
        end_remains()
        if not is_free(port, host):
            raise LaunchError(f"Port {port} is in use by another program. Choose another: make run PORT={port + 1}")
        for signum in STOPPING:
            signal.signal(signum, leave)
        if "MAKELEVEL" in os.environ:
            die_with(os.getppid(), signal.SIGTERM)  # when make is killed, nobody is left to press Ctrl-C
        processes: list[Child] = []
        say("Waymark is starting")
        with reach_servers(attach=False) as (urls, servers):
            try:
                env = base_environment() | urls | {MARK: str(VAR)}
                say("  bringing the database up to date")
                manage("migrate", "--no-input", env=env)  # and, as its last step, the policies
                password = demonstration(env, servers) if is_demo() else None
                processes += children(env, host, str(port))
                supervise(env, servers, processes, host=host, port=port, password=password)
            finally:
                say("\nWaymark is stopping. The data stay.")
                for signum in STOPPING:
                    signal.signal(signum, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the orderly end
                stop(processes)


def reset() -> None:
    """Delete all data of this copy. Raises LaunchError while it runs."""
    with lock(VAR / "run.lock") as held, lock(VAR / "servers" / "lock") as unused:
        if not (held and unused):
            raise LaunchError("Waymark is running from this folder. Stop it first, with Ctrl-C; nothing was deleted.")
        end_remains()
        if (VAR / "servers" / "secrets.json").exists():
            servers = embedded.Servers(VAR / "servers")
            for server in (servers.postgres, servers.valkey):
                server.locate()
                server.end_remains()
        for path in (VAR / name for name in DATA):
            if path.name == "servers":
                places.remove(path)
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    other = " The database of DATABASE_URL was not touched." if os.environ.get("DATABASE_URL") else ""
    say(f"All data of this copy are deleted. `make run` begins afresh.{other}")


def command(arguments: list[str]) -> int:
    """Run one management command with the servers at hand; returns its exit code."""
    with reach_servers(attach=True) as (urls, _servers):
        env = base_environment() | urls
        return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, check=False).returncode


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case []:
                run()
            case ["reset"]:
                reset()
            case ["manage", *rest]:
                return command(rest)
            case _:
                raise LaunchError(__doc__)
    except LaunchError as error:
        print(f"waymark: {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"waymark: {error}. Was this copy first used by another account, or as root?", file=sys.stderr)
        return 1
    return 0


STARTED = time.monotonic()
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
