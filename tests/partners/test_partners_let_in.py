"""Unknown partners and agreements: proposed, checked, confirmed by both sides, warned of, ended."""

import dataclasses
from datetime import timedelta

import pytest

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import Actor, acting
from partners import actions
from partners.identity import actor_of_user
from partners.models import Agreement, AgreementConfirmation, Member, Organisation, Proposal, Upkeep
from tests.partners.conftest import AT, actor

pytestmark = pytest.mark.django_db
NEW = {"name": "Warm Hands", "type": "ngo", "about": "Showers", "contact": "A Person", "categories": ["food_nfi"]}


def propose(who, **facts):
    with acting(who):
        return actions.propose_organisation(actor=who, at=AT, **{**NEW, **facts})


def test_a_proposed_partner_is_no_organisation_and_only_the_desk_and_the_proposer_see_it(desk):
    before = Organisation.objects.count()
    row = propose(desk.caseworker)
    assert (row.status, Organisation.objects.count()) == ("proposed", before)
    for who, sees in ((desk.coordinator, True), (desk.caseworker, True), (desk.admin, False)):
        with acting(who):
            assert Proposal.objects.visible_to(who).exists() is sees
            assert Proposal.objects.exists() is sees


def test_anybody_may_propose_and_nobody_reads_back_what_the_public_proposed(desk):
    row = propose(Actor())
    with acting(Actor()):
        assert not Proposal.objects.exists()
    with acting(desk.coordinator):
        assert Proposal.objects.get().contact == "A Person"
        assert Proposal.objects.get().pk == row.pk


def test_the_desk_lets_a_partner_in_with_a_reason_and_a_first_administrator(desk):
    row = propose(desk.caseworker)
    with acting(desk.coordinator):
        made = actions.approve_organisation(
            row.pk, actor=desk.coordinator, at=AT, reason="Known for years", admin_name="First", admin_email="f@x.test"
        )
        assert (made.member_of_network, made.status) == (True, "active")
        with pytest.raises(NotNow):
            actions.refuse_organisation(row.pk, actor=desk.coordinator, at=AT, reason="Second thoughts")
    keeper = Actor(organisation_id=made.pk, permissions=frozenset({"member.manage"}))
    with acting(keeper):
        first = Member.objects.get(organisation=made)
    assert actor_of_user(first.user_id).may("member.manage")


def test_a_refusal_needs_a_reason_and_makes_no_organisation(desk):
    row, before = propose(desk.caseworker), Organisation.objects.count()
    with acting(desk.coordinator):
        with pytest.raises(Incomplete):
            actions.refuse_organisation(row.pk, actor=desk.coordinator, at=AT, reason=" ")
        actions.refuse_organisation(row.pk, actor=desk.coordinator, at=AT, reason="Nobody answers there")
    assert Organisation.objects.count() == before
    with acting(desk.caseworker):
        assert Proposal.objects.visible_to(desk.caseworker).get().reason == "Nobody answers there"


def test_nobody_but_the_desk_decides(desk):
    row = propose(desk.caseworker)
    for who in (desk.caseworker, desk.admin):
        with acting(who), pytest.raises(NotPermitted):
            actions.approve_organisation(row.pk, actor=who, at=AT, reason="Ours")
    with acting(desk.caseworker):
        assert not Proposal.objects.filter(pk=row.pk).update(status="approved")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("name", "x" * 10_000), ("type", "bank"), ("about", "x" * 10_000), ("categories", ["x"]),
     ("area", "XX"), ("website", "javascript:alert(1)"), ("email", "nobody")],
)  # fmt: skip
def test_wrong_proposals_are_refused_beside_their_field(desk, field, value):
    with pytest.raises(Incomplete) as refusal:
        propose(desk.caseworker, **{field: value})
    assert set(refusal.value.fields) == {field}


def lay(desk, **facts):
    with acting(desk.coordinator):
        return actions.propose_agreement(
            actor=desk.coordinator,
            at=AT,
            **{
                "title": "Between the two", "organisation_ids": [desk.ours.pk, desk.other.pk],
                "purposes": ["referral_disclosure"], "data_classes": [1, 2],
                "valid_from": AT.date(), "valid_to": (AT + timedelta(days=365)).date(), **facts,
            },
        )  # fmt: skip


def test_an_agreement_is_in_force_when_each_party_has_confirmed_it(desk):
    row, theirs = lay(desk), actor(desk.other, "organisation_admin", "their.admin@partners.test")
    assert row.status == "proposed"
    with acting(desk.admin):
        assert actions.confirm_agreement(row.pk, actor=desk.admin, at=AT).status == "proposed"
        with pytest.raises(NotNow) as refusal:
            actions.confirm_agreement(row.pk, actor=desk.admin, at=AT)
        assert refusal.value.code == "confirmed_already"
    with acting(theirs):
        assert actions.confirm_agreement(row.pk, actor=theirs, at=AT).status == "active"
        assert AgreementConfirmation.objects.visible_to(theirs).count() == 2


def test_only_who_speaks_for_a_party_confirms(desk):
    row = lay(desk)
    with acting(desk.focal), pytest.raises(NotPermitted):
        actions.confirm_agreement(row.pk, actor=desk.focal, at=AT)
    third = Organisation.objects.create(name="Third", member_of_network=True)
    stranger = actor(third, "organisation_admin", "third@partners.test")
    with acting(stranger), pytest.raises(NotNow):
        actions.confirm_agreement(row.pk, actor=stranger, at=AT)
    spy = dataclasses.replace(desk.admin, organisation_id=third.pk)
    with acting(spy):
        assert not Agreement.objects.filter(pk=row.pk).update(status="active")


def test_an_agreement_whose_dates_are_over_is_not_confirmed_and_an_ended_one_stays_ended(desk):
    row = lay(desk)
    with acting(desk.admin), pytest.raises(NotNow):
        actions.confirm_agreement(row.pk, actor=desk.admin, at=AT + timedelta(days=400))
    with acting(desk.coordinator):
        assert actions.end_agreement(row.pk, actor=desk.coordinator, at=AT).status == "ended"
        with pytest.raises(NotNow):
            actions.end_agreement(row.pk, actor=desk.coordinator, at=AT)


def test_a_recorded_agreement_warns_each_party_30_and_7_days_before_its_end(desk):
    with acting(desk.coordinator):
        row = actions.record_agreement(
            actor=desk.coordinator, at=AT, title="Signed", organisation_ids=[desk.ours.pk, desk.other.pk],
            purposes=["referral_disclosure"], data_classes=[1], valid_from=AT.date(),
            valid_to=(AT + timedelta(days=100)).date(), file_sha256="a" * 64,
        )  # fmt: skip
        found = Upkeep.objects.filter(about=row.pk)
        assert {(item.organisation_id, (item.next_alarm_at.date() - AT.date()).days) for item in found} == {
            (desk.ours.pk, 70), (desk.other.pk, 70),
        }  # fmt: skip
    with pytest.raises(Incomplete):
        lay(desk, file_sha256="not a digest")
