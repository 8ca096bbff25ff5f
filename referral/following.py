"""What an answer, or none, means for a route: the worker goes on with it, or lets it ask a person (DOMAIN 4)."""

from core.actions import Refusal
from core.actors import SYSTEM, acting
from partners.identity import actor_of_member
from partners.models import Member
from referral import routing
from referral.lifecycle import withdraw_all
from referral.models import Referral, Route, RouteStop
from referral.models.routing import ASK, GO_ON, PARALLEL
from referral.states import OPEN, codes
from referral.steering import last_referral, locked_route, record, send_next, settle, stop_of, waiting_stops

ENDS = ("cancelled", "withdrawn", "entered_in_error", "not_completed")  # of a referral: its route does not go on


def follow(event, *, at) -> None:
    """A consumer: what an answer, or none, means for the route. Told twice it does nothing the second time."""
    how = _how(event)
    if how is None:
        return
    stop = stop_of(event.referral_id, SYSTEM)
    if stop is None or stop.state != "open":
        return
    if stop.route.mode == PARALLEL:
        _follow_parallel(stop, how, event, at=at)
        return
    route = locked_route(stop.route_id, SYSTEM)
    stop.refresh_from_db()
    if stop.state != "open" or route.state not in {"running", "asks"} or _is_over(how, event, route):
        return
    if how == "accepted":
        stop.state = how
        stop.save(update_fields=["state"])
        settle(route, "done", SYSTEM, at)
    elif how == "ended":
        stop.state = how
        stop.save(update_fields=["state"])
        settle(route, "stopped", SYSTEM, at)
    else:
        _next(route, stop, how, at=at)


def _how(event) -> str | None:
    kind = event.kind.removeprefix("referral.")
    if event.kind == "deadline.reached":
        return "silent" if (event.facts["clock"], event.facts["stage"]) == ("decide", 100) else None
    if kind in ENDS:
        return "ended"
    return {"declined": "no", "expired": "silent", "accepted": "accepted", "waitlisted": "waitlisted"}.get(kind)


def _is_over(how: str, event, route: Route) -> bool:
    """A deadline that passed counts only where the sender chose so, and only while nobody has answered since."""
    if event.kind != "deadline.reached":
        return False
    if route.silence != "decision" or route.state != "running":
        return True
    waits = Referral.objects.visible_to(SYSTEM).filter(pk=event.referral_id, state__in=["sent", "received"])
    return not waits.exists()


def _next(route: Route, stop: RouteStop, how: str, *, at) -> None:
    open_still = Referral.objects.visible_to(SYSTEM).filter(pk=stop.referral_id, state__in=codes(OPEN)).exists()
    if not open_still:
        stop.state = how
        stop.save(update_fields=["state"])
    waiting = waiting_stops(route, SYSTEM)
    if not waiting:
        if not open_still:
            settle(route, "ended", SYSTEM, at)
        return
    by_itself = {"no": route.on_no, "silent": route.on_silence}.get(how, ASK) == GO_ON
    refusal = ""
    if by_itself:
        refusal = _in_the_name_of(route, at=at)
        if not refusal:
            return
    route.refresh_from_db()
    route.state, route.state_since, route.refusal = "asks", at, refusal
    route.question = "refused" if refusal else how
    route.version += 1
    route.save(update_fields=["state", "state_since", "question", "refusal", "version"])
    last = last_referral(route, SYSTEM)
    record("route.asked", last, SYSTEM, at, about=route.pk, question=route.question, refusal=refusal)


def _in_the_name_of(route: Route, *, at) -> str:
    """Send as the member who chose the route, or as the case's worker; return the code of a refusal, "" when sent."""
    refusal = "nobody_may_send"
    members = Member.objects.visible_to(SYSTEM).filter(is_active=True, user__is_active=True)
    for pk in dict.fromkeys((route.started_by_id, route.case.caseworker_id)):
        member = members.filter(pk=pk, organisation_id=route.organisation_id).first() if pk else None
        if member is None:
            continue
        try:
            with acting(actor_of_member(member)) as actor:
                if not actor.may("referral.send"):
                    continue
                send_next(locked_route(route.pk, actor), waiting_stops(route, actor)[0], actor=actor, at=at)
        except (Route.DoesNotExist, Referral.DoesNotExist):
            continue  # this one may not see the case any more
        except Refusal as found:
            refusal = found.code
        else:
            return ""
        break
    return refusal


def _follow_parallel(stop: RouteStop, how: str, event, *, at) -> None:
    """The first acceptance ends the others; a no ends one of them; when all have ended, the route has."""
    if how == "accepted":
        others = RouteStop.objects.visible_to(SYSTEM).filter(route_id=stop.route_id, state="open").exclude(pk=stop.pk)
        # The referrals first, then the route: who accepts locks them in this order.
        withdraw_all(
            [pk for pk in others.values_list("referral_id", flat=True) if pk],
            actor=SYSTEM,
            at=at,
            reason=routing.SUPERSEDED,
        )
        others.update(state="superseded")
    elif event.kind == "deadline.reached" or how == "waitlisted":
        return  # the others are asked already
    stop.state = how
    stop.save(update_fields=["state"])
    route = locked_route(stop.route_id, SYSTEM)
    if how == "accepted":
        settle(route, "done", SYSTEM, at)
    elif not route.stops.filter(state__in=["open", "accepted"]).exists() and route.state == "running":
        settle(route, "ended", SYSTEM, at)
