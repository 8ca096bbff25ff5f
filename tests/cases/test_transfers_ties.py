"""What else begins anew where a case is handed over: appointments that were chosen, and who belongs to the person."""

from datetime import timedelta

import pytest

from cases.actions.appointments import add_appointment
from cases.actions.households import add_relation, join_household
from cases.actions.transfers import propose_transfer
from cases.models import Appointment, Household, Person, Relation
from core.actions import Incomplete
from core.actors import acting
from tests.cases.handing import PURPOSES, accept, of, offer, prepare

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_organisations(network):
    prepare(network)


def booked(network, case, **facts):
    told = {"kind": "office", "starts_at": network.at + timedelta(days=2), "place": "Room 2", "note": "Our own words"}
    with acting(network.actors["worker"]) as actor:
        return add_appointment(case, actor=actor, at=network.at, **told | facts)


def tied(network, person, **facts):
    with acting(network.actors["worker"]) as actor:
        return add_relation(person.pk, actor=actor, at=network.at, **facts)


def ties(network) -> list[tuple]:
    rows = of(network, "away_worker", Relation)
    return sorted((row.kind, row.outsider, row.cares, row.other_id) for row in rows)


def test_an_appointment_that_was_chosen_is_kept_by_the_next_caseworker_and_the_others_end(network):
    case = network.case()
    goes, _stays = booked(network, case, minutes=45, with_whom="Dr Ivanova"), booked(network, case, place="Elsewhere")
    accept(network, offer(network, case, appointments=[goes.pk]))
    (row,) = of(network, "away_worker", Appointment)
    assert (row.place, row.with_whom, row.minutes, row.note) == ("Room 2", "Dr Ivanova", 45, "")
    assert (row.starts_at, row.member_id) == (goes.starts_at, network.members["away_worker"].pk)
    assert {one.attendance for one in of(network, "supervisor", Appointment)} == {"cancelled_by_us"}


def test_what_is_over_or_restricted_cannot_go_along(network):
    case = network.case()
    secret = booked(network, case, restricted=True)
    consent = network.consent(case.person, purposes=PURPOSES, data_classes=[2, 3, 4])
    told = {"to": network.away, "consent": consent, "reason": "moved", "note": "x"}
    with acting(network.actors["worker"]) as actor, pytest.raises(Incomplete) as refused:
        propose_transfer(case, actor=actor, at=network.at, appointments=[secret.pk], **told)
    assert "appointments" in refused.value.fields
    soon = booked(network, case, starts_at=network.at + timedelta(hours=1))
    transfer = offer(network, case, appointments=[soon.pk])
    accept(network, transfer, at=network.at + timedelta(hours=2))
    assert of(network, "away_worker", Appointment) == []


def test_ties_cross_with_class_3_and_name_nobody_who_has_a_record_of_their_own(network):
    case = network.case()
    sister = network.person(name="Leila Karimi")
    tied(network, case.person, kind="sibling", other=sister)
    tied(network, case.person, kind="parent", outsider="Farid, +93 70 000 000", cares=True)
    over = tied(network, case.person, kind="spouse", outsider="Formerly")
    with acting(network.actors["worker"]):
        over.ended_at = network.at
        over.save()
    accept(network, offer(network, case, classes=(2, 3)))
    assert ties(network) == [
        ("parent", "Farid, +93 70 000 000", True, None),
        ("sibling", "Name not handed over", False, None),
    ]
    assert [row.pk for row in of(network, "away_worker", Person, pk=sister.pk)] == []


def test_without_class_3_no_tie_crosses(network):
    case = network.case()
    tied(network, case.person, kind="parent", outsider="Farid")
    accept(network, offer(network, case))
    assert ties(network) == []


def test_those_who_come_one_after_another_are_one_household_again_and_nobody_sees_more(network):
    mother, child = network.case(person=network.person(name="Zahra Karimi")), network.case(
        person=network.person(name="Sami Karimi")
    )  # fmt: skip
    tied(network, child.person, kind="parent", other=mother.person)
    with acting(network.actors["worker"]) as actor:
        join_household(child.person_id, actor=actor, at=network.at, other=mother.person)
    first = accept(network, offer(network, child, classes=(2, 3)))
    second = accept(network, offer(network, mother, classes=(2, 3)))
    with acting(network.actors["away_worker"]):
        here = {row.pk: row for row in Person.objects.filter(organisation=network.away)}
    (household,) = of(network, "away_worker", Household)
    assert set(household.member_ids) == set(here)
    assert {pk for _kind, _outsider, _cares, pk in ties(network)} <= {None, *here}
    assert ("child", "", False) in [row[:3] for row in ties(network)]
    assert of(network, "away_worker", Household, organisation=network.home) == []
    assert first.new_case_id != second.new_case_id
    assert of(network, "worker", Person, organisation=network.away) == []
