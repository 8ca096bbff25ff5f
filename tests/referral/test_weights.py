"""The network's coordinator changes the order of candidates, sees what changes, and leaves a history."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import User
from partners.models import Capacity
from referral.matching import DEFAULTS, TERMS
from referral.models import MatchingWeights
from referral.tuning import set_weights
from referral.weights import current, weights_for
from tests.referral.pages import words
from tests.world import NOON, service

pytestmark = pytest.mark.django_db


def tune(world, who="coordinator", **facts):
    facts = {"weights": DEFAULTS | {"places": Decimal(9)}, "reason": "Shelters are full", **facts}
    with acting(world.actors[who]) as actor:
        return set_weights(actor=actor, at=NOON, **facts)


def test_the_coordinator_sets_weights_for_all_and_the_former_ones_stay(world):
    assert tune(world).version == 1
    assert tune(world, weights=DEFAULTS | {"places": "0.5"}, version=1).version == 2
    with acting(world.actors["caseworker"]) as actor:
        assert weights_for(actor)["places"] == Decimal("0.50")
        assert [row.places for row in MatchingWeights.objects.visible_to(actor).order_by("version")] == [
            9,
            Decimal("0.5"),
        ]


@pytest.mark.parametrize("who", ["caseworker", "supervisor", "admin", "partner", "stranger"])
def test_nobody_else_sets_weights_and_the_database_refuses_too(world, who):
    with pytest.raises(NotPermitted):
        tune(world, who)
    with acting(world.actors[who]) as actor, pytest.raises(DatabaseError), transaction.atomic():
        MatchingWeights(version=7, set_by_id=actor.member_id, set_by_name="x", set_at=NOON).save(force_insert=True)


@pytest.mark.parametrize("wrong", [-1, "10.5", "NaN", "Infinity", "", None, "three"])
def test_weights_out_of_bounds_are_refused_with_the_term(world, wrong):
    with pytest.raises(Incomplete) as refusal:
        tune(world, weights=DEFAULTS | {"fairness": wrong})
    assert set(refusal.value.fields) == {"fairness"}
    with acting(world.actors["coordinator"]) as actor:
        assert current(actor) is None


@pytest.mark.parametrize("wrong", ["-0.01", "10.01", "NaN"])
def test_the_database_knows_the_bounds_as_well(world, wrong):
    columns = ", ".join(TERMS)
    numbers = [wrong if code == "fairness" else "1" for code in TERMS]
    with acting(world.actors["coordinator"]), pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(
            f"INSERT INTO referral_matchingweights (id, version, reason, set_by_id, set_by_name, set_at, {columns}) "
            f"VALUES (gen_random_uuid(), 1, '', gen_random_uuid(), 'x', now(), {', '.join(['%s'] * len(TERMS))})",
            numbers,
        )


def test_a_change_needs_a_reason_and_the_version_that_was_looked_at(world):
    with pytest.raises(Incomplete) as refusal:
        tune(world, reason="  ")
    assert set(refusal.value.fields) == {"reason"}
    tune(world, version=0)
    with pytest.raises(NotNow):
        tune(world, version=0)


def test_weights_that_hold_cannot_be_rewritten(world):
    tune(world)
    with acting(world.actors["coordinator"]) as actor, pytest.raises(DatabaseError):
        MatchingWeights.objects.visible_to(actor).update(fit=1)


@pytest.fixture
def page(world, client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    user = User.objects.get(pk=world.actors["coordinator"].user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def posted(**facts):
    return {**{code: str(weight) for code, weight in DEFAULTS.items()}, "reason": "Tried it", "version": "0", **facts}


def test_a_preview_shows_the_places_before_and_after_and_saves_nothing(world, page, queries):
    near = service(world.of.receiver, name="A speaks Russian", category="legal", languages=["rus"])
    far = service(world.of.receiver, name="B has places", category="legal", languages=["eng"], places=50)
    Capacity.objects.filter(pk=near.pk).update(status="waitlist")
    with queries() as seen:
        before = page.get(reverse("referral:weights"))
    assert before.status_code == 200
    asked = [query for query in seen.captured_queries if "SELECT" in query["sql"][:9] or "asked" in query["sql"][:20]]
    assert len(asked) <= 12
    answer = page.post(reverse("referral:weights"), posted(preview="1", language="0", places="10", fit="0"))
    assert answer.status_code == 200
    rows = {row["name"]: (row["before"], row["after"]) for row in answer.context["examples"][1]["rows"]}
    assert rows[near.name][1] > rows[far.name][1]
    with acting(world.actors["coordinator"]) as actor:
        assert current(actor) is None


def test_the_page_saves_with_a_reason_and_shows_the_history(world, page):
    assert page.post(reverse("referral:weights"), posted(save="1", reason="")).status_code == 422
    wrong = page.post(reverse("referral:weights"), posted(save="1", fit="11"))
    assert wrong.status_code == 422
    assert page.post(reverse("referral:weights"), posted(save="1", fit="4")).status_code == 302
    text = words(page.get(reverse("referral:weights")))
    assert "Version 1" in text
    assert "Tried it" in text
    assert page.post(reverse("referral:weights"), posted(save="1")).status_code == 409, "version 0 is gone"


def test_every_term_has_a_column(world):
    assert set(tune(world).weights) == set(TERMS)
