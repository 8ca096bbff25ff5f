"""The register of unmet needs: what feeds it, what closes it, who reads which part of it."""

import pytest

from cases.actions.cases import settle_need
from core.actions import Incomplete, NotNow
from core.actors import SYSTEM, acting
from core.models import Event
from referral import consumers
from referral.gaps import tables, unmet_rows
from referral.lifecycle import advance
from referral.models import Referral, UnmetNeed
from referral.unmet import record_unmet
from tests.conftest import role
from tests.referral.pages import url, words
from tests.referral.steps import received, sent, step
from tests.world import NOON, build, need, service


@pytest.fixture
def world(db):
    return build()


def record(w, by="caseworker", reason="no_service", which=None):
    with acting(w.actors[by]) as actor:
        return record_unmet(which or w.of.need, actor=actor, at=NOON, reason=reason)


def told(kind, about):
    """Let the worker follow an event, twice: a second delivery changes nothing."""
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        event = Event.objects.get(kind=kind, about=about)
        for _ in range(2):
            consumers.make_tasks(event, at=event.at)


def test_nothing_fits_is_recorded_once_with_kind_place_and_reason(world):
    entry = record(world)
    assert (entry.category, entry.reason, entry.closed_at) == ("legal", "no_service", None)
    with pytest.raises(NotNow) as refusal:
        record(world)
    assert refusal.value.code == "unmet_recorded"
    with acting(world.actors["caseworker"]):
        assert type(world.of.need).objects.get(pk=world.of.need.pk).status == "open"


def test_only_reasons_that_people_give_are_taken(world):
    for reason in ("closed_unmet", "nonsense", ""):
        with pytest.raises(Incomplete):
            record(world, reason=reason)


def test_a_strangers_need_is_not_found(world):
    with pytest.raises(type(world.of.need).DoesNotExist):
        record(world, by="stranger")
    with pytest.raises(type(world.of.need).DoesNotExist):
        record(world, by="colleague", which=world.of.secret_need)


def test_the_register_names_the_case_to_who_sees_it_and_to_nobody_else(people):
    w = people.world
    record(w)
    record(w, which=w.of.secret_need)
    page = people.supervisor.get(url("unmet"))
    assert w.of.case.reference in words(page)
    assert len(page.context["rows"]) == 2
    assert people.caseworker.get(url("unmet")).status_code == 403
    theirs = people.partner_supervisor.get(url("unmet"))
    assert theirs.context["rows"] == []


def test_an_entry_of_class_4_is_for_those_whom_the_case_names(world):
    record(world, which=world.of.secret_need)
    record(world)
    with acting(world.actors["colleague"]) as actor:
        assert {row.category for row in UnmetNeed.objects.visible_to(actor)} == {"legal"}
    for by in ("partner_supervisor", "stranger", "coordinator", "hotline"):
        with acting(world.actors[by]) as actor:
            assert not UnmetNeed.objects.visible_to(actor).exists()
            assert not UnmetNeed.objects.exists()  # the database says the same


def test_a_settled_need_closes_its_entry_and_an_unmet_one_is_counted(committed_world):
    w = committed_world
    entry = record(w)
    other = need(w.actors["caseworker"], w.of.case, category="shelter")
    for which, status in ((w.of.need, "met"), (other, "unmet")):
        with acting(w.actors["caseworker"]) as actor:
            settle_need(which.pk, actor=actor, at=NOON, status=status)
        told("need.settled", which.pk)
    with acting(w.actors["supervisor"]) as actor:
        rows = {row.need_id: row for row in UnmetNeed.objects.visible_to(actor)}
    assert (rows[w.of.need.pk].pk, rows[w.of.need.pk].closed_as) == (entry.pk, "met")
    assert (rows[other.pk].reason, rows[other.pk].closed_as) == ("closed_unmet", "unmet")
    assert len(rows) == 2


def test_three_declines_open_an_entry_with_their_number(committed_world):
    w = committed_world
    for number in range(3):
        referral = received(w, service=service(w.of.receiver, name=str(number)))
        step(w, referral, "decline", "partner", reason="no_capacity")
        told("referral.declined", referral.pk)
        with acting(w.actors["supervisor"]) as actor:
            assert UnmetNeed.objects.visible_to(actor).count() == (number == 2)
    with acting(w.actors["supervisor"]) as actor:
        entry = UnmetNeed.objects.visible_to(actor).get()
    assert (entry.reason, entry.declines) == ("declined", 3)


def test_silence_opens_an_entry_unless_somebody_else_is_asked(committed_world):
    w = committed_world
    first, second = sent(w), sent(w, service=service(w.of.receiver, name="Second"))
    for referral, count in ((first, 0), (second, 1)):
        with role("WORKER_DATABASE_URL"), acting(SYSTEM):
            advance(referral.pk, "expire", actor=SYSTEM, at=NOON)
        told("referral.expired", referral.pk)
        with acting(w.actors["supervisor"]) as actor:
            assert UnmetNeed.objects.visible_to(actor).count() == count


def test_the_desk_gets_counts_only_and_nobody_else_gets_any(world):
    record(world)
    with acting(world.actors["coordinator"]):
        assert [(row[0], row[3], row[4]) for row in unmet_rows(at=NOON)] == [("legal", "no_service", 1)]
    for by in ("supervisor", "caseworker", "analyst", "partner"):
        with acting(world.actors[by]):
            assert unmet_rows(at=NOON) == []


def test_the_desks_page_shows_no_small_number_and_no_kind_that_is_specially_protected(people):
    w = people.world
    record(w)
    record(w, which=w.of.secret_need)
    page = people.coordinator.get(url("unmet"))
    assert page.status_code == 200
    assert page.context["listing"] is None
    assert page.context["tables"] == []
    assert "Too few to show" in words(page)
    assert "Legal aid" not in words(page)
    assert page.context["apart"] == "c"
    assert w.of.case.reference not in page.content.decode()


def test_large_numbers_of_two_organisations_are_shown_and_their_small_neighbours_are_not(db):
    rows = [("legal", "BY-HM", "2026-10", "no_service", number % 2) for number in range(24)]
    rows += [("shelter", "BY-HM", "2026-10", "no_capacity", number % 2) for number in range(30)]
    rows += [("shelter", "BY-BR", "2026-11", "no_capacity", number % 2) for number in range(3)]
    rows += [("gbv", "BY-BR", "2026-11", "no_service", 1)] * 40
    found, apart = tables(rows)
    assert apart == "c"  # of one organisation alone
    assert all("iolence" not in row["label"] for one in found for row in one["rows"])
    by_reason = {row["label"]: row["cells"] for row in found[0]["rows"]}
    assert by_reason["Legal aid"][-1] == "24"
    by_area = {row["label"]: row["cells"] for row in found[1]["rows"]}
    assert "3" not in {cell for cells in by_area.values() for cell in cells}


def test_the_button_stands_on_the_page_of_candidates_and_leads_to_the_case(people):
    w = people.world
    page = people.caseworker.get(url("new", w.of.need.pk))
    assert url("nothing_fits", w.of.need.pk) in page.content.decode()
    form = people.caseworker.get(url("nothing_fits", w.of.need.pk))
    assert form.context["form"]["reason"].value() == "not_reachable"  # a service fits by its rules
    answer = people.caseworker.post(url("nothing_fits", w.of.need.pk), {"reason": "no_capacity"})
    assert answer.status_code == 302
    again = people.caseworker.post(url("nothing_fits", w.of.need.pk), {"reason": "no_capacity"})
    assert again.status_code == 409
    body = {"reason": "no_service"}
    made = need(w.actors["caseworker"], w.of.case)
    answer = people.caseworker.post(f"/api/v1/needs/{made.pk}/unmet/", body, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["reason"] == "no_service"
    with acting(w.actors["caseworker"]) as actor:
        assert not Referral.objects.visible_to(actor).exists()
