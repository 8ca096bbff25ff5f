"""Opening cases, needs, reassigning: who is let in, by when something is due, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.actions.cases import add_need, colleagues_for, first_contact_due, reassign_case, settle_need
from cases.models import Case, Grant, Need, Person
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import Actor, acting
from core.models import Event
from partners.roles import permissions_of_scopes

pytestmark = pytest.mark.django_db


def sees(network, role, case) -> bool:
    with acting(network.actors[role]) as actor:
        by_filter = Case.objects.visible_to(actor).filter(pk=case.pk).exists()
        by_database = Case.objects.filter(pk=case.pk).exists()
    assert by_filter == by_database
    return by_filter


def need(network, case, *, by="worker", category="shelter", **facts):
    with acting(network.actors[by]) as actor:
        return add_need(case, actor=actor, at=network.at, category=category, **facts)


def grants(network, case, *, by="worker") -> set[str]:
    with acting(network.actors[by]):
        return set(Grant.objects.filter(case=case, closed_at=None).values_list("basis", flat=True))


def test_a_new_case_is_open_to_its_worker_team_and_supervisor(network):
    case = network.case()
    assert (case.status, case.caseworker, case.supervisor) == (
        "intake",
        network.members["worker"],
        network.members["supervisor"],
    )
    assert grants(network, case) == {"team", "assignment", "supervision"}


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        ("worker", True),
        ("mate", True),
        ("supervisor", True),
        ("other_team", False),
        ("hotline", False),
        ("focal", False),
        ("coordinator", False),
        ("stranger", False),
    ],
)
def test_who_sees_a_case_of_the_team(network, role, opens):
    assert sees(network, role, network.case()) is opens


def test_a_hotline_operator_sees_the_case_of_its_own_call_and_no_other(network):
    assert sees(network, "hotline", network.case(by="hotline"))
    assert not sees(network, "hotline", network.case(by="worker"))


def test_a_case_without_a_team_is_open_to_the_caseworkers_of_the_organisation(network):
    case = network.case(by="stranger")
    assert grants(network, case, by="stranger") == {"ownership", "assignment"}


def test_a_system_of_the_organisation_opens_a_case_for_the_whole_organisation(network):
    from uuid import uuid4

    from cases.actions.cases import open_case
    from cases.actions.persons import register_person

    token = Actor(organisation_id=network.home.pk, token_id=uuid4(), permissions=permissions_of_scopes(["cases:write"]))
    with acting(token):
        person = register_person(actor=token, at=network.at, names=[{"full_as_written": "Ali"}])
        case = open_case(person, actor=token, at=network.at, risk_level="low")
        assert Case.objects.visible_to(token).get() == case
    assert case.caseworker is None
    assert sees(network, "other_team", case)


@pytest.mark.parametrize(("risk", "hours", "review"), [("critical", 1, 7), ("high", 24, 14), ("medium", 72, 30)])
def test_risk_sets_first_contact_and_review(network, risk, hours, review):
    case = network.case(risk_level=risk)
    assert case.first_contact_due_at == network.at + timedelta(hours=hours)
    assert (case.review_due_on - network.today).days in {review, review + 1}  # the day of Minsk, not of UTC


def test_low_risk_counts_working_days_of_the_organisation(network):
    network.home.closures = ["2026-03-20"]
    network.home.save()
    monday = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
    # Ten working days after 16 March without the closed 20 March: 31 March, closing at 18:00 in Minsk.
    assert first_contact_due("low", network.home.pk, at=monday) == datetime(2026, 3, 31, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"risk_level": "extreme"}, "risk_level"),
        ({"entry_point": "window"}, "entry_point"),
        ({"consent_basis": "habit"}, "consent_basis"),
        ({"consent_basis": "vital_interest"}, "basis_note"),
    ],
)
def test_a_wrong_answer_is_named_as_the_reason(network, facts, field):
    with pytest.raises(Incomplete) as refusal:
        network.case(**facts)
    assert field in refusal.value.fields


@pytest.mark.parametrize("colleague", ["stranger", "focal"])
def test_a_case_goes_only_to_a_colleague_who_works_with_clients(network, colleague):
    with pytest.raises(Incomplete) as refusal:
        network.case(caseworker=network.members[colleague])
    assert set(refusal.value.fields) == {"caseworker"}


def test_a_person_has_one_open_case_at_a_time(network):
    case = network.case()
    with pytest.raises(NotNow):
        network.case(person=case.person)


def test_a_case_of_a_hidden_person_cannot_be_opened(network):
    with pytest.raises(Person.DoesNotExist):
        network.case(by="other_team", person=network.person())


def test_the_class_of_a_need_is_that_of_its_category(network):
    case = network.case()
    assert [need(network, case, category=code).field_class for code in ("shelter", "health", "gbv")] == [2, 3, 4]


@pytest.mark.parametrize(
    "facts", [{"category": "weather"}, {"priority": "soon"}, {"description": "a\0"}, {"description": "d" * 2001}]
)
def test_a_need_with_a_wrong_answer_is_refused(network, facts):
    with pytest.raises(Incomplete) as refusal:
        need(network, network.case(), **facts)
    assert set(refusal.value.fields) == set(facts)


def test_a_restricted_need_is_seen_by_those_the_case_names(network):
    hidden = need(network, network.case(), category="trafficking")
    seen = {}
    for role in ("worker", "supervisor", "mate"):
        with acting(network.actors[role]) as actor:
            seen[role] = Need.objects.visible_to(actor).filter(pk=hidden.pk).exists()
    assert seen == {"worker": True, "supervisor": True, "mate": False}


def test_the_event_of_a_restricted_need_does_not_say_its_category(network):
    hidden = need(network, network.case(), category="gbv")
    with acting(network.actors["worker"]):
        assert Event.objects.get(about=hidden.pk).facts["category"] == "restricted"


def test_a_need_is_settled_once(network):
    one = need(network, network.case())
    with acting(network.actors["worker"]) as actor:
        settled = settle_need(one.pk, actor=actor, at=network.at, status="partly_met")
        assert (settled.status, settled.resolved_at) == ("partly_met", network.at)
        with pytest.raises(NotNow):
            settle_need(one.pk, actor=actor, at=network.at, status="met")


def test_a_need_cannot_be_settled_as_open(network):
    one = need(network, network.case())
    with acting(network.actors["worker"]) as actor, pytest.raises(Incomplete):
        settle_need(one.pk, actor=actor, at=network.at, status="open")


def test_a_hotline_operator_records_no_need(network):
    with pytest.raises(NotPermitted):
        need(network, network.case(by="hotline"), by="hotline")


def test_reassigning_moves_the_grants(network):
    case = network.case()
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["other_team"])
    assert {role: sees(network, role, case) for role in ("worker", "mate", "supervisor", "other_team")} == {
        "worker": False,
        "mate": False,
        "supervisor": False,
        "other_team": True,
    }
    with acting(network.actors["other_team"]):
        assert Case.objects.get(pk=case.pk).caseworker == network.members["other_team"]
        closed = Grant.objects.filter(case=case, close_reason="reassigned", closed_at=network.at)
        assert closed.count() == 3


def test_a_caseworker_does_not_reassign(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor, pytest.raises(NotPermitted):
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["mate"])


@pytest.mark.parametrize("colleague", ["worker", "focal", "stranger"])
def test_a_case_is_reassigned_to_another_colleague_who_works_with_clients(network, colleague):
    case = network.case()
    with acting(network.actors["supervisor"]) as actor, pytest.raises(Incomplete):
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members[colleague])


def test_colleagues_offered_work_with_clients(network):
    with acting(network.actors["supervisor"]) as actor:
        names = {member.name for member in colleagues_for(actor)}
    assert names == {"Worker", "Mate", "Other_Team", "Supervisor", "Hotline"}


def test_age_counts_completed_years():
    from cases.ages import age

    born = date(2008, 6, 15)
    assert [age(born, "day", on=date(2026, 6, day)) for day in (14, 15)] == [17, 18]
    assert age(born, "month", on=date(2026, 6, 29)) == 17
    assert age(date(2008, 1, 1), "year", on=date(2026, 12, 30)) == 17
    assert age(None, "unknown", on=date(2026, 1, 1)) is None
