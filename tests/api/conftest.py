"""A small world, asked over HTTP by tokens and by people who are signed in, at a time that stands still."""

import json
from datetime import timedelta
from socketserver import ThreadingMixIn
from threading import Thread
from types import SimpleNamespace
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client

from core.actors import Actor, acting
from partners.identity import digest_of
from partners.models import ApiToken
from tests import world as worlds

NOW = worlds.NOON + timedelta(hours=1)


class Api:
    """A client of `/api/v1/` with its headers."""

    def __init__(self, client: Client, **headers):
        self.client, self.headers = client, headers

    def get(self, path: str, **headers):
        return self.client.get(f"/api/v1/{path}", headers=self.headers | headers)

    def post(self, path: str, body=None, **headers):
        raw = body if isinstance(body, (bytes, str)) else json.dumps({} if body is None else body)
        sent = {"content-type": "application/json"} | self.headers | headers
        kind = sent.pop("content-type")
        return self.client.post(f"/api/v1/{path}", raw, content_type=kind, headers=sent)


def token_of(organisation, *scopes: str, expires_at=None) -> tuple[str, ApiToken]:
    """Make a token as `manage.py create_token` does; return the secret and its row."""
    secret = f"wm_{uuid4().hex}"
    row = ApiToken(
        organisation=organisation, name="System", digest=digest_of(secret), scopes=list(scopes), expires_at=expires_at
    )
    with acting(Actor(organisation_id=organisation.pk, permissions=frozenset({"token.manage"}))):
        row.save(force_insert=True)
    return secret, row


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch, settings):
    monkeypatch.setattr("core.api.resource.timezone", SimpleNamespace(now=lambda: NOW))
    settings.REQUIRE_SECOND_FACTOR = False  # its own test switches it on


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def as_token():
    """`as_token(organisation, "directory:read")` acts with a fresh token."""

    def make(organisation, *scopes, **facts) -> Api:
        return Api(Client(), authorization=f"Bearer {token_of(organisation, *scopes, **facts)[0]}")

    return make


@pytest.fixture
def signed_in(world):
    """`signed_in("caseworker")` acts in that person's session."""

    def make(short: str, **client) -> Api:
        browser = Client(**client)
        browser.force_login(world.members[short].user, "allauth.account.auth_backends.AuthenticationBackend")
        return Api(browser)

    return make


@pytest.fixture
def drafted(world, signed_in):
    """Return a function that drafts a referral through the API and gives its body."""

    def make(**facts) -> dict:
        body = {
            "need": str(world.of.need.pk),
            "service": str(world.of.service.pk),
            "consent": str(world.of.consent.pk),
            "urgency": "routine",
            "note": "Wages of three months",
            "documents_settled": True,
        }
        answer = signed_in("caseworker").post("referrals/", body | facts)
        assert answer.status_code == 201, answer.json()
        return answer.json()

    return make


@pytest.fixture
def sent(drafted, signed_in):
    """Return a function that drafts and sends."""

    def make(**facts) -> dict:
        answer = signed_in("caseworker").post(f"referrals/{drafted(**facts)['id']}/steps/send/")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return make


@pytest.fixture
def received(sent, signed_in):
    """Return a function that drafts, sends, and acknowledges."""

    def make(**facts) -> dict:
        answer = signed_in("partner").post(f"referrals/{sent(**facts)['id']}/steps/receive/")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return make


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    request_queue_size = 64

    def process_request_thread(self, request, client_address):
        super().process_request_thread(request, client_address)
        connection.close()


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server(committed):
    """A real server on real commits: a thread for each request, as many connections to the database."""
    made = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Threads, handler_class=Quiet)
    thread = Thread(target=made.serve_forever)
    thread.start()
    yield made.server_port
    made.shutdown()
    thread.join()
    made.server_close()
