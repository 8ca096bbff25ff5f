"""Reading routes: what the next referral takes from the one before, and who was first of several (DOMAIN 4)."""

from datetime import datetime

from django.db import connection

from core.policies import contribute
from partners.models import Service
from referral import sharing
from referral.models import Packet, Referral, Route, RouteStop
from referral.states import UNSENT

SUPERSEDED = "superseded"
LONGEST = 5  # services of a route, the first included


def route_of(referral: Referral, actor) -> Route | None:
    """Return the route on which a referral stands, for its sender; None for a single one. One query."""
    stop = RouteStop.objects.visible_to(actor).filter(referral_id=referral.pk).select_related("route").first()
    return stop and stop.route


def stops_of(route: Route, actor) -> list[RouteStop]:
    """Return the services of a route in their order, with service, organisation and referral. One query."""
    rows = RouteStop.objects.visible_to(actor).filter(route_id=route.pk)
    return list(rows.select_related("service__organisation", "referral").order_by("position"))


def content_for(before: Referral, service: Service, *, together: bool, actor) -> tuple[dict[str, str], str]:
    """Return (what is shared, the reason in words) for the next service, taken from the referral before it.

    A choice that the sender made is kept. What only the next service asks for starts at the least, and what it does
    not ask for is not shared (G6). `together`: nothing but the minimum is shown before acceptance.
    """
    asked_before = set(before.service.asks_for)
    share = {}
    for code, least in sharing.default_share(service).items():
        chosen = sharing.BY_CODE[code].minimum or code in asked_before
        share[code] = before.share.get(code, sharing.NO) if chosen and least != sharing.NO else least
    return sharing.held_back(share) if together else share, _note_of(before, actor)


def _note_of(referral: Referral, actor) -> str:
    """The words stand in the draft until it is sent, then in its packet."""
    if referral.state in UNSENT:
        return referral.draft_note
    parts = Packet.objects.visible_to(actor).filter(referral_id=referral.pk, stage=sharing.NOW).order_by("-version")
    return next((part.fields.get("note", "") for part in parts), "")


def planned(before: Referral, stop_service: Service, route: Route, actor) -> Referral:
    """Return the next referral as it would be sent, unsaved: for its preview and its checks."""
    share, note = content_for(before, stop_service, together=route.mode == "parallel", actor=actor)
    return Referral(
        case=before.case,
        need=before.need,
        sender=before.sender,
        receiver=stop_service.organisation,
        service=stop_service,
        consent=before.consent,
        category=before.category,
        field_class=before.field_class,
        urgency=before.urgency,
        share=share,
        draft_note=note,
        documents_settled=route.documents_settled or before.documents_settled,
    )


def take(referral: Referral, *, at: datetime) -> bool:
    """Claim the need for a referral that is being accepted; False when another one of its route was first.

    Closes what the others may read in the same transaction; the worker then withdraws them through the lifecycle.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.take_route(%s, %s)", [referral.pk, at])
        return cursor.fetchone()[0]


_TAKE_ROUTE = """
-- A receiver cannot see who else was asked, yet its acceptance ends that: so this goes round the policies. It acts for
-- the receiver of that very referral only, locks the route, and says no more than whether this one was the first.
CREATE OR REPLACE FUNCTION waymark.take_route(wanted uuid, moment timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE way uuid;
BEGIN
    SELECT s.route_id INTO way FROM public.referral_routestop s
        JOIN public.referral_referral r ON r.id = s.referral_id
        WHERE r.id = wanted
            AND (session_user = 'waymark_worker' OR waymark.organisation_id() = r.receiver_id);
    IF way IS NULL THEN
        RETURN false;
    END IF;
    UPDATE public.referral_route SET winner_id = wanted, version = version + 1
        WHERE id = way AND winner_id IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE public.cases_grant g SET closed_at = moment, close_reason = 'superseded'
        FROM public.referral_routestop s
        WHERE s.route_id = way AND s.referral_id <> wanted AND g.referral_id = s.referral_id AND g.closed_at IS NULL;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION waymark.take_route(uuid, timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION waymark.take_route(uuid, timestamptz) TO waymark_app, waymark_worker;
"""

contribute("referral_take_route", lambda: _TAKE_ROUTE)
