"""Ways to services in the demonstration: weights, rules, routes that run and that ask, a household sheet, a call."""

from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction

from cases.models import Need
from core.actions import Refusal
from core.actors import Actor, acting
from partners.models import Area
from referral.calling import record_call
from referral.candidates import find
from referral.demo.network import DESK, SENDERS, Network
from referral.drafting import draft_referral, set_share
from referral.lifecycle import advance
from referral.matching import DEFAULTS
from referral.models import Batch, PhoneCall, Referral
from referral.models.routing import ASK, GO_ON, ORDERED
from referral.ruling import set_rule
from referral.steering import plan_route
from referral.together import Sheet, consent_for, send_together
from referral.tuning import set_weights

HOUR = timedelta(hours=1)
NOTE = "The person asks for an answer by telephone; mornings are best."
TOGETHER = 3  # persons on the sheet
EASY = ("food_nfi", "health", "language", "legal")


def build(network: Network, *, now: datetime) -> None:
    """Set up the ways, then lead a few open needs along them. Deterministic; about two seconds."""
    _rules(network, now)
    _by_somebody(network, _call, now=now)
    _by_somebody(network, _sheet, now=now)
    routes = [_by_somebody(network, _route, now=now, on_no=on_no) for on_no in (ASK, GO_ON)]
    _by_somebody(network, _route, now=now, silence="decision")
    for referral in filter(None, routes):
        with acting(network.desk_of(referral.receiver_id)) as desk:
            advance(referral.pk, "receive", actor=desk, at=now - 2 * HOUR)
            advance(
                referral.pk, "decline", actor=desk, at=now - HOUR, reason="no_capacity", text="No place before May."
            )


def _by_somebody(network: Network, job, **facts):
    """Let the first caseworker do it who has needs for it; return what came of it, None where nobody has."""
    for key in SENDERS:
        for worker in network.actors[key]["caseworker"]:
            with acting(worker):
                if done := job(worker, **facts):
                    return done
    return None


def _rules(network: Network, now: datetime) -> None:
    at = now - timedelta(days=20)
    shelter = next(row for row in network.services if row.category == "shelter")
    papers = next(row for row in network.services if row.category == "documents")
    with acting(network.actors[DESK]["coordinator"][0]) as desk:
        weights = DEFAULTS | {"answer": 2, "fairness": 1}
        set_weights(actor=desk, at=at, weights=weights, reason="People waited too long for an answer last winter.")
        area = Area.objects.get(pk="BY-BR")
        set_rule(actor=desk, at=at, category="shelter", area=area, service=shelter, priority=5, network=True)
        set_rule(actor=desk, at=at, category="documents", desk=papers.organisation, network=True)
    keeper = next(
        actor for key in SENDERS for rows in network.actors[key].values() for actor in rows if actor.may("rule.manage")
    )
    with acting(keeper):
        set_rule(actor=keeper, at=at, category="documents", service=papers, priority=20)


def _open_needs(worker: Actor) -> list[Need]:
    """Needs of the worker's own cases that nobody was asked about yet."""
    asked = Referral.objects.visible_to(worker).values("need_id")
    rows = Need.objects.visible_to(worker).filter(
        case__caseworker_id=worker.member_id, status="open", field_class__lt=4
    )
    rows = rows.exclude(pk__in=asked).select_related("case__person__area").prefetch_related("case__person__statuses")
    return list(rows.order_by("identified_at", "pk"))


def _begin(need: Need, worker: Actor, service, *, urgency: str, at: datetime) -> Referral:
    consent = consent_for(need.case.person_id, service.organisation_id, actor=worker, at=at)
    draft = draft_referral(need, actor=worker, at=at, service=service, urgency=urgency, consent=consent)
    return set_share(draft.pk, actor=worker, at=at, note=NOTE, documents_settled=True)


def _route(worker: Actor, *, now: datetime, **chosen) -> Referral | None:
    """Send the first need that fits two services or more along them."""
    at = now - 3 * HOUR
    for need in _open_needs(worker):
        fitting = [row.service for row in find(need, actor=worker, at=at, most=4).fitting]
        others = [row for row in fitting if row.organisation_id != worker.organisation_id]
        if len(others) < 2:
            continue
        try:
            with transaction.atomic():
                draft = _begin(need, worker, others[0], urgency="urgent", at=at)
                plan_route(draft.pk, actor=worker, at=at, mode=ORDERED, services=others[1:], **chosen)
                return advance(draft.pk, "send", actor=worker, at=at)
        except Refusal:
            continue  # asks for an approval, or for something that is not written down
    return None


def _sheet(worker: Actor, *, now: datetime) -> Batch | None:
    """Refer people of several cases together; what one of them lacks is written beside the name."""
    by_category: dict[str, dict] = {}
    for need in _open_needs(worker):
        by_category.setdefault(need.category, {}).setdefault(need.case_id, need)
    # What most people get is asked for first, so that the sheet shows more than what is missing.
    shared = max(by_category, key=lambda code: (len(by_category[code]) > 1, code in EASY, code), default="")
    wanted = list(by_category.get(shared, {}).values())[:TOGETHER]
    if len(wanted) < 2:
        return None
    sheet = Sheet(service=None, urgency="routine", note=NOTE, documents_settled=True)
    key = uuid5(wanted[0].pk, "sheet")
    return send_together(wanted, actor=worker, at=now - 2 * HOUR, key=key, begun=wanted[0], sheet=sheet)


def _call(worker: Actor, *, now: datetime) -> PhoneCall | None:
    """Send an emergency that nobody opens, and call without reaching anybody: the task comes back."""
    at = now - HOUR / 3
    for need in _open_needs(worker):
        found = find(need, actor=worker, at=at, most=1).fitting
        if not found or found[0].service.organisation_id == worker.organisation_id:
            continue
        try:
            with transaction.atomic():
                referral = _begin(need, worker, found[0].service, urgency="emergency", at=at)
                advance(referral.pk, "send", actor=worker, at=at)
                return record_call(referral.pk, actor=worker, at=at + HOUR / 6, outcome="not_reached")
        except Refusal:
            continue
    return None
