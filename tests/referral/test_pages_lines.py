"""The pages of the waiting line: what its service sees and does, what the sender sees."""

import pytest

from core.actors import acting
from partners.models import Capacity
from referral.models import Referral
from tests.referral.pages import step, url, words
from tests.referral.queue import waits

pytestmark = pytest.mark.django_db
MOST = 12


def full(people):
    Capacity.objects.filter(pk=people.world.of.service.pk).update(maximum=1, used=1)


def test_the_service_sees_its_line_in_order_and_the_page_asks_as_often_for_nine_as_for_two(people, hours, queries):
    w = people.world
    for number in range(2):
        waits(w, hours=2 + number)
    hours(24)
    address = url("line", w.of.service.pk)
    people.partner.get(address)
    with queries() as few:
        page = people.partner.get(address)
    emergency = waits(w, "emergency", hours=20)
    for number in range(6):
        waits(w, "routine", hours=8 + number)
    with queries() as many:
        page = people.partner.get(address)
    assert len(many) == len(few) <= MOST
    items = page.context["items"]
    assert [item["place"] for item in items] == list(range(1, 10))
    assert items[0]["reference"] == emergency.reference
    assert "Another date" in words(page)
    with queries() as seen:
        index = people.partner.get(url("lines"))
    assert len(seen) <= MOST
    assert "9 people wait" in words(index)


def test_a_free_place_shows_who_is_next_with_the_way_to_accept(people, hours):
    w = people.world
    full(people)
    first = waits(w)
    waits(w, hours=3)
    hours(24)
    assert "place is free" not in words(people.partner.get(url("line", w.of.service.pk)))
    Capacity.objects.filter(pk=w.of.service.pk).update(used=0)
    for address in (url("line", w.of.service.pk), url("lines")):
        page = people.partner.get(address)
        assert "1 place is free" in words(page)
        assert first.reference in words(page)
        assert url("step", first.pk, "accept") in page.content.decode()
    fragment = people.partner.get(url("lines"), headers={"HX-Request": "true"}).content.decode()
    assert first.reference in fragment
    assert "<html" not in fragment
    assert "A place is free: next in line" in words(people.partner.get("/"))
    answer = step(people.partner, first, "accept", worker=w.members["worker"].pk)
    assert answer.status_code == 302


def test_taking_the_second_one_asks_why_on_the_page(people, hours):
    w = people.world
    first, second = waits(w), waits(w, hours=3)
    hours(24)
    assert "line_reason" not in people.partner.get(url("step", first.pk, "accept")).context["form"].fields
    asked = people.partner.get(url("step", second.pk, "accept"))
    assert asked.context["form"].fields["line_reason"].required
    answer = step(people.partner, second, "accept", worker=w.members["worker"].pk)
    assert answer.status_code == 422
    answer = step(people.partner, second, "accept", worker=w.members["worker"].pk, line_reason="others_not_ready")
    assert answer.status_code == 302
    assert "Those before cannot come yet" in words(people.caseworker.get(url("detail", second.pk)))


def test_the_sender_sees_the_place_and_the_day_and_nothing_of_the_others(people, hours, queries):
    w = people.world
    first, second = waits(w), waits(w, hours=3)
    hours(24)
    people.caseworker.get(url("detail", second.pk))
    with queries() as seen:
        page = people.caseworker.get(url("detail", second.pk))
    assert "Place in line 2 of 2" in words(page)
    assert "13 December" in words(page)
    assert first.reference not in page.content.decode()
    assert len(seen) <= 19  # one of them for the place; before, the steps were asked twice
    assert people.caseworker.get(url("line", w.of.service.pk)).status_code == 403
    assert people.stranger.get(url("line", w.of.service.pk)).status_code == 404


def test_somebody_is_moved_up_and_given_another_day_on_the_page(people, hours):
    w = people.world
    waits(w)
    second = waits(w, hours=3)
    hours(24)
    form = people.partner.get(url("move_up", second.pk))
    assert [value for value, _words in form.context["form"].fields["place"].choices] == [1]
    wrong = people.partner.post(url("move_up", second.pk), {"place": 1})
    assert wrong.status_code == 422
    done = people.partner.post(url("move_up", second.pk), {"place": 1, "reason": "more_urgent", "text": "Asked twice"})
    assert done.status_code == 302
    page = people.partner.get(url("line", w.of.service.pk))
    assert [item["place"] for item in page.context["items"] if item["reference"] == second.reference] == [1]
    assert "Asked twice" in words(people.caseworker.get(url("detail", second.pk)))
    assert "no earlier place" in words(people.partner.get(url("move_up", second.pk)))
    done = people.partner.post(url("expect", second.pk), {"expected_on": "2026-12-31"})
    assert done.status_code == 302
    with acting(w.actors["caseworker"]) as actor:
        assert str(Referral.objects.visible_to(actor).get(pk=second.pk).expected_on) == "2026-12-31"


def test_a_day_that_has_passed_stands_on_the_home_page_and_in_the_line(people, hours):
    w = people.world
    full(people)
    row = waits(w)
    hours(24 * 21)
    assert "Passed" in words(people.partner.get(url("line", w.of.service.pk)))
    assert "1 date has passed" in words(people.partner.get(url("lines")))
    home = people.partner.get("/")
    assert "The expected date has passed" in words(home)
    assert url("expect", row.pk) in home.content.decode()
