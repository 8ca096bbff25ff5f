"""People in browsers, at noon of the test world."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import world as worlds
from tests.referral.pages import People


@pytest.fixture
def hours(monkeypatch):
    """Move the clock of the pages: `hours(5)` is five hours after noon."""

    def move(number: float):
        monkeypatch.setattr(timezone, "now", lambda: worlds.NOON + timedelta(hours=number))

    move(0)
    return move


@pytest.fixture
def people(db, hours, settings):
    """The world's members, each with a browser of its own."""
    settings.REQUIRE_SECOND_FACTOR = False
    settings.SESSION_COOKIE_AGE = 30 * 24 * 3600  # the clock is moved by days
    return People(worlds.build())
