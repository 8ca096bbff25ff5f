"""Signed webhooks against a real receiver, verified by the standard's own library."""

import base64
import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from core import events, outbox
from core.actions import NotNow
from core.actors import SYSTEM, Actor
from notifications import hooks
from notifications.channels import webhook
from notifications.channels.asking import ask
from notifications.consumers import call_webhooks
from notifications.delivery import deliver
from notifications.models import Delivery, Notice, WebhookEndpoint
from notifications.signing import PREFIX, new_secret
from tests.clockwork import CANARIES, member, network, referral, rolled_back
from tests.receivers import receiver

HOUR = timedelta(hours=1)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


@pytest.fixture
def partner(settings):
    with receiver() as told:
        settings.EGRESS_ALLOWED = {f"localhost:{told.port}", f"127.0.0.1:{told.port}"}
        yield told


def endpoint(world, partner, **facts):
    return WebhookEndpoint.objects.create(
        **{
            "organisation": world.receiver, "url": f"http://127.0.0.1:{partner.port}/in", "host": "127.0.0.1",
            "kinds": ["referral.sent"], "secret": new_secret(), "created_at": timezone.now(), **facts,
        }
    )  # fmt: skip


def happen(world, kind="referral.sent", count=1, state="sent"):
    made = referral(world, urgency="urgent", state=state)
    for _ in range(count):
        event = events.record(
            kind, actor=SYSTEM, at=timezone.now(), about=made.pk, case_id=made.case_id, referral_id=made.pk,
            organisations=[made.sender_id, made.receiver_id], urgency="urgent", sender_id=made.sender_id,
        )  # fmt: skip
        for _ in range(2):
            call_webhooks(event, at=timezone.now())
    return made


def manager(world) -> Actor:
    return Actor(organisation_id=world.receiver.pk, permissions=frozenset({"webhook.manage"}))


def send(at=None):
    return deliver(at=at or timezone.now(), channel="webhook")


def test_the_receiver_can_verify_what_came_and_it_holds_ids_only(world, partner):
    hook = endpoint(world, partner)
    made = happen(world)
    assert send() == 1
    assert send() == 0
    (arrived,) = partner.arrived
    told = Webhook(hook.secret).verify(arrived.body, arrived.headers)
    assert told["type"] == "referral.sent"
    assert told["data"] == {"id": str(made.pk), "event": told["data"]["event"], "referral": str(made.pk)}
    assert set(told) == {"type", "timestamp", "data"}
    whole = json.dumps([arrived.path, arrived.headers, arrived.body.decode()]).lower()
    for canary in (*CANARIES, made.reference, str(world.case.pk), world.case.reference):
        assert canary.lower() not in whole
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(arrived.body, arrived.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret).verify(arrived.body.replace(b"sent", b"lost"), arrived.headers)


def test_while_a_secret_is_renewed_both_verify_and_after_a_day_only_the_new_one(world, partner):
    hook = endpoint(world, partner)
    old = hook.secret
    _row, new = hooks.rotate(hook.pk, actor=SYSTEM, at=timezone.now())
    happen(world)
    send()
    for secret in (old, new):
        Webhook(secret).verify(partner.arrived[0].body, partner.arrived[0].headers)
    WebhookEndpoint.objects.update(previous_until=timezone.now() - HOUR)
    happen(world, state="cancelled")
    send()
    Webhook(new).verify(partner.arrived[1].body, partner.arrived[1].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(partner.arrived[1].body, partner.arrived[1].headers)


def test_a_secret_is_as_long_as_the_standard_asks():
    raw = base64.b64decode(new_secret().removeprefix(PREFIX))
    assert 24 <= len(raw) <= 64


def test_ten_tries_in_75_hours_each_with_the_same_id_then_it_is_stopped_and_its_keepers_are_told(world, partner):
    admin = member(world.receiver, "organisation_admin")
    hook = endpoint(world, partner)
    happen(world)
    partner.status = 500
    begin = at = timezone.now()
    for _ in range(11):
        send(at)
        row = Delivery.objects.get(target_id=hook.pk)
        hook.refresh_from_db()
        at = max(row.next_try_at or at, hook.quiet_until)
    assert (row.status, row.attempts, row.error) == ("failed", 10, "http_500")
    assert len(partner.arrived) == 10
    assert len({arrived.headers["webhook-id"] for arrived in partner.arrived}) == 1
    assert 60 * HOUR < at - begin < 92 * HOUR
    assert sum(webhook.Webhook.waits, timedelta()) // HOUR == 75
    assert (hook.is_active, hook.stopped_why) == (False, "failing")
    outbox.relay(at=at)
    assert Notice.objects.get(recipient=admin).kind == "webhook.stopped"


def test_the_waits_are_spread_so_that_not_all_come_back_together(world, partner):
    hooks_ = [endpoint(world, partner) for _ in range(6)]
    happen(world)
    partner.status = 503
    now = timezone.now()
    send(now)
    waits = {row.next_try_at - now for row in Delivery.objects.filter(target_id__in=[hook.pk for hook in hooks_])}
    assert len(waits) == 6
    assert all(timedelta(seconds=4) <= wait <= timedelta(seconds=6) for wait in waits)


def test_what_the_receiver_asks_to_wait_is_waited(world, partner):
    endpoint(world, partner)
    happen(world)
    partner.status, partner.headers = 429, {"Retry-After": "600"}
    now = timezone.now()
    send(now)
    assert Delivery.objects.filter(channel="webhook").get().next_try_at == now + timedelta(minutes=10)


def test_gone_ends_it_at_once(world, partner):
    hook = endpoint(world, partner)
    happen(world, count=2)
    partner.status = 410
    send()
    hook.refresh_from_db()
    assert (hook.is_active, hook.stopped_why) == (False, "gone")
    happen(world, state="cancelled")
    send(timezone.now() + HOUR)
    assert len(partner.arrived) <= 2
    assert not Delivery.objects.filter(status__in=["waiting", "sending", "sent"]).exists()


def test_a_redirect_is_a_failure(world, partner):
    endpoint(world, partner)
    happen(world)
    partner.status, partner.headers = 301, {"Location": f"http://127.0.0.1:{partner.port}/elsewhere"}
    assert send() == 0
    assert [arrived.path for arrived in partner.arrived] == ["/in"]
    assert Delivery.objects.get(channel="webhook").error == "redirect"


def test_an_address_inside_is_not_asked(world, partner):
    endpoint(world, partner, url="https://127.0.0.1/", host="127.0.0.1")
    happen(world)
    assert send() == 0
    assert Delivery.objects.get(channel="webhook").error == "refused_name"


def test_who_trickles_or_hangs_holds_up_nobody_else(world, partner, settings, monkeypatch):
    monkeypatch.setattr(webhook, "ask", lambda *args, **options: ask(*args, seconds=1, **options))
    with receiver() as slow:
        settings.EGRESS_ALLOWED |= {f"127.0.0.1:{slow.port}"}
        slow.trickle = 0.1
        bad, good = endpoint(world, slow), endpoint(world, partner)
        happen(world, count=5)
        began = time.monotonic()
        assert send() == 5
        assert time.monotonic() - began < 5
    assert len(partner.arrived) == 5
    bad.refresh_from_db()
    assert bad.quiet_until > timezone.now()
    assert set(Delivery.objects.filter(target_id=good.pk).values_list("status", flat=True)) == {"sent"}
    happen(world, state="cancelled")
    assert send() == 1
    newest = Delivery.objects.filter(target_id=bad.pk, last_try_at=None)  # the circuit is open: not even tried
    assert list(newest.values_list("status", "attempts")) == [("waiting", 0)]


def test_only_the_kinds_and_the_events_that_the_organisation_may_read_are_told(world, partner):
    other = endpoint(world, partner, kinds=["referral.accepted"])
    elsewhere = endpoint(world, partner, organisation=world.members["outsider"].organisation)
    happen(world)
    assert not Delivery.objects.filter(target_id__in=[other.pk, elsewhere.pk]).exists()


def test_a_test_message_goes_to_its_own_address_only(world, partner):
    hook, _other = endpoint(world, partner), endpoint(world, partner)
    hooks.ping(hook.pk, actor=SYSTEM, at=timezone.now())
    outbox.relay(at=timezone.now())
    assert send() == 1
    assert json.loads(partner.arrived[0].body)["type"] == "webhook.pinged"


def test_sending_again_uses_the_same_id(world, partner):
    endpoint(world, partner)
    happen(world)
    send()
    row = Delivery.objects.get(channel="webhook")
    admin = manager(world)
    hooks.resend(row.pk, actor=admin, at=timezone.now())
    send()
    first, second = partner.arrived
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_a_worker_that_died_while_sending_is_followed_by_one_with_the_same_id(world, partner, monkeypatch):
    endpoint(world, partner)
    happen(world)

    def die(*_, **__):
        raise SystemExit

    now = timezone.now()
    monkeypatch.setattr(webhook, "ask", die)
    with pytest.raises(SystemExit):
        send(now)
    monkeypatch.undo()
    assert send(now + timedelta(minutes=1)) == 0
    assert send(now + timedelta(minutes=2)) == 1
    row = Delivery.objects.get(channel="webhook")
    assert (row.status, row.attempts, row.error) == ("sent", 2, "maybe_sent_twice")
    assert partner.arrived[0].headers["webhook-id"] == f"msg_{row.pk.hex}"


def test_an_unknown_message_cannot_be_sent_again(world, partner):
    with pytest.raises(NotNow):
        hooks.resend(uuid4(), actor=manager(world), at=timezone.now())
