"""Whatever the roster: of each event somebody is told who is there, or somebody learns that nobody was."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.models import Absence, ExportJob, Grant, ImportJob, Reminder, Task
from core import events
from core.actors import SYSTEM, Actor, acting
from core.models import Event
from notifications import untold
from notifications.audiences import HOMES, NETWORK, may_see
from notifications.consumers import notify
from notifications.covering import reach, who_is_away
from notifications.models import Notice, Untold
from notifications.rules import RULES
from partners.identity import actor_of_member
from partners.models import Agreement, Proposal
from referral import deadlines, escalation
from referral.models import Deadline
from tests.clockwork import MONDAY, network, referral, rolled_back

DAY = timezone.localdate(MONDAY)
OF_REFERRAL = {
    "receiver_desk", "worker", "assignee", "receiver_supervisor", "sender_worker", "sender_supervisor", "other_side",
    "deadline_owner", "coordinators",
}  # fmt: skip
NO_ONE_PLACE = {"party_speakers", "proposer"}  # several organisations, or one that has no account yet
PEOPLE = ("worker", "colleague", "supervisor", "desk", "receiver_supervisor", "receiver_worker", "coordinator")


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


def close(member):
    member.is_active = False
    member.save(update_fields=["is_active"])


def go_away(member, substitute):
    Absence.objects.create(
        organisation_id=member.organisation_id, member=member, substitute=substitute,
        from_on=DAY, until_on=DAY, created_at=MONDAY,
    )  # fmt: skip


def about(world, made, kind):
    """Return the id of what an event of this kind is about, and the facts that its audience reads."""
    mine = {"organisation": world.sender}
    if kind.startswith("reminder."):
        row = Reminder.objects.create(
            **mine, case=world.case, person=world.case.person, kind="review", about=uuid4(), due_on=DAY,
            created_at=MONDAY,
        )  # fmt: skip
        return row.pk, {}
    if kind.startswith("export."):
        row = ExportJob.objects.create(
            **mine,
            asked_by=world.members["worker"],
            listing="cases",
            form="csv",
            columns=["reference"],
            row_count=1,
            person_count=1,
            field_class=2,
            purpose="reporting",
            created_at=MONDAY,
            expires_at=MONDAY,
        )
        return row.pk, {}
    if kind.startswith("import."):
        row = ImportJob.objects.create(**mine, uploaded_by=world.members["worker"], kind="csv", created_at=MONDAY)
        return row.pk, {}
    if kind in {"organisation.approved", "organisation.refused"}:
        row = Proposal.objects.create(
            name="New", type="ngo", proposer_id=world.sender.pk, proposer_member_id=world.members["worker"].pk,
            proposed_at=MONDAY,
        )  # fmt: skip
        return row.pk, {}
    if "party_speakers" in RULES[kind].audience:
        row = Agreement.objects.create(
            title="A", organisation_ids=[world.sender.pk, world.receiver.pk], purposes=[], data_classes=[2],
            valid_from=DAY, valid_to=DAY,
        )  # fmt: skip
        return row.pk, {}
    if kind == "deadline.reached":
        row = deadlines.begin(made, "decide", at=MONDAY - timedelta(days=1))
        escalation.sweep(at=deadlines.mark(row, 100))
        return row.pk, {"stage": 100}
    return made.pk, {}


def happen(world, kind, *, by=None):
    """Record an event of a kind with everything that an audience may ask for, and let it be told."""
    numbers = world.__dict__.setdefault("numbers", count())
    service = type(world.service).objects.create(organisation=world.receiver, name=str(next(numbers)))
    made = referral(world, urgency="urgent", service=service)
    pk, facts = about(world, made, kind)
    of_referral = bool(OF_REFERRAL & set(RULES[kind].audience))
    of_case = of_referral or kind.startswith(("case.", "reminder.", "approval.", "client."))
    actor = SYSTEM if by is None else Actor(organisation_id=by.organisation_id, member_id=by.pk)
    event = events.record(
        kind, actor=actor, at=MONDAY, about=pk, case_id=world.case.pk if of_case else None,
        referral_id=made.pk if of_referral else None, organisations=[world.sender.pk],
        case=world.case.pk, asked_by=world.members["worker"].pk, approved_by=world.members["supervisor"].pk,
        sender_id=world.sender.pk, receiver_id=world.receiver.pk, owner_id=world.sender.pk, opened_by=uuid4(),
        **facts,
    )  # fmt: skip
    for _ in range(2):
        notify(event, at=MONDAY)
    return event


def is_there(member) -> bool:
    return member.is_active and member.user.is_active and not who_is_away([member.pk], at=MONDAY)


def covered(world, event) -> bool:
    """Whether one who is there and may see it was told, or the network's desk has it as a dead letter."""
    told = [notice.recipient for notice in Notice.objects.filter(event_id=event.pk).select_related("recipient__user")]
    assert all(may_see(member, event) for member in told)
    if any(is_there(member) for member in told):
        return True
    rows = Untold.objects.filter(event_id=event.pk)
    return rows.exists() and all(row.task_id or not world.members["coordinator"].is_active for row in rows)


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Shrinking would repeat it for minutes; the roster that failed is in the message.
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    roster=st.fixed_dictionaries({name: st.sampled_from(("here", "away", "closed")) for name in PEOPLE}),
    turn=st.integers(min_value=1, max_value=6),
)
def test_whatever_the_roster_somebody_who_is_there_is_told_or_the_network_learns_of_it(world, roster, turn):
    with undone():
        for number, name in enumerate(PEOPLE):
            if roster[name] == "closed":
                close(world.members[name])
            elif roster[name] == "away":
                go_away(world.members[name], world.members[PEOPLE[(number + turn) % len(PEOPLE)]])
        for kind in RULES:
            if set(RULES[kind].audience) <= NO_ONE_PLACE:
                continue
            assert covered(world, happen(world, kind)), (kind, roster)


def test_without_the_cover_the_property_does_not_hold(world, monkeypatch):
    go_away(world.members["worker"], world.members["colleague"])
    monkeypatch.setattr("notifications.covering.steps_up", lambda organisation_id: iter(()))
    monkeypatch.setattr("notifications.untold.nobody_told", lambda *args, **facts: None)
    assert not covered(world, happen(world, "referral.declined"))


def names(world, people):
    return {name for name, member in world.members.items() if member.pk in {one.pk for one in people}}


def reached(world, event):
    told, gaps = reach(RULES[event.kind].audience, event, at=MONDAY)
    return names(world, told), gaps


def test_who_stands_in_is_told_beside_the_absent_and_nobody_else(world):
    go_away(world.members["worker"], world.members["colleague"])
    Grant.objects.create(
        case=world.case, owner=world.sender, organisation=world.sender, member=world.members["colleague"],
        level="full", basis="cover", opened_at=MONDAY,
    )  # fmt: skip
    assert reached(world, happen(world, "referral.declined")) == ({"worker", "colleague"}, [])


def test_who_stands_in_but_sees_nothing_does_not_count_so_the_supervisor_is_told(world):
    go_away(world.members["worker"], world.members["colleague"])
    assert reached(world, happen(world, "referral.declined")) == ({"worker", "supervisor"}, [])


def test_a_substitute_who_is_away_too_hands_on_to_its_own_one_and_a_circle_ends(world):
    go_away(world.members["desk"], world.members["receiver_worker"])
    go_away(world.members["receiver_worker"], world.members["receiver_supervisor"])
    told, gaps = reached(world, happen(world, "referral.sent"))
    assert ("receiver_supervisor" in told, gaps) == (True, [])
    go_away(world.members["receiver_supervisor"], world.members["desk"])
    told, gaps = reached(world, happen(world, "referral.sent"))
    assert (told, gaps) == ({"desk", "receiver_supervisor"}, [world.receiver.pk])


def test_nobody_is_missed_where_who_acted_is_the_one_meant(world):
    event = happen(world, "referral.cancelled", by=world.members["worker"])
    assert reached(world, event) == ({"desk", "receiver_supervisor"}, [])


def test_what_was_never_sent_is_not_told_to_the_receiver_and_leaves_no_gap_there(world):
    made = referral(world, state="cancelled", sent_at=None)
    event = events.record(
        "referral.cancelled", actor=SYSTEM, at=MONDAY, about=made.pk, case_id=world.case.pk, referral_id=made.pk,
        sender_id=world.sender.pk, organisations=[world.sender.pk],
    )  # fmt: skip
    assert reached(world, event) == ({"worker"}, [])


def test_an_organisation_without_anybody_is_a_task_of_the_networks_desk_until_it_is_settled(world):
    for name in ("desk", "receiver_supervisor", "receiver_worker"):
        close(world.members[name])
    event = happen(world, "referral.sent")
    row = Untold.objects.get()
    assert (row.why, row.organisation_id, row.referral_id) == ("nobody", world.receiver.pk, event.referral_id)
    task = Task.objects.get(kind="nobody_told")
    assert (task.pk, task.assignee_id, task.case_id) == (row.task_id, world.members["coordinator"].pk, None)
    actor = actor_of_member(world.members["coordinator"])
    with acting(actor):
        untold.settle(row.pk, actor=actor, at=MONDAY)
    told = Event.objects.get(kind="untold.settled")
    untold.follow(told, at=MONDAY)
    task.refresh_from_db()
    assert (task.done_at, task.done_by_id) == (MONDAY, actor.member_id)


def test_a_deadline_of_the_network_is_covered_like_any_other(world):
    close(world.members["coordinator"])
    row = deadlines.begin(referral(world, urgency="emergency"), "decide", at=MONDAY)
    for stage in (50, 100, 150, 200):
        escalation.sweep(at=deadlines.mark(row, stage))
    for event in Event.objects.filter(kind="deadline.reached"):
        notify(event, at=MONDAY)
    assert Untold.objects.get().organisation_id is None
    assert Deadline.objects.get().stage == 200


def test_each_audience_about_a_referral_says_on_which_side_its_people_are(world):
    assert set(HOMES) >= OF_REFERRAL
    assert NETWORK not in {str(world.sender.pk), str(world.receiver.pk)}


def test_an_answer_from_elsewhere_is_covered_where_it_was_asked_for(world):
    close(world.members["worker"])
    event = events.record(
        "transfer.accepted", actor=Actor(organisation_id=world.receiver.pk), at=MONDAY, about=world.case.pk,
        organisations=[world.sender.pk], asked_by=world.members["worker"].pk, approved_by=world.members["worker"].pk,
        sender_id=world.sender.pk, receiver_id=world.receiver.pk,
    )  # fmt: skip
    assert reached(world, event) == ({"supervisor"}, [])
