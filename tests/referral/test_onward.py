"""Referring on from a case of one's own, and what looks like a second referral for the same."""

from datetime import timedelta

import pytest

from cases.models import Case
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import SYSTEM, acting
from core.models import Event
from notifications import audiences
from referral import consumers
from referral.drafting import set_share
from referral.models import Packet, Referral
from referral.onward import refer_on
from tests.conftest import role
from tests.referral.pages import url, words
from tests.referral.steps import NOTE, accepted, drafted, received, sent, step
from tests.world import NOON, agreement, build, case, consent, need, person, service


@pytest.fixture
def world(db):
    return build()


def own_record(w, parent):
    """The receiver's own case from the referral: its person, a need, the consent to the next partner, a service."""
    actor = w.actors["partner_supervisor"]
    agreement(w.of.receiver, w.of.stranger)
    someone = person(actor)
    its_case = case(
        actor, someone, caseworker=w.members["partner_supervisor"], parent_referral_id=parent and parent.pk
    )  # fmt: skip
    return {
        "need": need(actor, its_case),
        "service": service(w.of.stranger, name="Elsewhere"),
        "consent": consent(actor, someone, w.of.stranger),
        "urgency": "routine",
    }


def on(w, parent, by="partner_supervisor", **facts):
    with acting(w.actors[by]) as actor:
        return refer_on(parent.pk, actor=actor, at=NOON + timedelta(hours=4), **facts)


def test_referring_on_is_a_new_referral_that_names_its_parent_and_forwards_nothing(world):
    first = accepted(world)
    child = on(world, first, **own_record(world, first))
    assert (child.parent_id, child.sender_id, child.state) == (first.pk, world.of.receiver.pk, "draft")
    with acting(world.actors["partner_supervisor"]) as actor:
        set_share(child.pk, actor=actor, at=NOON, note="Own words")
    sent_on = step(world, child, "send", "partner_supervisor", hours=5)
    with acting(world.actors["stranger"]) as actor:
        texts = str([part.fields for part in Packet.objects.visible_to(actor).filter(referral=sent_on)])
        assert not Packet.objects.visible_to(actor).filter(referral=first).exists()
    assert NOTE not in texts


def test_without_the_persons_consent_to_the_new_partner_nothing_is_begun(world):
    first = accepted(world)
    facts = own_record(world, first)
    other = consent(world.actors["partner_supervisor"], facts["need"].case.person, world.of.sender)
    somebody = person(world.actors["partner_supervisor"], name="Other Person")
    theirs = consent(world.actors["partner_supervisor"], somebody, world.of.stranger)
    for wrong in (None, other, theirs):
        with pytest.raises(Incomplete) as refusal:
            on(world, first, **facts | {"consent": wrong})
        assert list(refusal.value.fields) == ["consent"]


def test_only_who_accepted_refers_on_and_only_from_the_case_of_that_referral(world):
    waiting = received(world)
    facts = own_record(world, waiting)
    with pytest.raises(NotPermitted):
        on(world, waiting, **facts)
    taken = step(world, waiting, "accept", "partner", worker=world.members["worker"].pk)
    with pytest.raises(NotPermitted):
        on(world, taken, by="supervisor", **facts)
    with pytest.raises(Referral.DoesNotExist):
        on(world, taken, by="stranger", **facts)
    elsewhere = own_record(world, None)
    with pytest.raises(Incomplete) as refusal:
        on(world, taken, **facts | {"need": elsewhere["need"], "consent": elsewhere["consent"]})
    assert list(refusal.value.fields) == ["need"]


def test_the_first_sender_learns_that_it_was_referred_on_and_not_to_whom(committed_world, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    w = committed_world
    first = accepted(w)
    child = on(w, first, **own_record(w, first))
    with acting(w.actors["partner_supervisor"]) as actor:
        set_share(child.pk, actor=actor, at=NOON, note="Own words")
    step(w, child, "send", "partner_supervisor", hours=5)
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        event = Event.objects.get(kind="referral.sent", referral_id=child.pk)
        for _ in range(2):  # told twice
            consumers.make_tasks(event, at=event.at)
        told = Event.objects.get(kind="referral.referred_on")
        assert str(child.pk) not in str(told.facts)
        assert str(w.of.stranger.pk) not in str(told.facts) + str(told.organisation_ids)
        assert [member.name for member in audiences.sender_worker(told)] == ["Caseworker"]
    with acting(w.actors["caseworker"]) as actor:
        row = Referral.objects.visible_to(actor).get(pk=first.pk)
        assert row.referred_on_at is not None
        assert not Referral.objects.visible_to(actor).filter(pk=child.pk).exists()


def test_both_sides_read_who_answers_for_what(people):
    w = people.world
    first = accepted(w)
    with acting(w.actors["partner_supervisor"]):
        Referral.objects.filter(pk=first.pk).update(referred_on_at=NOON)
    assert "the need is yours to settle" in words(people.caseworker.get(url("detail", first.pk)))
    assert "You answer for what you referred on" in words(people.partner_supervisor.get(url("detail", first.pk)))


def test_the_page_asks_for_a_case_first_then_for_need_service_and_consent(people):
    w = people.world
    first = accepted(w)
    page = people.partner_supervisor.get(url("refer_on", first.pk))
    assert "First, a case of your own" in words(page)
    facts = own_record(w, first)
    data = {name: str(facts[name].pk) for name in ("need", "service")} | {"urgency": "routine"}
    missing = people.partner_supervisor.post(url("refer_on", first.pk), data)
    assert missing.status_code == 422
    assert "Ask the person about the new partner" in words(missing)
    answer = people.partner_supervisor.post(url("refer_on", first.pk), data | {"consent": str(facts["consent"].pk)})
    assert answer.status_code == 302
    assert "Elsewhere" in words(people.partner_supervisor.get(url("refer_on", first.pk)))
    assert people.supervisor.get(url("refer_on", first.pk)).status_code == 404
    assert people.stranger.get(url("refer_on", first.pk)).status_code == 404


def test_a_case_is_opened_from_the_packet_after_a_search_by_its_name(people):
    w = people.world
    first = accepted(w)
    page = people.partner_supervisor.get(url("own_case", first.pk))
    assert "Search first" in words(page)
    found = people.partner_supervisor.post(url("own_case", first.pk))
    assert found.context["name"] == "Амина Хайдари"
    assert "Register a new person" in words(found)
    begun = people.partner_supervisor.post(found.context["register_url"], {"words": found.context["name"]}, follow=True)
    assert "Амина Хайдари" in begun.content.decode()
    assert people.caseworker.get(url("own_case", first.pk)).status_code == 404
    waiting = received(w, service=service(w.of.receiver, name="Second"))
    assert people.partner_supervisor.get(url("own_case", waiting.pk)).status_code == 404


def test_a_person_who_is_known_already_is_found_and_the_case_names_the_referral(people):
    w = people.world
    first = accepted(w)
    known = person(w.actors["partner_supervisor"])
    found = people.partner_supervisor.post(url("own_case", first.pk))
    assert [match["person"].pk for match in found.context["matches"]] == [known.pk]
    case(w.actors["partner_supervisor"], known, caseworker=w.members["partner_supervisor"], parent_referral_id=first.pk)
    page = people.partner_supervisor.get(url("own_case", first.pk))
    with acting(w.actors["partner_supervisor"]) as actor:
        reference = Case.objects.visible_to(actor).get(parent_referral_id=first.pk).reference
    assert reference in words(page)


def test_the_same_again_within_a_day_asks_why(world):
    first = sent(world)
    step(world, first, "cancel", "caseworker", hours=1, text="Wrong day")
    second = drafted(world)
    with pytest.raises(NotNow) as refusal:
        step(world, second, "send", "caseworker", hours=2)
    assert refusal.value.code == "repeat_reason_missing"
    assert first.reference in refusal.value.sentence
    with acting(world.actors["caseworker"]) as actor:
        with pytest.raises(Incomplete):
            set_share(second.pk, actor=actor, at=NOON, repeat_reason="because")
        set_share(second.pk, actor=actor, at=NOON, repeat_reason="facts_changed")
    assert step(world, second, "send", "caseworker", hours=2).repeat_reason == "facts_changed"


def test_after_a_day_the_same_may_be_asked_without_a_reason(world):
    first = sent(world)
    step(world, first, "cancel", "caseworker", hours=1, text="Wrong day")
    second = drafted(world)
    assert step(world, second, "send", "caseworker", hours=25).state == "sent"


def test_a_colleagues_referral_for_the_same_kind_of_need_is_named(world):
    others_need = need(world.actors["colleague"], world.of.case)
    draft = drafted(world, need=others_need, by="colleague")
    first = step(world, draft, "send", "colleague")
    second = drafted(world, service=service(world.of.receiver, name="Second"))
    with pytest.raises(NotNow) as refusal:
        step(world, second, "send", "caseworker", hours=2)
    assert refusal.value.code == "repeat_reason_missing"
    assert "Colleague" in refusal.value.sentence
    assert first.reference in refusal.value.sentence


def test_ones_own_second_referral_to_another_service_asks_nothing(world):
    sent(world)
    second = drafted(world, service=service(world.of.receiver, name="Second"))
    assert step(world, second, "send", "caseworker", hours=1).state == "sent"


def test_the_page_before_sending_asks_for_the_reason(people):
    w = people.world
    first = sent(w)
    step(w, first, "cancel", "caseworker", text="Wrong day")
    second = drafted(w)
    page = people.caseworker.get(url("send", second.pk))
    assert "less than 24 hours ago" in words(page)
    facts = {"consent": str(w.of.consent.pk), "seen": "on", "go": "1"}
    assert people.caseworker.post(url("send", second.pk), facts).status_code in {409, 422}
    answer = people.caseworker.post(url("send", second.pk), facts | {"repeat_reason": "agreed"})
    assert answer.status_code == 302
    with acting(w.actors["caseworker"]) as actor:
        assert Referral.objects.visible_to(actor).get(pk=second.pk).state == "sent"


def test_another_service_and_referring_on_over_the_api(people):
    w = people.world
    first = accepted(w)
    facts = own_record(w, first)
    body = {name: str(facts[name].pk) for name in ("need", "service", "consent")} | {"urgency": "routine"}
    address = f"/api/v1/referrals/{first.pk}/refer-on/"
    answer = people.partner_supervisor.post(address, body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["parent"] == str(first.pk)
    hidden = people.partner_supervisor.post(
        address, body | {"need": str(w.of.need.pk)}, content_type="application/json"
    )  # fmt: skip
    assert hidden.status_code == 422
    assert people.stranger.post(address, body, content_type="application/json").status_code == 404
    other = service(w.of.receiver, name="Second")
    no = step(w, received(w, service=other), "decline", "partner", reason="no_capacity")
    shown = people.caseworker.get(f"/api/v1/referrals/{no.pk}/").json()
    assert "choose_other" in {row["code"] for row in shown["next_steps"]}
    third = service(w.of.receiver, name="Third")
    again = people.caseworker.post(
        f"/api/v1/referrals/{no.pk}/again/", {"service": str(third.pk)}, content_type="application/json"
    )
    assert again.status_code == 201, again.content
    assert again.json()["state"] == "draft"


def test_a_running_referral_puts_the_answer_first_and_the_rest_beside_it(people):
    w = people.world
    first = accepted(w)
    page = people.partner_supervisor.get(url("detail", first.pk))
    assert "You can also" in words(page)
    assert page.content.decode().count("btn-primary") <= 2  # the step; the shell's own
    assert {row["code"] for row in page.context["next_steps"]} == {"own_case", "refer_on"}
