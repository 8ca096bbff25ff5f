"""What a record holds beside names and needs: papers, status with an end, unsafe numbers, families, a call, a draft."""

from datetime import datetime, timedelta

from cases.actions.contacts import add_way
from cases.actions.households import add_relation, join_household
from cases.actions.identity import add_paper, record_status
from cases.actions.intake import begin_draft, log_call
from core.actors import acting

PAPERS = ("passport", "residence_permit", "protection_certificate", "id_card")
SAID = (
    "A woman asks for a friend who is kept from leaving the house. The friend has no phone of her own and comes to "
    "the shop each morning. The caller will not say a name."
)


def build(clients: list, *, now: datetime) -> None:
    """Give some clients a fuller record; the first worker also has a call without a name and an unfinished draft."""
    for position, client in enumerate(clients):
        who = {"actor": client.worker, "at": client.opened_at + timedelta(minutes=30)}
        with acting(client.worker):
            if position % 3 == 0:
                kind = PAPERS[position // 3 % len(PAPERS)]
                until = now.date() + timedelta(days=20 + 9 * position)
                paper = add_paper(client.person.pk, type=kind, number=f"TEST-{position:04d}", valid_until=until, **who)
                record_status(client.person.pk, status="temporary_stay", until=until, document=paper, **who)
            if position % 5 == 0:
                phone = f"+375 29 000 99 {position % 100:02d}"
                add_way(client.person.pk, channel="phone_call", value=phone, warning="Others answer", **who)
    _families(clients)
    if clients:
        _beginnings(clients[0].worker, now=now)


def _families(clients: list) -> None:
    """A child and an adult of one worker belong together."""
    for client in clients:
        own = [other for other in clients if other.worker == client.worker and other.age >= 18]
        if client.age >= 18 or not own:
            continue
        who = {"actor": client.worker, "at": max(client.opened_at, own[0].opened_at)}
        with acting(client.worker):
            add_relation(client.person.pk, kind="parent", other=own[0].person, cares=True, **who)
            join_household(client.person.pk, other=own[0].person, **who)


def _beginnings(worker, *, now: datetime) -> None:
    with acting(worker):
        call = begin_draft(actor=worker, at=now - timedelta(hours=3), step="call")
        facts = {"said": SAID, "channel": "phone_call", "risk_level": "high", "minutes": 14}
        log_call(call.pk, actor=worker, at=now - timedelta(hours=3), **facts)
        words = {"person": {"name_1": ["Samira"], "language_1": ["prs"]}}
        begin_draft(actor=worker, at=now - timedelta(hours=2), data=words)
