"""Places of a service; a confidential one is seen by nobody outside its organisation, at no level."""

import pytest
from django.db import connection

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from partners import actions
from partners.models import Address, Location, Service, ServiceAtLocation, ServiceChange
from tests.partners.conftest import AT

pytestmark = pytest.mark.django_db
SECRET = "Green door behind the mill"


def save(desk, **facts):
    with acting(desk.admin):
        return actions.save_place(desk.service.pk, actor=desk.admin, at=AT, **facts)


def hide(desk, **facts):
    return save(desk, name="Safe house", confidential=True, safe_address=SECRET, area="BY-MI-01", **facts)


def test_a_confidential_place_is_a_row_that_only_its_own_people_can_read(desk):
    place = hide(desk)
    for who, sees in ((desk.admin, 1), (desk.focal, 1), (desk.caseworker, 0), (desk.coordinator, 0)):
        with acting(who):
            assert Location.objects.visible_to(who).count() == sees
            with connection.cursor() as cursor:  # whatever the application forgets
                cursor.execute("SELECT count(*) FROM partners_location WHERE id = %s", [place.pk])
                assert cursor.fetchone()[0] == sees
                cursor.execute("SELECT count(*) FROM partners_serviceatlocation s JOIN partners_location l "
                               "ON l.id = s.location_id")  # fmt: skip
                assert cursor.fetchone()[0] == sees


def test_the_safe_address_is_unreadable_in_the_table_and_absent_from_the_history(desk):
    place = hide(desk)
    with acting(desk.admin):
        with connection.cursor() as cursor:
            cursor.execute("SELECT safe_address FROM partners_location WHERE id = %s", [place.pk])
            assert SECRET.encode() not in bytes(cursor.fetchone()[0])
        told = str(list(ServiceChange.objects.values_list("before", "after", "field")))
        assert SECRET not in told
        assert "Safe house" not in told
    assert SECRET not in Service.objects.get(pk=desk.service.pk).search_key


def test_a_place_that_becomes_confidential_loses_what_was_published_of_it(desk):
    place = save(desk, name="Office", address="Sunny Lane 1", city="Minsk", latitude=53.9, longitude=27.5)
    Address.objects.create(
        location=place, address_1="Sunny Lane 1", city="Minsk", state_province="", postal_code="", country="BY",
        address_type="physical",
    )  # fmt: skip
    changed = save(desk, place_id=place.pk, name="Safe house", confidential=True, safe_address=SECRET)
    assert (changed.address, changed.city, changed.latitude) == ("", "", None)
    assert not Address.objects.exists()
    opened = save(desk, place_id=place.pk, address="Sunny Lane 1", confidential=False)
    assert opened.safe_address is None


def test_nobody_else_adds_moves_or_removes_a_place(desk):
    place = hide(desk)
    with acting(desk.caseworker):
        with pytest.raises(NotPermitted):
            actions.save_place(desk.service.pk, actor=desk.caseworker, at=AT, address="Here")
        assert not Location.objects.filter(pk=place.pk).update(confidential=False)
        assert not Location.objects.filter(pk=place.pk).delete()[0]
    with acting(desk.admin), pytest.raises(NotNow):
        actions.remove_place(desk.service.pk, desk.theirs.pk, actor=desk.admin, at=AT)


def test_a_removed_place_is_gone_where_no_other_service_is_there(desk):
    place = hide(desk)
    with acting(desk.admin):
        actions.remove_place(desk.service.pk, place.pk, actor=desk.admin, at=AT)
        assert not Location.objects.exists()
        assert not ServiceAtLocation.objects.exists()


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("address", {"name": "Nowhere"}),
        ("latitude", {"address": "x", "latitude": 53.0}),
        ("area", {"address": "x", "area": "XX"}),
        ("address", {"address": "x" * 10_000}),
        ("address", {"address": "x", "latitude": 99.0, "longitude": 10.0}),
        ("safe_address", {"confidential": True, "safe_address": "x" * 10_000}),
    ],
)
def test_wrong_places_are_refused_beside_their_field(desk, field, facts):
    with pytest.raises(Incomplete) as refusal:
        save(desk, **facts)
    assert set(refusal.value.fields) == {field}
