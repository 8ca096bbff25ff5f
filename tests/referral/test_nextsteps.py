"""After every answer a next step: the table is whole, and what it says can be done."""

from datetime import timedelta

import pytest
from django.urls import resolve

from cases.models import Reminder, Task
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.codelists import codes
from partners.models import Service
from referral.guards import gates
from referral.models import Correction, Referral
from referral.nextsteps import AFTER, WAYS, next_steps, situation
from referral.onward import draft_again, plan_next
from referral.states import COMPLETED_OUTCOMES, NOT_COMPLETED_OUTCOMES
from referral.views.ways import HINTS, ICONS, url_of
from tests.referral.pages import step as post
from tests.referral.pages import url, words
from tests.referral.steps import NOTE, drafted, received, sent, step
from tests.world import NOON, build, consent, member, need, service

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return build()


def declined(w, reason="no_capacity", **facts):
    given = {"text": "x"} if reason == "other" else {}
    return step(w, received(w, **facts), "decline", "partner", hours=2, reason=reason, **given)


def steps_of(w, referral, by="caseworker"):
    with acting(w.actors[by]) as actor:
        row = Referral.objects.visible_to(actor).get(pk=referral.pk)
        return next_steps(row, actor)


def again(w, referral, of, by="caseworker"):
    with acting(w.actors[by]) as actor:
        return draft_again(referral.pk, actor=actor, at=NOON + timedelta(hours=3), service=of)


def test_every_decline_and_every_outcome_opens_a_step():
    wanted = {f"declined.{code}" for code in codes("decline_reason")}
    wanted |= {f"completed.{code}" for code in COMPLETED_OUTCOMES}
    wanted |= {f"not_completed.{code}" for code in NOT_COMPLETED_OUTCOMES}
    assert wanted <= set(AFTER)
    assert "withdrawn.superseded" not in AFTER
    assert all(AFTER[key] for key in wanted)


def test_the_steps_are_those_of_the_code_list_and_each_leads_somewhere(world):
    used = {code for found in AFTER.values() for code in found}
    assert used <= set(WAYS)
    assert set(WAYS) == set(codes("next_step")) == set(ICONS)
    assert set(HINTS) <= set(WAYS)
    referral = sent(world)
    for code in WAYS:
        assert resolve(url_of(code, referral))


@pytest.mark.parametrize("reason", codes("decline_reason"))
def test_after_each_decline_the_sender_is_shown_one_step_that_opens(people, reason):
    referral = received(people.world)
    post(people.partner, referral, "decline", reason=reason, text="Words")
    page = people.caseworker.get(url("detail", referral.pk))
    found = page.context["next_steps"]
    assert found
    assert "Next step" in words(page)
    for way in found:
        answer = people.caseworker.get(way["url"])
        assert answer.status_code == 200, (reason, way["code"], answer.status_code)


def test_another_service_gets_what_still_holds_and_asks_for_the_rest(world):
    referral = declined(world)
    other = service(world.of.receiver, name="Second")
    draft = again(world, referral, other)
    assert (draft.need_id, draft.urgency, draft.draft_note) == (referral.need_id, "urgent", NOTE)
    assert draft.consent_id == world.of.consent.pk
    assert draft.share["language"] == referral.share["language"]
    assert draft.state == "draft"
    assert step(world, draft, "send", "caseworker", hours=4).state == "sent"


def test_a_consent_that_does_not_cover_the_new_partner_is_not_carried_over(world):
    referral = declined(world)
    elsewhere = service(world.of.stranger, name="Elsewhere")
    draft = again(world, referral, elsewhere)
    assert draft.consent_id is None
    with acting(world.actors["caseworker"]) as actor:
        fresh = Referral.objects.select_related("service", "sender", "receiver", "consent", "need", "case__person").get(
            pk=draft.pk
        )
        refusals = {gate.refusal for gate in gates(fresh, actor=actor, at=NOON + timedelta(hours=3))}
    assert "consent_missing" in refusals


def test_an_excluded_partner_and_an_ended_consent_are_not_carried_over(world):
    referral = declined(world)
    mine = world.actors["caseworker"]
    consent(mine, world.of.person, world.of.stranger, expires_at=NOON + timedelta(hours=1))
    consent(mine, world.of.person, receiver_class="network", excluded=[world.of.stranger.pk])
    assert again(world, referral, service(world.of.stranger, name="Elsewhere")).consent_id is None


def test_a_field_that_the_new_service_does_not_ask_for_is_not_shared(world):
    curious = service(world.of.receiver, name="Curious", asks_for=["risk"])
    referral = declined(world, service=curious)
    with acting(world.actors["caseworker"]):
        Referral.objects.filter(pk=referral.pk).update(share=referral.share | {"risk": "now"})
    assert again(world, referral, service(world.of.receiver, name="Plain")).share["risk"] == "no"


def test_after_a_conflict_of_interest_the_same_partner_is_not_asked_again(world):
    referral = declined(world, "conflict_of_interest")
    with pytest.raises(NotNow) as refusal:
        again(world, referral, service(world.of.receiver, name="Next door"))
    assert refusal.value.code == "same_partner"


def test_an_open_referral_is_not_replaced_and_a_strangers_is_not_found(world):
    referral = received(world)
    other = service(world.of.receiver, name="Second")
    with pytest.raises(NotNow):
        again(world, referral, other)
    with pytest.raises(NotPermitted):
        again(world, referral, other, by="partner_supervisor")
    with pytest.raises(Referral.DoesNotExist):
        again(world, referral, other, by="stranger")


def test_while_waiting_on_a_list_another_service_may_be_asked(world):
    waits = step(world, received(world), "waitlist", "partner", expected_on="2026-12-10")
    assert steps_of(world, waits)[0] == "choose_other"
    assert again(world, waits, service(world.of.receiver, name="Second")).state == "draft"


def test_the_suggestion_of_the_decliner_is_one_tap_away(people):
    w = people.world
    other = service(w.of.receiver, name="Evening lawyers")
    referral = received(w)
    post(people.partner, referral, "decline", reason="no_capacity", suggested_service=str(other.pk))
    page = people.caseworker.get(url("detail", referral.pk))
    assert page.context["next_steps"][0]["code"] == "draft_suggested"
    answer = people.caseworker.post(url("again", referral.pk), {"service": str(other.pk)}, follow=True)
    assert "Carried over" in answer.content.decode()
    assert NOTE in answer.content.decode()


def test_a_later_day_becomes_a_task_and_a_stored_reminder(world):
    referral = declined(world)
    day = (NOON + timedelta(days=10)).date()
    with acting(world.actors["caseworker"]) as actor:
        task = plan_next(
            referral.pk, actor=actor, at=NOON, code="remind_later", text="Ask again", due_on=day
        )  # fmt: skip
        assert task.referral_id == referral.pk
        assert Reminder.objects.visible_to(actor).get(about=task.pk).due_on == day
        for wrong in ({"due_on": (NOON - timedelta(days=1)).date()}, {"code": "close_case"}, {"text": " "}):
            facts = {"code": "remind_later", "text": "Ask", "due_on": day, **wrong}
            with pytest.raises(Incomplete):
                plan_next(referral.pk, actor=actor, at=NOON, **facts)


def test_a_task_about_a_need_of_class_4_is_for_those_whom_the_case_names(world):
    mine = world.actors["caseworker"]
    whole = consent(mine, world.of.person, world.of.receiver, data_classes=[1, 2, 3, 4])
    safe = service(world.of.receiver, name="House", category="trafficking")
    draft = drafted(world, need=world.of.secret_need, service=safe, consent=whole)
    step(world, draft, "submit", "caseworker")
    step(world, draft, "approve", "supervisor")
    step(world, draft, "receive", "partner")
    referral = step(world, draft, "decline", "partner", reason="no_capacity")
    with acting(mine):
        day = NOON.date()
        task = plan_next(referral.pk, actor=mine, at=NOON, code="ask_person", text="Ask", due_on=day)
    with acting(world.actors["colleague"]) as colleague:
        assert not Task.objects.visible_to(colleague).filter(pk=task.pk).exists()


def test_a_conference_is_put_forward_after_three_declines_and_is_the_supervisors(world):
    for number in range(3):
        referral = declined(world, service=service(world.of.receiver, name=str(number)))
        assert (steps_of(world, referral)[0] == "case_conference") == (number == 2)
    with acting(world.actors["caseworker"]) as actor:
        task = plan_next(
            referral.pk, actor=actor, at=NOON, code="case_conference", text="Meet", due_on=NOON.date()
        )  # fmt: skip
    assert task.assignee_id == world.members["supervisor"].pk


def test_a_settled_need_has_no_next_step_and_other_open_referrals_come_first(world):
    referral = declined(world)
    second = sent(world, service=service(world.of.receiver, name="Second"))
    assert steps_of(world, referral)[0] == "see_others"
    step(world, second, "cancel", "caseworker", text="x")
    assert steps_of(world, referral)[0] == "choose_other"
    with acting(world.actors["caseworker"]):
        type(world.of.need).objects.filter(pk=world.of.need.pk).update(status="met")
    assert steps_of(world, referral) == []


def test_who_may_not_do_a_step_is_not_shown_it(world):
    referral = declined(world)
    assert steps_of(world, referral, "partner") == ["correct_card"]
    assert steps_of(world, referral, "coordinator") == []
    assert situation(referral) == "declined.no_capacity"


def test_the_decliners_entry_waits_for_one_tap_of_who_keeps_it(people):
    w = people.world
    referral = received(w)
    post(people.partner, referral, "decline", reason="no_capacity")
    waits = Correction.objects.get
    with acting(w.actors["partner"]):
        assert waits().value == "no_capacity"
        w.of.service.capacity.refresh_from_db()
        assert w.of.service.capacity.status == "capacity"  # nobody confirmed it yet
    page = people.partner.get(url("corrections"))
    assert "Say that there are no free places" in words(page)
    assert "Say that there are no free places" in words(people.partner.get("/"))
    with acting(w.actors["partner"]):
        pk = waits().pk
    assert people.caseworker.post(url("settle_correction", pk), {"take": "yes"}).status_code in {403, 404}
    assert people.stranger.post(url("settle_correction", pk), {"take": "yes"}).status_code == 404
    assert people.partner.post(url("settle_correction", pk), {"take": "yes"}).status_code == 302
    w.of.service.capacity.refresh_from_db()
    assert w.of.service.capacity.status == "no_capacity"
    assert people.partner.post(url("settle_correction", pk), {"take": "yes"}).status_code == 409


def test_an_entry_that_is_right_is_left_as_it_is(people):
    w = people.world
    post(people.partner, received(w), "decline", reason="service_suspended")
    with acting(w.actors["partner"]):
        row = Correction.objects.get()
    # Places she may set; the entry itself is somebody else's to keep.
    assert people.partner_supervisor.post(url("settle_correction", row.pk), {"take": "no"}).status_code == 403
    assert people.partner.post(url("settle_correction", row.pk), {"take": "no"}).status_code == 302
    assert Service.objects.get(pk=w.of.service.pk).status == "active"


def test_a_second_decline_for_the_same_reason_proposes_nothing_twice(world):
    declined(world)
    declined(world, need=need(world.actors["caseworker"], world.of.case))
    with acting(world.actors["partner"]):
        assert Correction.objects.count() == 1


def test_rules_that_let_the_wrong_person_through_are_checked_by_who_keeps_them(people):
    w = people.world
    keeper = member(w.of.receiver, "organisation_admin")
    people.world.members["keeper"] = keeper
    post(people.partner, received(w), "decline", reason="not_eligible")
    assert people.partner_supervisor.get(url("corrections")).context["rows"] == []  # she keeps places only
    page = people.keeper.get(url("corrections"))
    assert "Check whom the service takes" in words(page)
    assert "Check whom the service takes" in words(people.keeper.get("/"))
    Service.objects.filter(pk=w.of.service.pk).update(verified_on=None)
    pk = page.context["rows"][0]["pk"]
    assert people.keeper.post(url("settle_correction", pk), {"take": "yes"}).status_code == 302
    assert Service.objects.get(pk=w.of.service.pk).verified_on == NOON.date()


def test_a_service_that_is_closed_for_now_says_so_after_one_tap(people):
    w = people.world
    people.world.members["keeper"] = member(w.of.receiver, "organisation_admin")
    post(people.partner, received(w), "decline", reason="service_suspended")
    pk = people.keeper.get(url("corrections")).context["rows"][0]["pk"]
    assert people.keeper.post(url("settle_correction", pk), {"take": "yes"}).status_code == 302
    assert Service.objects.get(pk=w.of.service.pk).status == "temporarily closed"


def test_the_page_of_a_referral_asks_few_questions(people, queries):
    w = people.world
    referral = received(w)
    post(people.partner, referral, "decline", reason="no_capacity")
    for who in ("caseworker", "partner"):
        client = getattr(people, who)
        client.get(url("detail", referral.pk))
        with queries() as seen:
            client.get(url("detail", referral.pk))
        assert len(seen) <= 26, [query["sql"][:90] for query in seen]
