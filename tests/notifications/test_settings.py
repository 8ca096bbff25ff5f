"""One's own settings by page and API, one click out of a mail, the calendar, the webhook pages."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from core import events, outbox
from core.actors import SYSTEM, acting
from core.models import Event
from notifications import hooks, preferences
from notifications.channels.email import OneRecipient
from notifications.choosing import OUTSIDE
from notifications.consumers import notify
from notifications.delivery import deliver
from notifications.models import Delivery, MailboxMessage, Preference, PushSubscription, WebhookEndpoint
from notifications.settings_forms import GROUPS, WAYS
from notifications.words import WORDS
from referral.models import Deadline
from tests.notifications.test_devices import PRIVATE, text_of
from tests.receivers import receiver
from tests.referral.steps import sent
from tests.world import NOON, build

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EVERYTHING = {
    "language": "be", "digest": "weekly", "quiet_from": "19:00", "quiet_until": "08:00",
    "ways_message": ["email", "sms"], "ways_new": [],
}  # fmt: skip
KEYS = {"p256dh": text_of(b"\4" * 65), "auth": text_of(b"a" * 16)}


@pytest.fixture
def world(committed, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    settings.SMS_GATEWAY = "mailbox"
    settings.VAPID_PRIVATE_KEY = PRIVATE
    return build()


def signed_in(client, world, who):
    client.force_login(world.members[who].user, backend=BACKEND)
    return client


def stored(world, who, as_worker):
    with as_worker():
        return Preference.objects.select_related("member__user").get(pk=world.members[who].pk)


def test_every_group_and_way_that_can_be_chosen_is_on_the_page():
    assert set(GROUPS) == set(WORDS)
    assert set(WAYS) == set(OUTSIDE)


def test_what_somebody_chooses_is_kept_and_shown_and_is_only_theirs(client, world, as_worker):
    signed_in(client, world, "caseworker")
    answer = client.post("/notices/settings/", EVERYTHING, follow=True)
    assert "Захавана" in answer.content.decode() or "Saved" in answer.content.decode()
    row = stored(world, "caseworker", as_worker)
    assert row.channels["message"] == ["email", "sms"]
    assert row.channels["new"] == []
    assert (row.digest, str(row.quiet_from), row.member.user.language) == ("weekly", "19:00:00", "be")
    with as_worker():
        assert Preference.objects.count() == 1
    text = client.get("/notices/settings/").content.decode()
    assert re.search(r'name="ways_message" value="sms"[^>]* checked', text)
    assert not re.search(r'name="ways_new"[^>]* checked', text)


def test_quiet_hours_need_a_beginning_and_an_end(client, world):
    signed_in(client, world, "caseworker")
    answer = client.post("/notices/settings/", EVERYTHING | {"quiet_until": ""})
    assert answer.status_code == 422


def test_a_number_is_confirmed_by_the_code_that_came_to_it_within_five_tries(client, world, as_worker):
    signed_in(client, world, "caseworker")
    assert client.post("/notices/settings/phone/", {"number": "12"}).status_code == 422
    assert client.post("/notices/settings/phone/", {"number": "8 029 111-22-33"}).status_code == 302
    assert client.post("/notices/settings/phone/", {"number": "8 029 111-22-33"}).status_code == 409
    with as_worker():
        outbox.relay(at=timezone.now())
        assert deliver(at=timezone.now(), channel="sms") == 1
        code = MailboxMessage.objects.get().text.split()[-1]
    row = stored(world, "caseworker", as_worker)
    assert (row.phone, row.phone_verified_at, row.phone_code) == ("+375291112233", None, code)
    wrong = "000000" if code != "000000" else "111111"
    assert client.post("/notices/settings/phone/code/", {"code": wrong}).status_code == 422
    assert stored(world, "caseworker", as_worker).phone_tries == 1
    assert client.post("/notices/settings/phone/code/", {"code": code}).status_code == 302
    assert stored(world, "caseworker", as_worker).phone_verified_at is not None


def test_after_five_wrong_codes_the_right_one_is_refused_too(client, world, as_worker):
    signed_in(client, world, "caseworker")
    client.post("/notices/settings/phone/", {"number": "+375291112233"})
    code = stored(world, "caseworker", as_worker).phone_code
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        client.post("/notices/settings/phone/code/", {"code": wrong})
    assert client.post("/notices/settings/phone/code/", {"code": code}).status_code == 409
    assert stored(world, "caseworker", as_worker).phone_verified_at is None


def test_numbers_and_addresses_of_devices_cannot_be_read_in_the_database(client, world, as_worker):
    signed_in(client, world, "caseworker")
    client.post("/notices/settings/phone/", {"number": "+375291112233"})
    endpoint = "https://push.example.org/secret-of-a-browser"
    client.post("/notices/settings/devices/", {"endpoint": endpoint, **KEYS})
    with as_worker():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT p::text, d::text FROM notifications_preference p, notifications_pushsubscription d")
            raw = str(cursor.fetchall())
    assert "375291112233" not in raw
    assert "secret-of-a-browser" not in raw


@pytest.mark.parametrize(
    "endpoint", ["https://127.0.0.1/", "http://push.example.org/", "https://push.example.org:6379/", "", "x"]
)
def test_a_device_inside_the_house_is_refused_when_it_is_added(client, world, as_worker, endpoint):
    signed_in(client, world, "caseworker")
    assert client.post("/notices/settings/devices/", {"endpoint": endpoint, **KEYS}).status_code == 422
    with as_worker():
        assert not PushSubscription.objects.exists()


def test_a_device_is_added_once_and_can_be_removed_by_its_owner_only(client, world, as_worker):
    signed_in(client, world, "caseworker")
    for _ in range(2):
        client.post("/notices/settings/devices/", {"endpoint": "https://push.example.org/1", **KEYS})
    with as_worker():
        row = PushSubscription.objects.get()
    signed_in(client, world, "colleague")
    assert client.post(f"/notices/settings/devices/{row.pk}/remove/").status_code == 404
    signed_in(client, world, "caseworker")
    assert client.post(f"/notices/settings/devices/{row.pk}/remove/").status_code == 302
    with as_worker():
        row.refresh_from_db()
        assert (row.ended_at is None, row.endpoint) == (False, "")


def told(world, as_worker, urgency="urgent"):
    """Tell the caseworker of something and return the mail."""
    with as_worker():
        with acting(SYSTEM):
            event = events.record(
                "case.reassigned", actor=SYSTEM, at=NOON, about=world.of.case.pk, case_id=world.of.case.pk,
                urgency=urgency,
            )  # fmt: skip
            notify(event, at=NOON)
        mail.outbox.clear()
        deliver(at=NOON, channel="email")
    return mail.outbox[0] if mail.outbox else None


def test_one_click_in_the_mail_programme_switches_mail_off_and_never_that_of_an_emergency(
    client, world, as_worker, settings
):
    sent_mail = told(world, as_worker)
    address = sent_mail.extra_headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
    assert sent_mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for name in ("caseworker", str(world.members["caseworker"].pk)):
        assert name not in address
    looked = client.get(address)  # programmes that look into mails open links
    assert looked.status_code == 200
    with as_worker():
        assert not Preference.objects.exists()
    strict = type(client)(enforce_csrf_checks=True)
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert all("email" not in ways for ways in stored(world, "caseworker", as_worker).channels.values())
    assert told(world, as_worker) is None
    emergency = told(world, as_worker, "emergency")
    assert emergency is not None
    assert "List-Unsubscribe" not in emergency.extra_headers


def test_a_token_that_was_changed_opens_nothing(client, world, as_worker, settings):
    address = told(world, as_worker).extra_headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
    token = address.rstrip("/").rsplit("/", 1)[1]
    turned = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    for wrong in (turned, token[:-4], "x", "A" * len(token)):
        assert client.post(f"/notices/unsubscribe/{wrong}/").status_code == 404


def test_a_mail_has_one_recipient_a_html_part_and_the_same_id_at_each_try(world, as_worker):
    found = told(world, as_worker)
    assert found.alternatives[0].mimetype == "text/html"
    with as_worker():
        row = Delivery.objects.get()
    assert str(row.pk) in found.message()["Message-ID"]
    one, two = "a@x.test", "b@x.test"
    for wrong in (
        {"to": [one, two]}, {"to": [one], "cc": [two]}, {"to": [one], "bcc": [two]}, {"to": [f"{one}, {two}"]},
        {"to": []},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="one recipient"):
            OneRecipient("s", "b", "f@x.test", **wrong).send()


def test_the_calendar_holds_codes_and_times_and_names_nobody(client, world, as_worker):
    made = sent(world)
    signed_in(client, world, "partner")
    page = client.post("/notices/settings/calendar/").content.decode()
    path = re.search(r"/notices/calendar/[\w-]+\.ics", page).group()
    client.logout()
    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    found = Calendar.from_ical(answer.content)
    names = [str(entry["summary"]) for entry in found.walk("VEVENT")]
    with as_worker():
        assert len(names) == Deadline.objects.filter(met_at=None, closed_at=None).count() > 0
    assert set(names) == {f"Deadline {made.reference}"}
    text = answer.content.decode().lower()
    for name in ("хайдари", "legal", "sender agency", "receiver partner", "wages", str(world.of.case.pk)):
        assert name not in text


def test_a_calendar_ends_with_a_new_address_with_withdrawal_and_with_the_account(client, world, as_worker):
    def make():
        signed_in(client, world, "partner")
        page = client.post("/notices/settings/calendar/").content.decode()
        return re.search(r"/notices/calendar/[\w-]+\.ics", page).group()

    first = make()
    second = make()
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    client.post("/notices/settings/calendar/remove/")
    assert client.get(second).status_code == 404
    third = make()
    with as_worker():
        member = world.members["partner"]
        type(member).objects.filter(pk=member.pk).update(is_active=False)
    assert client.get(third).status_code == 404


def test_the_worker_of_the_browser_is_served_from_the_root(client, db):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in answer.content


def test_an_administrator_adds_tests_and_renews_a_webhook_and_sees_its_messages(client, world, as_worker, settings):
    signed_in(client, world, "admin")
    assert client.post(
        "/notices/webhooks/new/", {"url": "https://127.0.0.1/", "kinds": ["referral.sent"]}
    ).status_code == 422  # fmt: skip
    with receiver() as there:
        settings.EGRESS_ALLOWED = {f"127.0.0.1:{there.port}"}
        url = f"http://127.0.0.1:{there.port}/hook"
        page = client.post("/notices/webhooks/new/", {"url": url, "kinds": ["referral.sent"]}).content.decode()
        secret = re.search(r"whsec_[\w+/=]+", page).group()
        with as_worker():
            row = WebhookEndpoint.objects.get()
        assert row.secret == secret
        assert secret not in client.get(f"/notices/webhooks/{row.pk}/").content.decode()
        assert client.post(f"/notices/webhooks/{row.pk}/test/").status_code == 302
        with as_worker():
            outbox.relay(at=timezone.now())
            assert deliver(at=timezone.now(), channel="webhook") == 1
            message = Delivery.objects.get(channel="webhook")
        text = client.get(f"/notices/webhooks/{row.pk}/").content.decode()
        assert "Arrived" in text
        assert client.post(f"/notices/webhooks/messages/{message.pk}/again/").status_code == 302
        with as_worker():
            assert deliver(at=timezone.now(), channel="webhook") == 1
        assert len({one.headers["webhook-id"] for one in there.arrived}) == 1
    assert "whsec_" in client.post(f"/notices/webhooks/{row.pk}/secret/").content.decode()
    client.post(f"/notices/webhooks/{row.pk}/remove/")
    with as_worker():
        row.refresh_from_db()
        assert (row.is_active, row.url, row.secret) == (False, "", "")
    assert client.get(f"/notices/webhooks/{row.pk}/").status_code == 404


def test_another_organisations_webhook_is_not_there(client, world, as_worker):
    with as_worker():
        row = WebhookEndpoint.objects.create(
            organisation=world.of.stranger, url="https://x.example/", host="x.example", kinds=["referral.sent"],
            secret="whsec_x", created_at=NOON,
        )  # fmt: skip
    signed_in(client, world, "admin")
    for path in ("", "change/"):
        assert client.get(f"/notices/webhooks/{row.pk}/{path}").status_code == 404
    for path in ("test/", "secret/", "remove/", "stop/"):
        assert client.post(f"/notices/webhooks/{row.pk}/{path}").status_code == 404
    assert client.get(f"/api/v1/webhooks/{row.pk}/").status_code == 404
    signed_in(client, world, "caseworker")
    assert client.get("/notices/webhooks/").status_code == 403


def post(client, path, body=None):
    return client.post(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")


def test_preferences_and_webhooks_by_the_api(client, world, settings):
    signed_in(client, world, "admin")
    assert client.get("/api/v1/preferences/").json()["digest"] == "daily"
    changed = post(client, "preferences/", {"digest": "now", "channels": {"message": ["push"]}})
    assert changed.status_code == 200, changed.content
    now = client.get("/api/v1/preferences/").json()
    assert (now["digest"], now["channels"]["message"], now["channels"]["new"]) == ("now", ["push"], ["email", "push"])
    assert post(client, "preferences/", {"digest": "hourly"}).status_code == 422
    assert post(client, "webhooks/", {"url": "https://10.0.0.1/", "kinds": ["referral.sent"]}).status_code == 422
    assert post(client, "webhooks/", {"url": "https://hooks.example.org/", "kinds": ["case.opened"]}).status_code == 422
    made = post(client, "webhooks/", {"url": "https://hooks.example.org/", "kinds": ["referral.sent"]})
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in client.get(f"/api/v1/webhooks/{pk}/").json()
    assert post(client, f"webhooks/{pk}/rotate/").json()["secret"] != made.json()["secret"]
    for step in ("test", "stop", "start"):
        assert post(client, f"webhooks/{pk}/{step}/").status_code == 200, step
    assert client.get(f"/api/v1/webhooks/{pk}/messages/").json() == {"results": []}
    assert post(client, f"webhooks/{pk}/resend/", {"message": str(uuid4())}).status_code == 422
    assert post(client, f"webhooks/{pk}/remove/").status_code == 200
    assert client.get("/api/v1/webhooks/").json()["results"] == []


def test_an_organisation_has_ten_webhooks_at_most(world):
    with acting(world.actors["admin"]) as actor:
        for _ in range(10):
            hooks.add(actor=actor, at=NOON, url="https://hooks.example.org/", kinds=["referral.sent"])
        with pytest.raises(hooks.NotNow):
            hooks.add(actor=actor, at=NOON, url="https://hooks.example.org/", kinds=["referral.sent"])


def test_a_code_is_over_after_ten_minutes(world):
    with acting(world.actors["caseworker"]) as actor:
        row = preferences.add_phone(actor=actor, at=NOON, number="+375291112233")
        with pytest.raises(preferences.NotNow):
            preferences.confirm_phone(actor=actor, at=NOON + timedelta(minutes=11), code=row.phone_code)
        assert preferences.confirm_phone(actor=actor, at=NOON + timedelta(minutes=9), code=row.phone_code)


def test_no_event_of_settings_carries_a_number_an_address_or_a_code(client, world, as_worker):
    signed_in(client, world, "caseworker")
    client.post("/notices/settings/phone/", {"number": "+375291112233"})
    client.post("/notices/settings/devices/", {"endpoint": "https://push.example.org/1", **KEYS})
    client.post("/notices/settings/calendar/")
    with as_worker():
        facts = [row.facts for row in Event.objects.filter(kind__regex="^(phone|device|calendar)")]
    assert facts == [{}, {}, {}]


def test_the_settings_ask_few_questions(client, world, queries):
    signed_in(client, world, "caseworker")
    client.get("/notices/settings/")
    with queries() as seen:
        assert client.get("/notices/settings/").status_code == 200
    assert len(seen) <= 14
