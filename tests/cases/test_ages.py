"""What goes by age, in an organisation's own time."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.utils import Error

from cases.actions.erasing import plan_missing, sweep, sweep_ages
from cases.models import Case, Person, Retention, RetentionRule
from core import events
from core.actors import SYSTEM, acting
from core.erasure import forget_answers
from core.models import Event, IdempotentAnswer, Reading
from notifications.models import Delivery, Notice
from referral.models import Packet
from tests.referral.steps import accepted, received, step
from tests.world import NOON, person, service

DAY = timedelta(days=1)


def test_a_packet_that_was_declined_goes_after_thirty_days_and_one_that_was_taken_stays(committed_world, as_worker):
    w = committed_world
    refused = received(w, service=service(w.of.receiver, name="Full"))
    step(w, refused, "decline", "partner", hours=2, reason="no_capacity")
    taken = accepted(w)
    with as_worker():
        sweep_ages(at=NOON + 29 * DAY)
        with acting(SYSTEM):
            assert Packet.objects.filter(referral=refused).exists()
        sweep_ages(at=NOON + 32 * DAY)
        with acting(SYSTEM):
            assert not Packet.objects.filter(referral=refused).exists()
            assert Packet.objects.filter(referral=taken).exists()
            reports = Event.objects.filter(kind="retention.swept", about=w.of.receiver.pk)
            assert [event.facts["declined_packet"] for event in reports] == [2]


def test_an_organisations_own_time_counts(committed_world, as_worker):
    w = committed_world
    refused = received(w)
    step(w, refused, "decline", "partner", hours=2, reason="no_capacity")
    with as_worker(), acting(SYSTEM):
        RetentionRule(
            organisation=w.of.receiver, kind="declined_packet", amount=5, unit="days", set_by_id=uuid4(), set_at=NOON
        ).save(force_insert=True)
    with as_worker():
        sweep_ages(at=NOON + 7 * DAY)
        with acting(SYSTEM):
            assert not Packet.objects.filter(referral=refused).exists()


def test_notices_go_after_a_year_with_what_was_sent_of_them(committed_world, as_worker):
    w = committed_world
    with as_worker(), acting(SYSTEM):
        for at in (NOON, NOON + 300 * DAY):
            told = {"recipient": w.members["caseworker"], "event_id": uuid4(), "urgency": "routine"}
            Notice(**told, kind="case.opened", at=at).save(force_insert=True)
            Delivery(**told, channel="email", code="X").save(force_insert=True)
    with as_worker():
        sweep_ages(at=NOON + 370 * DAY)
        with acting(SYSTEM):
            assert list(Notice.objects.values_list("at", flat=True)) == [NOON + 300 * DAY]
            assert Delivery.objects.count() == 1


def test_the_trail_goes_after_six_years_and_never_that_of_the_last(committed_world, as_worker):
    w = committed_world
    actor = w.actors["caseworker"]
    with acting(actor):
        for years in (2, 7, 9):
            at = NOON - years * 366 * DAY
            events.record("case.opened", actor=actor, at=at, about=w.of.case.pk, case_id=w.of.case.pk)
            Reading(
                user_id=actor.user_id, organisation_id=actor.organisation_id, about=w.of.person.pk, subject="person",
                field_class=3, at=at,
            ).save(force_insert=True)  # fmt: skip
    with as_worker():
        assert sweep_ages(at=NOON) == 4
        with acting(SYSTEM):
            assert Event.objects.filter(kind="case.opened").count() == 1
            assert Reading.objects.count() == 1
        with pytest.raises(Error, match="last year"), acting(SYSTEM), connection.cursor() as cursor:
            cursor.execute("SELECT waymark.forget_trail(%s, now())", [w.of.sender.pk])


def test_answers_to_repeated_requests_are_forgotten_after_two_days(committed_world, as_worker):
    w = committed_world
    actor = w.actors["caseworker"]
    with acting(actor):
        row = IdempotentAnswer(
            organisation_id=actor.organisation_id, principal_id=actor.principal_id, key="k", fingerprint="f"
        )
        row.save(force_insert=True)
    with as_worker(), acting(SYSTEM):
        assert forget_answers(at=row.created_at + timedelta(hours=47)) == 0
        assert forget_answers(at=row.created_at + timedelta(hours=49)) == 1


def test_an_intake_from_which_nothing_followed_is_erased(committed_world, as_worker):
    w = committed_world
    alone = person(w.actors["caseworker"], name="Nobody Came")
    dates = {"organisation": w.of.sender, "kind": "intake", "planned_at": NOON, "retain_until": NOON.date()}
    with as_worker(), acting(SYSTEM):
        Retention(**dates, person=alone, reference="P").save(force_insert=True)
        Retention(**dates, person=w.of.person, case=w.of.case, reference="C").save(force_insert=True)
    with as_worker():
        assert sweep(at=NOON + DAY) == 1  # the other one has become work
        with acting(SYSTEM):
            assert list(Person.objects.filter(erased_at__isnull=False)) == [alone]
            assert Retention.objects.get(case=w.of.case).outcome == "dropped"


def test_a_case_closed_before_dates_were_stored_gets_one(committed_world, as_worker):
    with as_worker(), acting(SYSTEM):
        Case.objects.update(status="closed", closed_at=NOON, closure_reason="moved")
    with as_worker():
        assert (plan_missing(at=NOON + DAY), plan_missing(at=NOON + DAY)) == (1, 0)
        with acting(SYSTEM):
            assert Retention.objects.get().retain_until.year == NOON.year + 5
