"""Who answers for a clock, by name: one who is there, seen by both sides, on the referral and on the board."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Absence
from core.actors import SYSTEM, acting
from referral import deadlines, escalation
from referral.models import Deadline, Escalation
from tests.clockwork import MONDAY, network, referral, rolled_back
from tests.conftest import role
from tests.referral.steps import sent

STAGES = (50, 100, 150, 200)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        yield network()


def raised(world, **facts) -> dict:
    row = deadlines.begin(referral(world, urgency="emergency", **facts), "decide", at=MONDAY)
    for stage in STAGES:
        escalation.sweep(at=deadlines.mark(row, stage))
    return {one.stage: one.owner_member_id for one in Escalation.objects.filter(deadline=row)}


def ids(world, *names):
    return dict(zip(STAGES, (world.members[name].pk for name in names), strict=True))


def test_each_mark_has_one_person_who_answers(world):
    assert raised(world) == ids(world, "desk", "receiver_supervisor", "worker", "coordinator")


def test_once_a_worker_is_named_the_reminder_is_that_workers(world):
    found = raised(world, worker=world.members["receiver_worker"], worker_name="W", state="accepted")
    assert found[50] == world.members["receiver_worker"].pk


def test_who_is_away_or_has_left_answers_for_nothing(world):
    for name, substitute in (("desk", "receiver_worker"), ("worker", "colleague")):
        Absence.objects.create(
            organisation_id=world.members[name].organisation_id, member=world.members[name],
            substitute=world.members[substitute], from_on=MONDAY.date(), until_on=MONDAY.date(), created_at=MONDAY,
        )  # fmt: skip
    world.members["coordinator"].is_active = False
    world.members["coordinator"].save()
    expected = ids(world, "receiver_supervisor", "receiver_supervisor", "supervisor", "coordinator") | {200: None}
    assert raised(world) == expected


@pytest.fixture
def late(committed_world, settings):
    """The world with a sent referral whose answer is overdue, as everybody finds it."""
    settings.REQUIRE_SECOND_FACTOR = False
    w = committed_world
    w.made = sent(w)
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        long_ago = timezone.now() - timedelta(days=30)
        row = Deadline.objects.get(referral=w.made, clock="decide")
        row.started_at, row.due_at = long_ago, long_ago + timedelta(days=20)
        row.next_alarm_at = row.started_at
        row.save()
        Deadline.objects.exclude(pk=row.pk).update(next_alarm_at=None)
        escalation.sweep(at=timezone.now() - timedelta(days=8))
    return w


def page(w, who, url):
    client = Client()
    client.force_login(w.members[who].user)
    return client.get(url)


def test_both_sides_see_who_answers_and_so_does_the_networks_desk(late):
    name = late.members["partner_supervisor"].name
    for who in ("caseworker", "partner", "coordinator"):
        found = page(late, who, reverse("referral:detail", args=[late.made.pk])).content.decode()
        assert f"{name} (the partner&#x27;s supervisor)" in found, who


def test_the_board_of_ageing_counts_and_lists_the_same_rows(late, queries):
    url = reverse("referral:ageing")
    for who in ("supervisor", "partner_supervisor", "coordinator"):
        found = page(late, who, url).content.decode()
        assert late.made.reference in found, who
        assert late.members["partner_supervisor"].name in found
    client = Client()
    client.force_login(late.members["supervisor"].user)
    client.get(url)
    with queries() as seen:
        client.get(url)
    assert len(seen) <= 12
    assert late.made.reference not in page(late, "supervisor", f"{url}?stage=50").content.decode()
    assert late.made.reference in page(late, "supervisor", f"{url}?stage=100&clock=decide&side=out").content.decode()
    assert late.made.reference not in page(late, "supervisor", f"{url}?side=in").content.decode()


def test_a_stranger_finds_an_empty_board_and_a_caseworker_none(late):
    assert late.made.reference not in page(late, "stranger", reverse("referral:ageing")).content.decode()
    assert page(late, "caseworker", reverse("referral:ageing")).status_code == 403
