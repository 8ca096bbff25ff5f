"""Browsing as several people at a fixed time, with the test client."""

import re
from html import unescape

from django.test import Client
from django.urls import reverse

from tests.world import World


class People:
    """`people.caseworker.get(...)`: a signed-in test client of each member of the world."""

    def __init__(self, world: World):
        self.world, self.clients = world, {}

    def __getattr__(self, short: str) -> Client:
        if short not in self.clients:
            client = Client()
            client.force_login(
                self.world.members[short].user, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            self.clients[short] = client
        return self.clients[short]


def url(name: str, *args, **query) -> str:
    found = reverse(f"referral:{name}", args=args)
    return found + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def words(response) -> str:
    """Return what a reader sees: the page's main part without marks."""
    text = response.content.decode()
    main = re.search(r"<main.*?</main>", text, re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", main.group(0) if main else text)
    return " ".join(unescape(plain).split())


def step(client: Client, referral, name: str, **facts):
    """Post the form of a step as its page draws it."""
    address = url("step", referral.pk, name)
    page = client.get(address)
    assert page.status_code == 200, (page.status_code, words(page))
    version = page.context["form"]["version"].value()
    return client.post(address, {"version": version, **facts})
