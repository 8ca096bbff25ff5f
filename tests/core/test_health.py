"""`/healthz`: fit when the database answers and is up to date; broker and worker are only reported."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from core import heartbeat, tasks
from core.views import health


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)


@pytest.mark.django_db
def test_it_is_healthy_without_signing_in_and_says_what_it_found(client, fresh):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "broker": "ok",
        "worker": "unknown",
        "beat": "unknown",
    }


@pytest.mark.django_db
def test_a_migration_that_waits_makes_it_unfit(client, fresh, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, leaves: ["one"])
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


@pytest.mark.django_db
def test_a_broker_that_is_away_is_reported_and_changes_nothing(client, fresh, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "away")


@pytest.mark.django_db
def test_a_worker_that_takes_no_tasks_is_seen(client, fresh):
    tasks.beat_heard()
    assert client.get("/healthz").json()["worker"] == "ok"
    heartbeat.sign(heartbeat.WORKER, at=timezone.now() - timedelta(minutes=5))
    assert client.get("/healthz").json()["worker"] == "silent"


@pytest.mark.django_db
def test_it_is_ready_for_traffic_when_the_database_can_be_written(client, fresh):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "database": "ok", "migrations": "ok", "clock": "ok"},
    )


@pytest.mark.django_db
def test_with_a_migration_missing_no_traffic_is_sent_here(client, fresh, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, leaves: ["one"])
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_503(client, fresh, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("Zarifa-Canary")

    monkeypatch.setattr(health, "is_migrated", fail)
    monkeypatch.setattr("core.views.errors.connection.close", lambda: None)  # the test's own transaction goes on
    client.raise_request_exception = False
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert b"Canary" not in answer.content
