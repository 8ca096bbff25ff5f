"""What the demonstration shows of telling: settings of one's own, a webhook, and somebody whom nobody could tell."""

from datetime import datetime, time
from uuid import UUID

from core.actors import SYSTEM, Actor, acting
from core.models import Event
from notifications import hooks, preferences, untold
from partners.identity import actor_of_member
from partners.models import Member

KINDS = ["referral.accepted", "referral.declined", "capacity.set"]


def build(*, now: datetime) -> None:
    """Add to a world that was just made. As the worker role."""
    with acting(_who("caseworker")) as worker:
        preferences.change(
            actor=worker, at=now, channels={"news": ["email"]}, digest="weekly",
            quiet_from=time(21), quiet_until=time(7),
        )  # fmt: skip
    with acting(_who("admin")) as admin:
        kinds = [kind for kind in KINDS if kind in hooks.kinds()]
        row, _secret = hooks.add(actor=admin, at=now, url="https://register.example.org/waymark", kinds=kinds)
        hooks.stop(row.pk, actor=admin, at=now)  # there is nothing at this address
    with acting(SYSTEM):
        sent = Event.objects.visible_to(SYSTEM).filter(kind="referral.sent", at__lte=now).order_by("at", "pk").last()
        untold.nobody_told(
            sent, UUID(sent.facts["receiver_id"]), urgency=sent.facts.get("urgency", "routine"), at=sent.at
        )  # fmt: skip


def _who(account: str) -> Actor:
    with acting(SYSTEM):
        return actor_of_member(Member.objects.visible_to(SYSTEM).get(user__email=f"{account}@waymark.test"))
