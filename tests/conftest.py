"""Tests run as the `app` role on real servers; only the fixtures here ever connect as the owner or the worker."""

import hashlib
import os
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.environment import database
from core import policies
from tests.world import build

ROOT = Path(__file__).resolve().parent.parent

EMPTIED = """
SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT IN ('django_migrations', 'django_content_type', 'partners_area')
"""


def _as(url_name: str, name: str) -> dict:
    return {**database(os.environ[url_name]), "NAME": name}


@contextmanager
def role(url_name: str):
    """Connect Django's default connection as another role for a while."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(_as(url_name, before["NAME"]))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _migrated(cursor) -> str:
    """Return the name of a database with these migrations and no policies: one is kept from run to run."""
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("partners/data/*.csv")]):
        digest.update(path.read_bytes())
    name = f"migrated_{digest.hexdigest()[:16]}"
    cursor.execute("SELECT pg_advisory_lock(2026)")  # the processes of one run come here together
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if cursor.fetchone():
        return name
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, 'migrated_') OR datname = 'half_migrated'"
    )
    for (old,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
    cursor.execute("CREATE DATABASE half_migrated")
    connection.settings_dict["NAME"] = "half_migrated"
    with role("OWNER_DATABASE_URL"):
        call_command(migrate.Command(), verbosity=0)
    cursor.execute(f'ALTER DATABASE half_migrated RENAME TO "{name}"')
    return name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, worker_id):
    """Make this process's own database as the owner, with the schema and the policies, and connect as `app`."""
    name = f"test_waymark_{worker_id}"
    owner = database(os.environ["OWNER_DATABASE_URL"])
    admin = psycopg2.connect(
        dbname=owner["NAME"], user=owner["USER"], password=owner["PASSWORD"], host=owner["HOST"], port=owner["PORT"]
    )
    admin.autocommit = True
    with django_db_blocker.unblock():
        connection.close()
        with closing(admin), admin.cursor() as cursor:
            made = _migrated(cursor)
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made}"')
        connection.settings_dict["NAME"] = name
        with role("OWNER_DATABASE_URL"):
            policies.apply()
        yield
        connection.close()


@pytest.fixture
def as_worker():
    """A context in which Django is connected as the `worker` role (needs `committed`: a new connection)."""
    return lambda: role("WORKER_DATABASE_URL")


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Real commits on the real database, emptied afterwards by the owner."""
    with django_db_blocker.unblock():
        yield
        connection.close()
        with role("OWNER_DATABASE_URL"), connection.cursor() as cursor:
            cursor.execute(EMPTIED)
            tables = cursor.fetchone()[0]
            cursor.execute(f"TRUNCATE {tables} CASCADE")


@pytest.fixture
def queries():
    """Count the queries inside a block: `with queries() as seen: ...; len(seen)`."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture(autouse=True)
def _plain_settings(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STRICT_TEMPLATES = True


@pytest.fixture
def world(db):
    """A small true world (`tests/world.py`), rolled back after the test."""
    return build()


@pytest.fixture
def committed_world(committed):
    """The same world with real commits."""
    return build()
