"""What follows answers in the demonstration: corrections of what was sent, and needs that nobody meets."""

from datetime import datetime, timedelta
from random import Random

from cases.models import Need
from core.actors import acting
from referral.amending import acknowledge, amend
from referral.demo.network import Network
from referral.demo.people import Client
from referral.models import Referral
from referral.states import S
from referral.unmet import record_unmet

WORDS = {
    "en": ("The person told us more on Monday.", "Two children stay with her; mornings are still best."),
    "ru": ("В понедельник человек рассказал больше.", "С ней двое детей; по-прежнему удобнее утром."),
    "be": ("У панядзелак чалавек расказаў больш.", "З ёй двое дзяцей; па-ранейшаму зручней раніцай."),
}
CORRECTED = 4  # in each part
REASONS = ("no_service", "no_service", "no_capacity", "not_reachable")


def follow(clients: list[Client], network: Network, rng: Random, *, now: datetime) -> None:
    """Correct some open referrals, half of them read already; enter a third of the open needs as unmet."""
    states = [S.RECEIVED.value, S.ACCEPTED.value, S.IN_PROGRESS.value]
    corrected = 0
    for client in clients:
        with acting(client.worker) as actor:
            rows = Referral.objects.visible_to(actor).filter(case=client.case, state__in=states).order_by("created_at")
            referral = rows.first() if corrected < CORRECTED and not client.withdrawn and client.age >= 18 else None
            if referral is not None:
                reason, note = WORDS[rng.choice(list(WORDS))]
                amend(referral.pk, actor=actor, at=now - timedelta(hours=3), reason=reason, note=note)
                corrected += 1
            for need in Need.objects.visible_to(actor).filter(case=client.case, status="open").order_by("pk"):
                if rng.random() < 0.34:
                    at = client.opened_at + (now - client.opened_at) * rng.uniform(0.2, 0.9)
                    record_unmet(need, actor=actor, at=at, reason=rng.choice(REASONS))
        if referral is not None and corrected % 2:
            with acting(network.desk_of(referral.receiver_id)) as desk:
                acknowledge(referral.pk, actor=desk, at=now - timedelta(hours=1))
