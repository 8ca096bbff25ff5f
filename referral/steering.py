"""The doors of routes: planned beside a draft, begun when it is sent, answered when they ask (DOMAIN 4).

Each referral of a route is a referral like any other: its own consent, agreement and checks at the moment it is sent.
"""

from django.utils.translation import gettext as _

from core import events
from core.actions import Incomplete, NotNow, action
from core.actors import NOBODY
from referral import guards, routing
from referral.drafting import draft_referral, get_locked, set_share
from referral.lifecycle import advance, available
from referral.models import Referral, Route, RouteStop
from referral.models.routing import ASK, GO_ON, ORDERED, PARALLEL
from referral.states import SHOWS_IDENTITY, S


@action("referral.route", permission="referral.draft")
def plan_route(
    referral_id,
    *,
    actor,
    at,
    mode,
    services=(),
    on_no=ASK,
    on_silence=ASK,
    silence="expired",
    documents_settled=False,
) -> Route | None:
    """Choose who is asked besides the service of a draft: one after another, or all at once.

    Args: `mode` is single (what was planned is dropped), ordered or parallel; `services` those after the first, in
    their order; `on_no`, `on_silence` are ask or go_on; `silence` is expired, or decision: when the time to decide
    has passed. Returns the Route, None for single. Raises NotNow (wrong_state), Incomplete with the field named.
    """
    referral = get_locked(referral_id, actor)
    if referral.state != S.DRAFT or referral.sender_id != actor.organisation_id:
        raise NotNow("wrong_state", _("This referral was sent already. What was shared cannot be changed."))
    services = list(services)
    _check_plan(referral, mode, services, (on_no, on_silence), silence)
    _drop_plan(referral, actor)
    referral.in_parallel = mode == PARALLEL
    referral.save(update_fields=["in_parallel"])
    if mode == PARALLEL:
        set_share(referral.pk, actor=actor, at=at)  # nothing but the minimum before acceptance
    route = None
    if mode in {ORDERED, PARALLEL}:
        route = Route(
            organisation_id=referral.sender_id,
            case_id=referral.case_id,
            need_id=referral.need_id,
            field_class=referral.field_class,
            mode=mode,
            on_no=on_no,
            on_silence=on_silence,
            silence=silence,
            documents_settled=documents_settled,
            state_since=at,
            created_at=at,
            started_by_id=None if actor.member_id == NOBODY else actor.member_id,
        )
        route.save(force_insert=True)
        _line_up(route, referral, services)
    record("route.planned", referral, actor, at, mode=mode, services=[service.pk for service in services])
    return route


def _check_plan(referral, mode, services, policies, silence) -> None:
    wrong = {}
    if mode not in {"single", ORDERED, PARALLEL}:
        wrong["mode"] = [_("Choose how the services are asked.")]
    if mode != "single" and not 1 <= len(services) < routing.LONGEST:
        sentence = _("Choose between one and %(most)s further services.") % {"most": routing.LONGEST - 1}
        wrong["services"] = [sentence]
    keys = [referral.service_id, *(service.pk for service in services)]
    if len(set(keys)) < len(keys):
        wrong["services"] = [_("Name each service once.")]
    if any(service.category != referral.category for service in services):
        wrong["services"] = [_("Choose services for this need.")]
    if set(policies) - {ASK, GO_ON}:
        wrong["on_no"] = [_("Choose whether you are asked first.")]
    if silence not in {"expired", "decision"}:
        wrong["silence"] = [_("Choose what counts as no answer.")]
    if wrong:
        raise Incomplete("route_wrong", next(iter(wrong.values()))[0], fields=wrong)


def _drop_plan(referral, actor) -> None:
    route = routing.route_of(referral, actor)
    if route is None:
        return
    RouteStop.objects.visible_to(actor).filter(route_id=route.pk).delete()
    Route.objects.visible_to(actor).filter(pk=route.pk).delete()


def _line_up(route: Route, referral: Referral, services) -> None:
    facts = {"route": route, "organisation_id": route.organisation_id, "alone": route.mode == ORDERED}
    RouteStop(position=1, service_id=referral.service_id, referral=referral, **facts).save(force_insert=True)
    for position, service in enumerate(services, start=2):
        RouteStop(position=position, service=service, **facts).save(force_insert=True)


def checks(route: Route, before: Referral, service, *, actor, at) -> list[guards.Gate]:
    """Return the guards of the next referral as they stand now; of several at once the consent names each partner."""
    found = guards.gates(routing.planned(before, service, route, actor), actor=actor, at=at)
    named = before.consent and service.organisation_id in before.consent.receivers
    if route.mode == PARALLEL and not named and found[0].state == guards.OK:
        found[0] = guards.Gate(
            code="G1",
            title=found[0].title,
            state=guards.BLOCKED,
            refusal="consent_receiver",
            sentence=_("To ask several at once, the consent must name each partner. Ask the person about this one."),
        )
    return found


def begin(event, *, actor, at) -> None:
    """A reaction, in the transaction that sent the first referral: the route begins; of several all are sent now.

    Raises NotNow with the partner's name when a check refuses one of several: then nothing is sent at all.
    """
    stop = stop_of(event.referral_id, actor)
    if stop is None or stop.route.state != "planned":
        return
    route = locked_route(stop.route_id, actor)
    stop.state, route.state, route.state_since = "open", "running", at
    stop.save(update_fields=["state"])
    route.version += 1
    route.save(update_fields=["state", "state_since", "version"])
    if route.mode == PARALLEL:
        first = _whole(actor).get(pk=event.referral_id)
        for other in [stop, *waiting_stops(route, actor)]:
            _refuse_blocked(
                checks(route, first, other.service, actor=actor, at=at), other, skip=("G8",) * (other is stop)
            )
            if other is not stop:
                _send(route, other, first, actor=actor, at=at, approved=event.kind == "referral.approved")
    record("route.begun", _whole(actor).get(pk=event.referral_id), actor, at, about=route.pk, mode=route.mode)


def _refuse_blocked(gates, stop, *, skip=()) -> None:
    for gate in gates:
        if gate.state == guards.BLOCKED and gate.code not in skip:
            sentence = _("%(partner)s: %(why)s") % {"partner": stop.service.organisation.label, "why": gate.sentence}
            raise NotNow(gate.refusal, sentence, gate=gate.code, service=str(stop.service_id))


def _send(route: Route, stop: RouteStop, before: Referral, *, actor, at, approved=False) -> Referral:
    """Draft and send the next referral through the doors that every referral goes through; the guards ask again."""
    share, note = routing.content_for(before, stop.service, together=route.mode == PARALLEL, actor=actor)
    referral = draft_referral(
        before.need,
        actor=actor,
        at=at,
        service=stop.service,
        urgency=before.urgency,
        consent=before.consent,
        parent=before.parent,
    )
    if route.mode == PARALLEL:
        Referral.objects.visible_to(actor).filter(pk=referral.pk).update(in_parallel=True)
    settled = route.documents_settled or before.documents_settled
    set_share(referral.pk, actor=actor, at=at, share=share, note=note, documents_settled=settled)
    stop.referral, stop.state = referral, "open"
    stop.save(update_fields=["referral", "state"])
    if guards.approval_reasons(_whole(actor).get(pk=referral.pk), at=at):
        sent = advance(referral.pk, "submit", actor=actor, at=at)
        return advance(referral.pk, "approve", actor=actor, at=at) if approved else sent
    return advance(referral.pk, "send", actor=actor, at=at)


@action("route.go_on", permission="referral.send")
def go_on(route_id, *, actor, at, skip=False) -> Route:
    """Answer a route that asks: send to the next service, or leave that one out (`skip`).

    An earlier referral that is still open is cancelled first: an ordered route never asks two at once. Raises
    Route.DoesNotExist, NotNow (route_not_asking, the codes of the guards).
    """
    route = _asking(route_id, actor)
    waiting = waiting_stops(route, actor)
    if skip and waiting:
        waiting[0].state = "skipped"
        waiting[0].save(update_fields=["state"])
        waiting = waiting[1:]
        if waiting:  # the person decides about the one after it, too
            record("route.asked", last_referral(route, actor), actor, at, about=route.pk, question=route.question)
            return route
    if not waiting:
        settle(route, "ended", actor, at)
        return route
    send_next(route, waiting[0], actor=actor, at=at)
    return route


@action("route.stop", permission="referral.send")
def stop_route(route_id, *, actor, at) -> Route:
    """Ask nobody else. What was sent already stays as it is. Raises Route.DoesNotExist, NotNow (route_over)."""
    route = locked_route(route_id, actor)
    if route.mode != ORDERED or route.state not in {"running", "asks"}:
        raise NotNow("route_over", _("This route is over already."))
    for stop in waiting_stops(route, actor):
        stop.state = "skipped"
        stop.save(update_fields=["state"])
    settle(route, "stopped", actor, at)
    return route


def _asking(route_id, actor) -> Route:
    route = locked_route(route_id, actor)
    if route.state != "asks":
        raise NotNow("route_not_asking", _("Somebody has decided this already. Look at the referral again."))
    return route


def send_next(route: Route, stop: RouteStop, *, actor, at) -> None:
    """Take back what is still open, and send to the next service, in one transaction."""
    before = last_referral(route, actor)
    if get_locked(before.pk, actor).state in SHOWS_IDENTITY:
        raise NotNow("route_over", _("The partner has accepted meanwhile. Look at the referral again."))
    for name in (step.name for step in available(before, actor)):
        if name == "cancel":
            RouteStop.objects.visible_to(actor).filter(referral_id=before.pk, state="open").update(state="silent")
            text = _("No answer in time. Another service is asked now.")
            if before.state == S.WAITLISTED:
                text = _("The person does not wait: another service is asked now.")
            advance(before.pk, "cancel", actor=actor, at=at, text=text)
    _send(route, stop, before, actor=actor, at=at)
    route.state, route.state_since, route.question, route.refusal = "running", at, "", ""
    route.version += 1
    route.save(update_fields=["state", "state_since", "question", "refusal", "version"])
    record("route.went_on", before, actor, at, about=route.pk, next_id=stop.referral_id)


def settle(route: Route, state: str, actor, at) -> None:
    """Write how a route came out: done, ended (nobody accepted) or stopped."""
    route.refresh_from_db()
    route.state, route.state_since, route.question, route.refusal = state, at, "", ""
    route.version += 1
    route.save(update_fields=["state", "state_since", "question", "refusal", "version"])
    kind = {"ended": "route.ended", "stopped": "route.stopped", "done": "route.done"}[state]
    record(kind, last_referral(route, actor), actor, at, about=route.pk, state=state)


def stop_of(referral_id, actor) -> RouteStop | None:
    """Return where a referral stands on its route, with the route; None for a single one."""
    rows = RouteStop.objects.visible_to(actor).filter(referral_id=referral_id)
    return rows.select_related("route", "service__organisation").first()


def locked_route(route_id, actor) -> Route:
    """Return the route locked for this transaction. Raises Route.DoesNotExist."""
    rows = Route.objects.visible_to(actor).select_related("case").select_for_update(of=("self",))
    return rows.get(pk=route_id)


def waiting_stops(route: Route, actor) -> list[RouteStop]:
    """Return the services that were not asked yet, in their order."""
    return [stop for stop in routing.stops_of(route, actor) if stop.state == "waiting"]


def _whole(actor):
    return Referral.objects.visible_to(actor).select_related(
        "service", "sender", "receiver", "consent", "parent", "need__case__person__area", "case__person__area"
    )


def last_referral(route: Route, actor) -> Referral:
    """The referral that was sent last on this route."""
    asked = [stop.referral_id for stop in routing.stops_of(route, actor) if stop.referral_id]
    return _whole(actor).get(pk=asked[-1])


def record(kind: str, referral: Referral, actor, at, *, about=None, **facts) -> None:
    events.record(
        kind,
        actor=actor,
        at=at,
        about=about or referral.pk,
        case_id=referral.case_id,
        referral_id=referral.pk,
        organisations=[referral.sender_id],  # a partner does not learn whom else is asked
        urgency=referral.urgency,
        need_id=referral.need_id,
        **facts,
    )
