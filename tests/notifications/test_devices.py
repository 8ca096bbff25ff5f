"""Web push against a real receiver that reads what came with the device's own key; and text messages."""

import base64
import json
import os
from datetime import time, timedelta
from urllib.parse import parse_qs

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone, translation
from py_vapid import Vapid02

from core import events
from core.actors import SYSTEM
from notifications.channels import push, sms
from notifications.consumers import notify
from notifications.delivery import deliver
from notifications.models import Delivery, MailboxMessage, Preference, PushSubscription
from notifications.words import SUBJECTS
from tests.clockwork import CANARIES, MONDAY, network, referral, rolled_back
from tests.receivers import receiver


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


PRIVATE = text_of(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big"))


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


@pytest.fixture
def service(settings):
    """The push service, or the gateway."""
    with receiver() as told:
        settings.EGRESS_ALLOWED = {f"127.0.0.1:{told.port}"}
        settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = PRIVATE, "mailto:desk@waymark.test"
        yield told


class Device:
    """A browser with its keys."""

    def __init__(self, member, service):
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.row = PushSubscription.objects.create(
            member=member, digest=os.urandom(8).hex(), endpoint=f"http://127.0.0.1:{service.port}/to/device",
            p256dh=text_of(point), auth=text_of(self.auth), created_at=MONDAY,
        )  # fmt: skip

    def read(self, body: bytes) -> dict:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


def tell(world, urgency="urgent", moment=None, state="sent"):
    made = referral(world, urgency=urgency, state=state)
    event = events.record(
        "referral.sent", actor=SYSTEM, at=MONDAY, about=made.pk, case_id=made.case_id, referral_id=made.pk,
        urgency=urgency, sender_id=made.sender_id,
    )  # fmt: skip
    notify(event, at=moment or timezone.now())
    return made


def test_the_device_can_read_what_came_and_it_says_nothing_about_anybody(world, service):
    device = Device(world.members["desk"], service)
    made = tell(world, "emergency")
    assert deliver(at=timezone.now(), channel="push") == 1
    (arrived,) = service.arrived
    told = device.read(arrived.body)
    with translation.override("be"):
        assert told["title"] == str(SUBJECTS["emergency"])
    assert told["url"] == "/notices/"
    for canary in (*CANARIES, made.reference, str(made.pk), world.case.reference):
        assert canary.lower() not in json.dumps(told, ensure_ascii=False).lower()
    assert arrived.headers["content-encoding"] == "aes128gcm"
    assert (arrived.headers["urgency"], arrived.headers["ttl"]) == ("high", str(4 * 3600))
    assert len(arrived.headers["topic"]) == 32
    stranger = Device(world.members["desk"], service)
    with pytest.raises(http_ece.ECEException):
        stranger.read(arrived.body)


def test_the_push_service_can_check_who_sent_it(world, service):
    Device(world.members["desk"], service)
    tell(world)
    deliver(at=timezone.now(), channel="push")
    authorization = service.arrived[0].headers["authorization"]
    assert Vapid02.verify(authorization)
    token = authorization.split("t=")[1].split(",")[0]
    claims = json.loads(push.raw(token.split(".")[1]))
    assert claims["aud"] == f"http://127.0.0.1:{service.port}"
    assert claims["sub"] == "mailto:desk@waymark.test"
    assert timezone.now().timestamp() < claims["exp"] < timezone.now().timestamp() + 24 * 3600
    assert authorization.endswith(f"k={push.public_key()}")


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten_and_makes_no_alarm(world, service, status):
    device = Device(world.members["desk"], service)
    tell(world)
    service.status = status
    assert deliver(at=timezone.now(), channel="push") == 0
    device.row.refresh_from_db()
    assert device.row.ended_at is not None
    assert device.row.endpoint == device.row.auth == device.row.p256dh == ""
    row = Delivery.objects.get(channel="push")
    assert (row.status, row.error) == ("dropped", "gone")
    tell(world, state="cancelled")
    assert Delivery.objects.filter(channel="push").count() == 1


def test_a_push_service_that_is_tired_is_asked_again_later(world, service):
    Device(world.members["desk"], service)
    tell(world)
    service.status = 503
    now = timezone.now()
    assert deliver(at=now, channel="push") == 0
    service.status = 201
    assert deliver(at=now + timedelta(minutes=1), channel="push") == 1
    assert service.arrived[0].headers["topic"] == service.arrived[1].headers["topic"]


def test_an_address_inside_that_a_browser_gave_is_not_asked(world, service):
    device = Device(world.members["desk"], service)
    device.row.endpoint = "https://169.254.169.254/latest"
    device.row.save()
    tell(world)
    assert deliver(at=timezone.now(), channel="push") == 0
    assert Delivery.objects.get(channel="push").error == "refused_name"


def wants_text(member, **facts):
    return Preference.objects.create(
        member=member, phone="+375291112233", phone_verified_at=MONDAY, channels={"new": ["sms"]}, **facts
    )


def test_the_gateway_gets_a_number_a_text_and_a_key_and_nothing_about_anybody(world, service, settings):
    settings.SMS_GATEWAY, settings.SMS_URL = "http", f"http://127.0.0.1:{service.port}/send"
    settings.SMS_HEADERS = {"Authorization": "Bearer secret"}
    wants_text(world.members["desk"])
    made = tell(world)
    assert deliver(at=timezone.now(), channel="sms") == 1
    (arrived,) = service.arrived
    row = Delivery.objects.get(channel="sms")
    told = json.loads(arrived.body)
    assert told == {"to": "+375291112233", "text": told["text"], "id": str(row.pk)}
    assert row.code in told["text"]
    for canary in (*CANARIES, made.reference, world.case.reference):
        assert canary.lower() not in told["text"].lower()
    assert arrived.headers["authorization"] == "Bearer secret"
    assert arrived.headers["idempotency-key"] == str(row.pk)


def test_a_gateway_that_takes_forms_gets_a_form_with_its_own_names(world, service, settings):
    settings.SMS_GATEWAY, settings.SMS_URL = "http", f"http://127.0.0.1:{service.port}/send"
    settings.SMS_FORMAT, settings.SMS_FIELDS = "form", {"msisdn": "{to}", "message": "{text}", "from": "Waymark"}
    wants_text(world.members["desk"])
    tell(world)
    assert deliver(at=timezone.now(), channel="sms") == 1
    told = parse_qs(service.arrived[0].body.decode())
    assert (told["msisdn"], told["from"]) == (["+375291112233"], ["Waymark"])


def test_a_gateway_that_fails_is_asked_again_and_one_that_refuses_the_number_is_not(world, service, settings):
    settings.SMS_GATEWAY, settings.SMS_URL = "http", f"http://127.0.0.1:{service.port}/send"
    wants_text(world.members["desk"])
    tell(world)
    service.status = 500
    now = timezone.now()
    deliver(at=now, channel="sms")
    assert Delivery.objects.get(channel="sms").status == "waiting"
    service.status = 422
    deliver(at=now + timedelta(minutes=1), channel="sms")
    assert Delivery.objects.get(channel="sms").status == "failed"


def test_the_demonstration_shows_its_texts_in_the_mailbox_without_the_number(world, settings):
    settings.SMS_GATEWAY = "mailbox"
    wants_text(world.members["desk"])
    tell(world)
    assert deliver(at=timezone.now(), channel="sms") == 1
    row = MailboxMessage.objects.get(channel="sms")
    assert row.to == "…33"


def test_a_number_that_was_not_confirmed_gets_nothing(world, settings):
    settings.SMS_GATEWAY = "mailbox"
    Preference.objects.create(member=world.members["desk"], phone="+375291112233", channels={"new": ["sms"]})
    tell(world, "emergency")
    assert not Delivery.objects.filter(channel="sms").exists()


def test_a_number_that_changed_after_the_message_was_made_gets_nothing(world, settings):
    settings.SMS_GATEWAY = "mailbox"
    wants_text(world.members["desk"])
    tell(world)
    Preference.objects.update(phone="+375297778899", phone_verified_at=None)
    assert deliver(at=timezone.now(), channel="sms") == 0
    assert Delivery.objects.get(channel="sms").error == "no_number"
    assert not MailboxMessage.objects.exists()


def test_every_text_fits_one_part_in_every_language():
    for language in ("en", "ru", "be"):
        with translation.override(language):
            for subject in SUBJECTS.values():
                assert sms.parts(f"{subject} (N-7F3K9Q2D)") == 1
    assert sms.parts("a" * 160) == sms.parts("я" * 70) == 1
    assert sms.parts("a" * 161) == sms.parts("я" * 71) == 2


def test_quiet_hours_hold_an_urgent_text_and_never_an_emergency(world, settings):
    settings.SMS_GATEWAY = "mailbox"
    wants_text(world.members["desk"], quiet_from=time(9), quiet_until=time(12))
    tell(world, "urgent", MONDAY)
    assert deliver(at=MONDAY, channel="sms") == 0
    tell(world, "emergency", MONDAY, "cancelled")
    assert deliver(at=MONDAY, channel="sms") == 1
    assert deliver(at=MONDAY + timedelta(hours=2), channel="sms") == 1
