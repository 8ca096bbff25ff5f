"""Who was told, by which channel, when, with which result: the proof, for who may open the referral or the case.

Colleagues are named; of the other side one learns that it was told, and when, not who it was.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from core.policies import contribute

MOST = 200  # lines of one page


@dataclass
class Told:
    """One event, and the people who were told of it."""

    event_id: UUID
    kind: str
    at: datetime
    people: list["Person"] = field(default_factory=list)


@dataclass
class Person:
    """One who was told: the name ("" at the other side), whether it was read, and the ways outside the application."""

    organisation_id: UUID
    name: str
    read_at: datetime | None
    ways: list["Way"] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """One delivery: channel, what came of it, when it left."""

    channel: str
    status: str
    sent_at: datetime | None


def told_of(*, referral_id: UUID | None = None, case_id: UUID | None = None) -> list[Told]:
    """Return what was told of a referral or of a case, the newest first. One query.

    Ask only for what the actor may see; the database answers none but the sides of the referral, the network's desk,
    and the organisation of the case.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM waymark.told_of(%s, %s, %s)", [referral_id, case_id, MOST])
        rows = cursor.fetchall()
    found: dict[UUID, Told] = {}
    people: dict[tuple, Person] = {}
    for event_id, kind, at, notice_id, organisation_id, name, read_at, *way in rows:
        event = found.setdefault(event_id, Told(event_id, kind, at))
        if (event_id, notice_id) not in people:
            people[event_id, notice_id] = Person(organisation_id, name, read_at)
            event.people.append(people[event_id, notice_id])
        if way[0]:
            people[event_id, notice_id].ways.append(Way(*way))
    return list(found.values())


_TOLD_OF = """
-- Notices are their recipient's own; that somebody was told is the proof of both sides. Of the other side no name.
CREATE OR REPLACE FUNCTION waymark.told_of(wanted_referral uuid, wanted_case uuid, most integer)
    RETURNS TABLE (event_id uuid, kind text, at timestamptz, notice_id uuid, organisation_id uuid, name text,
                   read_at timestamptz, channel text, status text, sent_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT n.event_id, n.kind::text, n.at, n.id, m.organisation_id,
            CASE WHEN m.organisation_id = waymark.organisation_id() THEN m.name ELSE '' END, n.read_at,
            d.channel::text, d.status::text, d.sent_at
        FROM notifications_notice n
            JOIN partners_member m ON m.id = n.recipient_id
            LEFT JOIN notifications_delivery d ON d.event_id = n.event_id AND d.recipient_id = n.recipient_id
        WHERE (n.referral_id = wanted_referral AND EXISTS (
                SELECT FROM referral_referral r WHERE r.id = wanted_referral
                    AND (waymark.organisation_id() IN (r.sender_id, r.receiver_id)
                        OR waymark.may('referral.read_status'))))
            OR (n.case_id = wanted_case AND EXISTS (
                SELECT FROM cases_case c WHERE c.id = wanted_case AND c.organisation_id = waymark.organisation_id()))
        ORDER BY n.at DESC, n.event_id, m.name, n.id, d.channel
        LIMIT most
    $$;
REVOKE ALL ON FUNCTION waymark.told_of(uuid, uuid, integer) FROM public;
GRANT EXECUTE ON FUNCTION waymark.told_of(uuid, uuid, integer) TO waymark_app;
"""

contribute("told_of", lambda: _TOLD_OF)
