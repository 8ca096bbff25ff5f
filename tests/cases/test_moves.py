"""The lifecycle of a case: the table, its guards, and who may take which step."""

from datetime import timedelta

import pytest

from cases.actions.cases import add_need, settle_need
from cases.actions.moves import available_moves, move_case
from cases.actions.plans import add_task, finish_task
from cases.models import Case, Task
from cases.states import CLOSED, OPEN, STEPS
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.codelists import codes
from core.models import Event
from partners.models import Service
from referral.lifecycle import advance
from referral.models import Referral

pytestmark = pytest.mark.django_db


def move(network, case, step, *, by="worker", at=None, **facts):
    told = {"told": "yes"} if step == "close" else {}
    with acting(network.actors[by]) as actor:
        return move_case(case.pk, step, actor=actor, at=at or network.at, **told | facts)


def put(network, case, status, *, by="worker"):
    """Bring the row into a state without the door, to try one step from there."""
    with acting(network.actors[by]):
        closed = {"closed_at": network.at, "closure_reason": "moved"} if status == CLOSED else {}
        Case.objects.filter(pk=case.pk).update(status=status, **closed)


def need(network, case, **facts):
    with acting(network.actors["worker"]) as actor:
        return add_need(case, actor=actor, at=network.at, category="shelter", **facts)


def refused(network, case, step, **facts) -> str:
    with pytest.raises((NotNow, NotPermitted, Incomplete)) as refusal:
        move(network, case, step, **facts)
    return refusal.value.code


def test_the_states_of_the_table_are_codes_of_the_list():
    known = set(codes("case_status"))
    assert {step.target for step in STEPS.values()} | OPEN | {CLOSED} <= known


def test_a_case_walks_from_intake_to_closed_and_back(network):
    case = network.case()
    network.consent(case.person)
    one = need(network, case)
    network.assessed(case)
    for step, status in (
        ("assess", "assessment"),
        ("activate", "active"),
        ("hold", "on_hold"),
        ("resume", "active"),
        ("follow_up", "follow_up"),
    ):
        assert move(network, case, step).status == status
    with acting(network.actors["worker"]) as actor:
        settle_need(one.pk, actor=actor, at=network.at, status="met")
    closed = move(network, case, "close", reason="needs_met")
    assert (closed.status, closed.closed_at, closed.closure_reason) == ("closed", network.at, "needs_met")
    opened = move(network, case, "reopen", reason="new_need")
    assert (opened.status, opened.closed_at, opened.closure_reason) == ("active", None, "")
    with acting(network.actors["worker"]):
        kinds = list(Event.objects.filter(case_id=case.pk, kind__startswith="case.").values_list("kind", flat=True))
    assert set(kinds) == {"case.opened", *(step.event for step in STEPS.values())}


@pytest.mark.parametrize("status", sorted(OPEN | {CLOSED}))
@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_step_is_offered_and_taken_only_from_its_states(network, step, status):
    case = network.case()
    put(network, case, status)
    fits = status in STEPS[step].sources
    with acting(network.actors["worker"]) as actor:
        offered = [move.name for move in available_moves(Case.objects.get(pk=case.pk), actor)]
    assert (step in offered) is fits
    if not fits:
        assert refused(network, case, step) == "wrong_state"


def test_assessment_asks_for_consent_to_case_work(network):
    case = network.case()
    assert refused(network, case, "assess") == "consent_missing"
    network.consent(case.person, purposes=["statistics"])
    assert refused(network, case, "assess") == "consent_missing"
    network.consent(case.person, expires_at=network.at + timedelta(days=1))
    assert refused(network, case, "assess", at=network.at + timedelta(days=2)) == "consent_missing"
    assert move(network, case, "assess").status == "assessment"


def test_assessment_without_consent_rests_on_a_noted_basis(network):
    case = network.case(consent_basis="vital_interest", basis_note="Unconscious, needs a surgeon.")
    assert move(network, case, "assess").status == "assessment"


def test_a_plan_begins_with_an_assessment_and_a_need_or_the_reason_why_there_is_none(network):
    case = network.case()
    put(network, case, "assessment")
    assert refused(network, case, "activate", note="Only wanted to know") == "assessment_missing"
    network.assessed(case)
    assert refused(network, case, "activate") == "need_missing"
    begun = move(network, case, "activate", note="Only wanted to know")
    assert (begun.status, begun.no_need_reason) == ("active", "Only wanted to know")


def test_follow_up_waits_while_a_partner_works_on_a_need(network):
    case = network.case()
    one = need(network, case)
    put(network, case, "active")
    with acting(network.actors["worker"]):
        type(one).objects.filter(pk=one.pk).update(status="in_referral")
    assert refused(network, case, "follow_up") == "referral_open"


@pytest.mark.parametrize(("step", "facts"), [("follow_up", {}), ("close", {"reason": "moved"})])
def test_an_open_referral_keeps_a_case_from_follow_up_and_closing(network, step, facts):
    case = network.case()
    one = need(network, case)
    service = Service.objects.create(organisation=network.away, name="Beds", category="shelter", accepts_referrals=True)
    referral = Referral(
        reference="R-TEST2345",
        case=case,
        need=one,
        sender=network.home,
        receiver=network.away,
        service=service,
        category="shelter",
        field_class=2,
        urgency="routine",
        state_since=network.at,
        created_at=network.at,
    )
    with acting(network.actors["worker"]) as actor:
        referral.save(force_insert=True)
        settle_need(one.pk, actor=actor, at=network.at, status="met")
    put(network, case, "active")
    assert refused(network, case, step, **facts) == "referral_open"
    with acting(network.actors["worker"]) as actor:
        advance(referral.pk, "cancel", actor=actor, at=network.at, text="Not needed any more")
    assert move(network, case, step, **facts).status == STEPS[step].target


def test_closing_asks_what_became_of_each_need(network):
    case = network.case()
    need(network, case)
    assert refused(network, case, "close", reason="moved") == "needs_open"


def test_closing_asks_for_the_open_tasks(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        task = add_task(case, actor=actor, at=network.at, text="Call back")
    assert refused(network, case, "close", reason="moved") == "tasks_open"
    with acting(network.actors["worker"]) as actor:
        finish_task(task.pk, actor=actor, at=network.at)
    assert move(network, case, "close", reason="moved").status == "closed"


@pytest.mark.parametrize("facts", [{}, {"reason": ""}, {"reason": "bored"}, {"reason": "other"}])
def test_closing_gives_a_coded_reason_and_explains_other(network, facts):
    with pytest.raises(Incomplete) as refusal:
        move(network, network.case(), "close", **facts)
    assert set(refusal.value.fields) <= {"reason", "note"}


def test_closing_for_another_reason_keeps_the_words(network):
    assert move(network, network.case(), "close", reason="other", note="Asked twice.").closure_note == "Asked twice."


@pytest.mark.parametrize(("step", "facts"), [("follow_up", {}), ("close", {"reason": "moved"})])
def test_a_colleague_who_may_overlook_a_restricted_need_does_not_end_the_work(network, step, facts):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        add_need(case, actor=actor, at=network.at, category="gbv")
    put(network, case, "active")
    assert refused(network, case, step, by="mate", **facts) == "not_named"


def test_after_thirty_days_a_supervisor_reopens(network):
    case = network.case()
    move(network, case, "close", reason="moved")
    later = network.at + timedelta(days=31)
    assert refused(network, case, "reopen", reason="new_need", at=later) == "supervisor_needed"
    assert move(network, case, "reopen", reason="new_need", at=later, by="supervisor").status == "active"


@pytest.mark.parametrize("facts", [{}, {"reason": "why not"}])
def test_reopening_gives_a_coded_reason(network, facts):
    case = network.case()
    move(network, case, "close", reason="moved")
    assert refused(network, case, "reopen", **facts) == "facts_wrong"


def test_an_answer_that_a_step_does_not_take_is_refused(network):
    assert refused(network, network.case(), "close", reason="moved", colour="red") == "unknown_fact"


def test_a_hidden_case_cannot_be_moved(network):
    with acting(network.actors["other_team"]) as actor, pytest.raises(Case.DoesNotExist):
        move_case(network.case().pk, "close", actor=actor, at=network.at, reason="moved")


def test_a_hotline_operator_moves_no_case(network):
    case = network.case(by="hotline")
    with acting(network.actors["hotline"]) as actor:
        assert available_moves(case, actor) == []
        with pytest.raises(NotPermitted):
            move_case(case.pk, "close", actor=actor, at=network.at, reason="moved")


def test_a_task_is_done_once_and_by_somebody(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        task = add_task(case, actor=actor, at=network.at, text="Call back", due_at=network.at + timedelta(hours=1))
        assert task.assignee_id == actor.member_id
        done = finish_task(task.pk, actor=actor, at=network.at)
        assert (done.done_at, done.done_by_id) == (network.at, actor.member_id)
        with pytest.raises(NotNow):
            finish_task(task.pk, actor=actor, at=network.at)


def test_a_wrong_task_is_refused(network):
    case = network.case()
    wrong = {"text": " ", "due_at": network.at - timedelta(hours=1), "assignee": network.members["stranger"]}
    with acting(network.actors["worker"]) as actor, pytest.raises(Incomplete) as refusal:
        add_task(case, actor=actor, at=network.at, **wrong)
    assert set(refusal.value.fields) == set(wrong)


def test_a_task_of_a_hidden_case_is_hidden(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        task = add_task(case, actor=actor, at=network.at, text="Call back")
    with acting(network.actors["other_team"]) as actor, pytest.raises(Task.DoesNotExist):
        finish_task(task.pk, actor=actor, at=network.at)
