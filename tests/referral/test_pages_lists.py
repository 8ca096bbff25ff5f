"""Lists stay cheap whatever their length, and pages of them neither repeat nor lose a row."""

from dataclasses import replace

import pytest

from core.actors import acting
from referral.views import inbox
from tests.referral.pages import url, words
from tests.referral.steps import accepted, sent
from tests.world import NOON, need

pytestmark = pytest.mark.django_db

MOST = 12  # queries a page, signing in and the shell included


def many(people, count: int):
    """Send `count` more referrals, each of a need of its own."""
    mine = people.world.actors["caseworker"]
    return [sent(people.world, need=need(mine, people.world.of.case)) for _number in range(count)]


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("partner", lambda w: url("inbox")),
        ("caseworker", lambda w: url("list")),
        ("caseworker", lambda w: url("for_case", w.of.case.pk)),
        ("supervisor", lambda w: url("board")),
        ("coordinator", lambda w: url("board")),
        ("partner", lambda w: "/"),
        ("caseworker", lambda w: "/"),
        ("supervisor", lambda w: "/"),
    ],
)
def test_a_list_asks_the_database_as_often_for_eight_as_for_two(people, queries, hours, who, page):
    many(people, 2)
    hours(80)  # all of them late
    client = getattr(people, who)
    client.get(page(people.world))
    with queries() as few:
        assert client.get(page(people.world)).status_code == 200
    hours(0)
    many(people, 6)
    hours(80)
    with queries() as seen:
        client.get(page(people.world))
    own = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"] and "set_config" not in query["sql"]]
    assert len(seen) == len(few)
    assert len(own) <= MOST, "\n".join(own)


def test_every_referral_stands_on_one_page_and_only_one(people, monkeypatch):
    monkeypatch.setattr(inbox, "TABLE", replace(inbox.TABLE, size=3))
    expected = {url("detail", referral.pk) for referral in many(people, 7)}
    seen, address, pages = [], url("inbox"), 0
    while address:
        page = people.partner.get(address)
        seen += [item["url"] for item in page.context["items"]]
        address, last = page.context["page"].next_url, page
        pages += 1
    assert pages == 3
    assert sorted(seen) == sorted(expected)
    back = people.partner.get(last.context["page"].previous_url)
    assert [item["url"] for item in back.context["items"]] == seen[3:6]


@pytest.mark.parametrize("cursor", ["nonsense", "[]", '["a"]', '[1,"2026-99-99T00:00","x"]', "[1,2,3]", "{}"])
def test_a_cursor_changed_by_hand_breaks_nothing(people, cursor):
    many(people, 1)
    page = people.partner.get(url("inbox"), {"after": cursor})
    assert page.status_code == 200


def test_the_inbox_has_three_parts(people):
    waiting = sent(people.world)
    mine = people.world.actors["caseworker"]
    running = accepted(people.world, need=need(mine, people.world.of.case))
    assert [item["url"] for item in people.partner.get(url("inbox")).context["items"]] == [url("detail", waiting.pk)]
    page = people.partner.get(url("inbox", tab="running"))
    assert [item["url"] for item in page.context["items"]] == [url("detail", running.pk)]
    assert "Nothing is done yet" in words(people.partner.get(url("inbox", tab="done")))
    assert people.partner.get(url("inbox", tab="x")).context["tab"] == "new", "an old link still opens"


@pytest.mark.parametrize("who", ["hotline", "admin", "officer", "analyst", "coordinator"])
def test_the_inbox_is_not_for_everybody(people, who):
    assert getattr(people, who).get(url("inbox")).status_code == 403


def test_the_board_counts_what_is_late_and_names_the_partner(people, hours):
    many(people, 3)
    hours(30)
    page = people.supervisor.get(url("board"))
    figures = {tile["label"]: tile["value"] for tile in page.context["kpis"]}
    assert figures["Late now"] == 3
    assert figures["Not opened by the partner"] == 3
    assert page.context["partners"][0]["value"] == 3
    assert "Receiver partner" in words(page)
    assert "Амина Хайдари" in words(page)


def test_the_board_counts_cases_without_a_caseworker_or_a_review(people):
    with acting(people.world.actors["supervisor"]) as actor:
        cases = type(people.world.of.case).objects.visible_to(actor)
        cases.filter(pk=people.world.of.case.pk).update(caseworker=None, review_due_on=NOON.replace(day=1).date())
    tile = people.supervisor.get(url("board")).context["kpis"][-1]
    assert tile["value"] == 1
    assert "1" in tile["note"]


def test_the_board_of_the_network_shows_codes_and_times_but_nobody(people, hours):
    referral = many(people, 1)[0]
    hours(30)
    page = people.coordinator.get(url("board"))
    assert referral.reference in words(page)
    for secret in ("Амина Хайдари", people.world.of.case.reference, "Employer"):
        assert secret not in page.content.decode()


@pytest.mark.parametrize("who", ["caseworker", "partner", "hotline", "analyst"])
def test_the_board_is_for_supervisors_and_the_network(people, who):
    assert getattr(people, who).get(url("board")).status_code == 403


def test_what_went_out_is_found_by_name_and_by_reference_only_within_the_own_organisation(people):
    referral = sent(people.world)
    with acting(people.world.actors["caseworker"]):
        name = people.world.of.person.names.first().full_as_written
    for words_ in (referral.reference.lower(), name):
        page = people.caseworker.post(url("list"), {"q": words_})
        assert [row["url"] for row in page.context["rows"]] == [url("detail", referral.pk)]
    assert people.caseworker.post(url("list"), {"q": "R-0000"}).context["rows"] == []


def test_what_went_out_is_narrowed_by_partner_and_urgency(people):
    referral = sent(people.world)
    for query, found in (
        (f"to={referral.receiver_id}&urgency={referral.urgency}", 1),
        (f"urgency={'routine' if referral.urgency != 'routine' else 'urgent'}", 0),
        (f"to={people.world.of.sender.pk}", 1),  # one's own organisation is no partner: left out
    ):
        assert len(people.caseworker.get(f"{url('list')}?{query}").context["rows"]) == found, query


def test_the_inbox_is_searched_by_number_sender_service_or_need_and_never_by_a_name(people):
    first, *_others = many(people, 2)
    found = people.partner.post(url("inbox"), {"q": first.reference.lower()})
    assert [item["url"] for item in found.context["items"]] == [url("detail", first.pk)]
    for said in ("legal", first.service.name[:6], first.sender.name[:6]):
        assert len(people.partner.post(url("inbox"), {"q": said}).context["items"]) >= 2, said
    assert people.partner.post(url("inbox"), {"q": "Хайдари"}).context["items"] == []
    late = people.partner.get(url("inbox"), {"clock": "late"})
    assert (late.status_code, late.context["items"]) == (200, [])
