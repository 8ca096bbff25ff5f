"""Doors of the directory."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event
from partners import actions
from partners.identity import actor_of_token, actor_of_user
from partners.models import Agreement, ApiToken, Capacity, Member
from tests.partners.conftest import AT, member

pytestmark = pytest.mark.django_db


def test_a_focal_point_says_how_many_places_are_free(desk):
    with acting(desk.focal):
        actions.set_capacity(desk.service.pk, actor=desk.focal, at=AT, status="capacity", free=4)
        Capacity.objects.update(used=2)
        found = actions.set_capacity(desk.service.pk, actor=desk.focal, at=AT, status="waitlist", free=3)
        assert (found.maximum, found.used, found.free, found.status) == (5, 2, 3, "waitlist")
        assert Event.objects.visible_to(desk.focal).filter(kind="capacity.set").count() == 2


def test_confirming_moves_the_time_and_keeps_the_number(desk):
    with acting(desk.focal):
        actions.set_capacity(desk.service.pk, actor=desk.focal, at=AT, status="capacity", free=4)
        later = AT + timedelta(days=8)
        found = actions.set_capacity(desk.service.pk, actor=desk.focal, at=later, status="capacity")
    assert (found.maximum, found.updated_at) == (4, later)


def test_fewer_places_than_are_in_use_are_refused(desk):
    with acting(desk.focal):
        actions.set_capacity(desk.service.pk, actor=desk.focal, at=AT, status="capacity", maximum=5)
        Capacity.objects.update(used=3)
        with pytest.raises(NotNow) as refusal:
            actions.set_capacity(desk.service.pk, actor=desk.focal, at=AT, status="capacity", maximum=2)
    assert refusal.value.code == "places_in_use"
    assert Capacity.objects.get().maximum == 5


def test_another_organisations_service_cannot_be_set(desk):
    with acting(desk.focal), pytest.raises(NotPermitted):
        actions.set_capacity(desk.theirs.pk, actor=desk.focal, at=AT, status="no_capacity")
    assert not Capacity.objects.exists()


@pytest.mark.parametrize("wrong", [{"status": "maybe"}, {"free": -1}, {"free": 10**9}, {"maximum": -1}])
def test_wrong_capacities_are_refused_with_the_field(desk, wrong):
    with acting(desk.focal), pytest.raises(Incomplete) as refusal:
        actions.set_capacity(desk.service.pk, actor=desk.focal, at=AT, **{"status": "capacity", **wrong})
    assert set(refusal.value.fields) == set(wrong)


def test_a_caseworker_may_not_set_capacity(desk):
    with acting(desk.caseworker), pytest.raises(NotPermitted):
        actions.set_capacity(desk.theirs.pk, actor=desk.caseworker, at=AT, status="capacity")


def test_an_administrator_adds_and_changes_and_confirms_a_service(desk):
    with acting(desk.admin):
        added = actions.add_service(actor=desk.admin, at=AT, name="Court help", category="legal", minimum_age=16)
        assert added.organisation_id == desk.ours.pk
        changed = actions.edit_service(added.pk, actor=desk.admin, at=AT, version=1, minimum_age=18)
        assert (changed.minimum_age, changed.version) == (18, 2)
        with pytest.raises(NotNow):
            actions.edit_service(added.pk, actor=desk.admin, at=AT, version=1, minimum_age=20)
        assert actions.verify_service(added.pk, actor=desk.admin, at=AT + timedelta(days=30)).verified_on.day == 23


def test_a_service_with_wrong_ages_or_category_is_refused_with_the_fields(desk):
    with acting(desk.admin):
        with pytest.raises(Incomplete):
            actions.add_service(actor=desk.admin, at=AT, name="x", category="legal", minimum_age=60, maximum_age=18)
        with pytest.raises(Incomplete) as refusal:
            actions.add_service(actor=desk.admin, at=AT, name="", category="legal")
        with pytest.raises(TypeError):
            actions.edit_service(desk.service.pk, actor=desk.admin, at=AT, organisation_id=desk.other.pk)
    assert "name" in refusal.value.fields


def test_another_organisations_service_cannot_be_edited(desk):
    with acting(desk.admin), pytest.raises(NotPermitted):
        actions.edit_service(desk.theirs.pk, actor=desk.admin, at=AT, name="Ours now")


def test_a_member_is_added_changed_and_closed_from_the_next_request_on(desk):
    facts = {"email": "New@partners.test", "name": "New", "role": "caseworker", "password": "long enough words"}
    with acting(desk.admin):
        added = actions.add_member(actor=desk.admin, at=AT, **facts)
    assert actor_of_user(added.user_id).role == "caseworker"
    with acting(desk.admin):
        actions.change_member(added.pk, actor=desk.admin, at=AT, role="focal_point")
    assert actor_of_user(added.user_id).role == "focal_point"
    with acting(desk.admin):
        actions.close_member(added.pk, actor=desk.admin, at=AT)
    assert actor_of_user(added.user_id) is None


def test_a_person_of_another_organisation_cannot_be_added(desk):
    with acting(desk.admin), pytest.raises(NotNow) as refusal:
        actions.add_member(actor=desk.admin, at=AT, email="case@partners.test", name="x", role="caseworker")
    assert refusal.value.code == "member_elsewhere"


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"role": "king"}, {"name": " "}, {"team": uuid4()}])
def test_wrong_members_are_refused_with_the_field(desk, wrong):
    facts = {"email": "a@partners.test", "name": "A", "role": "caseworker", **wrong}
    with acting(desk.admin), pytest.raises(Incomplete) as refusal:
        actions.add_member(actor=desk.admin, at=AT, **facts)
    assert set(refusal.value.fields) == set(wrong)


def test_the_last_administrator_can_neither_leave_nor_step_down(desk):
    with acting(desk.admin):
        with pytest.raises(NotNow):
            actions.close_member(desk.admin.member_id, actor=desk.admin, at=AT)
        with pytest.raises(NotNow):
            actions.change_member(desk.admin.member_id, actor=desk.admin, at=AT, role="caseworker")
    member(desk.ours, "organisation_admin", "second@partners.test")
    with acting(desk.admin):
        actions.close_member(desk.admin.member_id, actor=desk.admin, at=AT)


def test_members_of_another_organisation_are_out_of_reach(desk):
    with acting(desk.admin), pytest.raises(NotNow):
        actions.close_member(desk.caseworker.member_id, actor=desk.admin, at=AT)
    with acting(desk.caseworker):
        assert Member.objects.get(pk=desk.caseworker.member_id).is_active


def test_only_administrators_manage_members(desk):
    with acting(desk.focal), pytest.raises(NotPermitted):
        actions.add_member(actor=desk.focal, at=AT, email="a@partners.test", name="A", role="caseworker")


def test_a_token_acts_for_its_organisation_until_it_is_revoked(desk):
    with acting(desk.admin):
        token, secret = actions.create_token(actor=desk.admin, at=AT, name="Their system", scopes=["referrals:read"])
    with acting(desk.admin):
        assert secret not in str(ApiToken.objects.values())
    found = actor_of_token(secret)
    assert (found.organisation_id, found.may("referral.read_in"), found.may("referral.send")) == (
        desk.ours.pk,
        True,
        False,
    )
    with acting(desk.admin):
        actions.revoke_token(token.pk, actor=desk.admin, at=AT)
        with pytest.raises(NotNow):
            actions.revoke_token(token.pk, actor=desk.admin, at=AT)
    assert actor_of_token(secret) is None


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["everything"]}, {"expires_at": AT}, {"name": ""}])
def test_wrong_tokens_are_refused_with_the_field(desk, wrong):
    with acting(desk.admin), pytest.raises(Incomplete) as refusal:
        actions.create_token(actor=desk.admin, at=AT, **{"name": "x", "scopes": ["referrals:read"], **wrong})
    assert set(refusal.value.fields) == set(wrong)


def agreement(desk, **more):
    facts = {
        "title": "Between the two",
        "organisation_ids": [desk.ours.pk, desk.other.pk],
        "purposes": ["referral_disclosure"],
        "data_classes": [1, 2],
        "valid_from": AT.date(),
        "valid_to": AT.date() + timedelta(days=365),
    }
    return actions.record_agreement(actor=desk.coordinator, at=AT, **{**facts, **more})


def test_the_networks_desk_records_an_agreement_that_its_parties_see(desk):
    with acting(desk.coordinator):
        agreement(desk)
    with acting(desk.admin):
        assert Agreement.objects.visible_to(desk.admin).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation_ids", [uuid4(), uuid4()]),
        ("purposes", ["anything"]),
        ("data_classes", [9]),
        ("categories", ["x"]),
        ("valid_to", AT.date() - timedelta(days=1)),
        ("title", ""),
    ],
)
def test_wrong_agreements_are_refused_with_the_field(desk, field, value):
    with acting(desk.coordinator), pytest.raises(Incomplete) as refusal:
        agreement(desk, **{field: value})
    assert set(refusal.value.fields) == {field}
