"""A partner without accounts in the demonstration: one link waits on paper, one was opened, one was answered."""

from datetime import datetime, timedelta

from django.utils import timezone

from cases.actions.cases import add_need
from cases.actions.consents import record_consent
from core.actions import Refusal
from core.actors import Actor, acting
from partners import actions
from partners.models import Organisation, Service
from referral.demo.network import DESK, Network
from referral.demo.people import Client
from referral.drafting import draft_referral, set_share
from referral.lifecycle import advance
from referral.links import answer_link, holder_of, make_link, open_link

STAGES = ("answered", "opened", "made")
NOTE = "Arrived on Sunday with one bag. We gave a parcel for three days."


def ask_by_link(clients: list[Client], network: Network, *, now: datetime) -> None:
    """Send three persons to a parish that nobody works for in Waymark."""
    parish, service = _parish(network, now=now)
    stages = list(STAGES)
    for client in clients:
        if not stages:
            return
        if client.age < 18 or client.withdrawn:
            continue
        try:
            _send(client, parish, service, stages[0], at=now - timedelta(hours=6))
        except Refusal:
            continue  # the case was closed, sealed, or given to somebody else
        stages.pop(0)


def _parish(network: Network, *, now: datetime) -> tuple[Organisation, Service]:
    parish = Organisation.objects.create(
        name="Parish kitchen at the mill",
        short_name="Parish kitchen",
        translations={"ru": {"short_name": "Кухня прихода"}, "be": {"short_name": "Кухня прыхода"}},
        type="ngo",
        email="kitchen@parish.example",
        phone="+375 29 000-00-17",
        member_of_network=True,
    )
    service = Service.objects.create(
        organisation=parish,
        name="Warm meals",
        translations={"ru": {"name": "Горячие обеды"}, "be": {"name": "Гарачыя абеды"}},
        category="food_nfi",
        visibility="network",
        accepts_referrals=True,
        covers_country=True,
        languages=["rus", "bel"],
        verified_on=timezone.localdate(now) - timedelta(days=12),
    )
    keeper = Actor(organisation_id=parish.pk, permissions=frozenset({"capacity.set"}))
    with acting(keeper):
        actions.set_capacity(service.pk, actor=keeper, at=now, status="capacity", maximum=40)
    senders = [row.pk for key, row in network.organisations.items() if key != DESK]
    desk = network.actors[DESK]["coordinator"][0]
    day = timezone.localdate(now)
    with acting(desk):
        actions.record_agreement(
            actor=desk, at=now, title="Meals at the parish", organisation_ids=[parish.pk, *senders],
            purposes=["referral_disclosure"], data_classes=[1, 2], valid_from=day - timedelta(days=30),
            valid_to=day + timedelta(days=335),
        )  # fmt: skip
    return parish, service


def _send(client: Client, parish: Organisation, service: Service, stage: str, *, at: datetime) -> None:
    with acting(client.worker) as actor:
        consent = record_consent(
            client.person, actor=actor, at=at, purposes=["referral_disclosure"], data_classes=[1, 2],
            receivers=[parish.pk], method="written", language="rus", text_version="2026-1",
        )  # fmt: skip
        need = add_need(client.case, actor=actor, at=at, category="food_nfi", description="Warm meals for two weeks")
        referral = draft_referral(need, actor=actor, at=at, service=service, urgency="routine", consent=consent)
        set_share(referral.pk, actor=actor, at=at, note=NOTE, by_link=True)
        advance(referral.pk, "send", actor=actor, at=at)
        made = make_link(
            referral.pk, actor=actor, at=at, way="paper", code_way="phone", language="ru", hours=72
        )  # fmt: skip
    if stage == "made":
        return
    holder = holder_of(made.token)
    with acting(holder):
        session = open_link(actor=holder, at=at + timedelta(hours=2), code=made.code)
        if stage == "answered":
            answer_link(
                actor=holder, at=at + timedelta(hours=2, minutes=6), session=session, step="accept",
                name="Sister Maria, kitchen", packet_version=1, worker="Piotr, volunteer",
            )  # fmt: skip
            who = {"name": "Maria, kitchen", "email": "maria@parish.example"}
            actions.ask_account(actor=holder, at=at + timedelta(hours=2, minutes=9), **who)
