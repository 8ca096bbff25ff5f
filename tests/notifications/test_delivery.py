"""Mails: once each, claimed before they leave, tried again, and empty of anything about a person."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.urls import reverse

from cases.models import Task
from config.celery import TIME_LIMIT, VISIBILITY
from core import events
from core.actors import SYSTEM
from notifications import delivery
from notifications.consumers import notify
from notifications.delivery import deliver
from notifications.models import Delivery, MailboxMessage, Untold
from tests.clockwork import CANARIES, MONDAY, network, referral, rolled_back
from tests.conftest import role

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


def tell(world, urgency="urgent", kind="referral.sent", **facts):
    made = referral(world, urgency=urgency, **facts)
    event = events.record(
        kind, actor=SYSTEM, at=MONDAY, about=made.pk, case_id=made.case_id, referral_id=made.pk,
        urgency=urgency, sender_id=made.sender_id,
    )  # fmt: skip
    notify(event, at=MONDAY)
    return made


def break_mail(monkeypatch, error=ConnectionRefusedError):
    def send(self, fail_silently=False):
        raise error("Zarifa-Canary@example.test refused")

    monkeypatch.setattr(EmailMessage, "send", send)


def test_each_recipient_gets_one_mail_alone(world):
    tell(world)
    assert deliver(at=MONDAY) == 2
    assert deliver(at=MONDAY + 60 * MINUTE) == 0
    assert sorted(mail.outbox[0].to + mail.outbox[1].to) == sorted(
        world.members[name].user.email for name in ("desk", "receiver_supervisor")
    )
    assert all(len(sent.recipients()) == 1 for sent in mail.outbox)
    assert set(Delivery.objects.values_list("status", "attempts")) == {("sent", 1)}


def test_no_mail_holds_anything_about_the_person_the_case_or_the_organisations(world):
    world.members["receiver_supervisor"].user.language = "ru"
    world.members["receiver_supervisor"].user.save()
    made = tell(world, "emergency")
    deliver(at=MONDAY)
    identifiers = (made.reference, str(made.pk), world.case.reference, str(world.case.pk), str(world.receiver.pk))

    def found(text):
        return [canary for canary in (*CANARIES, *identifiers) if canary.lower() in text.lower()]

    assert found(f"ZARIFA-CANARY and {made.pk}") == [CANARIES[0], str(made.pk)]
    assert len(mail.outbox) == 2
    for sent in mail.outbox:
        assert found(sent.message().as_string() + sent.subject + sent.body) == []


def test_all_mails_of_one_urgency_have_one_subject(world):
    world.members["desk"].user.language = "en"
    world.members["desk"].user.save()
    tell(world)
    other = tell(world, kind="referral.cancelled", state="cancelled")
    assert other.urgency == "urgent"
    deliver(at=MONDAY)
    english = {sent.subject for sent in mail.outbox if sent.to == [world.members["desk"].user.email]}
    assert len(english) == 1


def test_the_mail_leads_to_the_notices_by_the_settings_address_and_carries_its_number(world, settings):
    settings.SITE_URL = "https://waymark.example"
    tell(world)
    deliver(at=MONDAY)
    codes = set(Delivery.objects.values_list("code", flat=True))
    assert all(f"https://waymark.example{reverse('notifications:list')}\n" in sent.body for sent in mail.outbox)
    assert all(any(code in sent.body for code in codes) for sent in mail.outbox)


def test_a_failed_mail_is_tried_again_later_and_its_error_says_nothing(world, monkeypatch, caplog):
    tell(world)
    break_mail(monkeypatch)
    assert deliver(at=MONDAY) == 0
    rows = list(Delivery.objects.all())
    assert {(row.status, row.attempts, row.error) for row in rows} == {("waiting", 1, "ConnectionRefusedError")}
    assert all(timedelta(seconds=10) < row.next_try_at - MONDAY < timedelta(seconds=20) for row in rows)
    assert "Canary" not in caplog.text
    monkeypatch.undo()
    assert deliver(at=MONDAY + MINUTE) == 2


def test_a_notice_of_an_emergency_that_never_arrives_becomes_a_telephone_task(world, monkeypatch):
    made = tell(world, "emergency")
    break_mail(monkeypatch)
    for hours in range(24):
        deliver(at=MONDAY + timedelta(hours=hours))
    assert set(Delivery.objects.values_list("status", "attempts")) == {("failed", 6)}
    task = Task.objects.get()
    assert (task.kind, task.organisation_id, task.referral_id, task.case_id) == (
        "delivery_failed", world.receiver.pk, made.pk, None,
    )  # fmt: skip


def test_every_notice_that_never_arrives_is_kept_and_becomes_one_task_of_a_colleague_who_is_there(world, monkeypatch):
    tell(world, "routine")
    break_mail(monkeypatch)
    for hours in range(0, 120, 3):  # from the summary of the next morning on
        deliver(at=MONDAY + timedelta(hours=hours))
    assert set(Delivery.objects.values_list("status", flat=True)) == {"failed"}
    kept = Untold.objects.get()
    assert (kept.why, kept.organisation_id, kept.settled_at) == ("failed", world.receiver.pk, None)
    assert Task.objects.get().pk == kept.task_id


def test_a_mail_is_written_as_sending_before_it_leaves(world, monkeypatch):
    tell(world)
    seen = []
    monkeypatch.setattr(
        EmailMessage, "send", lambda self: seen.append(set(Delivery.objects.values_list("status", flat=True)))
    )
    deliver(at=MONDAY)
    assert seen[0] == {"sending"}


def test_what_a_dead_worker_left_is_sent_again_after_its_lease_and_marked(world, monkeypatch):
    tell(world)

    def die(self):
        raise SystemExit

    monkeypatch.setattr(EmailMessage, "send", die)
    with pytest.raises(SystemExit):
        deliver(at=MONDAY)
    monkeypatch.undo()
    assert deliver(at=MONDAY + MINUTE) == 0
    assert deliver(at=MONDAY + 2 * MINUTE) == 2
    assert set(Delivery.objects.values_list("error", flat=True)) == {delivery.MAYBE_TWICE}


def test_no_send_that_a_round_begins_outlasts_its_lease(settings):
    assert delivery.LEASE.total_seconds() > delivery.BUDGET + delivery.LONGEST_SEND
    assert delivery.BUDGET + delivery.LONGEST_SEND < TIME_LIMIT < VISIBILITY
    assert delivery.LEASE <= 2 * MINUTE  # what a dead worker held is sent within two minutes (RELIABILITY 2.2, F2)
    assert settings.EMAIL_SECONDS < delivery.LONGEST_SEND


def test_an_account_closed_meanwhile_gets_no_mail(world):
    tell(world)
    world.members["desk"].is_active = False
    world.members["desk"].save()
    assert deliver(at=MONDAY) == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent", "dropped"}
    assert not Untold.objects.exists()  # somebody else of the desk was told


def test_when_all_accounts_were_closed_meanwhile_somebody_learns_that_nobody_was_told(world):
    tell(world)
    for name in ("desk", "receiver_supervisor"):
        world.members[name].is_active = False
        world.members[name].save()
    assert deliver(at=MONDAY) == 0
    assert Untold.objects.get().organisation_id == world.receiver.pk
    assert Task.objects.get().assignee_id == world.members["coordinator"].pk


def test_several_deliverers_at_once_send_each_mail_once(committed):
    with role("WORKER_DATABASE_URL"):
        world = network()
        for number in range(30):
            event = events.record(
                "case.reassigned",
                actor=SYSTEM,
                at=MONDAY,
                about=world.case.pk,
                case_id=world.case.pk,
                urgency="urgent",
                number=number,
            )
            notify(event, at=MONDAY)

        def run():
            try:
                deliver(at=MONDAY)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Delivery.objects.filter(status="sent", attempts=1).count() == 30
        assert len(mail.outbox) == 30


def test_the_demonstration_keeps_its_mails_in_the_mailbox(world, settings):
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    tell(world)
    assert deliver(at=MONDAY) == 2
    assert MailboxMessage.objects.count() == 2
    assert mail.outbox == []
