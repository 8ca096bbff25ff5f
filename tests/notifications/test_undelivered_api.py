"""Dead letters over the API: who leads sees those of the own organisation, settles them and sends again."""

from uuid import uuid4

import pytest
from django.utils import timezone

from core import outbox
from core.actors import SYSTEM, acting
from core.models import Event
from notifications.consumers import notify
from notifications.models import Delivery, Untold
from tests.conftest import role
from tests.notifications.test_telling_pages import browser, dead_letter
from tests.referral.steps import sent

ROOT = "/api/v1/undelivered/"


@pytest.fixture
def told(committed_world, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    sent(committed_world)
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        notify(Event.objects.get(kind="referral.sent"), at=timezone.now())
    return committed_world


def post(client, path):
    key = {"Idempotency-Key": uuid4().hex}
    return client.post(f"{ROOT}{path}/", b"{}", content_type="application/json", headers=key)


def test_who_leads_sees_what_did_not_arrive_at_home_and_nobody_else_does(told):
    key = str(dead_letter(told))
    found = browser(told, "partner_supervisor").get(ROOT, {"settled": "false"}).json()["results"]
    assert [(one["id"], one["why"], one["settled_at"]) for one in found] == [(key, "failed", None)]
    assert set(found[0]) & {"recipient", "address", "name"} == set()
    assert browser(told, "partner_supervisor").get(ROOT, {"settled": "true"}).json()["results"] == []
    assert browser(told, "supervisor").get(ROOT).json()["results"] == []
    assert post(browser(told, "supervisor"), f"{key}/settle").status_code == 404
    assert browser(told, "caseworker").get(ROOT).status_code == 403


def test_it_is_sent_again_and_then_settled_once(told):
    key, lead = dead_letter(told), browser(told, "partner_supervisor")
    assert post(lead, f"{key}/send-again").json()["id"] == str(key)
    with role("WORKER_DATABASE_URL"):
        outbox.relay(at=timezone.now())
        with acting(SYSTEM):
            assert not Delivery.objects.filter(status="failed").exists()
    assert post(lead, f"{key}/settle").json()["settled_at"]
    assert post(lead, f"{key}/settle").status_code == 409
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        assert Untold.objects.get().settled_by_id == told.members["partner_supervisor"].pk


@pytest.mark.parametrize("who", ["partner_supervisor", "coordinator"])
def test_only_who_keeps_the_system_running_sends_everything_again(told, who):
    dead_letter(told)
    assert post(browser(told, who), "send-all-again").status_code == 403
