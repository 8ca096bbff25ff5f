"""Routing rules: kept where they belong, tried in a clear order, never two for the same reach, priority and day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from partners.models import Area
from referral import desks
from referral.models import Referral, RoutingRule
from referral.ruling import let_the_desk_decide, retire_rule, set_rule
from tests.referral.pages import url, words
from tests.world import NOON, organisation, service

TODAY = NOON.date()


def rule(w, by="admin", *, at=NOON, **facts):
    with acting(w.actors[by]) as actor:
        return set_rule(actor=actor, at=at, network=by == "coordinator", **facts)


def tried(w):
    with acting(w.actors["caseworker"]) as actor:
        need = type(w.of.need).objects.visible_to(actor).select_related("case__person__area").get(pk=w.of.need.pk)
        return desks.pointed(need, actor=actor, at=NOON)


@pytest.mark.django_db
def test_only_the_administrator_and_the_coordinator_keep_rules_each_their_own(world):
    w = world
    for who, network in (("caseworker", False), ("supervisor", False), ("admin", True), ("coordinator", False)):
        with acting(w.actors[who]) as actor, pytest.raises(NotPermitted):
            set_rule(actor=actor, at=NOON, service=w.of.service, network=network)
    ours, everybodys = rule(w, service=w.of.service), rule(w, "coordinator", service=w.of.service)
    for who, other in (("admin", everybodys), ("coordinator", ours), ("caseworker", ours)):
        with acting(w.actors[who]) as actor, pytest.raises((NotPermitted, RoutingRule.DoesNotExist)):
            retire_rule(other.pk, actor=actor, at=NOON)


@pytest.mark.django_db
def test_rules_are_tried_from_the_nearest_to_the_widest(world):
    w = world
    oblast = Area.objects.filter(parent=None).first()
    district = Area.objects.filter(parent=oblast).first()
    with acting(w.actors["caseworker"]):
        type(w.of.person).objects.filter(pk=w.of.person.pk).update(area=district)
    made = [
        rule(w, "coordinator", service=w.of.service),
        rule(w, service=w.of.service),
        rule(w, service=w.of.service, category="legal"),
        rule(w, service=w.of.service, area=oblast),
        rule(w, service=w.of.service, area=district),
        rule(w, service=w.of.service, area=district, category="legal", priority=20),
        rule(w, service=w.of.service, area=district, category="legal", priority=1),
        rule(w, service=w.of.service, area=Area.objects.exclude(pk__in=[oblast.pk, district.pk]).first()),
    ]
    assert [one.rule.pk for one in tried(w)] == [made[i].pk for i in (6, 5, 4, 3, 2, 1, 0)]


@pytest.mark.django_db
def test_a_rule_whose_service_does_not_fit_gives_way_to_the_next_and_says_why(world):
    w = world
    rule(w, service=service(w.of.receiver, name="For men", sexes=["male"]), priority=1)
    rule(w, service=w.of.service, priority=2)
    first, second = tried(w)
    assert (first.service, second.service) == (None, w.of.service)
    assert "Not for" in first.why_not[0] or "sex" in first.why_not[0].lower()
    with acting(w.actors["caseworker"]) as actor:
        draft = let_the_desk_decide(w.of.need, actor=actor, at=NOON, urgency="urgent")
        assert (draft.service_id, draft.rule_id, draft.state) == (w.of.service.pk, second.rule.pk, "draft")


@pytest.mark.django_db
def test_a_desk_gives_its_fitting_service(world):
    w = world
    service(w.of.receiver, name="A shelter", category="shelter")
    rule(w, desk=w.of.receiver, category="legal")
    assert [one.service for one in tried(w)] == [w.of.service]


@pytest.mark.django_db
def test_without_a_rule_that_leads_anywhere_nothing_is_drafted(world):
    w = world
    with acting(w.actors["caseworker"]) as actor, pytest.raises(NotNow) as refusal:
        let_the_desk_decide(w.of.need, actor=actor, at=NOON, urgency="urgent")
    assert refusal.value.code == "no_rule"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "service"),
        ({"category": "nonsense"}, "category"),
        ({"category": "shelter", "use": "service"}, "service"),
        ({"category": "shelter", "use": "desk"}, "desk"),
        ({"use": "stranger"}, "desk"),
        ({"use": "service", "priority": 0}, "priority"),
        ({"use": "service", "valid_to": TODAY - timedelta(days=1)}, "valid_to"),
    ],
)
def test_a_rule_that_cannot_lead_anywhere_is_refused_with_the_field(world, facts, field):
    w, facts = world, dict(facts)
    use = facts.pop("use", "")
    named = {"service": w.of.service, "desk": w.of.receiver, "stranger": organisation("Empty")}
    if use:
        facts["service" if use == "service" else "desk"] = named[use]
    with pytest.raises(Incomplete) as refusal:
        rule(w, **facts)
    assert field in refusal.value.fields


@pytest.mark.django_db
def test_two_rules_of_one_reach_and_priority_never_hold_on_the_same_day(world):
    w = world
    week = TODAY + timedelta(days=7)
    first = rule(w, service=w.of.service, category="legal", valid_to=week)
    for facts in ({}, {"valid_from": week}, {"valid_from": TODAY - timedelta(days=9)}):
        with pytest.raises(Incomplete) as refusal:
            rule(w, service=w.of.service, category="legal", **facts)
        assert refusal.value.code == "rule_contradicts"
    rule(w, service=w.of.service, category="legal", valid_from=week + timedelta(days=1))
    rule(w, "coordinator", service=w.of.service, category="legal")  # the network's stands behind one's own
    with acting(w.actors["admin"]) as actor:
        retire_rule(first.pk, actor=actor, at=NOON)
        with pytest.raises(NotNow):
            retire_rule(first.pk, actor=actor, at=NOON)
    rule(w, service=w.of.service, category="legal", valid_to=week)


def test_of_two_who_set_the_same_rule_at_once_one_is_refused(committed_world):
    w = committed_world

    def attempt(_number):
        try:
            rule(w, service=w.of.service, category="legal")
            return "set"
        except Incomplete as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == ["rule_contradicts", "set"]


@pytest.mark.django_db
def test_rules_have_their_time(world):
    w = world
    rule(w, service=w.of.service, valid_from=TODAY + timedelta(days=1))
    rule(
        w,
        service=w.of.service,
        category="legal",
        valid_from=TODAY - timedelta(days=9),
        valid_to=TODAY - timedelta(days=1),
    )
    assert tried(w) == []


def test_an_administrator_sets_and_ends_a_rule_and_the_caseworker_uses_it(people):
    o = people.world.of
    answer = people.admin.post(url("new_rule"), {"category": "legal", "service": str(o.service.pk), "priority": "5"})
    assert answer.status_code == 302, words(answer)
    text = words(people.admin.get(url("rules")))
    assert "Legal advice, Receiver partner" in text
    assert "Sender agency" in text
    twice = people.admin.post(url("new_rule"), {"category": "legal", "service": str(o.service.pk), "priority": "5"})
    assert twice.status_code == 422
    assert "Another rule for this need, place and priority" in words(twice)

    assert url("desk", o.need.pk) in people.caseworker.get(url("new", o.need.pk)).content.decode()
    assert "By the intake rule for" in words(people.caseworker.get(url("desk", o.need.pk)))
    answer = people.caseworker.post(url("desk", o.need.pk), {"urgency": "urgent"})
    assert answer.status_code == 302
    with acting(people.world.actors["caseworker"]) as actor:
        draft = Referral.objects.visible_to(actor).get()
    assert (draft.service_id, draft.urgency, answer.url) == (o.service.pk, "urgent", url("share", draft.pk))
    with acting(people.world.actors["admin"]) as actor:
        (kept,) = RoutingRule.objects.visible_to(actor)
    assert people.coordinator.post(url("end_rule", kept.pk)).status_code == 404
    assert people.admin.post(url("end_rule", kept.pk)).status_code == 302
    assert "No rule yet" in words(people.admin.get(url("rules")))
    assert "No rule for this need and place" in words(people.caseworker.get(url("desk", o.need.pk)))
