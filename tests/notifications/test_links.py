"""Answer links leave by mail and text message: secrets are made when they leave, and say nothing about anybody."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core import outbox
from core.actors import acting
from core.models import Event
from notifications.delivery import deliver
from notifications.links import send_links
from notifications.models import Delivery, MailboxMessage, Notice, Untold
from referral import links
from referral.models import AnswerLink
from tests.conftest import role
from tests.referral.linking import linked, sent_to_bare

MAIL = {"way": "email", "address": "desk@parish.test"}
TEXT = {"code_way": "sms", "number": "+375291112233"}


@pytest.fixture
def w(committed_world, settings):
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    settings.SMS_GATEWAY = "mailbox"
    return committed_world


def send(at) -> None:
    with role("WORKER_DATABASE_URL"):
        while outbox.relay(at=at):
            pass
        deliver(at=at)


def made_now(w, **facts):
    """Make a link now: pages ask the clock."""
    referral = sent_to_bare(w)
    with acting(w.actors["caseworker"]) as actor:
        given = {"way": "paper", "code_way": "phone", "language": "en"} | facts
        return referral, links.make_link(referral.pk, actor=actor, at=timezone.now(), **given)


def test_link_and_code_leave_by_two_ways_and_open_the_referral_together(w):
    referral, made = made_now(w, **MAIL, **TEXT)
    assert (made.token, made.code) == ("", "")

    send(timezone.now())

    mail, message = (MailboxMessage.objects.get(channel=channel) for channel in ("email", "sms"))
    assert mail.to == "desk@parish.test"
    token = re.search(r"/answer/([\w-]{32})/", mail.text)[1]
    code = re.search(r"\d{6}", message.text)[0]
    assert code not in mail.text
    assert token not in message.text
    for text in (mail.subject + mail.text, message.text):
        for fact in ("Sender", "Parish", "Warm", "meals", referral.reference, "Амина"):
            assert fact not in text
    assert Client().post(f"/answer/{token}/", {"code": code}).status_code == 302
    with acting(w.actors["caseworker"]) as actor:
        link = AnswerLink.objects.visible_to(actor).get()
        assert link.sent_at is not None
        kinds = set(Event.objects.visible_to(actor).filter(about=link.pk).values_list("kind", flat=True))
    assert kinds == {"link.made", "link.sent", "link.opened"}


def test_nothing_of_the_secrets_stands_in_the_database_while_they_wait(w):
    made_now(w, **MAIL, **TEXT)
    with acting(w.actors["caseworker"]) as actor:
        link = AnswerLink.objects.visible_to(actor).get()
    assert (link.digest, link.code_digest) == ("", "")
    assert links.holder_of("") is None


def test_told_twice_it_is_sent_once(w):
    made_now(w, **MAIL)
    now = timezone.now()
    send(now)
    with role("WORKER_DATABASE_URL"):
        send_links(Event.objects.get(kind="link.made"), at=now)
        assert Delivery.objects.filter(kind="link.made").count() == 1
        deliver(at=now)
    assert MailboxMessage.objects.filter(channel="email").count() == 1


def test_a_link_that_was_withdrawn_before_it_left_does_not_leave(w):
    referral, _made = made_now(w, **MAIL, **TEXT)
    with acting(w.actors["caseworker"]) as actor:
        links.withdraw_link(referral.pk, actor=actor, at=timezone.now())

    send(timezone.now())

    assert not MailboxMessage.objects.exists()
    with role("WORKER_DATABASE_URL"):
        assert set(Delivery.objects.filter(kind="link.made").values_list("status", "error")) == {
            ("dropped", "link_over")
        }


def test_a_mail_that_is_given_up_tells_the_sender(w, settings):
    settings.EMAIL_BACKEND = "tests.notifications.test_links.Refusing"
    made_now(w, **MAIL)

    send(timezone.now())
    send(timezone.now())

    with role("WORKER_DATABASE_URL"):
        assert Delivery.objects.get(kind="link.made").status == "failed"
        assert list(Notice.objects.filter(kind="link.failed").values_list("recipient_id", flat=True)) == [
            w.members["caseworker"].pk
        ]
        link = AnswerLink.objects.get()
    assert links.standing(link, at=timezone.now()) == "failed"


class Refusing:
    """A mail server that says for good that there is no such recipient."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, mails):
        raise smtplib.SMTPRecipientsRefused({mail.to[0]: (550, b"no such user") for mail in mails})


def test_a_partner_that_answers_by_link_is_nobodys_dead_letter(w):
    linked(w)

    send(timezone.now() + timedelta(minutes=1))

    with role("WORKER_DATABASE_URL"):
        assert not Untold.objects.exists()
