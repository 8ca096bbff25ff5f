"""What a transfer of a case does to its referrals, and two answers at once (DOMAIN 3, INV-5)."""

import json

import pytest

from cases.actions.approvals import decide_approval
from cases.actions.takeovers import accept_transfer
from cases.actions.transfers import expire_transfers, propose_transfer
from cases.models import Approval, Case, CaseTransfer
from core.actions import NotNow
from core.actors import acting
from core.models import Event
from notifications.covering import reach
from notifications.rules import RULES
from partners.models import Agreement
from referral.models import Referral
from tests.conftest import role
from tests.referral.racing import Racers, signed_in
from tests.referral.steps import accepted, drafted, sent
from tests.world import NOON, case, consent, person

PURPOSES = ["case_management", "referral_disclosure", "case_transfer"]
FORTNIGHT = 14


def agreed(w) -> None:
    with acting(w.actors["coordinator"]):
        Agreement.objects.filter(pk=w.of.agreement.pk).update(purposes=["referral_disclosure", "case_transfer"])


def proposed(w, of=None):
    of = of or w.of.case
    given = consent(w.actors["caseworker"], of.person, w.of.receiver, purposes=PURPOSES)
    with acting(w.actors["caseworker"]) as actor:
        facts = {"to": w.of.receiver, "consent": given, "reason": "moved", "note": "Call."}
        return propose_transfer(of, actor=actor, at=NOON, **facts)


def offered(w, of=None) -> CaseTransfer:
    transfer = proposed(w, of)
    with acting(w.actors["supervisor"]) as actor:
        waits = Approval.objects.visible_to(actor).get(about=transfer.pk)
        decide_approval(waits.pk, actor=actor, at=NOON, answer="approve")
    return transfer


def taken(w, transfer):
    with acting(w.actors["partner_supervisor"]) as actor:
        return accept_transfer(transfer.pk, actor=actor, at=NOON, caseworker=w.members["worker"])


def state(w, referral) -> str:
    with role("WORKER_DATABASE_URL"):
        return Referral.objects.get(pk=referral.pk).state


def test_a_case_that_a_partner_works_on_is_not_offered(world):
    agreed(world)
    accepted(world)
    with pytest.raises(NotNow) as refused:
        proposed(world)
    assert refused.value.code == "referral_open"


def test_what_is_not_accepted_yet_is_cancelled_with_the_transfer_and_the_partner_reads_on_no_more(committed_world):
    w = committed_world
    agreed(w)
    waits, draft = sent(w), drafted(w, need=w.of.secret_need)
    taken(w, offered(w))
    assert (state(w, waits), state(w, draft)) == ("cancelled", "cancelled")


def test_a_referral_accepted_while_the_offer_waits_keeps_the_case(committed_world):
    w = committed_world
    agreed(w)
    transfer = offered(w)
    accepted(w)
    with pytest.raises(NotNow) as refused:
        taken(w, transfer)
    assert refused.value.code == "transfer_stale"
    with acting(w.actors["caseworker"]) as actor:
        assert Case.objects.visible_to(actor).get(pk=w.of.case.pk).status == "active"


def test_two_answers_at_once_are_one_answer(committed_world, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    w = committed_world
    agreed(w)
    worker = w.members["worker"].pk
    first, second = signed_in(w, "partner_supervisor"), signed_in(w, "caseworker")
    third = signed_in(w, "partner_supervisor")
    for number in range(8):
        mine = w.actors["caseworker"]
        of = case(
            mine, person(mine, name=f"Person {number}"), team=w.of.team, caseworker=w.members["caseworker"],
            supervisor=w.members["supervisor"],
        )  # fmt: skip
        transfer = offered(w, of)
        url = f"/api/v1/transfers/{transfer.pk}/"

        def post(client, step, url=url, **facts):
            return lambda: client.post(f"{url}{step}/", json.dumps(facts), content_type="application/json").status_code

        with Racers(3) as racers:
            answers = racers.run(
                [
                    post(first, "accept", caseworker=str(worker)),
                    post(second, "withdraw"),
                    post(third, "decline", reason="no_capacity"),
                ]
            )
        assert sorted(answers) == [200, 409, 409]
        with role("WORKER_DATABASE_URL"):
            row = CaseTransfer.objects.get(pk=transfer.pk)
            theirs = Case.objects.filter(pk=row.new_case_id).count()
            assert theirs == (row.state == "accepted")
            assert (Case.objects.get(pk=of.pk).status == "transferred") == (row.state == "accepted")


def test_an_offer_without_an_answer_ends_and_both_sides_are_told(committed_world):
    w = committed_world
    agreed(w)
    transfer = offered(w)
    with role("WORKER_DATABASE_URL"):
        assert expire_transfers(at=NOON) == 0
        late = CaseTransfer.objects.get(pk=transfer.pk).expires_at
        assert (late - NOON).days == FORTNIGHT
        assert (expire_transfers(at=late), expire_transfers(at=late)) == (1, 0)
        row = CaseTransfer.objects.get(pk=transfer.pk)
        assert (row.state, row.summary, row.note) == ("expired", {}, "")
        event = _last("transfer.expired")
        told = {member.name for member in reach(RULES[event.kind].audience, event, at=event.at)[0]}
    assert told == {"Caseworker", "Supervisor", "Partner Supervisor"}


def test_the_receivers_supervisors_alone_are_told_of_an_offer(committed_world):
    w = committed_world
    agreed(w)
    offered(w)
    with role("WORKER_DATABASE_URL"):
        event = _last("transfer.approved")
        assert [member.name for member in reach(RULES[event.kind].audience, event, at=event.at)[0]] == [
            "Partner Supervisor"
        ]
        assert event.case_id is None


def _last(kind):
    return Event.objects.filter(kind=kind).get()
