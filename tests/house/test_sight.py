"""Sight: for many actors and rows at once the answer is that of `visible_to`, rule by rule."""

import dataclasses
from uuid import uuid4

import pytest
from django.db.models import ForeignKey, Q, UUIDField

from cases.models import Case
from core import sight
from core.access import PROTECTED
from core.actors import SYSTEM
from referral.models import Referral
from tests.conftest import role
from tests.house.test_twin import READABLE, everybody, populate

KEYED = [model for model in READABLE if isinstance(model._meta.pk, UUIDField | ForeignKey)]


@pytest.fixture
def populated(committed_world):
    populate(committed_world)
    return committed_world


def _pairs(model, people):
    keys = list(model.objects.visible_to(SYSTEM).values_list("pk", flat=True))
    return [(actor, pk) for actor in people for pk in keys]


def _by_rule(model, people):
    return {
        (actor.principal_id, pk)
        for actor in people
        for pk in model.objects.visible_to(actor).values_list("pk", flat=True)
    }


def test_for_everybody_and_each_table_the_answer_is_that_of_the_rule_in_one_query(populated, queries):
    people = list(everybody(populated).values())
    with role("WORKER_DATABASE_URL"):
        for model in KEYED:
            pairs = _pairs(model, people)
            with queries() as seen:
                found = sight.seen(model, pairs)
            assert found == _by_rule(model, people), model
            assert len(seen) == (1 if pairs else 0)
        assert len(_by_rule(Referral, people)) > len(people) / 2
        assert sight.seen(Case, [(actor, uuid4()) for actor in people]) == set()

        protection = PROTECTED[Referral]
        PROTECTED[Referral] = dataclasses.replace(protection, read=lambda actor: Q(pk__isnull=False))
        sight._query.cache_clear()
        try:
            everything = sight.seen(Referral, _pairs(Referral, people))
        finally:
            PROTECTED[Referral] = protection
            sight._query.cache_clear()
        assert everything > _by_rule(Referral, people)
