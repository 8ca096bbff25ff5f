"""Tests run as the `app` role on real servers; only the fixtures here ever connect as the owner or the worker."""

import os
from contextlib import contextmanager

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.environment import database
from tests.world import build

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


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, worker_id):
    """Make this process's own database as the owner, migrate it, and connect as `app`."""
    name = f"test_waymark_{worker_id}"
    owner = database(os.environ["OWNER_DATABASE_URL"])
    admin = psycopg2.connect(
        dbname=owner["NAME"], user=owner["USER"], password=owner["PASSWORD"], host=owner["HOST"], port=owner["PORT"]
    )
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    admin.close()
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = name
        with role("OWNER_DATABASE_URL"):
            call_command("migrate", verbosity=0)
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
