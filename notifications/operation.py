"""How the telling goes, in numbers: what waits, since when, what failed, who is silent. Counts, ages and ids only.

The figures come from one function of the database each, so that the page of the operator, `/metrics` and the check
outside the queue (`manage.py check_deadlines`) say the same; none of them reads a record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import redis
from django.conf import settings
from django.db import connection

from core.policies import contribute

BROKER_PATIENCE = 0.5  # seconds
QUEUE = "waymark"
ALARMS = ("deadline", "reminder", "request", "incident")


@dataclass(frozen=True)
class Figure:
    """One number: its name, what it is of (a channel, a process, a reason; "" for all), the value."""

    name: str
    of: str
    value: float


def figures() -> list[Figure]:
    """Return what the database knows of the telling now. One query; anybody may ask, it holds numbers only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, of, value FROM waymark.operation() ORDER BY name, of")
        return [Figure(*row) for row in cursor.fetchall()]


def queue_depth() -> int | None:
    """Return how many messages wait at the broker, or None while it is away."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=BROKER_PATIENCE, socket_timeout=BROKER_PATIENCE
        ) as client:
            return client.llen(QUEUE)
    except (redis.RedisError, OSError):
        return None


def unheard(*, grace: timedelta, outbox: timedelta, silence: timedelta) -> Iterator[tuple[str, UUID | None, float]]:
    """Give (what, id, seconds) for everything that is overdue and of which nobody was told (RELIABILITY I5, I8).

    Args: how late a mark may be dealt with, how old an event may wait, how long a process may be silent. What:
    deadline, reminder, request, incident (a mark was passed), escalation (written, and nobody told), outbox, delivery
    (due and not tried), untold (a dead letter that is nobody's task), worker, beat.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, id, seconds FROM waymark.unheard(%s, %s, %s)", [grace, outbox, silence])
        yield from cursor.fetchall()


_OPERATION = """
-- Numbers for who keeps the system running: no name, no id, no text.
CREATE OR REPLACE FUNCTION waymark.operation() RETURNS TABLE (name text, of text, value double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT 'outbox_waiting', '', count(*)::float FROM core_outbox
        UNION ALL SELECT 'outbox_failing', '', count(*)::float FROM core_outbox WHERE attempts > 0
        UNION ALL SELECT 'outbox_oldest_seconds', '', coalesce(extract(epoch FROM now() - min(e.recorded_at)), 0)
            FROM core_outbox o JOIN core_event e ON e.id = o.event_id
        UNION ALL SELECT 'delivery_' || d.status, d.channel, count(*)::float FROM notifications_delivery d
            WHERE d.status IN ('waiting', 'sending') GROUP BY 1, 2
        UNION ALL SELECT 'delivery_failed', d.channel, count(*)::float FROM notifications_delivery d
            WHERE d.status = 'failed' GROUP BY 1, 2
        UNION ALL SELECT 'delivery_oldest_seconds', d.channel,
            greatest(0, extract(epoch FROM now() - min(d.next_try_at)))
            FROM notifications_delivery d WHERE d.status IN ('waiting', 'sending') GROUP BY 2
        UNION ALL SELECT 'alarms_due', 'deadline', count(*)::float FROM referral_deadline
            WHERE met_at IS NULL AND closed_at IS NULL AND next_alarm_at <= now()
        UNION ALL SELECT 'alarms_due', 'reminder', count(*)::float FROM cases_reminder
            WHERE met_at IS NULL AND next_alarm_at <= now()
        UNION ALL SELECT 'alarms_due', 'request', count(*)::float FROM cases_datarequest
            WHERE state IN ('open', 'approved') AND next_alarm_at <= now()
        UNION ALL SELECT 'alarms_due', 'incident', count(*)::float FROM cases_incident
            WHERE authority_at IS NULL AND next_alarm_at <= now()
        UNION ALL SELECT 'untold_open', why, count(*)::float FROM notifications_untold
            WHERE settled_at IS NULL GROUP BY 2
        UNION ALL SELECT 'heartbeat_age_seconds', h.name::text, extract(epoch FROM now() - h.at)
            FROM core_heartbeat h
    $$;
REVOKE ALL ON FUNCTION waymark.operation() FROM public;
GRANT EXECUTE ON FUNCTION waymark.operation() TO waymark_app, waymark_worker;
"""

_UNHEARD = """
-- What is overdue and of which nobody was told: kinds, ids and ages, for the check outside the queue.
CREATE OR REPLACE FUNCTION waymark.unheard(grace interval, outbox interval, silence interval)
    RETURNS TABLE (what text, id uuid, seconds double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT 'deadline', d.id, extract(epoch FROM now() - d.next_alarm_at) FROM referral_deadline d
            WHERE d.met_at IS NULL AND d.closed_at IS NULL AND d.next_alarm_at < now() - grace
        UNION ALL SELECT 'reminder', r.id, extract(epoch FROM now() - r.next_alarm_at) FROM cases_reminder r
            WHERE r.met_at IS NULL AND r.next_alarm_at < now() - grace
        UNION ALL SELECT 'request', q.id, extract(epoch FROM now() - q.next_alarm_at) FROM cases_datarequest q
            WHERE q.state IN ('open', 'approved') AND q.next_alarm_at < now() - grace
        UNION ALL SELECT 'incident', i.id, extract(epoch FROM now() - i.next_alarm_at) FROM cases_incident i
            WHERE i.authority_at IS NULL AND i.next_alarm_at < now() - grace
        UNION ALL SELECT 'escalation', x.id, extract(epoch FROM now() - x.at)
            FROM referral_deadline d JOIN referral_escalation x ON x.deadline_id = d.id AND x.stage = d.stage
            WHERE d.met_at IS NULL AND d.closed_at IS NULL AND d.stage > 0 AND x.at < now() - grace
                AND NOT EXISTS (
                    SELECT FROM core_event e
                    WHERE e.about = d.id AND e.kind = 'deadline.reached' AND e.facts ->> 'stage' = d.stage::text
                        AND (EXISTS (SELECT FROM notifications_notice n WHERE n.event_id = e.id)
                            OR EXISTS (SELECT FROM notifications_untold u WHERE u.event_id = e.id)))
        UNION ALL SELECT 'outbox', e.id, extract(epoch FROM now() - e.recorded_at)
            FROM core_outbox o JOIN core_event e ON e.id = o.event_id WHERE e.recorded_at < now() - outbox
        UNION ALL SELECT 'delivery', v.id, extract(epoch FROM now() - v.next_try_at) FROM notifications_delivery v
            WHERE v.status IN ('waiting', 'sending') AND v.next_try_at < now() - grace
        UNION ALL SELECT 'untold', u.id, extract(epoch FROM now() - u.at) FROM notifications_untold u
            WHERE u.settled_at IS NULL AND u.task_id IS NULL
        UNION ALL SELECT p.name, NULL, coalesce(extract(epoch FROM now() - h.at), 0)
            FROM (VALUES ('worker'), ('beat')) AS p (name) LEFT JOIN core_heartbeat h ON h.name = p.name
            WHERE h.at IS NULL OR h.at < now() - silence
    $$;
REVOKE ALL ON FUNCTION waymark.unheard(interval, interval, interval) FROM public;
GRANT EXECUTE ON FUNCTION waymark.unheard(interval, interval, interval) TO waymark_app, waymark_worker;
"""

contribute("operation", lambda: _OPERATION)
contribute("unheard", lambda: _UNHEARD)
