"""Every list of the product: each order and each filter opens, words stay out of addresses, questions stay as few."""

from dataclasses import replace
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Approval, DataRequest, Emergency, ExportJob, ImportJob, LegalHold, Task
from core.actors import acting
from core.lists import TABLES
from core.models import Reading
from notifications.models import MailboxMessage, Notice
from partners.models import ApiToken, Member
from partners.views import people
from tests.cases.browsing import asked
from tests.conftest import role
from tests.house.test_twin import populate
from tests.world import NOON

MOST = 13  # questions of one page, signing in and the shell included
READERS = {
    "cases:list": "supervisor",
    "cases:duplicates": "caseworker",
    "cases:absences": "supervisor",
    "cases:approvals": "supervisor",
    "cases:emergencies": "supervisor",
    "cases:imports": "supervisor",
    "cases:exports": "supervisor",
    "cases:requests": "officer",
    "cases:transfers": "supervisor",
    "cases:holds": "officer",
    "cases:audit": "officer",
    "referral:inbox": "partner",
    "referral:list": "supervisor",
    "referral:ageing": "supervisor",
    "referral:unmet": "supervisor",
    "referral:tasks": "caseworker",
    "notifications:list": "caseworker",
    "notifications:mailbox": "admin",
    "partners:agreements": "coordinator",
    "partners:directory": "caseworker",
    "partners:people": "admin",
    "partners:proposals": "coordinator",
    "partners:tokens": "admin",
    "partners:entitlements": "coordinator",
}
# What each further row of a list must have of its own.
MORE = {
    "cases:approvals": (Approval, lambda: {"about": uuid4()}),
    "cases:emergencies": (Emergency, dict),
    "cases:imports": (ImportJob, dict),
    "cases:exports": (ExportJob, dict),
    "cases:requests": (DataRequest, lambda: {"reference": uuid4().hex[:12]}),
    "cases:holds": (LegalHold, dict),
    "cases:audit": (Reading, dict),
    "referral:tasks": (Task, dict),
    "notifications:list": (Notice, lambda: {"event_id": uuid4()}),
    "partners:tokens": (ApiToken, lambda: {"digest": uuid4().hex}),
}


@pytest.fixture
def world(committed_world):
    populate(committed_world)
    MailboxMessage(to="desk@example.org", subject="Something waits", text="N-1", at=NOON).save(force_insert=True)
    return committed_world


@pytest.fixture
def enter(world, settings):
    settings.REQUIRE_SECOND_FACTOR, settings.DEMO = False, True

    def client_of(short: str) -> Client:
        client = Client()
        client.force_login(world.members[short].user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return client_of


def states_of(table, actor) -> list[dict]:
    orders = [order for sort in table.sorts for order in (sort.name, f"-{sort.name}")]
    found = [{"sort": order} for order in orders]  # the first one is the list without a question
    for item in table.filters:
        found += [{item.name: str(value)} for value, _label in item.choices(actor)[:4]]
        found += [{item.name: "2026-01-31"}] if item.day else []
    return found


def multiply(model, own, count: int) -> None:
    """Give each row of a table as many twins, as the owner of the tables, whom no policy holds."""
    with role("OWNER_DATABASE_URL"):
        for row in list(model._base_manager.all()):
            for _number in range(count):
                row.pk, row._state.adding = uuid4(), True
                for name, value in own().items():
                    setattr(row, name, value)
                row.save(force_insert=True)


def test_every_list_opens_in_each_order_with_each_filter_and_asks_as_often_for_many_as_for_few(enter, world, queries):
    assert reverse("home"), "the addresses are loaded, and every list with them"
    assert set(TABLES) == set(READERS), "a new list names its reader here"
    few = {}
    for name, table in TABLES.items():
        actor = world.actors[READERS[name]]
        client, address = enter(READERS[name]), reverse(name)
        with acting(actor):
            states = states_of(table, actor)
        for state in states[1:]:
            page = client.get(address, state)
            assert page.status_code == 200, (name, state)
            assert page.context["listing"].state, (name, state, "the address does not keep it")
        with queries() as seen:
            page = client.get(address)
        assert page.context["page"].rows, f"{name} has nothing to show: the test would prove nothing"
        few[name] = len(asked(seen))
        if table.search:
            found = client.post(address, {"q": "Zzyzx"})
            assert (found.status_code, found.context["searched"]) == (200, True), name
            assert "Zzyzx" not in unquote(found.context["listing"].here), name
            assert "wm-empty" in found.text, name
    for model, own in MORE.values():
        multiply(model, own, 6)
    for name in MORE:
        client = enter(READERS[name])
        client.get(reverse(name))
        with queries() as seen:
            page = client.get(reverse(name))
        assert len(page.context["page"].rows) > 1, name
        assert len(asked(seen)) <= max(few[name], MOST), (name, asked(seen))
        assert len(asked(seen)) == few[name], (name, asked(seen))


def test_pages_in_the_order_of_names_neither_repeat_nor_lose_a_row_and_name_nobody_in_the_address(
    enter,
    world,
    monkeypatch,
):
    monkeypatch.setattr(people, "PEOPLE", replace(people.PEOPLE, size=2))
    client, address, seen = enter("admin"), reverse("partners:people"), []
    while address:
        page = client.get(address)
        seen += [row["name"] for row in page.context["members"]]
        address, last = page.context["page"].next_url, page
        assert not any(name in unquote(address) for name in seen)
    with acting(world.actors["admin"]) as actor:
        expected = Member.objects.visible_to(actor).filter(organisation_id=actor.organisation_id).order_by("name")
        assert seen == [row.name for row in expected]
    back = client.get(last.context["page"].previous_url)
    assert [row["name"] for row in back.context["members"]] == seen[-(len(last.context["members"]) + 2) :][:2]
