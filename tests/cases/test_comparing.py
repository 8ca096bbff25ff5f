"""The sweep that compares who came another way, and lets old candidates go."""

from datetime import date, timedelta

from cases.comparing import purge, sweep
from cases.models import DuplicateCandidate, Person
from core.actors import SYSTEM, acting
from tests import world as make

BORN = {"birth_date": date(1990, 4, 7), "birth_precision": "day", "sex": "male"}


def test_the_sweep_finds_who_came_another_way_and_a_pair_with_a_hidden_person_stays_hidden(committed_world, as_worker):
    w = committed_world
    for short in ("caseworker", "other_team"):
        make.person(w.actors[short], name="Сяргей Навіцкі", **BORN)
    with as_worker():
        assert sweep(at=make.NOON) == 3
        assert sweep(at=make.NOON) == 0
        assert DuplicateCandidate.objects.count() == 1
        assert all(Person.objects.values_list("match_keys", flat=True))
    for short in ("caseworker", "other_team", "supervisor", "stranger"):
        with acting(w.actors[short]) as actor:
            assert not DuplicateCandidate.objects.visible_to(actor).exists()


def test_a_changed_record_is_compared_again(committed_world, as_worker):
    w = committed_world
    with as_worker():
        sweep(at=make.NOON)
        row = Person.objects.get()
        row.updated_at = row.matched_at + timedelta(minutes=1)
        Person.objects.update(updated_at=row.updated_at)
        assert sweep(at=row.updated_at) == 1
        assert sweep(at=row.updated_at) == 0
    assert w.of.person.pk == row.pk


def test_old_candidates_go_and_answers_stay(committed_world, as_worker):
    w = committed_world
    people = [w.of.person, *(make.person(w.actors["caseworker"]) for _ in range(2))]
    pairs = [sorted([people[0].pk, people[1].pk]), sorted([people[0].pk, people[2].pk])]
    with as_worker(), acting(SYSTEM):
        for (low, high), state in zip(pairs, ("open", "dismissed"), strict=True):
            DuplicateCandidate.objects.create(
                organisation=w.of.sender, low_id=low, high_id=high, score=0.9, state=state, found_at=make.NOON
            )
        purge(at=make.NOON + timedelta(days=89))
        assert DuplicateCandidate.objects.count() == 2
        purge(at=make.NOON + timedelta(days=91))
        assert [row.state for row in DuplicateCandidate.objects.all()] == ["dismissed"]
