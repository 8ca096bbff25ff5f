"""A real browser against a real server on the test database, with commits that both can see."""

import os
import re
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from playwright.sync_api import sync_playwright

from tests import world as worlds
from tests.skips import chromium

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format, *args):
        pass


class Server(ThreadedWSGIServer):
    """Closes the database connection of each request's thread: the database is emptied after the test."""

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


@pytest.fixture
def live(committed, settings, monkeypatch):
    """The world in the database and a server before it; the value has `url` and `world`."""
    settings.REQUIRE_SECOND_FACTOR = False
    settings.ACCOUNT_RATE_LIMITS = False
    began = time.monotonic()
    # The world's consents and places are dated; time goes on from its noon.
    monkeypatch.setattr(timezone, "now", lambda: worlds.NOON + timedelta(seconds=time.monotonic() - began))
    server = Server(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Live(f"http://127.0.0.1:{server.server_port}", worlds.build())
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Live:
    """Where the server is, and whom its database holds."""

    def __init__(self, url: str, world: worlds.World):
        self.url, self.world = url, world


@pytest.fixture
def browser():
    """A Chromium without a head. Playwright's own loop forbids Django's database calls, so tests make them before."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(autouse=True)
def _database_beside_the_browser(monkeypatch):
    # Playwright keeps an event loop in this thread; the tests' own few database calls are not inside it.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def refer(page, live, need, *, name="Legal advice", button="Send referral", before=None):
    """Refer a need to a service as one does on the pages; return its address. `before` makes more choices."""
    page.goto(f"{live.url}/referrals/new/{need.pk}/")
    page.get_by_role("button", name=re.compile(f"Choose.*{name}")).click()
    page.get_by_label("Reason, and what was already done").fill("Wages were not paid; we wrote to the employer")
    if before:
        before(page)
    page.get_by_role("button", name="Continue: check and send").click()
    page.get_by_label("The person has seen").check()
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(r"/referrals/[0-9a-f-]{36}/$"))
    return page.url


def sign_in(browser, live, short: str, **options):
    """Return a page of a new browser profile in which this member has signed in."""
    page = browser.new_context(locale="en", **options).new_page()
    page.set_default_timeout(8000)
    page.goto(f"{live.url}/accounts/login/")
    page.get_by_label("Work email").fill(live.world.members[short].user.email)
    page.locator("input[type=password]").fill("a long password")
    page.locator("form button[type=submit]").last.click()
    page.wait_for_url(f"{live.url}/")
    return page
