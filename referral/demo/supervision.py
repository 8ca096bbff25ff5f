"""What supervisors find: closings that wait for a decision, a sealed case, an emergency opening."""

from datetime import datetime, timedelta

from cases.actions.approvals import decide_approval
from cases.actions.cases import settle_need
from cases.actions.emergencies import break_glass
from cases.actions.moves import move_case
from cases.actions.sealing import seal_case
from cases.models import Approval, Case, Need, named_cases
from cases.models.cases import FINAL_NEEDS
from core.actions import Refusal
from core.actors import acting
from partners.models import Member
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


def seal_and_open(clients: list[Client], *, now: datetime) -> None:
    """One case is sealed; last night a colleague who is not named opened it by its number, and a review waits."""
    workers = {client.worker.member_id: client.worker for client in clients}.values()
    for client in clients:
        home = client.worker.organisation_id
        others = [other for other in workers if other.organisation_id == home and other != client.worker]
        with acting(client.supervisor) as actor:
            open_now = Case.objects.visible_to(actor).filter(pk=client.case.pk, closed_at=None).exists()
            readers = Member.objects.visible_to(actor).filter(pk__in=[client.worker.member_id, actor.member_id])
            if not (open_now and others and named_cases(actor).filter(case_id=client.case.pk).exists()):
                continue
            seal_case(client.case.pk, actor=actor, at=now - 30 * HOUR, members=readers)
        with acting(others[0]) as actor:
            break_glass(actor=actor, at=now - 9 * HOUR, reference=client.case.reference, reason="worker_absent")
        return


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
