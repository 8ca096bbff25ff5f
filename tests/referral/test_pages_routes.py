"""A route is planned beside the draft, its checks stand on the page that sends, and the referral says where it is."""

import pytest

from core.actors import acting
from referral.models import Referral, Route
from tests.referral.pages import step as press
from tests.referral.pages import url, words
from tests.referral.routes import partners
from tests.referral.steps import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(people):
    w = people.world
    w.services = partners(w)
    return drafted(w, consent=w.of.wide)


def plan(people, draft, **facts):
    first, second = people.world.services
    chosen = {"mode": "ordered", "next_2": str(first.pk), "next_3": str(second.pk), "on_no": "ask"}
    return people.caseworker.post(url("route", draft.pk), chosen | facts)


def send(people, draft):
    chosen = {"consent": str(people.world.of.wide.pk), "seen": "on", "go": "1"}
    answer = people.caseworker.post(url("send", draft.pk), chosen)
    assert answer.status_code == 302, words(answer)
    return answer


def only_route(people) -> Route:
    with acting(people.world.actors["caseworker"]) as actor:
        return Route.objects.visible_to(actor).get()


def test_the_page_offers_other_fitting_services_and_keeps_the_choice(people, draft):
    text = words(people.caseworker.get(url("route", draft.pk)))
    assert "Advice 2, Partner 2" in text
    assert "After Legal advice, Receiver partner" in text
    answer = plan(people, draft)
    assert answer.url == url("send", draft.pk)
    page = people.caseworker.get(url("route", draft.pk))
    assert page.context["form"]["mode"].value() == "ordered"
    assert page.context["form"]["next_2"].value() == people.world.services[0].pk


def test_the_page_that_sends_shows_checks_and_lines_of_each_further_service(people, draft):
    assert "Ask others as well" in words(people.caseworker.get(url("send", draft.pk)))
    plan(people, draft)
    text = words(people.caseworker.get(url("send", draft.pk)))
    assert "2 services are asked after this one, in their order" in text
    assert "2. Advice 2 Partner 2" in text
    assert "All checks hold now" in text
    assert "What Partner 2 would see" in text


def test_a_check_that_does_not_hold_is_said_beside_its_service(people, draft):
    o = people.world.of
    plan(people, draft)
    with acting(people.world.actors["caseworker"]):
        Referral.objects.filter(pk=draft.pk).update(consent=o.consent)  # names the first partner only
    assert "The consent does not name this partner" in words(people.caseworker.get(url("send", draft.pk)))


def test_a_plan_without_services_or_with_one_twice_is_refused_in_words(people, draft):
    assert "Choose between one and 4 further services." in words(plan(people, draft, next_2="", next_3=""))
    twice = str(people.world.services[0].pk)
    answer = plan(people, draft, next_3=twice)
    assert answer.status_code == 422
    assert "Name each service once." in words(answer)


def test_of_several_at_once_all_are_sent_and_each_partner_is_told_that_others_are_asked(people, draft):
    plan(people, draft, mode="parallel")
    send(people, draft)
    text = words(people.caseworker.get(url("detail", draft.pk)))
    assert "3 of 3 asked at once have not answered yet" in text
    text = words(people.partner.get(url("detail", draft.pk)))
    assert "Several partners are asked at once" in text
    assert "Partner 2" not in text


def test_the_referral_says_where_the_route_stands_and_asks(people, draft):
    plan(people, draft)
    send(people, draft)
    assert "1 of 3: now with Receiver partner" in words(people.caseworker.get(url("detail", draft.pk)))
    page = people.partner.get(url("detail", draft.pk))
    assert "Route" not in words(page)
    press(people.partner, draft, "decline", reason="no_capacity")
    route = only_route(people)
    with acting(people.world.actors["caseworker"]):  # what the worker writes after the event
        Route.objects.filter(pk=route.pk).update(state="asks", question="no")
        route.stops.filter(position=1).update(state="no")
    text = words(people.caseworker.get(url("detail", draft.pk)))
    assert "1 of 3: Receiver partner declined" in text
    assert "Decide what comes next" in text
    text = words(people.caseworker.get(url("route_answer", route.pk)))
    assert "Send to Partner 2" in text
    assert "What Partner 2 will see" in text
    assert people.caseworker.post(url("route_answer", route.pk), {"answer": "go_on"}).status_code == 302
    assert "2 of 3: Receiver partner declined; now with Partner 2" in words(
        people.caseworker.get(url("detail", draft.pk))
    )
    again = people.caseworker.post(url("route_answer", route.pk), {"answer": "go_on"})
    assert again.status_code == 409
    assert "Somebody has decided this already" in words(again)


def test_partners_and_strangers_do_not_find_a_route(people, draft):
    plan(people, draft)
    route = only_route(people)
    for who in (people.partner_supervisor, people.stranger, people.other_team):
        assert who.get(url("route_answer", route.pk)).status_code == 404
        assert who.get(url("route", draft.pk)).status_code in {403, 404}


def test_the_pages_ask_a_constant_number_of_queries(people, draft, queries):
    plan(people, draft)
    for page in (url("route", draft.pk), url("send", draft.pk)):
        people.caseworker.get(page)
    with queries() as three:
        people.caseworker.get(url("detail", draft.pk))
    assert len(three) <= 24
