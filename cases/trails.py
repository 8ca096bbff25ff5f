"""Who has read what of a case, and which numbers stand behind the ids of the trail of reading (INV-12).

The trail itself is for the data-protection officer. Two functions of the database open a part of it: to the people
whom a case names, the readings of that one case; to the officer, the numbers (never the names) of what was read.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from cases.models import Case, named_cases
from core.policies import condition, contribute

VERB = "audit.read"


@dataclass(frozen=True)
class Readings:
    """How often somebody of one's own organisation has read one kind of thing of a case."""

    member_id: UUID | None  # None: the organisation's own system
    subject: str
    field_class: int
    times: int
    first_at: datetime
    last_at: datetime


def readings_of(case) -> list[Readings]:
    """Return who of the actor's organisation read the case, its person, its referrals, notes and documents.

    Empty for whom the case does not name and who may not read trails. One query; the newest first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM waymark.readings_of(%s)", [case.pk])
        return [Readings(*row) for row in cursor.fetchall()]


def codes_of(ids) -> dict:
    """Return {id: number} of the persons, cases and things of cases behind these ids, for who may read trails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, code FROM waymark.codes_of(%s::uuid[])", [[str(pk) for pk in ids]])
        return dict(cursor.fetchall())


def ids_of(code: str) -> list[UUID]:
    """Return the ids that a trail may name for the number of a person or a case, for who may read trails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM waymark.ids_of(%s)", [code.strip().upper()])
        return [row[0] for row in cursor.fetchall()]


def read_in_emergency() -> list:
    """Return the ids of the readings of cases, persons and parts that were open to the reader in an emergency.

    For who may read trails; only what belongs to the case that was opened counts, not what else was read in that hour.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM waymark.read_in_emergency()")
        return [row[0] for row in cursor.fetchall()]


def _functions() -> str:
    # The rule is that of class 4: whom the case names. It is compiled here, and asked once for the one case.
    named = condition(Case, lambda actor: Q(pk__in=named_cases(actor)) | actor.allowed(VERB))
    head = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
    return f"""
CREATE OR REPLACE FUNCTION waymark.readings_of(wanted uuid)
    RETURNS TABLE (member_id uuid, subject text, field_class smallint, times bigint,
        first_at timestamptz, last_at timestamptz)
    {head}
    AS $$
        WITH one AS (
            SELECT cases_case.id, cases_case.person_id FROM public.cases_case
            WHERE cases_case.id = wanted AND cases_case.organisation_id = (SELECT waymark.organisation_id())
                AND ({named})
        ), things AS (
            SELECT id FROM one UNION SELECT person_id FROM one
            UNION SELECT e.about FROM public.core_event e WHERE e.case_id = (SELECT id FROM one)
            UNION SELECT e.referral_id FROM public.core_event e
                WHERE e.case_id = (SELECT id FROM one) AND e.referral_id IS NOT NULL
        )
        SELECT r.member_id, r.subject::text, max(r.field_class), count(*), min(r.at), max(r.at)
        FROM public.core_reading r JOIN things ON things.id = r.about
        WHERE r.organisation_id = (SELECT waymark.organisation_id())
        GROUP BY r.member_id, r.subject
        ORDER BY max(r.at) DESC, r.member_id, r.subject
    $$;
CREATE OR REPLACE FUNCTION waymark.codes_of(ids uuid[])
    RETURNS TABLE (id uuid, code text)
    {head}
    AS $$
        WITH own AS (SELECT waymark.organisation_id() AS id WHERE waymark.may('{VERB}'))
        SELECT p.id, p.reference::text FROM public.cases_person p
        WHERE p.id = ANY (ids) AND p.organisation_id = (SELECT own.id FROM own)
        UNION SELECT c.id, c.reference::text FROM public.cases_case c
        WHERE c.id = ANY (ids) AND c.organisation_id = (SELECT own.id FROM own)
        UNION SELECT e.about, c.reference::text FROM public.core_event e JOIN public.cases_case c ON c.id = e.case_id
        WHERE e.about = ANY (ids) AND e.about <> c.id AND c.organisation_id = (SELECT own.id FROM own)
    $$;
CREATE OR REPLACE FUNCTION waymark.ids_of(wanted text)
    RETURNS TABLE (id uuid)
    {head}
    AS $$
        WITH own AS (SELECT waymark.organisation_id() AS id WHERE waymark.may('{VERB}')
        ), found AS (
            SELECT c.id, c.person_id FROM public.cases_case c JOIN public.cases_person p ON p.id = c.person_id
            WHERE (c.reference = wanted OR p.reference = wanted) AND c.organisation_id = (SELECT own.id FROM own)
        )
        SELECT found.id FROM found UNION SELECT found.person_id FROM found
        UNION SELECT p.id FROM public.cases_person p
            WHERE p.reference = wanted AND p.organisation_id = (SELECT own.id FROM own)
        UNION SELECT e.about FROM public.core_event e JOIN found ON found.id = e.case_id
    $$;
CREATE OR REPLACE FUNCTION waymark.read_in_emergency() RETURNS SETOF uuid
    {head}
    AS $$
        SELECT r.id FROM public.cases_grant g
        JOIN public.cases_case c ON c.id = g.case_id
        JOIN public.core_reading r ON r.member_id = g.member_id AND r.organisation_id = g.organisation_id
            AND r.at >= g.opened_at AND r.at <= least(g.until, coalesce(g.closed_at, g.until))
        WHERE g.basis = 'break_glass' AND g.organisation_id = (SELECT waymark.organisation_id())
            AND (SELECT waymark.may('{VERB}'))
            AND (r.about IN (c.id, c.person_id) OR EXISTS (
                SELECT FROM public.core_event e WHERE e.case_id = c.id AND r.about IN (e.about, e.referral_id)
            ))
    $$;
REVOKE ALL ON FUNCTION waymark.readings_of(uuid), waymark.codes_of(uuid[]), waymark.ids_of(text),
    waymark.read_in_emergency() FROM public;
GRANT EXECUTE ON FUNCTION waymark.readings_of(uuid), waymark.codes_of(uuid[]), waymark.ids_of(text),
    waymark.read_in_emergency() TO waymark_app;
"""  # noqa: S608


contribute("trails", _functions)
