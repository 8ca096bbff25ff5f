"""The timeline of a case: everything, to whom it may be known, filtered, in pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.actions.cases import settle_need
from core.actors import acting
from tests.cases.browsing import asked, need, readings
from tests.cases.test_records import added, folder, written

pytestmark = pytest.mark.django_db
__all__ = ["folder"]


def url_of(case):
    return reverse("cases:timeline", args=[case.pk])


def told(client, case, **filters) -> list[str]:
    return [event["text"] for event in client.get(url_of(case), filters).context["events"]]


def test_everything_of_a_case_stands_in_its_timeline(network, worker):
    case = network.case()
    network.consent(case.person)
    need(network, case)
    written(network, case, text="She called at noon.")
    document = added(network, case, title="Work statement")
    assert set(told(worker, case)) == {
        "Person registered", "Case opened", "Consent recorded", "Need recorded", "Note written", "Document added",
    }  # fmt: skip
    page = worker.get(url_of(case)).text
    assert "She called at noon." in page
    assert "Work statement" in page
    assert reverse("cases:document", args=[document.pk]) in page


@pytest.mark.parametrize(("role", "sees"), [("worker", True), ("supervisor", True), ("mate", False)])
def test_what_is_class_4_is_unknown_to_whom_the_case_does_not_name(network, sign_in, role, sees):
    case = network.case()
    written(network, case, field_class=4, text="Secret shelter")
    added(network, case, field_class=4)
    secret = need(network, case, "trafficking")
    with acting(network.actors["worker"]) as actor:
        settle_need(secret.pk, actor=actor, at=network.at, status="met")
    seen = told(sign_in(role), case)
    hidden = {"Note written", "Document added", "Need recorded", "Need settled after asking the client"}
    assert (hidden & set(seen)) == (hidden if sees else set())
    assert {"Case opened", "Person registered"} <= set(seen)
    overview = sign_in(role).get(reverse("cases:detail", args=[case.pk])).text
    assert ("Note written" in overview) is sees


@pytest.mark.parametrize(("role", "status"), [("mate", 200), ("other_team", 404), ("stranger", 404), ("focal", 404)])
def test_who_opens_the_timeline(network, sign_in, role, status):
    assert sign_in(role).get(url_of(network.case())).status_code == status


def test_the_timeline_is_filtered_by_kind_by_person_and_by_time(network, worker):
    case = network.case()
    old = written(network, case, at=network.at + timedelta(days=1))
    written(network, case, by="mate", at=network.at + timedelta(days=3))
    assert told(worker, case, kind="notes") == ["Note written"] * 2
    assert told(worker, case, kind="documents") == []
    assert told(worker, case, kind="notes", who=network.members["mate"].pk) == ["Note written"]
    day = (old.written_at.astimezone()).date()
    assert told(worker, case, kind="notes", until=day + timedelta(days=1)) == ["Note written"]
    assert told(worker, case, kind="notes", since=day + timedelta(days=2)) == ["Note written"]
    assert told(worker, case, kind="notes", since=day + timedelta(days=5)) == []
    assert "Nothing matches these filters" in worker.get(url_of(case), {"kind": "documents"}).text
    assert len(told(worker, case, kind="nonsense", who="nonsense", since="nonsense")) == 4


def test_the_timeline_has_pages_that_keep_the_filter(network, worker):
    case = network.case()
    for number in range(30):
        written(network, case, text=f"Note {number}")
    first = worker.get(url_of(case), {"kind": "notes"})
    assert len(first.context["events"]) == 25
    assert "kind=notes" in first.context["page"].next_url
    second = worker.get(first.context["page"].next_url)
    assert len(second.context["events"]) == 5


def test_the_timeline_asks_the_same_number_of_questions_however_long_it_is(network, worker, queries):
    case = network.case()

    def count():
        with queries() as seen:
            assert worker.get(url_of(case)).status_code == 200
        return len(asked(seen))

    written(network, case, field_class=3)
    added(network, case)
    worker.get(url_of(case))
    first = count()
    for _number in range(12):
        written(network, case, by="mate")
    assert count() == first <= 15


def test_words_of_sensitive_notes_in_the_timeline_leave_a_trail(network, worker):
    case = network.case()
    written(network, case, field_class=3)
    worker.get(url_of(case))
    assert (case.pk, 3, network.members["worker"].pk) in readings(network)


def test_the_overview_shows_the_last_events_and_leads_to_all(network, worker):
    case = network.case()
    for _number in range(7):
        written(network, case)
    page = worker.get(reverse("cases:detail", args=[case.pk]))
    assert len(page.context["events"]) == 5
    assert url_of(case) in page.text
