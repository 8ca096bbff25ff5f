"""An ordered route goes on, or asks, after a no and after silence; each referral passes its own checks."""

from datetime import timedelta

import pytest

from cases.actions.consents import withdraw_consent
from cases.models import Task
from core import outbox
from core.actions import Incomplete, NotNow
from core.actors import SYSTEM, acting
from core.models import Event, Outbox
from referral import escalation
from referral.models import Packet
from referral.steering import go_on, plan_route, stop_route
from tests.conftest import role
from tests.referral.routes import begun, course, partners, planned, referrals, route_of, tell
from tests.referral.steps import NOTE, drafted, step
from tests.world import NOON


def decline(w, referral, by="partner", hours=2):
    step(w, referral, "receive", by, hours=hours)
    step(w, referral, "decline", by, hours=hours, reason="no_capacity")


def asked(w):
    with role("WORKER_DATABASE_URL"):
        return list(Task.objects.visible_to(SYSTEM).filter(kind="route_next", done_at=None))


def test_after_a_no_the_route_goes_on_by_itself_when_that_was_chosen(committed_world):
    w = committed_world
    services = partners(w)
    decline(w, begun(w, services, on_no="go_on"))
    tell(3)
    assert course(w) == [("no", "declined"), ("open", "sent"), ("waiting", "")]
    second = referrals(w)[-1]
    assert (second.receiver_id, second.sender_name, second.urgency) == (
        services[0].organisation_id,
        "Caseworker",
        "urgent",
    )
    with acting(w.actors["caseworker"]) as actor:
        now = Packet.objects.visible_to(actor).get(referral=second, stage="now")
        assert now.fields["note"] == NOTE
    assert asked(w) == []


def test_after_a_no_the_route_asks_first_when_that_was_chosen(committed_world):
    w = committed_world
    decline(w, begun(w, partners(w)))
    tell(3)
    assert course(w) == [("no", "declined"), ("waiting", ""), ("waiting", "")]
    assert (route_of(w).state, route_of(w).question) == ("asks", "no")
    assert [task.assignee_id for task in asked(w)] == [w.members["caseworker"].pk]
    with acting(w.actors["caseworker"]) as actor:
        go_on(route_of(w).pk, actor=actor, at=NOON + timedelta(hours=4))
    assert course(w) == [("no", "declined"), ("open", "sent"), ("waiting", "")]
    tell(5)
    assert asked(w) == []
    with acting(w.actors["caseworker"]) as actor, pytest.raises(NotNow) as refusal:
        go_on(route_of(w).pk, actor=actor, at=NOON + timedelta(hours=5))
    assert refusal.value.code == "route_not_asking"


def test_a_service_is_left_out_and_the_route_stopped_by_whom_it_asks(committed_world):
    w = committed_world
    decline(w, begun(w, partners(w)))
    tell(3)
    route = route_of(w)
    with acting(w.actors["caseworker"]) as actor:
        go_on(route.pk, actor=actor, at=NOON, skip=True)
        assert [state for state, _ in course(w)] == ["no", "skipped", "waiting"]
        assert route_of(w).state == "asks"
        stop_route(route.pk, actor=actor, at=NOON)
    assert [state for state, _ in course(w)] == ["no", "skipped", "skipped"]
    assert route_of(w).state == "stopped"


def test_a_route_ends_when_the_last_one_says_no(committed_world):
    w = committed_world
    decline(w, begun(w, partners(w, 1), on_no="go_on"))
    tell(3)
    decline(w, referrals(w)[-1], by="desk2", hours=4)
    tell(5)
    assert course(w) == [("no", "declined"), ("no", "declined")]
    assert route_of(w).state == "ended"


def test_after_silence_it_goes_on_when_the_referral_expires(committed_world):
    w = committed_world
    begun(w, partners(w, 1), on_silence="go_on")
    with role("WORKER_DATABASE_URL"):
        for hours in (25, 37, 49):
            escalation.sweep(at=NOON + timedelta(hours=hours))
    tell(50)
    assert course(w) == [("silent", "expired"), ("open", "sent")]


@pytest.mark.parametrize(
    ("silence", "course_after"),
    [
        ("decision", [("silent", "cancelled"), ("open", "sent")]),
        ("expired", [("open", "sent"), ("waiting", "")]),
    ],
)
def test_what_counts_as_silence_is_chosen_and_the_earlier_one_is_taken_back_first(
    committed_world, silence, course_after
):
    w = committed_world
    begun(w, partners(w, 1), on_silence="go_on", silence=silence)
    with role("WORKER_DATABASE_URL"):
        escalation.sweep(at=NOON + timedelta(hours=25))
    tell(26)
    assert course(w) == course_after


def test_a_late_answer_wins_over_the_question(committed_world):
    w = committed_world
    first = begun(w, partners(w, 1), silence="decision")
    with role("WORKER_DATABASE_URL"):
        escalation.sweep(at=NOON + timedelta(hours=25))
    tell(26)
    assert (route_of(w).state, route_of(w).question) == ("asks", "silent")
    step(w, first, "receive", "partner", hours=27)
    step(w, first, "accept", "partner", hours=27, worker=w.members["worker"].pk)
    with acting(w.actors["caseworker"]) as actor, pytest.raises(NotNow) as refusal:
        go_on(route_of(w).pk, actor=actor, at=NOON + timedelta(hours=27))
    assert refusal.value.code == "route_over"
    tell(28)
    assert (route_of(w).state, course(w)) == ("done", [("accepted", "accepted"), ("waiting", "")])


def test_a_waiting_list_is_a_question_and_going_on_takes_the_place_back(committed_world):
    w = committed_world
    first = begun(w, partners(w, 1), on_no="go_on", on_silence="go_on")
    step(w, first, "receive", "partner", hours=1)
    step(w, first, "waitlist", "partner", hours=1, expected_on=(NOON + timedelta(days=9)).date())
    tell(2)
    assert (route_of(w).state, route_of(w).question) == ("asks", "waitlisted")
    with acting(w.actors["caseworker"]) as actor:
        go_on(route_of(w).pk, actor=actor, at=NOON + timedelta(hours=3))
    assert course(w) == [("silent", "cancelled"), ("open", "sent")]


def test_a_guard_that_refuses_the_next_referral_stops_the_route_and_asks(committed_world):
    w = committed_world
    services = partners(w, 1, named=False)  # the consent names the first partner only
    decline(w, begun(w, services, on_no="go_on"))
    tell(3)
    route = route_of(w)
    assert (route.state, route.question, route.refusal) == ("asks", "refused", "consent_receiver")
    assert course(w) == [("no", "declined"), ("waiting", "")]
    assert len(referrals(w)) == 1
    assert len(asked(w)) == 1


def test_a_route_goes_on_for_nobody_who_may_not_send_any_more(committed_world):
    w = committed_world
    first = begun(w, partners(w, 1), on_no="go_on")
    with role("OWNER_DATABASE_URL"):
        type(w.members["caseworker"]).objects.filter(pk=w.members["caseworker"].pk).update(is_active=False)
    decline(w, first)
    tell(3)
    route = route_of(w, by="supervisor")
    assert (route.question, route.refusal) == ("refused", "nobody_may_send")


def test_the_next_referral_waits_for_approval_where_a_rule_wants_it(committed_world):
    w = committed_world
    first = begun(w, partners(w, 1), on_no="go_on")
    with acting(w.actors["supervisor"]):
        type(w.of.case).objects.filter(pk=w.of.case.pk).update(risk_level="critical")
    decline(w, first)
    tell(3)
    assert course(w) == [("no", "declined"), ("open", "pending_approval")]


def test_a_withdrawn_consent_ends_the_route(committed_world):
    w = committed_world
    begun(w, partners(w, 1), on_no="go_on", on_silence="go_on")
    with acting(w.actors["caseworker"]) as actor:
        withdraw_consent(w.of.wide.pk, actor=actor, at=NOON + timedelta(hours=1))
    tell(2)
    assert (route_of(w).state, course(w)) == ("stopped", [("ended", "withdrawn"), ("waiting", "")])


def test_a_worker_that_dies_between_sending_and_writing_it_down_sends_once(committed_world, monkeypatch):
    """The relay is torn down after the next referral was sent and before its transaction ends (RELIABILITY)."""
    w = committed_world
    decline(w, begun(w, partners(w), on_no="go_on"))

    class Killed(BaseException):
        pass

    def die(event, *, at):
        if event.kind == "referral.declined":
            raise Killed

    outbox._consumer.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("referral.consumers.make_tasks", die)
        with role("WORKER_DATABASE_URL"), pytest.raises(Killed):
            outbox.relay(at=NOON + timedelta(hours=3))
    outbox._consumer.cache_clear()
    assert course(w) == [("no", "declined"), ("waiting", ""), ("waiting", "")] or course(w)[1] == ("waiting", "")
    tell(4)
    tell(5)
    assert course(w) == [("no", "declined"), ("open", "sent"), ("waiting", "")]
    assert len(referrals(w)) == 2


def test_an_event_that_is_told_twice_sends_once(committed_world):
    w = committed_world
    decline(w, begun(w, partners(w), on_no="go_on"))
    tell(3)
    with role("WORKER_DATABASE_URL"):
        event = Event.objects.visible_to(SYSTEM).get(kind="referral.declined")
        Outbox.objects.create(event_id=event.pk, next_try_at=NOON)
    tell(4)
    assert course(w) == [("no", "declined"), ("open", "sent"), ("waiting", "")]


def test_a_plan_names_services_of_the_need_once_and_only_before_sending(world):
    w = world
    referral = drafted(w)
    with acting(w.actors["caseworker"]) as actor:
        for wrong in (
            {"mode": "ordered", "services": []},
            {"mode": "ordered", "services": [w.of.service]},
            {"mode": "nonsense"},
            {"mode": "ordered", "services": [w.of.service], "on_no": "perhaps"},
        ):
            with pytest.raises(Incomplete):
                plan_route(referral.pk, actor=actor, at=NOON, **wrong)
    step(w, referral, "send", "caseworker")
    with acting(w.actors["caseworker"]) as actor, pytest.raises(NotNow):
        plan_route(referral.pk, actor=actor, at=NOON, mode="single")


def test_a_plan_is_changed_and_dropped_before_sending(world):
    w = world
    services = partners(w)
    referral = planned(w, services)
    with acting(w.actors["caseworker"]) as actor:
        plan_route(referral.pk, actor=actor, at=NOON, mode="ordered", services=services[:1])
        assert len(course(w)) == 2
        plan_route(referral.pk, actor=actor, at=NOON, mode="single")
    assert course(w) == []
