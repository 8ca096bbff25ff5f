"""A clock that is wrong decides nothing: a server stops writing, and jobs go by the database's (RELIABILITY F6)."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core import clock, outbox
from core.tasks import relay
from tests.referral.racing import signed_in

HOUR = 3600


@pytest.fixture
def moved(monkeypatch):
    """A function that moves the clock of this process by seconds."""
    from time import time

    return lambda seconds: monkeypatch.setattr(clock, "time", SimpleNamespace(time=lambda: time() + seconds))


@pytest.fixture
def asked(committed_world, settings):
    """A function that adds a need over HTTP; returns the answer."""
    settings.REQUIRE_SECOND_FACTOR = False
    browser = signed_in(committed_world, "caseworker")
    browser.raise_request_exception = False
    body = {"case": str(committed_world.of.case.pk), "category": "legal"}
    return lambda: browser.post("/api/v1/needs/", body, content_type="application/json")


@pytest.mark.parametrize("seconds", [HOUR, -HOUR, 24 * HOUR, -24 * HOUR])
def test_a_server_whose_clock_is_wrong_writes_nothing_and_says_so(asked, moved, seconds):
    moved(seconds)
    answer = asked()
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "clock_wrong", "5")
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["clock"]) == (503, "wrong")
    moved(0)
    assert asked().status_code == 201
    assert Client().get("/readyz").json()["clock"] == "ok"


@pytest.mark.parametrize("seconds", [0, 50, -50])
def test_a_clock_that_is_off_by_less_than_a_minute_is_no_reason_to_stop(asked, moved, seconds):
    moved(seconds)
    assert asked().status_code == 201


def test_a_server_whose_clock_is_wrong_still_shows_what_there_is(committed_world, moved, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    browser = signed_in(committed_world, "caseworker")
    moved(HOUR)
    assert browser.get("/api/v1/needs/").status_code == 200


def test_jobs_go_by_the_clock_of_the_database(committed, as_worker):
    with (
        as_worker(),
        patch.object(outbox, "relay") as relayed,
        patch.object(timezone, "now", return_value=timezone.now() - timedelta(days=1)),
    ):
        relay()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            now = cursor.fetchone()[0]
    assert abs(now - relayed.call_args.kwargs["at"]) < timedelta(seconds=10)
    assert relayed.call_args.kwargs["at"].tzinfo is not None
