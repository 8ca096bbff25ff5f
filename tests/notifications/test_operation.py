"""What the operator sees, what Prometheus reads, and the check outside the queue: numbers that are true."""

import re
from datetime import timedelta
from io import StringIO
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from core import events, heartbeat, outbox
from core.actors import SYSTEM
from core.models import Event
from notifications.consumers import notify
from notifications.models import Delivery, Notice, Untold
from notifications.operation import figures
from referral import deadlines, escalation
from referral.models import Deadline
from tests.clockwork import CANARIES, network, referral, rolled_back

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network(at=timezone.now() - timedelta(days=3))


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def alive(world, now):
    for name in (heartbeat.WORKER, heartbeat.BEAT):
        heartbeat.sign(name, at=now)


def recorded(world, *, at):
    made = referral(world, urgency="urgent", at=at)
    with patch("django.utils.timezone.now", return_value=at):  # the database takes no change of an event
        return events.record(
            "referral.sent", actor=SYSTEM, at=at, about=made.pk, case_id=world.case.pk, referral_id=made.pk,
            sender_id=world.sender.pk, organisations=[world.sender.pk],
        )  # fmt: skip


def value(name, of=""):
    return {(one.name, one.of): one.value for one in figures()}.get((name, of), 0)


def check(**options):
    """Return (exit code, what was said)."""
    said = StringIO()
    try:
        call_command("check_deadlines", stdout=said, stderr=said, **options)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def test_what_waits_is_counted_and_its_age_is_that_of_the_oldest(world, now):
    recorded(world, at=now - HOUR)
    assert value("outbox_waiting") == 1
    assert 3590 < value("outbox_oldest_seconds") < 3700
    outbox.relay(at=now)
    assert value("outbox_waiting") == value("outbox_oldest_seconds") == 0
    assert value("delivery_waiting", "email") == 2
    Delivery.objects.filter(status="waiting").update(status="failed")
    assert (value("delivery_waiting", "email"), value("delivery_failed", "email")) == (0, 2)


def test_in_order_the_check_is_quiet_and_returns_nought(world, alive):
    assert check() == (0, "Waymark: nothing is overdue, and everybody was told.\n")


def test_a_clock_that_no_sweep_took_is_said_with_its_id(world, alive, now):
    row = deadlines.begin(referral(world, urgency="urgent"), "decide", at=now - timedelta(hours=13))
    code, said = check()
    assert (code, str(row.pk) in said) == (1, True)
    assert "WAYMARK NEEDS SOMEBODY NOW" in said
    escalation.sweep(at=now)
    assert str(row.pk) not in check()[1].split("NOBODY WAS TOLD")[0]


def test_a_clock_is_not_reported_within_its_grace_nor_while_it_stands_still(world, alive, now):
    row = deadlines.begin(referral(world, urgency="urgent"), "decide", at=now - timedelta(hours=12, minutes=5))
    assert check(grace=10)[0] == 0
    assert check(grace=1)[0] == 1
    Deadline.objects.filter(pk=row.pk).update(next_alarm_at=None, paused_at=now)
    assert check(grace=1)[0] == 0


def test_an_overdue_clock_of_which_nobody_was_told_is_reported_until_somebody_was(world, alive, now):
    row = deadlines.begin(referral(world, urgency="urgent"), "decide", at=now - timedelta(hours=13))
    escalation.sweep(at=now - 30 * MINUTE)
    event = Event.objects.get(kind="deadline.reached")
    code, said = check(outbox=600)
    assert (code, "NOBODY WAS TOLD" in said) == (1, True)
    notify(event, at=now)
    assert Notice.objects.filter(event_id=event.pk).exists()
    assert check(outbox=600) == (0, "Waymark: nothing is overdue, and everybody was told.\n")
    assert row.pk


def test_an_event_that_waits_too_long_is_reported_by_age(world, alive, now):
    event = recorded(world, at=now - 20 * MINUTE)
    assert check(outbox=30)[0] == 0
    code, said = check(outbox=10)
    assert (code, str(event.pk) in said) == (1, True)
    assert re.search(r"the oldest for (19|20) min", said)


def test_a_delivery_that_is_due_and_not_tried_is_reported(world, alive, now):
    recorded(world, at=now - MINUTE)
    outbox.relay(at=now)
    Delivery.objects.update(next_try_at=now - 30 * MINUTE)
    assert "deliveries are due" in check()[1]


def test_a_dead_letter_that_is_nobodys_task_is_reported(world, alive, now):
    row = Untold.objects.create(event_id=uuid4(), kind="referral.sent", urgency="urgent", why="nobody", at=now)
    assert str(row.pk) in check()[1]
    Untold.objects.update(task_id=uuid4())
    assert check()[0] == 0


@pytest.mark.parametrize(("silent", "words"), [("worker", "the worker gives"), ("beat", "(beat) gives")])
def test_a_silent_process_is_reported_by_name(world, now, silent, words):
    for name in (heartbeat.WORKER, heartbeat.BEAT):
        heartbeat.sign(name, at=now - (10 * MINUTE if name == silent else timedelta()))
    code, said = check()
    assert (code, words in said, said.count("sign of life")) == (1, True, 1)


def test_the_operator_gets_a_mail_that_names_nobody(world, alive, now, settings):
    settings.OPERATOR_EMAIL = "operator@example.test"
    deadlines.begin(referral(world, urgency="urgent"), "decide", at=now - timedelta(hours=13))
    check()
    assert [sent.to for sent in mail.outbox] == [["operator@example.test"]]
    text = mail.outbox[0].message().as_string()
    assert not [word for word in (*CANARIES, world.case.reference) if word in text]


def test_a_mail_that_does_not_leave_is_said_as_well(world, settings, monkeypatch):
    settings.OPERATOR_EMAIL = "operator@example.test"

    def send(self, fail_silently=False):
        raise ConnectionRefusedError("secret")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    code, said = check()
    assert (code, "ConnectionRefusedError" in said, "secret" in said) == (1, True, False)


def test_a_database_that_cannot_be_asked_is_an_alarm_of_its_own(world, monkeypatch):
    def fail(**_):
        from django.db import OperationalError

        raise OperationalError("secret")

    monkeypatch.setattr("notifications.management.commands.check_deadlines.unheard", fail)
    code, said = check()
    assert (code, "could not be asked" in said, "secret" in said) == (2, True, False)


@pytest.fixture
def scrape(client):
    def ask(**headers):
        return client.get("/metrics", **headers)

    return ask


def test_prometheus_reads_the_figures_and_no_label_holds_an_id(world, scrape, now, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    recorded(world, at=now - HOUR)
    outbox.relay(at=now)
    heartbeat.sign(heartbeat.WORKER, at=now)
    answer = scrape()
    text = answer.content.decode()
    found = {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["waymark_delivery_waiting", ("email",)] == 2
    assert found["waymark_broker_up", ()] == 0
    assert ("waymark_heartbeat_age_seconds", ("worker",)) in found
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text)
    assert not [word for word in CANARIES if word in text]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_without_a_token_only_this_machine_may_ask(scrape):
    assert scrape().status_code == 200
    assert scrape(REMOTE_ADDR="10.0.0.7").status_code == 404
    assert scrape(headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 404


@pytest.mark.django_db
def test_with_a_token_nobody_may_ask_without_it(scrape, settings):
    settings.METRICS_TOKEN = "a long token"
    assert scrape().status_code == 404
    assert scrape(headers={"Authorization": "Bearer another"}).status_code == 404
    assert scrape(REMOTE_ADDR="10.0.0.7", headers={"Authorization": "Bearer a long token"}).status_code == 200
