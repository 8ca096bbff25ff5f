"""The embedded servers: whose processes they are, who may stop them, what survives a kill."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from config import dbroles, places, run
from config.embedded import Servers
from config.processes import LaunchError, can_reach, end, runs, wait_for

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(300)"]


@pytest.fixture
def folder(tmp_path):
    """A folder for servers; what root's servers keep elsewhere for it is deleted too."""
    yield tmp_path / "servers"
    places.remove(tmp_path / "servers")


@pytest.fixture
def servers(folder):
    with Servers(folder, durable=False) as running:
        yield running


@pytest.fixture
def another(tmp_path):
    yield Servers(tmp_path / "another copy", durable=False)
    places.remove(tmp_path / "another copy")


@pytest.fixture
def bystander():
    """A process of somebody else, whose number an old pid file happens to hold."""
    with subprocess.Popen(SLEEP) as process:
        yield process
        process.kill()


def ask(url, query, *values):
    with contextlib.closing(dbroles.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def test_a_process_that_took_the_number_of_a_dead_server_is_left_alone(folder, bystander):
    servers = Servers(folder, durable=False)
    with servers:
        lines = servers.postgres.pid_file().read_text().splitlines()
        pid_files = [servers.postgres.pid_file(), servers.valkey.pid_file()]
        servers.postgres.kill()
        servers.valkey.kill()
    lines[0] = str(bystander.pid)
    pid_files[0].write_text("\n".join(lines) + "\n")
    pid_files[1].write_text(f"{bystander.pid}\n")
    with servers:
        assert ask(servers.postgres.admin_url(), "SELECT 1") == [(1,)]
        assert bystander.poll() is None
    assert bystander.poll() is None


def test_ending_a_process_needs_more_than_its_number(bystander):
    assert end(bystander.pid, "/somewhere/else", signal.SIGKILL, within=1)
    with pytest.raises(subprocess.TimeoutExpired):
        bystander.wait(0.5)
    assert runs(bystander.pid, "-c")


def test_what_was_committed_survives_kill_9_of_both_servers(folder):
    with Servers(folder, durable=True) as servers:
        owner = servers.environment()["OWNER_DATABASE_URL"]
        ask(owner, "CREATE TABLE fact (n int)")
        ask(owner, "INSERT INTO fact VALUES (42)")
        queue = redis.Redis.from_url(servers.environment()["REDIS_URL"])
        queue.rpush("queue", "42")
        servers.postgres.kill()
        servers.postgres.start()
        servers.valkey.kill()
        servers.valkey.start()
        assert ask(owner, "SELECT n FROM fact") == [(42,)]
        assert queue.lrange("queue", 0, -1) == [b"42"]
        queue.close()


def test_two_copies_run_side_by_side(servers, another):
    with another as others:
        assert {others.postgres.port, others.valkey.port}.isdisjoint({servers.postgres.port, servers.valkey.port})
        ask(others.environment()["OWNER_DATABASE_URL"], "CREATE TABLE only_there (n int)")
        assert ask(servers.environment()["OWNER_DATABASE_URL"], "SELECT to_regclass('only_there')") == [(None,)]
        mixed_up = others.postgres.admin_url().replace(f":{others.postgres.port}/", f":{servers.postgres.port}/")
        with pytest.raises(psycopg2.OperationalError):
            dbroles.connect(mixed_up)


def test_a_folder_has_one_starter_and_others_may_attach(servers):
    second = Servers(servers.folder)
    with pytest.raises(LaunchError, match="already running"):
        second.start()
    assert second.attach()
    assert second.environment() == servers.environment()
    second.stop()
    assert servers.postgres.alive()
    assert servers.valkey.alive()


def test_nobody_attaches_to_servers_that_do_not_run(folder):
    assert not Servers(folder).attach()


def test_servers_end_with_a_starter_that_was_killed_and_start_again(folder):
    program = (
        "import sys, time\nfrom config.embedded import Servers\n"
        "with Servers(sys.argv[1], durable=False) as s:\n"
        "    print(s.postgres.process.pid, s.valkey.process.pid, flush=True)\n    time.sleep(300)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        pids = [int(word) for word in starter.stdout.readline().split()]
        servers = Servers(folder, durable=False)
        assert servers.attach()
        markers = [servers.postgres.marker(), servers.valkey.marker()]
        assert all(runs(pid, marker) for pid, marker in zip(pids, markers, strict=True))
        starter.kill()
    assert wait_for(lambda: not any(runs(pid, marker) for pid, marker in zip(pids, markers, strict=True)), within=20)
    with servers:
        assert ask(servers.postgres.admin_url(), "SELECT 1") == [(1,)]


def test_the_three_roles_have_the_least_they_need(servers):
    roles = ask(
        servers.postgres.admin_url(),
        "SELECT rolname, rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles"
        " WHERE rolname LIKE 'waymark%%' ORDER BY 1",
    )
    assert roles == [
        ("waymark_app", False, False, False, False, False, True),
        ("waymark_owner", False, False, False, False, True, True),
        ("waymark_worker", False, False, False, False, False, True),
    ]
    urls = servers.environment()
    assert ask(urls["DATABASE_URL"], "SHOW lock_timeout") == [("3s",)]
    assert ask(urls["DATABASE_URL"], "SHOW statement_timeout") == [("10s",)]
    assert ask(urls["DATABASE_URL"], "SELECT current_user") == [("waymark_app",)]
    assert "postgres:" not in "".join(urls.values()).replace("postgresql:", "")


def test_cyrillic_names_fold_and_test_databases_have_the_extensions(servers):
    owner = servers.environment()["OWNER_DATABASE_URL"]
    ask(owner, "CREATE DATABASE test_fresh")
    fresh = owner.removesuffix("/waymark") + "/test_fresh"
    assert ask(fresh, "SELECT lower('ЮРЫЙ'), similarity('Юрый', 'ЮРЫЙ')") == [("юрый", 1.0)]
    assert ask(fresh, "SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)", list(dbroles.EXTENSIONS)) == [(3,)]


def test_a_refused_row_leaves_no_value_in_the_log_of_the_server(servers):
    owner = servers.environment()["OWNER_DATABASE_URL"]
    ask(owner, "CREATE TABLE person (name text UNIQUE)")
    ask(owner, "INSERT INTO person VALUES ('canary-7f3a')")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        ask(owner, "INSERT INTO person VALUES ('canary-7f3a')")
    log = servers.postgres.log.read_text()
    assert "duplicate key" in log
    assert "canary-7f3a" not in log


def test_passwords_are_neither_on_a_command_line_nor_readable_by_others(servers):
    for server in (servers.postgres, servers.valkey):
        line = Path(f"/proc/{server.process.pid}/cmdline").read_text()
        assert not any(word in line for word in servers.postgres.passwords.values())
        assert os.stat(f"/proc/{server.process.pid}").st_uid != 0
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((servers.folder / "secrets.json").stat().st_mode) == 0o600
    with redis.Redis(port=servers.valkey.port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_the_queue_never_evicts_and_writes_an_append_only_file(servers):
    with redis.Redis.from_url(servers.environment()["REDIS_URL"], decode_responses=True) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_a_folder_that_the_servers_account_cannot_enter_is_noticed(tmp_path):
    class Account:
        pw_uid, pw_gid = 54321, 54321

    closed = tmp_path / "closed"
    (closed / "inside").mkdir(parents=True)
    closed.chmod(0o700)
    assert can_reach(closed / "inside", None)
    assert not can_reach(closed / "inside", Account)


@pytest.fixture
def child(tmp_path, monkeypatch):
    """A supervised process with a child of its own, as web and worker have."""
    monkeypatch.setattr(run, "VAR", tmp_path)
    (tmp_path / "log").mkdir()
    made = run.Child("example", env={**os.environ, run.MARK: str(tmp_path)})
    made.command = [sys.executable, "-c", f"import subprocess; subprocess.run({SLEEP!r})"]
    yield made
    made.clear()


def test_a_supervised_process_that_is_killed_is_started_again_without_its_remains(child, tmp_path):
    child.tend()
    first = child.process.pid
    assert wait_for(lambda: len(run.marked(run.MARK, str(tmp_path))) == 2, within=20)
    family = run.marked(run.MARK, str(tmp_path))
    os.kill(first, signal.SIGKILL)
    assert wait_for(child.has_ended, within=5)
    child.tend()
    assert wait_for(lambda: not set(family) & set(run.marked(run.MARK, str(tmp_path))), within=5)
    assert wait_for(lambda: child.tend() or child.process is not None, within=10, every=0.1)
    assert child.process.pid != first
    assert not child.has_ended()


def test_remains_of_a_killed_start_are_ended_and_nothing_else(child, tmp_path, bystander):
    child.tend()
    assert wait_for(lambda: len(run.marked(run.MARK, str(tmp_path))) == 2, within=20)
    run.end_remains()
    assert run.marked(run.MARK, str(tmp_path)) == []
    assert bystander.poll() is None


def test_a_process_that_will_not_stop_is_made_to(child, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "PATIENCE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(300)"
    child.command = [sys.executable, "-c", deaf]
    child.tend()
    assert wait_for(child.log.read_text, within=20)
    pid = child.process.pid
    run.stop([child])
    assert child.process is None
    assert not runs(pid, "-c")


def test_one_server_address_without_the_other_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/waymark")
    monkeypatch.delenv("REDIS_URL")
    with pytest.raises(LaunchError, match="both"):
        run.uses_other_servers()


def test_a_database_role_that_may_not_create_roles_needs_the_other_two_addresses(servers, tmp_path):
    url = servers.environment()["DATABASE_URL"]
    with pytest.raises(LaunchError, match="OWNER_DATABASE_URL"):
        dbroles.external({"DATABASE_URL": url}, secrets_file=tmp_path / "external.json")
    given = servers.environment()
    assert dbroles.external(given, secrets_file=tmp_path / "external.json") == {
        name: given[name] for name in dbroles.VARIABLES.values()
    }


def test_the_roles_are_made_on_a_server_of_others(servers, tmp_path):
    admin = servers.postgres.admin_url()
    ask(admin, "CREATE ROLE operator LOGIN CREATEROLE CREATEDB PASSWORD 'x'")
    ask(admin, "CREATE DATABASE elsewhere OWNER operator")
    ask(admin, "REASSIGN OWNED BY waymark_owner TO postgres")
    for role in dbroles.ROLES.values():
        ask(admin, f"DROP OWNED BY {role}; DROP ROLE {role}")
    url = dbroles.with_role(admin, user="operator", password="x").replace("/waymark", "/elsewhere")
    urls = dbroles.external({"DATABASE_URL": url}, secrets_file=tmp_path / "external.json")
    assert urls == dbroles.external({"DATABASE_URL": url}, secrets_file=tmp_path / "external.json")
    for kind, role in dbroles.ROLES.items():
        assert ask(urls[dbroles.VARIABLES[kind]], "SELECT current_user") == [(role,)]
    ask(urls["OWNER_DATABASE_URL"], "CREATE TABLE fact (n int)")
