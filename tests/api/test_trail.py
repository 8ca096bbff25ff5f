"""What is opened through the API leaves the same trail as a page (INV-12)."""

import pytest

from core.actors import acting
from core.models import Reading
from tests.referral.steps import received

pytestmark = pytest.mark.django_db


def trail(w, by):
    with acting(w.actors[by]) as actor:
        return sorted(Reading.objects.visible_to(actor).values_list("subject", "field_class"))


def test_opening_class_3_and_4_data_leaves_a_trail(world, client):
    referral = received(world)
    client.force_login(world.members["caseworker"].user)
    for path in (f"persons/{world.of.person.pk}", f"needs/{world.of.secret_need.pk}", f"needs/{world.of.need.pk}"):
        assert client.get(f"/api/v1/{path}/").status_code == 200
    assert client.get(f"/api/v1/referrals/{referral.pk}/").status_code == 200

    assert trail(world, "officer") == [("need", 4), ("person", 3)]
