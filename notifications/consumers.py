"""From an event to notices and deliveries, once each however often the event is told."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from core.actors import SYSTEM
from core.references import reference
from notifications import untold
from notifications.choosing import Reach, Way, ways
from notifications.covering import reach
from notifications.models import Delivery, Notice, Preference, PushSubscription, WebhookEndpoint
from notifications.rules import RULES
from notifications.words import DIGEST, PHONE_ADDED
from partners.models import Member, Organisation

PINGED = "webhook.pinged"


def notify(event, *, at: datetime) -> None:
    """Write what the rule of this kind says; a kind without a rule tells nobody.

    Args: the Event; `at`, when it is told. Runs as the worker role, inside the relay's transaction.
    """
    rule = RULES.get(event.kind)
    if rule is None:
        return
    people, gaps = reach(rule.audience, event, at=at)
    urgency = event.facts.get("urgency") or rule.urgency
    # The case is the sender's; a receiver's notice does not point into it.
    owner = event.facts.get("sender_id") or str(event.actor_organisation_id)
    notices = [
        Notice(
            recipient=member,
            event_id=event.pk,
            kind=event.kind,
            urgency=urgency,
            referral_id=event.referral_id,
            case_id=event.case_id if str(member.organisation_id) == owner else None,
            at=event.at,
        )
        for member in people
    ]
    reached = reach_of(people)
    deliveries = [
        row
        for member in people
        for way in ways(rule, urgency=urgency, reach=reached[member.pk], at=at)
        for row in _deliveries(event, member, way, urgency)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    for home in gaps:
        untold.nobody_told(event, home, urgency=urgency, at=at)


def reach_of(people: list[Member]) -> dict[UUID, Reach]:
    """Return how each of the members can be reached, in three queries for all."""
    ids = [member.pk for member in people]
    chosen = Preference.objects.visible_to(SYSTEM).in_bulk(ids)
    zones = dict(
        Organisation.objects.filter(pk__in={member.organisation_id for member in people}).values_list("pk", "time_zone")
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
        for member in people
    }


def _deliveries(event, member: Member, way: Way, urgency: str) -> list[Delivery]:
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


def call_webhooks(event, *, at: datetime) -> None:
    """Write a delivery for each address of the organisations that may read the event; of a ping only for its own."""
    rows = WebhookEndpoint.objects.visible_to(SYSTEM).filter(is_active=True, organisation_id__in=event.organisation_ids)
    rows = rows.filter(pk=event.about) if event.kind == PINGED else rows.filter(kinds__contains=[event.kind])
    Delivery.objects.bulk_create(
        [
            Delivery(
                organisation_id=endpoint.organisation_id,
                target_id=endpoint.pk,
                event_id=event.pk,
                kind=event.kind,
                channel="webhook",
                urgency=event.facts.get("urgency") or "routine",
                code=reference("N"),
                next_try_at=at,
            )
            for endpoint in rows
        ],
        ignore_conflicts=True,
    )
