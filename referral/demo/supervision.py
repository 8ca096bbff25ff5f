"""What supervisors find: closings that wait for a decision, one sent back."""

from datetime import datetime, timedelta

from cases.actions.approvals import decide_approval
from cases.actions.cases import settle_need
from cases.actions.moves import move_case
from cases.models import Approval, Need
from cases.models.cases import FINAL_NEEDS
from core.actions import Refusal
from core.actors import acting
from referral.demo.people import Client
from referral.models import Referral
from referral.states import OPEN, codes

CLOSINGS = 3  # of each part; the first is sent back
HOUR = timedelta(hours=1)


def ask_closings(clients: list[Client], *, now: datetime) -> None:
    """Workers ask to close grave cases where nothing is left to do; the first request comes back with a question."""
    asked = 0
    for client in clients:
        if asked == CLOSINGS:
            return
        if not _asks(client, at=now - HOUR * (20 - asked)):
            continue
        asked += 1
        if asked == 1:
            with acting(client.supervisor) as actor:
                waits = Approval.objects.visible_to(actor).get(case=client.case, kind="closure", status="waiting")
                words = "Please call once more before we close."
                decide_approval(waits.pk, actor=actor, at=now - HOUR, answer="send_back", note=words)


def _asks(client: Client, *, at: datetime) -> bool:
    if client.opened_at > at or not (client.age < 18 or client.case.risk_level in {"high", "critical"}):
        return False
    with acting(client.worker) as actor:
        needs = Need.objects.visible_to(actor).filter(case=client.case)
        if Referral.objects.visible_to(actor).filter(case=client.case, state__in=codes(OPEN)).exists():
            return False
        if needs.filter(status="in_referral").exists():
            return False
        for need in needs.exclude(status__in=FINAL_NEEDS):
            settle_need(need.pk, actor=actor, at=at, status="met")
        try:
            case = move_case(client.case.pk, "close", actor=actor, at=at, reason="needs_met", told="yes")
        except Refusal:
            return False  # closed already
        return case.status != "closed"
