"""What must hold whatever died: the invariants I1 to I8 (RELIABILITY 2.1), asked of the database in one snapshot.

One function of the database gives kinds and ids, no content, so the role of the web may ask it; `manage.py
check_invariants` prints it, and the fault tests ask it after each fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from core.policies import contribute
from referral.events import OF_STEP
from referral.states import HOLDS_PLACE, RUNNING, codes, pairs

TITLES = {
    "I1": "the steps of each referral lead without a gap to the state it is in",
    "I2": "no referral was accepted twice, and who accepted it is who is stored",
    "I3": "places in use are those of running referrals, and never more than there are",
    "I4": "each step has one event, and each event waits to be told or was told",
    "I5": "nothing waits too long, and what could not be told is a person's task",
    "I6": "nobody is told twice, and no work is made twice",
    "I7": "what happened can be added to and not changed",
    "I8": "whatever is past its time has an escalation",
}


@dataclass
class Found:
    """One invariant: how many rows were looked at, and the (what, id) that break it."""

    looked_at: int = 0
    broken: list[tuple[str, UUID | None]] = field(default_factory=list)


def check(*, since: datetime, grace: timedelta) -> dict[str, Found]:
    """Return for each invariant what was looked at and what breaks it. One query, one snapshot.

    Args: events and deliveries older than `since` are left out, referrals never; `grace`, how long an event, a
    delivery or a time limit may wait before it counts.
    """
    found = {name: Found() for name in TITLES}
    for name, what, pk, number in _rows(since, grace):
        if what:
            found[name].broken.append((what, pk))
        else:
            found[name].looked_at = number
    return found


def _rows(since: datetime, grace: timedelta) -> Iterator[tuple[str, str, UUID | None, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT invariant, what, id, number FROM waymark.invariants(%s, %s)", [since, grace])
        yield from cursor.fetchall()


def _texts(values) -> str:
    return ", ".join(f"'{value}'" for value in values)


_STEPS = ", ".join(f"('{step}', '{kind}')" for step, kind in OF_STEP.items())
_PAIRS = ", ".join(f"('{source}', '{target}')" for source, target in pairs())
# The other side learns of these; a kind whose audience may be who did it is not among them.
_TELLING = ("referral.sent", "referral.accepted", "referral.declined", "referral.info_requested", "referral.completed")
_APPEND_ONLY = ("core_event", "core_reading", "referral_steptaken", "referral_escalation", "referral_packet")

LOOKED_AT = {
    "I1": "SELECT count(*) FROM referral_referral",
    "I2": "SELECT count(*) FROM referral_steptaken WHERE name = 'accept'",
    "I3": "SELECT count(*) FROM partners_capacity",
    "I4": "SELECT count(*) FROM core_event WHERE recorded_at >= since",
    "I5": "SELECT count(*) FROM notifications_delivery d WHERE coalesce(d.last_try_at, d.next_try_at, now()) >= since",
    "I6": "SELECT count(*) FROM notifications_notice WHERE at >= since",
    "I7": f"SELECT {len(_APPEND_ONLY)}",
    "I8": "SELECT count(*) FROM referral_deadline WHERE due_at < now() - grace",
}

# (invariant, what is wrong, the ids of what is wrong)
BROKEN: tuple[tuple[str, str, str], ...] = (
    (
        "I1",
        "steps with a gap, or one that the lifecycle does not know",
        f"""SELECT DISTINCT s.referral_id FROM (
            SELECT referral_id, number, from_state, to_state, row_number() OVER steps AS place,
                coalesce(lag(to_state) OVER steps, 'draft') AS before
            FROM referral_steptaken WINDOW steps AS (PARTITION BY referral_id ORDER BY number)) s
        WHERE s.number <> s.place OR s.from_state <> s.before OR (s.from_state, s.to_state) NOT IN ({_PAIRS})""",
    ),
    (
        "I1",
        "a state that the steps do not lead to",
        """SELECT r.id FROM referral_referral r LEFT JOIN LATERAL (
            SELECT s.to_state, s.number FROM referral_steptaken s WHERE s.referral_id = r.id
            ORDER BY s.number DESC LIMIT 1) l ON true
        WHERE r.state <> coalesce(l.to_state, 'draft') OR r.steps_taken <> coalesce(l.number, 0)""",
    ),
    (
        "I1",
        "a referral that nobody is recorded to have begun",
        """SELECT r.id FROM referral_referral r WHERE r.created_at >= since AND 1 <> (
            SELECT count(*) FROM core_event e WHERE e.referral_id = r.id AND e.kind = 'referral.drafted')""",
    ),
    (
        "I2",
        "accepted twice",
        "SELECT referral_id FROM referral_steptaken WHERE name = 'accept' GROUP BY 1 HAVING count(*) > 1",
    ),
    (
        "I2",
        "running with another worker than the one recorded",
        f"""SELECT r.id FROM referral_referral r JOIN LATERAL (
            SELECT e.facts ->> 'worker_id' AS worker FROM core_event e WHERE e.referral_id = r.id
                AND e.kind IN ('referral.accepted', 'referral.reassigned')
            ORDER BY e.at DESC, e.recorded_at DESC LIMIT 1) l ON true
        WHERE r.state IN ({_texts(codes(RUNNING))}) AND r.worker_id::text IS DISTINCT FROM l.worker""",
    ),
    (
        "I2",
        "several partners work on what one was to take",
        f"""SELECT w.id FROM referral_route w JOIN referral_routestop s ON s.route_id = w.id
            JOIN referral_referral r ON r.id = s.referral_id
        WHERE w.mode = 'parallel' AND r.state IN ({_texts(codes(RUNNING))}) GROUP BY 1 HAVING count(*) > 1""",
    ),
    (
        "I3",
        "places in use that are not those of running referrals",
        """SELECT c.service_id FROM partners_capacity c
        WHERE c.used <> (SELECT count(*) FROM referral_referral r WHERE r.service_id = c.service_id AND r.holds_place)
            OR c.used > c.maximum""",
    ),
    (
        "I3",
        "a place held by a referral that does not run",
        f"SELECT id FROM referral_referral WHERE holds_place AND state NOT IN ({_texts(codes(HOLDS_PLACE))})",
    ),
    (
        "I4",
        "a step without its one event",
        f"""SELECT s.id FROM referral_steptaken s JOIN (VALUES {_STEPS}) k (step, kind) ON k.step = s.name
        WHERE s.at >= since AND 1 <> (SELECT count(*) FROM core_event e WHERE e.referral_id = s.referral_id
            AND e.kind = k.kind AND e.at = s.at AND e.facts ->> 'to_state' = s.to_state)""",
    ),
    (
        "I4",
        "an event of a step that was not taken",
        f"""SELECT e.id FROM core_event e JOIN (VALUES {_STEPS}) k (step, kind) ON k.kind = e.kind
        WHERE e.recorded_at >= since AND NOT EXISTS (SELECT FROM referral_steptaken s
            WHERE s.referral_id = e.referral_id AND s.name = k.step AND s.at = e.at)""",
    ),
    (
        "I4",
        "an event that neither waits nor was told",
        """SELECT e.id FROM core_event e WHERE e.recorded_at >= since
            AND NOT EXISTS (SELECT FROM core_outbox o WHERE o.event_id = e.id)
            AND EXISTS (SELECT FROM unnest(e.organisation_ids) reader WHERE NOT EXISTS (
                SELECT FROM core_feed f WHERE f.organisation_id = reader AND f.event_id = e.id))""",
    ),
    (
        "I5",
        "an event that waits for too long",
        """SELECT e.id FROM core_outbox o JOIN core_event e ON e.id = o.event_id
        WHERE e.recorded_at < now() - grace""",
    ),
    (
        "I5",
        "a delivery that is due and that nobody tries",
        """SELECT d.id FROM notifications_delivery d LEFT JOIN notifications_webhookendpoint w ON w.id = d.target_id
        WHERE d.status IN ('waiting', 'sending') AND greatest(d.next_try_at, w.quiet_until) < now() - grace""",
    ),
    (
        "I5",
        "an answer or a referral of which nobody was told",
        # What was recorded long after it happened is history that was brought in, and was told elsewhere.
        f"""SELECT e.id FROM core_event e WHERE e.kind IN ({_texts(_TELLING)}) AND e.recorded_at >= since
            AND e.recorded_at < e.at + interval '1 day'
            AND e.facts ->> 'sender_id' IS DISTINCT FROM e.facts ->> 'receiver_id'
            AND NOT EXISTS (SELECT FROM core_outbox o WHERE o.event_id = e.id)
            AND NOT EXISTS (SELECT FROM notifications_notice n WHERE n.event_id = e.id)
            AND NOT EXISTS (SELECT FROM notifications_untold u WHERE u.event_id = e.id)""",
    ),
    (
        "I5",
        "a notice that never arrived and that no dead letter tells of",
        """SELECT d.id FROM notifications_delivery d JOIN partners_member m ON m.id = d.recipient_id
            JOIN notifications_notice n ON n.event_id = d.event_id AND n.recipient_id = d.recipient_id
        WHERE d.status = 'failed' AND d.last_try_at >= since
            AND NOT EXISTS (SELECT FROM notifications_delivery o WHERE o.event_id = d.event_id
                AND o.recipient_id = d.recipient_id AND o.id <> d.id AND o.status NOT IN ('failed', 'dropped'))
            AND NOT EXISTS (SELECT FROM notifications_untold u
                WHERE u.event_id = d.event_id AND u.organisation_id = m.organisation_id)""",
    ),
    (
        "I5",
        "a dead letter that is nobody's task",
        "SELECT id FROM notifications_untold WHERE settled_at IS NULL AND task_id IS NULL AND at < now() - grace",
    ),
    (
        "I6",
        "told twice in the application",
        """SELECT min(id::text)::uuid FROM notifications_notice WHERE at >= since
        GROUP BY event_id, recipient_id HAVING count(*) > 1""",
    ),
    (
        "I6",
        "put on its way twice",
        """SELECT min(id::text)::uuid FROM notifications_delivery
        GROUP BY event_id, channel, recipient_id, target_id HAVING count(*) > 1""",
    ),
    (
        "I6",
        "a task made twice",
        """SELECT min(id::text)::uuid FROM cases_task WHERE event_id IS NOT NULL
        GROUP BY event_id, kind, organisation_id HAVING count(*) > 1""",
    ),
    (
        "I6",
        "in a feed twice",
        "SELECT event_id FROM core_feed GROUP BY organisation_id, event_id HAVING count(*) > 1",
    ),
    (
        "I6",
        "escalated twice",
        """SELECT min(id::text)::uuid FROM referral_escalation GROUP BY deadline_id, stage HAVING count(*) > 1""",
    ),
    (
        "I7",
        "a trail that a role of the running system may change",
        f"""SELECT NULL::uuid FROM unnest(ARRAY[{_texts(_APPEND_ONLY)}]) t,
            unnest(ARRAY['waymark_app', 'waymark_worker']) r
        WHERE has_table_privilege(r, 'public.' || t, 'UPDATE, DELETE, TRUNCATE')
            OR NOT (SELECT c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c
                WHERE c.oid = ('public.' || t)::regclass)""",
    ),
    (
        "I8",
        "past its time, and not escalated",
        """SELECT d.id FROM referral_deadline d
        WHERE d.met_at IS NULL AND d.closed_at IS NULL AND d.paused_at IS NULL AND d.due_at < now() - grace
            AND NOT EXISTS (SELECT FROM referral_escalation x WHERE x.deadline_id = d.id AND x.stage >= 100)""",
    ),
)


def _function() -> str:
    looked = [f"SELECT '{name}', '', NULL::uuid, ({sql})" for name, sql in LOOKED_AT.items()]
    broken = [f"SELECT '{name}', '{what.replace(chr(39), chr(39) * 2)}', x.id, 1 FROM ({sql}) x (id)"
              for name, what, sql in BROKEN]  # fmt: skip
    together = "\n        UNION ALL ".join([*looked, *broken])
    return f"""
-- What must hold whatever died (RELIABILITY 2.1): kinds and ids for `manage.py check_invariants`, no content.
CREATE OR REPLACE FUNCTION waymark.invariants(since timestamptz, grace interval)
    RETURNS TABLE (invariant text, what text, id uuid, number bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        {together}
    $$;
REVOKE ALL ON FUNCTION waymark.invariants(timestamptz, interval) FROM public;
GRANT EXECUTE ON FUNCTION waymark.invariants(timestamptz, interval) TO waymark_app, waymark_worker;
"""


contribute("invariants", _function)
