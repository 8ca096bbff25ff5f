"""What the tests of transfers begin with: a second organisation that takes cases, an agreement, an offered case."""

from datetime import timedelta

from django.utils import timezone

from cases.actions.approvals import decide_approval
from cases.actions.takeovers import accept_transfer
from cases.actions.transfers import propose_transfer
from cases.models import Approval
from core.actors import Actor, acting
from partners.identity import actor_of_member
from partners.models import Agreement
from tests.cases.conftest import enrol

PURPOSES = ["case_management", "referral_disclosure", "case_transfer"]


def prepare(network, **facts) -> None:
    """Give the other organisation a supervisor and a caseworker, and both an agreement with this purpose."""
    for name, role in (("taker", "supervisor"), ("away_worker", "caseworker"), ("away_focal", "focal_point")):
        network.users[name], network.members[name] = enrol(network.away, name=name, role=role)
        network.actors[name] = actor_of_member(network.members[name])
    agree(network, **facts)


def agree(network, **facts) -> Agreement:
    today = timezone.localdate(network.at)
    row = Agreement(
        **{
            "title": "Network",
            "organisation_ids": [network.home.pk, network.away.pk],
            "purposes": ["referral_disclosure", "case_transfer"],
            "data_classes": [1, 2, 3, 4],
            "countries": ["BY"],
            "valid_from": today - timedelta(days=1),
            "valid_to": today + timedelta(days=300),
            **facts,
        }
    )
    with acting(Actor(organisation_id=network.home.pk, permissions=frozenset({"agreement.write"}))):
        row.save(force_insert=True)
    return row


def propose(network, case, *, by="worker", consent=None, **facts):
    consent = consent or network.consent(case.person, purposes=PURPOSES, data_classes=[2, 3, 4])
    with acting(network.actors[by]) as actor:
        return propose_transfer(
            case,
            actor=actor,
            at=network.at,
            **{"to": network.away, "consent": consent, "reason": "moved", "note": "Ask about her school.", **facts},
        )


def approve(network, transfer, *, by="supervisor", answer="approve", note=""):
    with acting(network.actors[by]) as actor:
        waits = Approval.objects.visible_to(actor).get(about=transfer.pk, status="waiting")
        return decide_approval(waits.pk, actor=actor, at=network.at, answer=answer, note=note)


def offer(network, case=None, **facts):
    """A case that the supervisor has offered."""
    transfer = propose(network, case or network.case(), **facts)
    approve(network, transfer)
    return transfer


def accept(network, transfer, *, by="taker", at=None, worker="away_worker"):
    with acting(network.actors[by]) as actor:
        return accept_transfer(
            transfer.pk, actor=actor, at=at or network.at, caseworker=network.members[worker] if worker else None
        )


def of(network, name, model, **lookup) -> list:
    """What somebody sees of a table, by the policy alone."""
    with acting(network.actors[name]):
        return list(model.objects.filter(**lookup))
