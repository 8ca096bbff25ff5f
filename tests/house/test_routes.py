"""Every address and who may open it. An address that is not in this inventory fails the tests."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.urls.converters import SlugConverter, UUIDConverter
from django.urls.resolvers import RoutePattern, URLPattern

from core.models import User
from partners.roles import ROLES
from tests.house.inventory import ANYBODY, ENTRANCE, PUBLIC, ROUTES, TOKEN

PAGES = {name: who for name, who in ROUTES.items() if who == ANYBODY or isinstance(who, tuple)}
STRANGERS = {name for name, who in ROUTES.items() if who not in (PUBLIC, ENTRANCE)}
UNKNOWN = {"uidb36": "1", "key": "none", "step": "accept"}
ROLES_OF_WORLD = {
    "hotline": "hotline_operator", "caseworker": "caseworker", "partner": "focal_point", "supervisor": "supervisor",
    "admin": "organisation_admin", "coordinator": "coordinator", "analyst": "policy_analyst",
    "officer": "data_protection_officer",
}  # fmt: skip


def routes(resolver=None, namespaces=()) -> dict[str, URLPattern]:
    """Return every address of the product: its name with its namespaces, and its pattern."""
    found = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found[":".join((*namespaces, pattern.name or "nothing"))] = pattern
        else:
            found |= routes(pattern, (*namespaces, *filter(None, [pattern.namespace])))
    return found


def address(name: str, pattern: URLPattern) -> str:
    """Return an address with arguments that fit and that nothing answers to."""
    if name == "api:nothing":
        return "/api/v1/no-such-thing/"
    if isinstance(pattern.pattern, RoutePattern):
        kinds = pattern.pattern.converters
        given = {key: str(uuid4()) if isinstance(kind, UUIDConverter) else "accept" for key, kind in kinds.items()}
        assert all(isinstance(kind, UUIDConverter | SlugConverter) for kind in kinds.values()), name
    else:
        given = {key: UNKNOWN.get(key, str(uuid4())) for key in pattern.pattern.regex.groupindex}
    return reverse(name, kwargs=given)


def ask(client: Client, url: str):
    """GET, or POST where only that is allowed."""
    response = client.get(url)
    return client.post(url) if response.status_code == 405 else response


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def test_every_address_is_in_the_inventory_and_every_entry_is_an_address():
    assert set(routes()) == set(ROUTES)


def test_every_verb_of_the_inventory_is_held_by_somebody():
    held = set().union(*ROLES.values())
    assert {verb for who in ROUTES.values() if isinstance(who, tuple) for verb in who} <= held


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(STRANGERS))
def test_a_stranger_gets_nowhere(name, client):
    url = address(name, routes()[name])
    for response in (client.get(url), client.post(url)):
        if ROUTES[name] == TOKEN:
            assert response.status_code == 401, url
            assert response["Content-Type"] == "application/problem+json"
        else:
            assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login")), url


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, who in ROUTES.items() if who == PUBLIC))
def test_a_public_address_needs_nobody(name, client):
    response = ask(client, address(name, routes()[name]))
    open_directory = {404} if name.startswith("hsds:") else set()  # an id that nothing answers to
    assert response.status_code in {200, 302} | open_directory, name
    if response.status_code == 302:
        assert not response["Location"].startswith(reverse("account_login")), name


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, who in ROUTES.items() if who == ENTRANCE))
def test_an_entrance_shows_nothing_to_a_stranger(name, client):
    response = ask(client, address(name, routes()[name]))
    assert response.status_code in {200, 302, 404, 409}, name
    assert not response.context or not response.context.get("request") or response.context["request"].actor is None


@pytest.mark.parametrize("short", sorted(ROLES_OF_WORLD))
def test_each_role_opens_what_the_inventory_says_and_nothing_else(short, world, client):
    actor = world.actors[short]
    assert world.members[short].role == ROLES_OF_WORLD[short]
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    wrong = {}
    for name, who in PAGES.items():
        status = ask(client, address(name, routes()[name])).status_code
        allowed = who == ANYBODY or any(actor.may(verb) for verb in who)
        # Ids that nothing answers to: 404 or, to be undone, 409; and a form that was sent empty: 302 or 422.
        expected = {200, 302, 404, 409, 422} if allowed else {403}
        if status not in expected:
            wrong[name] = status
    assert wrong == {}


def test_an_address_leads_to_the_view_it_names():
    for name, pattern in routes().items():
        if name in PAGES:
            assert resolve(address(name, pattern)).view_name == name
