"""Keeping the directory true: changes and undoing them, contradictions, pauses, dates on which somebody is asked."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from partners import actions
from partners.directory import freshness, listed, referable
from partners.models import Schedule, Service, ServiceChange
from tests.partners.conftest import AT

pytestmark = pytest.mark.django_db


def edit(desk, at=AT, **facts):
    with acting(desk.admin):
        return actions.edit_service(desk.service.pk, actor=desk.admin, at=at, **facts)


def changes(desk) -> dict:
    with acting(desk.admin):
        rows = ServiceChange.objects.visible_to(desk.admin).order_by("number", "field")
        return {(row.number, row.field): (row.before, row.after, row.action) for row in rows}


def test_each_changed_field_is_remembered_with_its_old_and_new_value(desk):
    edit(desk, name="Legal help", cost="free", areas=["BY-MI"], hours={"mo": ("10:00", "14:00")}, phone="")
    assert changes(desk) == {
        (2, "areas"): ([], ["BY-MI"], "update"),
        (2, "cost"): ("", "free", "update"),
        (2, "hours"): (None, {"mo": ["10:00", "14:00"]}, "update"),
        (2, "name"): ("First legal advice", "Legal help", "update"),
    }
    with acting(desk.coordinator):
        assert ServiceChange.objects.visible_to(desk.coordinator).count() == 4
    with acting(desk.caseworker):
        assert not ServiceChange.objects.visible_to(desk.caseworker).exists()


def test_the_last_change_is_taken_back_with_all_that_it_changed_and_can_be_made_again(desk):
    edit(desk, suspended_from=date(2026, 12, 1), suspended_until=date(2026, 12, 31), documents=["Passport"])
    edit(desk, name="Wrong", suspended_from=None, suspended_until=None, documents=[], hours={"tu": ("09:00", "12:00")})
    with acting(desk.admin):
        back = actions.undo_service(desk.service.pk, actor=desk.admin, at=AT)
        assert (back.name, back.suspended_from, back.suspended_until) == (
            "First legal advice", date(2026, 12, 1), date(2026, 12, 31),
        )  # fmt: skip
        assert [row.document for row in back.requireddocument_set.all()] == ["Passport"]
        assert not Schedule.objects.filter(service=back).exists()
        again = actions.undo_service(desk.service.pk, actor=desk.admin, at=AT)
        assert (again.name, again.requireddocument_set.count()) == ("Wrong", 0)


def test_what_was_only_added_cannot_be_taken_back(desk):
    with acting(desk.admin), pytest.raises(NotNow) as refusal:
        actions.undo_service(desk.service.pk, actor=desk.admin, at=AT)
    assert refusal.value.code == "nothing_to_undo"


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("maximum_age", {"minimum_age": 60, "maximum_age": 18}),
        ("name", {"suspended_from": date(2026, 12, 2), "suspended_until": date(2026, 12, 1)}),
        ("name", {"suspended_until": date(2026, 12, 1)}),
        ("areas", {"covers_country": False, "areas": []}),
        ("hours", {"hours": {}}),
        ("hours", {"hours": {"mo": ("9", "18:00")}}),
        ("mo_closes", {"hours": {"mo": ("18:00", "09:00")}}),
        ("areas", {"areas": ["BY-XX"]}),
        ("name", {"name": "x" * 10_000}),
        ("description", {"description": "x" * 10_000}),
        ("name_ru", {"translations": {"ru": {"name": "x" * 10_000}}}),
        ("translations", {"translations": {"xx": {"name": "x"}}}),
        ("translations", {"translations": {"ru": {"owner": "x"}}}),
        ("languages", {"languages": ["xxx"]}),
        ("documents", {"documents": ["x" * 300]}),
        ("documents", {"documents": [f"Paper {number}" for number in range(30)]}),
        ("name", {"cost": "gold"}),
    ],
)
def test_contradicting_and_oversized_facts_are_refused_beside_their_field(desk, field, facts):
    with pytest.raises(Incomplete) as refusal:
        edit(desk, **facts)
    assert set(refusal.value.fields) == {field}
    assert changes(desk) == {}


def test_the_database_itself_refuses_a_pause_that_ends_before_it_begins(desk):
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.update(suspended_from=date(2026, 12, 2), suspended_until=date(2026, 12, 1))


def test_a_cell_that_looks_like_a_formula_stays_text(desk):
    assert edit(desk, name="=HYPERLINK(1)").name == "=HYPERLINK(1)"


def test_a_paused_service_is_shown_and_not_referable_from_the_first_to_the_last_day(desk):
    edit(desk, suspended_from=date(2026, 11, 24), suspended_until=date(2026, 11, 26))

    def is_referable(day):
        at = AT + timedelta(days=day)
        return Service.objects.filter(referable(at), pk=desk.service.pk).exists(), desk.service.paused(at.date())

    desk.service.refresh_from_db()
    assert [is_referable(day) for day in range(5)] == [
        (True, False), (False, True), (False, True), (False, True), (True, False),
    ]  # fmt: skip
    assert listed(desk.caseworker, at=AT + timedelta(days=2)).filter(pk=desk.service.pk).exists()


def test_an_entry_asks_after_150_days_hides_after_180_and_one_confirmation_brings_it_back(desk):
    def seen(days):
        at = AT + timedelta(days=days)
        return freshness(desk.service, at=at)["state"], listed(desk.caseworker, at=at).filter(
            pk=desk.service.pk
        ).exists()

    assert [seen(days) for days in (149, 150, 180, 181)] == [
        ("fresh", True), ("asking", True), ("asking", True), ("hidden", False),
    ]  # fmt: skip
    assert listed(desk.admin, at=AT + timedelta(days=181)).filter(pk=desk.service.pk).exists()
    with acting(desk.focal):
        actions.verify_service(desk.service.pk, actor=desk.focal, at=AT + timedelta(days=181))
    desk.service.refresh_from_db()
    assert seen(182) == ("fresh", True)


def test_a_focal_point_keeps_the_service_and_a_caseworker_of_another_does_not(desk):
    with acting(desk.focal):
        assert actions.edit_service(desk.service.pk, actor=desk.focal, at=AT, cost="free").cost == "free"
    with acting(desk.caseworker), pytest.raises(NotPermitted):
        actions.edit_service(desk.service.pk, actor=desk.caseworker, at=AT, cost="paid")
