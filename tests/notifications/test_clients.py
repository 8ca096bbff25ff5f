"""To the persons themselves: never without consent, never after "do not contact", on safe ways at safe hours only."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Appointment, Case, Consent, Person
from core.actions import NotNow
from core.actors import acting
from core.models import Event
from notifications import client_words, clients
from notifications.channels import Done, Retry
from notifications.clients import AGAIN, ask_to_call, outlook, plan_appointments, send_due
from notifications.models import ClientMessage
from partners.identity import actor_of_member
from tests.clockwork import MONDAY, network, rolled_back
from tests.world import build

HOUR = timedelta(hours=1)
NUMBER = "+375291112233"


@pytest.fixture
def sms(settings, monkeypatch):
    """A gateway that notes what it is given: [(number, text)]."""
    taken = []
    settings.SMS_GATEWAY = "noting"
    settings.CLIENT_FROM_EMAIL = "notice@example.test"

    def note(to, words, pk):
        taken.append((to, words))
        return Done()

    monkeypatch.setitem(clients.GATEWAYS, "noting", note)
    return taken


@pytest.fixture
def world(django_db_setup, django_db_blocker, sms):
    with rolled_back(django_db_blocker):
        made = network()
        reach(made, channel="sms")
        Consent.objects.filter(pk=made.consent.pk).update(purposes=["contact"])
        yield made


def reach(world, *, channel, value=NUMBER, hours=None, languages=()):
    person = Person.objects.get(pk=world.case.person_id)
    person.contact_channel, person.contact_value, person.contact_hours = channel, value, ""
    person.contact_from, person.contact_to = hours or (None, None)
    person.languages = [{"code": code, "level": "native", "interpreter": False} for code in languages]
    person.save()


def asked(world, *, at=MONDAY):
    actor = actor_of_member(world.members["worker"])
    with acting(actor):
        return ask_to_call(Case.objects.get(pk=world.case.pk), actor=actor, at=at)


def meeting(world, *, starts_at, **facts):
    return Appointment.objects.create(
        organisation=world.sender, case=world.case, kind="office", starts_at=starts_at, created_at=MONDAY, **facts
    )


def test_a_request_to_call_back_leaves_at_once_in_the_persons_language_and_names_nobody(world, sms):
    reach(world, channel="sms", languages=["deu", "prs", "eng"])
    row = asked(world)
    assert send_due(at=MONDAY) == 1
    assert sms == [(NUMBER, client_words.TEXTS["call_back"]["fas"])]
    row.refresh_from_db()
    assert (row.status, row.channel, row.language, row.sent_at) == ("sent", "sms", "fas", MONDAY)
    assert send_due(at=MONDAY + HOUR) == 0
    facts = Event.objects.get(kind="client.sent").facts
    assert NUMBER not in str(facts)


def test_a_language_without_a_text_is_written_in_russian(world, sms):
    reach(world, channel="sms", languages=["tir"])
    asked(world)
    send_due(at=MONDAY)
    assert sms[0][1] == "Пожалуйста, перезвоните нам."


def test_every_kind_has_a_text_in_the_same_languages_and_a_short_one(world):
    languages = [set(texts) for texts in client_words.TEXTS.values()]
    assert languages[0] == languages[1] == set(client_words.SUBJECT)
    assert {"rus", "bel", "eng"} <= languages[0]
    moment = datetime(2026, 12, 5, 7, 30, tzinfo=UTC)
    for language in languages[0]:
        text = client_words.words("appointment", language, starts_at=moment)
        assert "05.12" in text
        assert "10:30" in text
        assert len(text) <= 67


def withdraw(world):
    Consent.objects.update(status="withdrawn", withdrawn_at=MONDAY)


def other_purpose(world):
    Consent.objects.update(purposes=["referral_disclosure"])


def expire(world):
    Consent.objects.update(given_at=MONDAY - 2 * HOUR, expires_at=MONDAY - HOUR)


def forbid(world):
    reach(world, channel="none", value="")


def call_only(world):
    reach(world, channel="phone_call")


def close(world):
    Case.objects.filter(pk=world.case.pk).update(status="closed", closed_at=MONDAY, closure_reason="needs_met")


CHANGES = [
    (withdraw, "no_consent"),
    (other_purpose, "no_consent"),
    (expire, "no_consent"),
    (forbid, "do_not_contact"),
    (call_only, "no_way"),
    (close, "case_closed"),
]


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_what_may_not_be_sent_is_refused_with_the_reason(world, sms, change, code):
    change(world)
    with pytest.raises(NotNow) as refused:
        asked(world)
    assert refused.value.code == code
    assert refused.value.sentence


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_what_changed_since_it_was_asked_for_is_seen_when_it_leaves(world, sms, change, code):
    row = asked(world)
    change(world)
    assert send_due(at=MONDAY) == 0
    row.refresh_from_db()
    assert (row.status, row.why, sms, mail.outbox) == ("dropped", code, [], [])
    assert Event.objects.get(kind="client.not_sent").facts["why"] == code


def test_a_message_waits_for_the_safe_hour_and_is_dropped_when_there_was_none(world, sms):
    reach(world, channel="sms", hours=(time(18), time(20)))
    row = asked(world)
    assert send_due(at=MONDAY) == 0
    row.refresh_from_db()
    assert (row.status, row.attempts, row.next_try_at) == ("waiting", 0, MONDAY + AGAIN)
    evening = MONDAY.replace(hour=15, minute=5)  # 18:05 in Minsk
    assert send_due(at=evening) == 1
    late = asked(world, at=evening + 3 * HOUR)
    assert send_due(at=late.until + HOUR) == 0
    late.refresh_from_db()
    assert (late.status, late.why) == ("dropped", "not_now")


def test_nobody_is_asked_twice_within_an_hour(world, sms):
    asked(world)
    with pytest.raises(NotNow, match="asked_already"):
        asked(world, at=MONDAY + HOUR / 2)
    send_due(at=MONDAY)
    asked(world, at=MONDAY + 2 * HOUR)


def test_an_appointment_is_reminded_of_once_within_the_last_day(world, sms):
    meeting(world, starts_at=MONDAY + 30 * HOUR)
    assert plan_appointments(at=MONDAY) == 0
    assert plan_appointments(at=MONDAY + 7 * HOUR) == 1
    assert plan_appointments(at=MONDAY + 8 * HOUR) == 0
    assert send_due(at=MONDAY + 8 * HOUR) == 1
    assert sms == [(NUMBER, "Напоминаем о встрече 24.11 в 16:00.")]


@pytest.mark.parametrize("facts", [{"attendance": "cancelled_by_us"}, {"starts_at": MONDAY - HOUR}])
def test_a_reminder_of_an_appointment_that_is_off_or_over_does_not_leave(world, sms, facts):
    row = meeting(world, starts_at=MONDAY + 5 * HOUR)
    assert plan_appointments(at=MONDAY) == 1
    dated = {"attendance_at": MONDAY} if "attendance" in facts else {}
    Appointment.objects.filter(pk=row.pk).update(**facts, **dated)
    assert send_due(at=MONDAY) == 0
    assert ClientMessage.objects.get().why == "moved"
    assert sms == []


def test_without_consent_no_reminder_is_even_planned(world):
    withdraw(world)
    meeting(world, starts_at=MONDAY + 5 * HOUR)
    assert plan_appointments(at=MONDAY) == 0


def test_a_mail_comes_from_an_address_that_says_nothing_and_only_where_there_is_one(world, sms, settings):
    reach(world, channel="email", value="person@example.test")
    asked(world)
    assert send_due(at=MONDAY) == 1
    sent = mail.outbox[0]
    assert (sent.to, sent.from_email, sent.subject) == (["person@example.test"], "notice@example.test", "Сообщение")
    assert "Waymark" not in sent.message().as_string()
    settings.CLIENT_FROM_EMAIL = ""
    assert outlook(Case.objects.get(pk=world.case.pk), at=MONDAY).why == "no_way"


def test_a_gateway_that_fails_is_asked_again_and_then_it_is_said(world, monkeypatch, caplog):
    def fail(to, words, pk):
        raise ConnectionRefusedError(to)

    monkeypatch.setitem(clients.GATEWAYS, "noting", fail)
    row = asked(world)
    for number in range(6):
        send_due(at=MONDAY + number * AGAIN)
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("failed", 5)
    assert NUMBER not in caplog.text
    monkeypatch.setitem(clients.GATEWAYS, "noting", lambda to, words, pk: Retry("busy"))
    again = asked(world, at=MONDAY + 3 * HOUR)
    send_due(at=MONDAY + 3 * HOUR)
    again.refresh_from_db()
    assert again.status == "waiting"


def test_a_message_whose_worker_died_while_sending_is_not_sent_twice(world, sms):
    row = asked(world)
    ClientMessage.objects.filter(pk=row.pk).update(status="sending", next_try_at=MONDAY)
    assert send_due(at=MONDAY + HOUR) == 0
    row.refresh_from_db()
    assert (row.status, sms) == ("failed", [])


@pytest.fixture
def pages(db, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    settings.SMS_GATEWAY = "mailbox"
    return build()


def browser(w, who):
    client = Client()
    client.force_login(w.members[who].user)
    return client


def test_the_page_shows_the_text_and_why_nothing_may_be_sent(pages, queries):
    url = reverse("notifications:to_person", args=[pages.of.case.pk])
    client = browser(pages, "caseworker")
    client.get(url)
    with queries() as seen:
        page = client.get(url).content.decode()
    assert "The person has not consented to being contacted." in page
    assert client_words.TEXTS["call_back"]["fas"] in page
    assert "+375290000000" not in page
    asked = [one["sql"] for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]  # the test's own transaction
    assert len(asked) <= 12
    assert browser(pages, "stranger").get(url).status_code == 404
    assert browser(pages, "partner").get(url).status_code == 403


def test_the_button_asks_the_person_to_call_and_the_page_keeps_the_log(pages):
    actor = pages.actors["caseworker"]
    with acting(actor):
        Consent.objects.filter(pk=pages.of.consent.pk).update(
            purposes=["contact"], expires_at=timezone.now() + 9 * HOUR
        )
        Person.objects.filter(pk=pages.of.person.pk).update(contact_channel="sms")
    client = browser(pages, "caseworker")
    assert client.post(reverse("notifications:call_back", args=[pages.of.case.pk])).status_code == 302
    assert client.post(reverse("notifications:call_back", args=[pages.of.case.pk])).status_code == 409
    page = client.get(reverse("notifications:to_person", args=[pages.of.case.pk])).content.decode()
    assert "waits for a safe hour" in page


def test_a_message_of_a_case_one_does_not_see_is_hidden(pages):
    with acting(pages.actors["caseworker"]) as actor:
        ClientMessage(
            organisation=pages.of.sender, case=pages.of.case, kind="call_back", until=timezone.now(),
            created_at=timezone.now(),
        ).save(force_insert=True)  # fmt: skip
        assert ClientMessage.objects.visible_to(actor).count() == 1
    with acting(pages.actors["other_team"]) as actor:
        assert ClientMessage.objects.count() == ClientMessage.objects.visible_to(actor).count() == 0
