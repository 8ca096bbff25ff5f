"""From an event to notices and deliveries, once each however often the event is told."""

from datetime import datetime

from core.references import reference
from notifications import untold
from notifications.covering import reach
from notifications.models import Delivery, Notice
from notifications.rules import RULES


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
    deliveries = [
        Delivery(
            recipient=member,
            event_id=event.pk,
            channel=channel,
            urgency=urgency,
            code=reference("N"),
            next_try_at=at,
        )
        for member in people
        for channel in rule.channels
        if channel != "app"
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    for home in gaps:
        untold.nobody_told(event, home, urgency=urgency, at=at)
