"""What a partner without an account opens in a browser: a code, what is shared, one answer (ADR 16)."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from core.actors import acting
from core.models import Event, Reading
from referral.drafting import set_share
from referral.links import make_link, withdraw_link
from referral.models import AnswerLink, Referral
from referral.views.answering import COOKIE, MOST
from tests.conftest import role
from tests.referral.linking import PAPER, bare_partner, browser, linked, sent_to_bare
from tests.referral.pages import url, words
from tests.referral.racing import Racers
from tests.referral.steps import drafted, step
from tests.world import NOON, need, service


@pytest.fixture
def w(people):
    cache.clear()
    return people.world


def page(made, part="") -> str:
    return f"/answer/{made.token}/{part}"


def bare(response) -> bytes:
    """Return the bytes without the CSRF token, which is another one in each answer, and without the page's own path."""
    content = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)
    return re.sub(rb'name="next" value="[^"]*"', b"", content)


FACTS = {"name": "Sister Maria, kitchen", "packet_version": 1}
ACCEPT = FACTS | {"worker": "Father Piotr"}


def test_a_partner_answers_by_link_and_later_openings_show_no_fact(w):
    referral, made = linked(w)
    visitor = Client()
    first = visitor.get(page(made))
    assert first.status_code == 200
    for fact in (referral.reference, "Sender agency", "Warm meals", "Parish", "legal"):
        assert fact not in words(first)
    assert "no-store" in first["Cache-Control"]

    visitor = browser(made)
    seen = words(visitor.get(page(made)))
    assert "Warm meals" in seen
    assert "Sender agency" in seen
    assert "we called twice" in seen
    assert "Амина" not in seen

    answer = visitor.post(page(made, "accept/"), ACCEPT)
    assert answer.status_code == 302
    done = words(visitor.get(page(made)))
    assert "Your answer arrived" in done
    assert "Амина Хайдари" in done  # whom they accepted, on this device, for a quarter of an hour

    for later in (Client().get(page(made)), Client().post(page(made), {"code": made.code})):
        assert later.status_code == 410
        assert "Already answered" in words(later)
        assert referral.reference not in words(later)
        assert "Амина" not in words(later)


def test_a_quarter_of_an_hour_after_acceptance_the_same_device_shows_nothing_more(w, hours):
    _, made = linked(w)
    visitor = browser(made)
    visitor.post(page(made, "accept/"), ACCEPT)

    hours(0.26)

    later = visitor.get(page(made))
    assert later.status_code == 410
    assert "Амина" not in words(later)


def test_looking_changes_nothing_however_often_and_even_a_mail_scanner_that_follows_each_link(w):
    referral, made = linked(w)
    with acting(w.actors["caseworker"]) as actor:
        before = AnswerLink.objects.visible_to(actor).values().get(), Event.objects.visible_to(actor).count()

    for way in (Client().get, Client().head):
        for part in ("", "accept/", "decline/"):
            assert way(page(made, part)).status_code in {200, 302}

    with acting(w.actors["caseworker"]) as actor:
        after = AnswerLink.objects.visible_to(actor).values().get(), Event.objects.visible_to(actor).count()
        assert Referral.objects.visible_to(actor).get(pk=referral.pk).state == "sent"
    assert after == before
    assert browser(made).get(page(made)).status_code == 200


def test_unknown_withdrawn_expired_locked_and_cancelled_links_answer_the_same_bytes(w, hours):
    unknown = Client().get("/answer/" + "x" * 32 + "/")
    assert unknown.status_code == 404
    made = {name: linked(w)[1] for name in ("withdrawn", "locked")}
    cancelled, made["cancelled"] = linked(w)
    with acting(w.actors["caseworker"]) as actor:
        withdraw_link(made["withdrawn"].link.referral_id, actor=actor, at=NOON)
    for _ in range(5):
        Client().post(page(made["locked"]), {"code": "000000" if made["locked"].code != "000000" else "1"})
    step(w, cancelled, "cancel", "caseworker", text="Found another way")
    _, made["expired"] = linked(w)
    hours(49)

    for name, one in made.items():
        for answer in (Client().get(page(one)), Client().post(page(one), {"code": one.code})):
            assert (name, answer.status_code, bare(answer)) == (name, 404, bare(unknown))
            headers = {key: value for key, value in answer.items() if key not in {"Content-Length"}}
            other = {key: value for key, value in unknown.items() if key not in {"Content-Length"}}
            assert set(headers) == set(other)


def test_a_wrong_code_says_so_and_the_fifth_that_the_link_is_closed(w):
    _, made = linked(w)
    wrong = "000000" if made.code != "000000" else "111111"
    visitor = Client()

    for _ in range(4):
        answer = visitor.post(page(made), {"code": wrong})
        assert (answer.status_code, "This code is wrong" in words(answer)) == (422, True)
    last = visitor.post(page(made), {"code": wrong})
    assert last.status_code == 410
    assert "closed" in words(last)
    assert COOKIE not in visitor.cookies
    assert visitor.post(page(made), {"code": made.code}).status_code == 404


def test_one_address_may_post_so_often_in_an_hour_and_no_more(w):
    _, made = linked(w)
    visitor = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(MOST):
        assert visitor.post("/answer/" + "x" * 32 + "/", {"code": "1"}).status_code == 404
    assert visitor.post(page(made), {"code": made.code}).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.10").post(page(made), {"code": made.code}).status_code == 302


def test_the_session_is_bound_to_the_device_and_its_cookie_to_the_link(w):
    _, made = linked(w)
    first, second = browser(made), browser(made)

    cookie = first.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == page(made)
    assert bool(cookie["secure"]) == settings.HTTPS
    assert "Warm meals" not in words(first.get(page(made)))  # the second device took its place
    assert "Warm meals" in words(second.get(page(made)))
    late = first.post(page(made, "accept/"), ACCEPT)
    assert late.status_code == 302
    assert second.post(page(made, "accept/"), ACCEPT).status_code == 302
    assert answered(w, made).worker_name == "Father Piotr"


def answered(w, made) -> Referral:
    with acting(w.actors["caseworker"]) as actor:
        return Referral.objects.visible_to(actor).get(pk=made.link.referral_id)


def test_a_link_that_was_used_from_elsewhere_says_so_to_who_comes_second(w):
    _, made = linked(w)
    visitor = browser(made)
    copy = Client()
    copy.cookies[COOKIE] = visitor.cookies[COOKIE].value
    assert visitor.post(page(made, "decline/"), FACTS | {"reason": "no_capacity"}).status_code == 302

    second = copy.post(page(made, "accept/"), ACCEPT)

    assert second.status_code == 410
    assert "Already answered" in words(second)
    assert answered(w, made).state == "declined"


def test_the_form_of_each_step_is_drawn_from_the_table_and_says_what_is_missing(w):
    _, made = linked(w)
    visitor = browser(made)

    for name in ("accept", "decline", "ask", "waitlist"):
        form = visitor.get(page(made, f"{name}/"))
        assert form.status_code == 200, name
        assert "00000000" not in form.content.decode()  # nobody's id
        empty = visitor.post(page(made, f"{name}/"), {})
        assert empty.status_code == 422
    assert visitor.get(page(made, "complete/")).status_code == 302
    assert visitor.get(page(made, "receive/")).status_code == 302
    refused = visitor.post(page(made, "waitlist/"), FACTS | {"expected_on": "2020-01-01"})
    assert refused.status_code == 422


def test_reading_class_three_by_a_link_leaves_a_trail(w):
    bare_partner(w)
    w.of.bare_service.asks_for = ["risk"]
    w.of.bare_service.save()
    referral = drafted(w, service=w.of.bare_service, consent=w.of.bare_consent)
    with acting(w.actors["caseworker"]) as actor:
        set_share(referral.pk, actor=actor, at=NOON, share={"risk": "now"}, by_link=True)
    _, made = linked(w, step(w, referral, "send", "caseworker"))

    browser(made).get(page(made))

    officer = replace(w.actors["officer"], organisation_id=w.of.bare.pk)
    with acting(officer):
        assert Reading.objects.visible_to(officer).filter(about=referral.pk).count() == 1


def test_the_sender_makes_a_link_sees_its_state_and_withdraws_it(w, people):
    referral = sent_to_bare(w)
    caseworker = people.caseworker
    assert "Send an answer link" in words(caseworker.get(url("detail", referral.pk)))
    form = caseworker.get(url("link", referral.pk))
    assert form.status_code == 200
    made = caseworker.post(url("link", referral.pk), PAPER | {"hours": 48})
    assert made.status_code == 200
    code, token = made.context["code"], made.context["token"]
    assert code in words(made)
    assert "<svg" in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    later = caseworker.get(url("link", referral.pk))
    assert code not in words(later)
    assert token not in later.content.decode()
    assert "Sent" in words(later)

    Client().post(f"/answer/{token}/", {"code": code})
    assert "Opened with the code" in words(caseworker.get(url("detail", referral.pk)))
    assert caseworker.post(url("withdraw_link", referral.pk)).status_code == 302
    assert "Withdrawn" in words(caseworker.get(url("link", referral.pk)))
    assert Client().get(f"/answer/{token}/").status_code == 404
    assert caseworker.post(url("withdraw_link", referral.pk)).status_code == 409


def test_history_says_that_the_answer_came_by_a_link(w, people, queries):
    referral, made = linked(w)
    browser(made).post(page(made, "accept/"), ACCEPT)

    people.caseworker.get(url("detail", referral.pk))
    with queries() as seen:
        detail = people.caseworker.get(url("detail", referral.pk))
    assert "Sister Maria, kitchen, by an answer link" in words(detail)
    assert sum('FROM "referral_answerlink"' in query["sql"].split("WHERE")[0] for query in seen) == 1


def test_the_paper_is_a_pdf_with_a_code_that_holds_the_address_alone(w, people):
    referral = sent_to_bare(w)
    made = people.caseworker.post(url("link", referral.pk), PAPER | {"hours": 48, "language": "ru"})
    token = made.context["token"]

    answer = people.caseworker.post(url("link_paper", referral.pk), {"token": token})

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    text = " ".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    assert f"/answer/{token}/" in text.replace(" ", "")
    for fact in (made.context["code"], "Sender", "Parish", "Warm", referral.reference, "Амина"):
        assert fact not in text
    assert people.caseworker.post(url("link_paper", referral.pk), {"token": "x" * 32}).status_code == 404
    assert people.colleague.get(url("link", referral.pk)).status_code == 200
    assert people.stranger.get(url("link", referral.pk)).status_code == 404


def test_the_sending_page_offers_a_link_where_nobody_has_an_account_and_leads_to_it(w, people):
    bare_partner(w)
    referral = drafted(w, service=w.of.bare_service, consent=w.of.bare_consent)
    send = people.caseworker.get(url("send", referral.pk))
    assert "by_link" in send.context["form"].fields
    facts = {"consent": w.of.bare_consent.pk, "seen": "on", "go": "1"}
    assert people.caseworker.post(url("send", referral.pk), facts).status_code == 422
    sent = people.caseworker.post(url("send", referral.pk), facts | {"by_link": "on"})
    assert (sent.status_code, sent.url) == (302, url("link", referral.pk))
    other = drafted(w, need=need(w.actors["caseworker"], w.of.case), service=service(w.of.receiver, name="Desk"))
    assert "by_link" not in people.caseworker.get(url("send", other.pk)).context["form"].fields


def test_of_two_devices_at_once_one_answer_counts_and_the_other_is_told(committed_world, settings):
    """The same session on two devices (a copied cookie), and two devices that race for the code: real commits."""
    settings.REQUIRE_SECOND_FACTOR = False
    w = committed_world
    cache.clear()
    bare_partner(w, places=None)
    with Racers(2) as racers:
        for number in range(20):
            referral = sent_to_bare(w)
            with acting(w.actors["caseworker"]) as actor:
                made = make_link(referral.pk, actor=actor, at=timezone.now(), **PAPER)
            won, lost = race(racers, made, number)
            assert won.status_code == 302
            assert lost.status_code in {409, 410}
            assert "already" in words(lost).lower()
            with role("WORKER_DATABASE_URL"):
                steps = Referral.objects.get(pk=referral.pk).steps.filter(name__in=["accept", "decline"])
                assert steps.count() == 1


def race(racers, made, number: int) -> list:
    """Enter the code on two devices at once, then answer twice at once from the one inside; return both."""

    def posting(device, part, facts):
        return lambda: device.post(page(made, part), facts)

    devices = [Client(REMOTE_ADDR=f"203.0.{network}.{number}") for network in (113, 114, 115)]
    racers.run([posting(device, "", {"code": made.code}) for device in devices[:2]])
    inside = [device for device in devices[:2] if "Warm meals" in words(device.get(page(made)))]
    assert len(inside) == 1
    devices[2].cookies[COOKIE] = inside[0].cookies[COOKIE].value
    no = FACTS | {"reason": "no_capacity"}
    answers = racers.run([posting(inside[0], "accept/", ACCEPT), posting(devices[2], "decline/", no)])
    return sorted(answers, key=lambda answer: answer.status_code)


def test_the_address_of_an_answer_is_short_enough_for_a_code_on_paper():
    assert reverse("answer:open", args=["x" * 32]) == "/answer/" + "x" * 32 + "/"
