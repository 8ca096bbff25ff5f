"""Cases that go to another organisation, in each stage; and what persons asked about their own data."""

from datetime import datetime, timedelta

from django.utils import timezone

from cases.actions.approvals import decide_approval
from cases.actions.cases import colleagues_for
from cases.actions.consents import record_consent
from cases.actions.holds import place_hold
from cases.actions.requests import record_request
from cases.actions.takeovers import accept_transfer
from cases.actions.transfers import propose_transfer
from cases.models import Approval
from core.actions import Refusal
from core.actors import acting
from referral.demo.network import SENDERS, Network
from referral.demo.people import Client
from referral.models import Referral
from referral.states import OPEN, codes

STAGES = ("accepted", "approved", "proposed")  # of one offer each, in each part
ASKED = ("access", "restriction", "who_got_my_data")
WORDS = {"restriction": "Please do not use my data until the question about my birth date is settled."}
NOTE = "Moves to relatives next month. The school is looked for; a letter of the old one is with the family."


def hand_over(clients: list[Client], network: Network, *, now: datetime) -> None:
    """Offer a few cases to another organisation of the network: one waits here, one there, one was taken over."""
    stages = list(STAGES)
    for client in clients:
        if not stages:
            return
        others = [key for key in SENDERS if network.organisations[key].pk != client.worker.organisation_id]
        try:
            _offer(client, network, others[0], stages[0], at=now - timedelta(hours=20))
        except Refusal:
            continue  # a partner works on it, it is sealed, closed, or of another caseworker now
        stages.pop(0)


def _offer(client: Client, network: Network, key: str, stage: str, *, at: datetime) -> None:
    to, taker = network.organisations[key], network.actors[key]["supervisor"][0]
    with acting(client.worker) as actor:
        open_now = Referral.objects.visible_to(actor).filter(case=client.case, state__in=codes(OPEN)).exists()
        if client.age < 18 or client.withdrawn or open_now:
            raise Refusal("not_this_one", "")
        consent = record_consent(
            client.person, actor=actor, at=at, purposes=["case_transfer"], data_classes=[2, 3], receivers=[to.pk],
            method="written", language="rus", text_version="2026-1",
        )  # fmt: skip
        transfer = propose_transfer(
            client.case, actor=actor, at=at, to=to, consent=consent, reason="moved", note=NOTE, classes=(2, 3)
        )
    if stage == "proposed":
        return
    with acting(client.supervisor) as actor:
        waits = Approval.objects.visible_to(actor).get(kind="transfer", about=transfer.pk)
        decide_approval(waits.pk, actor=actor, at=at + timedelta(hours=2), answer="approve")
    if stage == "approved":
        return
    with acting(taker) as actor:
        worker = colleagues_for(actor).filter(role="caseworker").first()
        accept_transfer(transfer.pk, actor=actor, at=at + timedelta(hours=5), caseworker=worker)


def ask_rights(clients: list[Client], *, now: datetime) -> None:
    """A few persons asked about their own data, and one record is held for a court."""
    for position, (kind, client) in enumerate(zip(ASKED, clients, strict=False)):
        with acting(client.supervisor) as actor:
            at = now - timedelta(days=2 + position)
            try:
                record_request(
                    client.person.pk, actor=actor, at=at, kind=kind, identity_check="known", note=WORDS.get(kind, "")
                )
                if position == 0:
                    until = timezone.localdate(now) + timedelta(days=180)
                    place_hold(client.person.pk, actor=actor, at=at, reason="court", until=until)
            except client.person.DoesNotExist:
                continue  # sealed, or given to another team
