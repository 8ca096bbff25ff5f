"""From an event to notices and deliveries, once each however often the event is told."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from core.actors import SYSTEM
from core.outbox import together
from core.references import reference
from notifications import known, untold
from notifications.choosing import Reach, Way, ways
from notifications.covering import reach_each
from notifications.models import Delivery, Notice, Preference, PushSubscription, WebhookEndpoint
from notifications.rules import RULES
from notifications.words import DIGEST, PHONE_ADDED
from partners.models import Member, Organisation

PINGED = "webhook.pinged"


@together
def notify(*told, at: datetime) -> None:
    """Write what the rules of these events' kinds say; a kind without a rule tells nobody.

    Args: the Events; `at`, when they are told. Runs as the worker role, inside the relay's transaction.
    """
    ruled = [event for event in told if event.kind in RULES]
    if not ruled:
        return
    with known.of(ruled):
        found = reach_each([(RULES[event.kind].audience, event) for event in ruled], at=at)
        reached = reach_of({member.pk: member for people, _gaps in found for member in people})
        rows = [
            (_notice(event, member), _deliveries(event, member, reached[member.pk], at=at))
            for event, (people, _gaps) in zip(ruled, found, strict=True)
            for member in people
        ]
        Notice.objects.bulk_create([notice for notice, _ in rows], ignore_conflicts=True)
        Delivery.objects.bulk_create([row for _, some in rows for row in some], ignore_conflicts=True)
        for event, (_people, gaps) in zip(ruled, found, strict=True):
            for home in gaps:
                untold.nobody_told(event, home, urgency=_urgency(event), at=at)


def _urgency(event) -> str:
    return event.facts.get("urgency") or RULES[event.kind].urgency


def _notice(event, member: Member) -> Notice:
    # The case is the sender's; a receiver's notice does not point into it.
    owner = event.facts.get("sender_id") or str(event.actor_organisation_id)
    return Notice(
        recipient=member,
        event_id=event.pk,
        kind=event.kind,
        urgency=_urgency(event),
        referral_id=event.referral_id,
        case_id=event.case_id if str(member.organisation_id) == owner else None,
        at=event.at,
    )


def _deliveries(event, member: Member, reach: Reach, *, at: datetime) -> list[Delivery]:
    urgency = _urgency(event)
    found = ways(RULES[event.kind], urgency=urgency, reach=reach, at=at)
    return [row for way in found for row in _rows(event, member, way, urgency)]


def reach_of(people: dict[UUID, Member]) -> dict[UUID, Reach]:
    """Return how each of the members can be reached, in three queries for all."""
    ids = list(people)
    chosen = Preference.objects.visible_to(SYSTEM).in_bulk(ids)
    zones = dict(
        Organisation.objects.filter(pk__in={member.organisation_id for member in people.values()}).values_list(
            "pk", "time_zone"
        )
    )
    devices: dict[UUID, list[UUID]] = {}
    rows = PushSubscription.objects.visible_to(SYSTEM).filter(member_id__in=ids, ended_at=None).order_by("created_at")
    for member_id, pk in rows.values_list("member_id", "pk"):
        devices.setdefault(member_id, []).append(pk)
    return {
        member.pk: Reach(
            preference=chosen.get(member.pk) or Preference(),
            devices=tuple(devices.get(member.pk, ())),
            zone=ZoneInfo(zones[member.organisation_id]),
        )
        for member in people.values()
    }


def _rows(event, member: Member, way: Way, urgency: str) -> list[Delivery]:
    """Return the row of one way; of a summary also the row of the mail that it travels in, the same for all in it."""
    row = Delivery(
        recipient=member,
        target_id=way.target_id,
        event_id=event.pk,
        kind=event.kind,
        channel=way.channel,
        urgency=urgency,
        code=reference("N"),
        next_try_at=way.at,
    )
    if not way.digest:
        return [row]
    one = uuid5(NAMESPACE_URL, f"waymark:summary:{member.pk}:{way.at.timestamp():.0f}")
    row.status, row.next_try_at, row.digest_id = "bundled", None, one
    whole = Delivery(
        id=one,
        recipient=member,
        event_id=one,
        kind=DIGEST,
        channel=way.channel,
        urgency=urgency,
        code=reference("N"),
        next_try_at=way.at,
    )
    return [whole, row]


def confirm_phone(event, *, at: datetime) -> None:
    """Send the code that proves a telephone number, to nobody but its member."""
    if event.kind == PHONE_ADDED:
        row = Delivery(
            recipient_id=event.about,
            event_id=event.pk,
            kind=event.kind,
            channel="sms",
            urgency="urgent",
            code=reference("N"),
            next_try_at=at,
        )
        Delivery.objects.bulk_create([row], ignore_conflicts=True)


@together
def call_webhooks(*told, at: datetime) -> None:
    """Write a delivery for each address of the organisations that may read an event; of a ping only for its own."""
    homes = {pk for event in told for pk in event.organisation_ids}
    endpoints = list(
        WebhookEndpoint.objects.visible_to(SYSTEM).filter(is_active=True, organisation_id__in=homes).only(*_ENDPOINT)
    )
    Delivery.objects.bulk_create(
        [_call(event, endpoint, at=at) for event in told for endpoint in endpoints if _wants(endpoint, event)],
        ignore_conflicts=True,
    )


_ENDPOINT = ("id", "organisation_id", "kinds")


def _wants(endpoint: WebhookEndpoint, event) -> bool:
    if endpoint.organisation_id not in event.organisation_ids:
        return False
    return endpoint.pk == event.about if event.kind == PINGED else event.kind in endpoint.kinds


def _call(event, endpoint: WebhookEndpoint, *, at: datetime) -> Delivery:
    return Delivery(
        organisation_id=endpoint.organisation_id,
        target_id=endpoint.pk,
        event_id=event.pk,
        kind=event.kind,
        channel="webhook",
        urgency=event.facts.get("urgency") or "routine",
        code=reference("N"),
        next_try_at=at,
    )
