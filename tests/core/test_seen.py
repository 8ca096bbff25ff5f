"""`visible_to` keeps what it resolved for an actor; it must never forget what was asked before, or who asks."""

import pytest
from django.db.models import F

from cases.models import Case, Person
from core.actors import acting

ASKED = {
    "filter": lambda: Case.objects.filter(closed_at=None),
    "exclude": lambda: Case.objects.exclude(closed_at=None),
    "relation": lambda: Case.objects.select_related("person"),
    "prefetch": lambda: Case.objects.prefetch_related("person__names"),
    "order": lambda: Case.objects.order_by("-pk"),
    "reverse": Case.objects.reverse,
    "columns": lambda: Case.objects.only("pk"),
    "deferred": lambda: Case.objects.defer("reference"),
    "values": lambda: Case.objects.values("pk"),
    "annotation": lambda: Case.objects.annotate(again=F("pk")),
    "distinct": Case.objects.distinct,
    "lock": Case.objects.select_for_update,
    "nothing": Case.objects.none,
    "database": lambda: Case.objects.using("default"),
    "of one": Person(pk="00000000-0000-4000-8000-000000000000").names.all,
}


@pytest.mark.parametrize("asked", ASKED)
def test_what_was_asked_before_is_not_taken_for_a_plain_read(asked):
    assert not ASKED[asked]()._is_plain()


def test_a_plain_read_is_known_as_one():
    assert Case.objects.all()._is_plain()


def test_two_people_see_their_own_rows_one_after_the_other(world):
    for _ in range(2):
        for who, sees in (("caseworker", True), ("other_team", False), ("stranger", False)):
            with acting(world.actors[who]) as actor:
                assert Case.objects.visible_to(actor).filter(pk=world.of.case.pk).exists() is sees
