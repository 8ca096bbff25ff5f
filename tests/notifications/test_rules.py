"""The matrix of who is told what: complete, and everybody in it may see what they are told about."""

from importlib import import_module

import pytest

from core import events, outbox
from core.actors import SYSTEM, Actor
from core.events import KINDS
from notifications import consumers
from notifications.audiences import AUDIENCES
from notifications.models import CHANNELS, Delivery, Notice
from notifications.rules import RULES, SILENT
from notifications.words import WORDS
from referral import deadlines, escalation
from referral.models import Deadline
from tests.clockwork import MONDAY, network, referral, rolled_back

SLICES = ("core", "partners", "cases", "referral", "notifications")


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


def test_every_kind_of_event_has_a_rule_or_a_reason_to_be_silent():
    for name in SLICES:
        import_module(f"{name}.events")
    assert set(KINDS) == set(RULES) | set(SILENT)
    assert not set(RULES) & set(SILENT)
    assert all(len(reason) > 15 for reason in SILENT.values())


def test_every_rule_names_audiences_channels_and_words_that_exist():
    for rule in RULES.values():
        assert rule.audience
        assert set(rule.audience) <= set(AUDIENCES)
        assert set(rule.channels) <= set(CHANNELS)
        assert rule.words in WORDS


def told(world, kind, made, *, by=None, **facts):
    """Record an event, let it be told twice, and return the names of those who were told."""
    actor = SYSTEM if by is None else Actor(organisation_id=by.organisation_id, member_id=by.pk)
    about = facts.pop("about", made.pk)
    event = events.record(
        kind, actor=actor, at=MONDAY, about=about, case_id=made.case_id, referral_id=made.pk,
        organisations=[made.sender_id, made.receiver_id], urgency=made.urgency,
        sender_id=made.sender_id, receiver_id=made.receiver_id, **facts,
    )  # fmt: skip
    for _ in range(2):
        consumers.notify(event, at=MONDAY)
    names = {member.pk: name for name, member in world.members.items()}
    return {names[pk] for pk in Notice.objects.filter(event_id=event.pk).values_list("recipient_id", flat=True)}


DESK = {"desk", "receiver_supervisor"}


@pytest.mark.parametrize(
    ("kind", "state", "expected"),
    [
        ("referral.submitted", "pending_approval", {"supervisor"}),
        ("referral.sent", "sent", DESK),
        ("referral.approved", "sent", DESK | {"worker"}),
        ("referral.received", "received", {"worker"}),
        ("referral.info_requested", "info_requested", {"worker"}),
        ("referral.info_given", "received", DESK),
        ("referral.waitlisted", "waitlisted", {"worker"}),
        ("referral.cancelled", "cancelled", DESK | {"worker"}),
        ("referral.withdrawn", "withdrawn", DESK | {"worker"}),
        ("referral.expired", "expired", {"worker", "supervisor", "receiver_supervisor"}),
        ("referral.entered_in_error", "entered_in_error", set()),
    ],
)
def test_who_is_told_of_a_step(world, kind, state, expected):
    facts = {"expected_on": MONDAY.date()} if state == "waitlisted" else {}
    assert told(world, kind, referral(world, state=state, **facts)) == expected


def test_an_accepted_referral_tells_its_two_workers(world):
    made = referral(world, state="accepted", worker=world.members["receiver_worker"], worker_name="W")
    assert told(world, "referral.accepted", made) == {"worker", "receiver_worker"}


def test_who_acted_is_not_told(world):
    made = referral(world)
    assert told(world, "referral.sent", made, by=world.members["desk"]) == {"receiver_supervisor"}


@pytest.mark.parametrize(("writer", "expected"), [("worker", DESK), ("desk", {"worker"})])
def test_a_message_tells_the_other_side(world, writer, expected):
    assert told(world, "message.written", referral(world), by=world.members[writer]) == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(12, DESK), (24, {"receiver_supervisor"}), (36, {"worker", "supervisor"})],
)
def test_a_deadline_tells_who_owns_it_at_that_mark(world, hours, expected):
    made = referral(world, urgency="urgent")
    deadlines.begin(made, "decide", at=MONDAY)
    from datetime import timedelta

    escalation.sweep(at=MONDAY + timedelta(hours=hours))
    row = Deadline.objects.get()
    assert told(world, "deadline.reached", made, about=row.pk, stage=row.stage, clock="decide") == expected


def test_at_twice_the_time_the_networks_desk_is_told(world):
    made = referral(world, urgency="emergency")
    row = deadlines.begin(made, "decide", at=MONDAY)
    for stage in (50, 100, 150, 200):
        escalation.sweep(at=deadlines.mark(row, stage))
    assert told(world, "deadline.reached", made, about=row.pk, stage=200, clock="decide") == {"coordinator"}


def test_nobody_is_told_about_what_they_may_not_see(world):
    secret = referral(world, field_class=4, state="pending_approval")
    world.case.supervisor = None
    world.case.save()
    other = world.members["colleague"]
    other.role = "supervisor"  # may approve, but this case names nobody but its own
    other.save()
    assert told(world, "referral.submitted", secret) == {"supervisor"}


def test_a_closed_account_and_a_suspended_organisation_are_not_told(world):
    world.members["desk"].user.is_active = False
    world.members["desk"].user.save()
    world.members["receiver_supervisor"].is_active = False
    world.members["receiver_supervisor"].save()
    assert told(world, "referral.sent", referral(world)) == set()


def test_a_notice_of_the_receiver_does_not_point_into_the_senders_case(world):
    made = referral(world)
    told(world, "referral.approved", made)
    pointing = Notice.objects.filter(case_id__isnull=False).values_list("recipient_id", flat=True)
    assert list(pointing) == [world.members["worker"].pk]


def test_what_is_only_shown_in_the_application_makes_no_mail(world):
    told(world, "referral.received", referral(world, state="received"))
    assert Notice.objects.count() == 1
    assert not Delivery.objects.exists()


def test_a_case_given_to_somebody_tells_them_and_not_the_giver(world):
    event = events.record(
        "case.reassigned",
        actor=Actor(organisation_id=world.sender.pk, member_id=world.members["supervisor"].pk),
        at=MONDAY, about=world.case.pk, case_id=world.case.pk,
    )  # fmt: skip
    outbox.relay(at=MONDAY)
    notice = Notice.objects.get(event_id=event.pk)
    assert (notice.recipient_id, notice.case_id) == (world.members["worker"].pk, world.case.pk)
