"""Work lists: filters, order and kept views, with their state in the URL (`core.lists`)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases.views import listing
from core.actors import acting
from core.lists import MOST_VIEWS
from core.models import SavedView
from tests.cases.browsing import need

pytestmark = pytest.mark.django_db
LIST = "/cases/"


def names_in(response) -> list[str]:
    return [row["name"] for row in response.context["rows"]]


def kept(network, who="worker") -> list[SavedView]:
    with acting(network.actors[who]) as actor:
        return list(SavedView.objects.visible_to(actor).order_by("created_at"))


def keep(client, *, label="High risk of mine", query="risk=high&whose=mine", name="cases:list", **more):
    return client.post(reverse("keep_view"), {"name": name, "query": query, "label": label}, **more)


@pytest.fixture
def three(network):
    for number, (name, risk) in enumerate((("Anna", "low"), ("Boris", "critical"), ("Vera", "high"))):
        network.at += timedelta(minutes=number)
        network.case(person=network.person(name=name), risk_level=risk)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Vera", "Boris", "Anna"]),
        ("?sort=-opened", ["Anna", "Boris", "Vera"]),
        ("?sort=risk", ["Boris", "Vera", "Anna"]),
        ("?sort=-risk", ["Anna", "Vera", "Boris"]),
        ("?sort=review", ["Boris", "Vera", "Anna"]),
        ("?sort=nonsense", ["Vera", "Boris", "Anna"]),
    ],
)
def test_a_list_is_sorted_by_what_the_address_says(three, worker, query, expected):
    assert names_in(worker.get(LIST + query)) == expected


def test_pages_of_a_sorted_list_neither_repeat_nor_lose_a_row(three, worker, monkeypatch):
    monkeypatch.setattr(listing, "TABLE", replace(listing.TABLE, size=1))
    seen, address = [], f"{LIST}?sort=review"
    while address:
        page = worker.get(address)
        seen += names_in(page)
        address = page.context["page"].next_url
    assert seen == ["Boris", "Vera", "Anna"]


def test_a_head_turns_the_order_round_and_says_which_one_it_is(three, worker):
    head = worker.get(f"{LIST}?sort=risk").context["heads"]["risk"]
    assert head["sorted"] == "descending"
    turned = worker.get(head["url"])
    assert names_in(turned) == ["Anna", "Vera", "Boris"]
    assert turned.context["heads"]["risk"]["sorted"] == "ascending"
    assert worker.get(turned.context["heads"]["risk"]["url"]).context["heads"]["risk"]["sorted"] == "descending"


def test_filters_add_up_and_each_can_be_taken_away(network, three, worker):
    network.case(person=network.person(name="Galina", by="mate"), by="mate", risk_level="high")
    page = worker.get(f"{LIST}?risk=high&whose=mine")
    assert names_in(page) == ["Vera"]
    without = {str(item["label"]): item["url"] for item in page.context["listing"].on()}
    assert sorted(names_in(worker.get(without["Caseworker"]))) == ["Galina", "Vera"]


def test_cases_are_found_by_what_is_needed(network, worker):
    case = network.case(person=network.person(name="Anna"))
    network.case(person=network.person(name="Boris"))
    need(network, case, category="health")
    assert names_in(worker.get(f"{LIST}?need=health")) == ["Anna"]


def test_a_late_review_is_found(network, worker):
    network.at -= timedelta(days=40)
    network.case(person=network.person(name="Anna"), risk_level="medium")
    network.at += timedelta(days=40)
    network.case(person=network.person(name="Boris"), risk_level="medium")
    assert names_in(worker.get(f"{LIST}?review=late")) == ["Anna"]


def test_a_filter_that_names_somebody_else_s_colleague_is_left_out(network, three, worker):
    stranger = network.members["stranger"].pk
    assert len(names_in(worker.get(f"{LIST}?whose={stranger}"))) == 3


def test_a_search_keeps_the_filters_and_stays_out_of_the_address(network, three, worker):
    network.case(person=network.person(name="Vera Other", by="mate"), by="mate", risk_level="low")
    page = worker.post(f"{LIST}?whose=mine", {"q": "Vera"})
    assert names_in(page) == ["Vera"]
    assert "Vera" not in page.context["listing"].here


def test_an_emptied_search_box_shows_the_whole_list_again(three, worker):
    assert len(names_in(worker.post(LIST, {"q": " "}))) == 3


def test_a_view_is_kept_opened_and_deleted(network, three, worker):
    page = worker.get(f"{LIST}?risk=high&whose=mine")
    assert page.context["listing"].may_keep
    answer = keep(worker, query=page.context["listing"].state)
    opened = worker.get(answer.url)
    assert names_in(opened) == ["Vera"]
    tabs = {str(view["label"]): view for view in opened.context["listing"].views()}
    assert tabs["High risk of mine"]["current"]
    assert not opened.context["listing"].may_keep
    worker.post(tabs["High risk of mine"]["forget_url"])
    assert kept(network) == []


def test_a_view_belongs_to_who_kept_it(network, worker, sign_in):
    keep(worker)
    (view,) = kept(network)
    assert kept(network, "mate") == []
    assert sign_in("mate").post(reverse("forget_view", args=[view.pk])).status_code == 404
    assert len(kept(network)) == 1


def test_only_what_the_list_knows_is_kept(network, worker):
    keep(worker, query="risk=high&after=%5B1%5D&next=https://example.org&name=Anna")
    assert [view.query for view in kept(network)] == ["risk=high"]


@pytest.mark.parametrize("label", ["", "x" * 61, "right\u202eleft"])
def test_a_view_without_a_usable_name_is_refused_in_words(network, worker, label):
    page = keep(worker, label=label, follow=True)
    assert "Give the view a name" in page.text
    assert kept(network) == []


def test_there_is_room_for_so_many_views_and_no_more(network, worker):
    for number in range(MOST_VIEWS):
        keep(worker, label=f"View {number}")
    assert "Delete one first" in keep(worker, label="One more", follow=True).text
    assert len(kept(network)) == MOST_VIEWS


def test_a_list_that_does_not_exist_keeps_no_view(network, worker):
    assert keep(worker, name="home").status_code == 404


def test_nobody_keeps_a_view_without_signing_in(network):
    assert Client().post(reverse("keep_view"), {"name": "cases:list"}).status_code == 302
    assert kept(network) == []
