"""Four eyes: asking, deciding, sending back; and closing a case that needs a supervisor (DOMAIN 3, 9)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.actions import approvals
from cases.actions.approvals import ask_approval, decide_approval, take_back_approval, waiting_for
from cases.actions.cases import add_need, settle_need
from cases.actions.moves import move_case
from cases.models import Approval, Case
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event
from tests.cases.browsing import asked, readings
from tests.cases.test_moves import move, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans(monkeypatch):
    """What decisions about a plan did, for as long as the test runs."""
    done = []
    monkeypatch.setitem(
        approvals.DECIDERS, "plan", lambda approval, *, actor, at: done.append((approval.status, actor.member_id))
    )
    return done


def ask(network, case, *, by="worker", kind="plan", note="Please look"):
    with acting(network.actors[by]) as actor:
        return ask_approval(case, actor=actor, at=network.at, kind=kind, about=case.pk, note=note)


def decide(network, approval, *, by="supervisor", answer="approve", note=""):
    with acting(network.actors[by]) as actor:
        return decide_approval(approval.pk, actor=actor, at=network.at, answer=answer, note=note)


def kinds(network, approval):
    with acting(network.actors["supervisor"]):
        return list(Event.objects.filter(about=approval.pk).order_by("recorded_at").values_list("kind", flat=True))


def test_a_request_is_approved_once_and_its_step_is_taken(network, plans):
    approval = ask(network, network.case())
    decided = decide(network, approval)
    supervisor = network.members["supervisor"].pk
    assert (decided.status, decided.decided_by_id, decided.decided_at) == ("approved", supervisor, network.at)
    assert plans == [("approved", supervisor)]
    assert kinds(network, approval) == ["approval.asked", "approval.approved"]
    with pytest.raises(NotNow) as refusal:
        decide(network, approval)
    assert refusal.value.code == "approval_decided"
    assert len(plans) == 1


def test_sending_back_needs_a_reason_that_is_kept_for_who_asked(network, plans):
    case = network.case()
    approval = ask(network, case)
    with pytest.raises(Incomplete) as refusal:
        decide(network, approval, answer="send_back", note="  ")
    assert set(refusal.value.fields) == {"note"}
    decide(network, approval, answer="send_back", note="Say who looks after the child.")
    with acting(network.actors["worker"]):
        kept = Approval.objects.get()
    assert (kept.status, kept.answer_note) == ("sent_back", "Say who looks after the child.")
    assert plans == [("sent_back", network.members["supervisor"].pk)]
    assert ask(network, case).status == "waiting"


def test_nobody_decides_about_what_they_asked_for(network, plans):
    case = network.case()
    own = ask(network, case, by="supervisor")
    with pytest.raises(NotPermitted) as refusal:
        decide(network, own)
    assert refusal.value.code == "own_request"
    with acting(network.actors["supervisor"]) as actor:
        assert list(waiting_for(actor)) == []
        with pytest.raises(IntegrityError, match="approval_needs_four_eyes"), transaction.atomic():
            Approval.objects.filter(pk=own.pk).update(
                status="approved", decided_by_id=actor.member_id, decided_at=network.at
            )
    assert plans == []


def test_nobody_asks_in_the_name_of_a_colleague(network):
    case = network.case()
    with acting(network.actors["supervisor"]) as actor, pytest.raises(Exception, match="row-level security"):
        Approval(
            organisation_id=actor.organisation_id,
            case=case,
            kind="plan",
            about=case.pk,
            asked_by=network.members["worker"],
            asked_at=network.at,
        ).save(force_insert=True)


def test_a_caseworker_decides_nothing(network, plans):
    approval = ask(network, network.case())
    with pytest.raises(NotPermitted):
        decide(network, approval, by="mate")
    assert plans == []


def test_another_team_neither_sees_nor_decides(network, plans):
    approval = ask(network, network.case())
    for name in ("other_team", "stranger"):
        with acting(network.actors[name]) as actor:
            assert not Approval.objects.visible_to(actor).exists()
    with acting(network.actors["mate"]) as actor:  # of the team, but not named: the request may tell of class 4
        assert not Approval.objects.visible_to(actor).filter(pk=approval.pk).exists()


def test_the_same_is_asked_once_at_a_time_and_can_be_taken_back(network, plans):
    case = network.case()
    approval = ask(network, case)
    with pytest.raises(NotNow) as refusal:
        ask(network, case)
    assert refusal.value.code == "approval_waiting"
    with acting(network.actors["supervisor"]) as actor, pytest.raises(NotPermitted):
        take_back_approval(approval.pk, actor=actor, at=network.at)
    with acting(network.actors["worker"]) as actor:
        assert take_back_approval(approval.pk, actor=actor, at=network.at).status == "dropped"
        with pytest.raises(NotNow):
            take_back_approval(approval.pk, actor=actor, at=network.at)
    assert ask(network, case).status == "waiting"


def test_a_step_that_refuses_undoes_the_decision(network, monkeypatch):
    def refuses(approval, *, actor, at):
        raise NotNow("not_yet", "Not yet")

    monkeypatch.setitem(approvals.DECIDERS, "plan", refuses)
    approval = ask(network, network.case())
    with pytest.raises(NotNow, match="not_yet"):
        decide(network, approval)
    with acting(network.actors["worker"]):
        assert Approval.objects.get(pk=approval.pk).status == "waiting"


def test_a_kind_has_one_decider():
    with pytest.raises(KeyError):
        approvals.decides("closure")(lambda approval, *, actor, at: None)
    with pytest.raises(KeyError):
        approvals.decides("holiday")(print)


def child(network):
    born = network.today.replace(year=network.at.year - 10, day=1)
    return network.case(person=network.person(birth_date=born, birth_precision="day"))


def possible_victim(network):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        need = add_need(case, actor=actor, at=network.at, category="trafficking")
        settle_need(need.pk, actor=actor, at=network.at, status="met")
    return case


@pytest.mark.parametrize(
    "make",
    [
        lambda network: network.case(risk_level="high"),
        lambda network: network.case(risk_level="critical"),
        child,
        possible_victim,
    ],
)
def test_closing_a_grave_case_waits_for_a_supervisor(network, make):
    case = make(network)
    waits = move(network, case, "close", reason="other", note="She went home")
    assert (waits.status, waits.closed_at) == ("intake", None)
    with acting(network.actors["worker"]):
        assert (Case.objects.get(pk=case.pk).status, Case.objects.get(pk=case.pk).closure_reason) == ("intake", "")
        approval = Approval.objects.get(kind="closure")
    decide(network, approval)
    with acting(network.actors["worker"]):
        closed = Case.objects.get(pk=case.pk)
    assert (closed.status, closed.closure_reason, closed.closure_note) == ("closed", "other", "She went home")


def test_a_closing_sent_back_leaves_the_case_as_it_was(network):
    case = network.case(risk_level="high")
    move(network, case, "close", reason="moved")
    with acting(network.actors["worker"]):
        approval = Approval.objects.get()
    decide(network, approval, answer="send_back", note="Call her once more.")
    with acting(network.actors["worker"]):
        assert Case.objects.get(pk=case.pk).status == "intake"


def test_a_closing_is_asked_for_only_when_nothing_is_open(network):
    case = network.case(risk_level="high")
    with acting(network.actors["worker"]) as actor:
        need = add_need(case, actor=actor, at=network.at, category="shelter")
    assert refused(network, case, "close", reason="moved") == "needs_open"
    with acting(network.actors["worker"]) as actor:
        settle_need(need.pk, actor=actor, at=network.at, status="met")
    move(network, case, "close", reason="moved")
    with acting(network.actors["worker"]) as actor:
        approval = Approval.objects.get()
        add_need(case, actor=actor, at=network.at, category="legal")
    with pytest.raises(NotNow) as refusal:  # what came up meanwhile stops the approved closing too
        decide(network, approval)
    assert refusal.value.code == "needs_open"


def test_a_supervisor_closes_at_once_and_the_waiting_request_is_dropped(network):
    case = network.case(risk_level="high")
    move(network, case, "close", reason="moved")
    assert move(network, case, "close", by="supervisor", reason="needs_met").status == "closed"
    with acting(network.actors["worker"]):
        assert Approval.objects.get().status == "dropped"


def test_the_queue_shows_who_asks_and_the_page_decides(network, worker, sign_in):
    case = network.case(risk_level="high")
    answer = worker.post(reverse("cases:close", args=[case.pk]), {"reason": "moved", "told": "yes"}, follow=True)
    assert "Your supervisor is asked to approve this" in answer.text
    assert "Waits for approval" in answer.text
    supervisor = sign_in("supervisor")
    queue = supervisor.get(reverse("cases:approvals"))
    with acting(network.actors["worker"]):
        url = reverse("cases:approval", args=[Approval.objects.get().pk])
    assert "asked by Worker" in queue.text
    assert url in queue.text
    assert url in supervisor.get(reverse("home")).text
    assert readings(network) == []
    page = supervisor.get(url)
    assert "cannot be undone" in page.text
    assert [row[:2] for row in readings(network)] == [(case.pk, 3)]
    assert supervisor.post(url, {"answer": "send_back"}).status_code == 422
    supervisor.post(url, {"answer": "send_back", "note": "Call her once more."})
    assert "Call her once more." in worker.get(reverse("cases:detail", args=[case.pk])).text
    assert url in worker.get(reverse("home")).text
    assert "Call her once more." in worker.get(url).text
    assert supervisor.post(url, {"answer": "approve"}).status_code == 409


def test_who_asked_takes_it_back_on_the_page(network, worker, sign_in):
    case = network.case(risk_level="high")
    worker.post(reverse("cases:close", args=[case.pk]), {"reason": "moved", "told": "yes"})
    with acting(network.actors["worker"]):
        approval = Approval.objects.get()
    url = reverse("cases:take_back", args=[approval.pk])
    assert url in worker.get(reverse("cases:approval", args=[approval.pk])).text
    assert sign_in("other_team").post(url).status_code == 404
    assert worker.post(url).status_code == 302
    assert worker.post(url).status_code == 409


def test_the_queue_asks_the_same_number_of_questions_however_long_it_is(network, sign_in, queries):
    supervisor, counts = sign_in("supervisor"), []
    for number in (1, 4):
        for _ in range(number):
            move(network, network.case(risk_level="high"), "close", reason="moved")
        supervisor.get(reverse("cases:approvals"))
        with queries() as seen:
            supervisor.get(reverse("cases:approvals"))
        counts.append(len(asked(seen)))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_the_door_of_a_case_says_when_it_waits(network):
    case = network.case(risk_level="high")
    with acting(network.actors["worker"]) as actor:
        assert move_case(case.pk, "close", actor=actor, at=network.at, reason="moved", told="yes").status == "intake"
        with pytest.raises(NotNow, match="approval_waiting"):
            move_case(case.pk, "close", actor=actor, at=network.at, reason="moved", told="yes")
