"""The waiting line of each service: its order, the place of a referral in it, and who is next (DOMAIN 4.1, T7).

Order: urgency first, then waiting since. The order is one number a row, so that somebody can be put between two others.
"""

from datetime import datetime
from decimal import Decimal, localcontext
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from core.actions import Incomplete
from core.policies import contribute
from partners.models import Capacity
from referral.models import Referral
from referral.states import S

ORDER = ("line_key", "id")
RANK = {"emergency": 0, "urgent": 1, "routine": 2}
_ONE_RANK = Decimal(10) ** 11  # seconds: more than any time since 1970
_DIGITS = 60
FREE = Q(service__capacity__maximum__gt=F("service__capacity__used")) | Q(
    service__capacity__maximum=None, service__capacity__status="capacity"
)


def key_of(urgency: str, since: datetime) -> Decimal:
    """Return where somebody stands who waits since then with that urgency: the smaller, the earlier."""
    return RANK[urgency] * _ONE_RANK + Decimal(f"{since.timestamp():.6f}")


def between(before: Decimal | None, after: Decimal) -> Decimal:
    """Return a key between two neighbours; before the first where `before` is None."""
    with localcontext(prec=_DIGITS):
        return after - 1 if before is None else (before + after) / 2


def line_of(actor, **lookup) -> QuerySet:
    """Return those who wait for a service of one's own (`service_id=...`), or for any, unordered."""
    rows = Referral.objects.visible_to(actor)
    return rows.filter(receiver_id=actor.organisation_id, state=S.WAITLISTED.value, **lookup)


def stand_before(referral: Referral, *, actor, at: datetime) -> int:
    """Return how many of the line come before a referral that its receiver answers now. One query."""
    waits = referral.state == S.WAITLISTED
    key = referral.line_key if waits else key_of(referral.urgency, at)
    earlier = Q(line_key__lt=key) | (Q(line_key=key, id__lt=referral.pk) if waits else Q())
    return line_of(actor, service_id=referral.service_id).filter(earlier).count()


def demand_order(referral: Referral, found: dict, *, actor, at: datetime) -> None:
    """Ask for a reason when somebody of the line comes before whom is accepted; without need it is not kept.

    `found` are the facts of the step. Raises Incomplete (line_reason_missing).
    """
    before = stand_before(referral, actor=actor, at=at)
    if not before:
        found.pop("line_reason", None)
    elif "line_reason" not in found:
        sentence = _("Others wait before this person: %(count)s. Say why this one is taken first.") % {"count": before}
        raise Incomplete("line_reason_missing", sentence, fields={"line_reason": [sentence]}, before=before)


def places_of(rows) -> dict[UUID, tuple[int, int]]:
    """Return {referral id: (place, how many wait in all)} of those that wait. `rows` are visible to the actor.

    One query; none where nobody waits.
    """
    waiting = [row.pk for row in rows if row.state == S.WAITLISTED]
    if not waiting:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT referral, place, of_all FROM waymark.places_in_line(%s::uuid[])", [waiting])
        return {pk: (place, of_all) for pk, place, of_all in cursor.fetchall()}


def free_for(capacity: Capacity | None) -> int:
    """Return how many of a line can be taken now; 1 where places are not counted and the service takes people."""
    if capacity is None:
        return 0
    return int(capacity.status == "capacity") if capacity.maximum is None else capacity.free


def next_in_line(actor) -> QuerySet:
    """Return of each service of one's own that has a free place who comes next. One query, with their services."""
    rows = line_of(actor).filter(FREE).order_by("service_id", *ORDER).distinct("service_id")
    return rows.select_related("service__capacity", "sender")


_PLACES = """
-- A place in line counts people whom a sender may not see, so it goes round the policy. It answers about referrals of
-- one's own side only, and with two numbers.
CREATE OR REPLACE FUNCTION waymark.places_in_line(wanted uuid[])
    RETURNS TABLE (referral uuid, place bigint, of_all bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT r.id, count(*) FILTER (WHERE (o.line_key, o.id) <= (r.line_key, r.id)), count(*)
        FROM public.referral_referral r
        JOIN public.referral_referral o ON o.service_id = r.service_id AND o.state = 'waitlisted'
        WHERE r.id = ANY(wanted) AND r.state = 'waitlisted'
            AND (session_user = 'waymark_worker' OR waymark.organisation_id() IN (r.sender_id, r.receiver_id))
        GROUP BY r.id
    $$;
REVOKE ALL ON FUNCTION waymark.places_in_line(uuid[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.places_in_line(uuid[]) TO waymark_app, waymark_worker;
"""

contribute("referral_places_in_line", lambda: _PLACES)
