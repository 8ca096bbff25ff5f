"""From a session or a token to an Actor. Asked at each request: a changed role counts from the next one."""

import hashlib
import time
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.db import connection

from core.actors import Actor
from core.policies import contribute
from partners.models import Member
from partners.roles import LABELS, permissions_of, permissions_of_scopes

_MEMBER_OF = """
SELECT id, user_id, organisation_id, team_id, name, role,
    EXISTS (SELECT FROM mfa_authenticator factor WHERE factor.user_id = member.user_id)
FROM waymark.member_of(%s) member
"""
IDLE_WRITE_SECONDS = 60  # how stale the time of the last request may be in the session


def actor_of(request) -> Actor | None:
    """Return who acts in this request: the token's organisation, the signed-in member, or None."""
    header = request.headers.get("Authorization", "")
    if header:
        return actor_of_token(header.removeprefix("Bearer ").strip()) if header.startswith("Bearer ") else None
    if not request.user.is_authenticated:
        return None
    now = int(time.time())
    seen = request.session.get("seen", now)
    if now - seen > settings.SESSION_IDLE_SECONDS:
        logout(request)
        return None
    if now - seen > IDLE_WRITE_SECONDS or "seen" not in request.session:
        request.session["seen"] = now
    return actor_of_user(request.user.id)


def actor_of_user(user_id: UUID) -> Actor | None:
    """Return the actor of an account's active membership, or None: no account, closed, or no membership."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBER_OF, [user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    *facts, second_factor = row
    names = ("id", "user_id", "organisation_id", "team_id", "name", "role")
    return replace(actor_of_member(Member(**dict(zip(names, facts, strict=True)))), second_factor=second_factor)


def actor_of_member(member: Member) -> Actor:
    """Return the actor for a membership row."""
    return Actor(
        user_id=member.user_id,
        member_id=member.id,
        organisation_id=member.organisation_id,
        **({"team_id": member.team_id} if member.team_id else {}),
        name=member.name,
        role=member.role,
        permissions=permissions_of(member.role),
    )


def role_label(role: str) -> str:
    """Return what a role is called, for the account menu; "" for an organisation's own system."""
    return LABELS.get(role, "")


def digest_of(token: str) -> str:
    """Return what is stored of a token: its SHA-256. Tokens hold 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of_token(token: str) -> Actor | None:
    """Return the actor of a valid token, or None: unknown, expired or revoked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, organisation_id, name, scopes FROM waymark.token_owner(%s)", [digest_of(token)])
        row = cursor.fetchone()
    if row is None:
        return None
    token_id, organisation_id, name, scopes = row
    return Actor(
        token_id=token_id,
        organisation_id=organisation_id,
        name=name,
        role="system_of_organisation",
        permissions=permissions_of_scopes(scopes),
    )


# Read before anybody acts, so they go round the policy. One answers to who knows the secret, the other about an
# account whose session was checked already.
_BEFORE_ANYBODY_ACTS = """
CREATE OR REPLACE FUNCTION waymark.token_owner(wanted text)
    RETURNS TABLE (id uuid, organisation_id uuid, name varchar, scopes varchar[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT t.id, t.organisation_id, t.name, t.scopes
        FROM public.partners_apitoken t JOIN public.partners_organisation o ON o.id = t.organisation_id
        WHERE t.digest = wanted AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
            AND o.status = 'active'
    $$;
CREATE OR REPLACE FUNCTION waymark.member_of(wanted uuid) RETURNS SETOF public.partners_member
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT m.* FROM public.partners_member m
        JOIN public.core_user u ON u.id = m.user_id
        JOIN public.partners_organisation o ON o.id = m.organisation_id
        WHERE m.user_id = wanted AND m.is_active AND u.is_active AND o.status = 'active'
    $$;
REVOKE ALL ON FUNCTION waymark.token_owner(text), waymark.member_of(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.token_owner(text), waymark.member_of(uuid) TO waymark_app;
GRANT EXECUTE ON FUNCTION waymark.member_of(uuid) TO waymark_worker;  -- what was ordered runs with today's rights
"""

contribute("identity", lambda: _BEFORE_ANYBODY_ACTS)
