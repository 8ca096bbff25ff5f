"""The checker of invariants: silent over a true world, and each of its lines finds what it is about."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from cases.models import Task
from core import outbox
from core.models import Feed
from notifications.invariants import BROKEN, LOOKED_AT, TITLES, check
from notifications.models import Delivery, Notice
from referral.models import Deadline, Escalation, Referral, Route, RouteStop, StepTaken
from tests import world as worlds
from tests.conftest import role
from tests.referral import steps

DAY = timedelta(days=1)


def sql(text: str):
    """A break that is one statement, by the owner."""

    def do(_w):
        with connection.cursor() as cursor:
            cursor.execute(text)
            assert cursor.rowcount

    return do


def twice(model):
    """A break that writes each row of a table a second time."""

    def do(_w):
        rows = list(model.objects.all())
        assert rows
        for row in rows:
            row.pk = None if model is Feed else uuid4()
        model.objects.bulk_create(rows)

    return do


def escalated(w):
    row = Deadline.objects.first()
    sides = {"sender_id": row.sender_id, "receiver_id": row.receiver_id}
    facts = {"referral_id": row.referral_id, "stage": 50, "owner": "assignee", "at": timezone.now()}
    Escalation.objects.bulk_create([Escalation(deadline=row, **sides, **facts) for _ in range(2)])


def tasks(w):
    facts = {"organisation": w.of.sender, "kind": "call_now", "event_id": uuid4(), "created_at": timezone.now()}
    Task.objects.bulk_create([Task(**facts) for _ in range(2)])


def two_winners(w):
    now = timezone.now()
    facts = {"organisation": w.of.sender, "case": w.of.case, "need": w.of.need, "field_class": 2, "mode": "parallel"}
    route = Route.objects.create(**facts, state_since=now, created_at=now)
    Referral.objects.update(state="accepted")
    for position, row in enumerate(Referral.objects.all()):
        RouteStop.objects.create(
            route=route, organisation=w.of.sender, position=position, service_id=row.service_id, referral=row
        )


# What each line of BROKEN is about, done by the owner behind the back of every rule and constraint.
BREAKS = {
    "steps with a gap, or one that the lifecycle does not know": sql(
        "DELETE FROM referral_steptaken WHERE name = 'receive'"
    ),
    "a state that the steps do not lead to": sql("UPDATE referral_referral SET state = 'received'"),
    "a referral that nobody is recorded to have begun": sql("DELETE FROM core_event WHERE kind = 'referral.drafted'"),
    "accepted twice": twice(StepTaken),
    "running with another worker than the one recorded": sql(
        """UPDATE core_event SET facts = facts || '{"worker_id": "x"}' WHERE kind = 'referral.accepted'"""
    ),
    "several partners work on what one was to take": two_winners,
    "places in use that are not those of running referrals": sql("UPDATE partners_capacity SET used = used + 1"),
    "a place held by a referral that does not run": sql("UPDATE referral_referral SET holds_place = NOT holds_place"),
    "a step without its one event": sql("DELETE FROM core_event WHERE kind = 'referral.accepted'"),
    "an event of a step that was not taken": sql("DELETE FROM referral_steptaken WHERE name = 'accept'"),
    "an event that neither waits nor was told": sql("DELETE FROM core_feed"),
    "an event that waits for too long": sql(
        """WITH old AS (UPDATE core_event SET recorded_at = recorded_at - interval '1 hour' RETURNING id)
        INSERT INTO core_outbox (id, event_id, attempts, next_try_at, error)
        SELECT gen_random_uuid(), id, 0, now(), '' FROM old"""
    ),
    "a delivery that is due and that nobody tries": sql(
        "UPDATE notifications_delivery SET next_try_at = now() - interval '1 hour'"
    ),
    "an answer or a referral of which nobody was told": sql("DELETE FROM notifications_notice"),
    "a notice that never arrived and that no dead letter tells of": sql(
        "UPDATE notifications_delivery SET status = 'failed', last_try_at = now()"
    ),
    "a dead letter that is nobody's task": sql(
        """INSERT INTO notifications_untold (id, event_id, kind, urgency, why, at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'x', 'urgent', 'nobody', now() - interval '1 hour'"""
    ),
    "told twice in the application": twice(Notice),
    "put on its way twice": twice(Delivery),
    "a task made twice": tasks,
    "in a feed twice": twice(Feed),
    "escalated twice": escalated,
    "a trail that a role of the running system may change": sql("GRANT UPDATE ON core_event TO waymark_worker"),
    "past its time, and not escalated": sql("UPDATE referral_deadline SET due_at = now() - interval '1 hour'"),
}


@pytest.fixture
def told(committed_world, monkeypatch, as_worker):
    """Two referrals, one of them accepted; everybody was told."""
    monkeypatch.setattr(steps, "NOON", timezone.now() - timedelta(hours=3))
    w = committed_world
    steps.accepted(w)
    steps.sent(w, need=worlds.need(w.actors["caseworker"], w.of.case))
    with as_worker():
        outbox.relay(at=timezone.now())
        assert Notice.objects.exists()
        assert Delivery.objects.exists()
    return w


def broken() -> dict[str, set[str]]:
    found = check(since=timezone.now() - DAY, grace=timedelta(minutes=10))
    assert list(found) == list(TITLES)
    return {name: {what for what, _pk in one.broken} for name, one in found.items() if one.broken}


def run(**options) -> tuple[int, str]:
    said = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_invariants", stdout=said, stderr=said, **options)
    return left.value.code, said.getvalue()


def test_over_a_true_world_nothing_is_broken_and_something_was_looked_at(told):
    assert broken() == {}
    code, text = run()
    assert (code, text.count("0 broken of"), len(text.splitlines())) == (0, 8, 8)
    found = check(since=timezone.now() - DAY, grace=timedelta(0))
    assert all(found[name].looked_at for name in ("I1", "I2", "I3", "I4", "I5", "I6", "I7"))


def test_each_line_of_the_checker_has_its_break():
    assert set(BREAKS) == {what for _name, what, _sql in BROKEN}
    assert set(LOOKED_AT) == set(TITLES) == {name for name, _what, _sql in BROKEN}


def test_what_is_broken_behind_the_back_of_every_rule_is_found(told):
    missed = []
    with role("OWNER_DATABASE_URL"), transaction.atomic(), connection.cursor() as cursor:
        _tear_down_what_protects(cursor)
        for name, what, _sql in BROKEN:
            saved = transaction.savepoint()
            BREAKS[what](told)
            missed += [what] if what not in broken().get(name, ()) else []
            transaction.savepoint_rollback(saved)
        transaction.set_rollback(True)
    assert missed == []


def test_what_is_wrong_is_said_with_ids_and_an_exit_code(told):
    with role("OWNER_DATABASE_URL"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referral_deadline SET due_at = now() - interval '1 hour' WHERE met_at IS NULL RETURNING id"
        )
        pk = str(cursor.fetchone()[0])
        said = StringIO()
        with pytest.raises(SystemExit) as left:
            call_command("check_invariants", stdout=said, stderr=said)
        transaction.set_rollback(True)
    assert left.value.code == 1
    assert "past its time, and not escalated: " in said.getvalue()
    assert pk in said.getvalue()


def test_a_database_that_cannot_be_asked_is_an_exit_code_of_its_own(told):
    with role("OWNER_DATABASE_URL"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION waymark.invariants(timestamptz, interval)")
        said = StringIO()
        with pytest.raises(SystemExit) as left:
            call_command("check_invariants", stdout=said, stderr=said)
        transaction.set_rollback(True)
    assert left.value.code == 2


def _tear_down_what_protects(cursor) -> None:
    """Drop constraints, unique indexes and triggers: what is tested is that the checker sees what they prevent."""
    cursor.execute("""
        DO $$ DECLARE one record; BEGIN
            FOR one IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype IN ('f', 'c', 'u')
                AND connamespace = 'public'::regnamespace ORDER BY contype <> 'f'
            LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.t, one.conname); END LOOP;
            FOR one IN SELECT i.indexrelid::regclass AS t FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace
            LOOP EXECUTE format('DROP INDEX %s', one.t); END LOOP;
            ALTER TABLE referral_referral DISABLE TRIGGER USER;
        END $$""")
