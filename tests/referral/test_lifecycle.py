"""The door of a referral: who may take which step when, and what it leaves behind."""

import pytest

from cases.models import Consent, Grant, Need, Person
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event, Outbox
from partners.actions import end_agreement
from partners.models import Agreement, Capacity
from referral.drafting import draft_referral
from referral.lifecycle import available
from referral.models import Packet, Referral, StepTaken
from tests.referral.steps import accepted, drafted, received, sent, started, step
from tests.world import NOON, agreement, case, consent, need, person, service

pytestmark = pytest.mark.django_db


def read(w, by, model):
    with acting(w.actors[by]) as actor:
        return list(model.objects.visible_to(actor))


def test_a_referral_is_accepted_and_completed(world):
    referral = step(world, started(world), "complete", "partner", hours=30, outcome="provided_full")

    assert referral.state == "completed"
    with acting(world.actors["caseworker"]) as actor:
        steps = StepTaken.objects.visible_to(actor).filter(referral=referral).order_by("number")
        assert [(row.number, row.name) for row in steps] == list(
            enumerate(["send", "receive", "accept", "start", "complete"], start=1)
        )


def test_the_partner_reads_the_identity_only_after_accepting(world):
    referral = received(world)
    assert [packet.stage for packet in read(world, "partner", Packet)] == ["now"]

    step(world, referral, "accept", "partner", hours=2, worker=world.members["worker"].pk)

    packets = {packet.stage: packet.fields for packet in read(world, "partner", Packet)}
    assert packets["after"]["name"] == "Амина Хайдари"
    assert "name" not in packets["now"]


def test_a_declined_referral_ends_reading_and_opens_the_need_again(world):
    referral = received(world)

    step(world, referral, "decline", "partner", hours=2, reason="not_eligible")

    assert read(world, "partner", Packet) == []
    with acting(world.actors["caseworker"]):
        assert Need.objects.get(pk=world.of.need.pk).status == "open"
        assert Grant.objects.get(referral_id=referral.pk).close_reason == "declined"


def test_acceptance_puts_the_sender_s_need_in_referral(world):
    accepted(world)

    with acting(world.actors["caseworker"]):
        assert Need.objects.get(pk=world.of.need.pk).status == "in_referral"


def test_a_second_acceptance_says_who_has_it(world):
    referral = accepted(world)

    with pytest.raises(NotNow) as refusal:
        step(world, referral, "accept", "partner_supervisor", hours=3, worker=world.members["partner"].pk)

    assert refusal.value.code == "wrong_state"
    assert "Worker" in refusal.value.sentence


def test_a_place_is_taken_on_acceptance_and_given_back_on_the_outcome(world):
    referral = started(world)
    assert Capacity.objects.get(pk=world.of.service.pk).used == 1

    step(world, referral, "not_complete", "partner", hours=9, outcome="client_moved")

    assert Capacity.objects.get(pk=world.of.service.pk).used == 0


def test_the_last_place_cannot_be_given_twice(world):
    other = service(world.of.receiver, places=1, name="Small")
    accepted(world, service=other)
    second = received(world)
    Referral.objects.none()
    with acting(world.actors["partner"]):
        Capacity.objects.filter(pk=world.of.service.pk).update(maximum=0)

    with pytest.raises(NotNow) as refusal:
        step(world, second, "accept", "partner", hours=2, worker=world.members["worker"].pk)

    assert refusal.value.code == "no_capacity"


def test_highly_restricted_data_waits_for_a_supervisor(world):
    with acting(world.actors["caseworker"]):
        Consent.objects.filter(pk=world.of.consent.pk).update(data_classes=[1, 2, 3, 4])
        world.of.consent.refresh_from_db()
    other = service(world.of.receiver, category="trafficking", name="Shelter")
    referral = drafted(world, need=world.of.secret_need, service=other)
    with pytest.raises(NotNow) as refusal:
        step(world, referral, "send", "caseworker")
    assert refusal.value.code == "approval_needed"

    step(world, referral, "submit", "caseworker")
    with pytest.raises(NotPermitted):
        step(world, referral, "approve", "caseworker")
    assert step(world, referral, "approve", "supervisor").state == "sent"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "withdrawn", "withdrawn_at": NOON}, "consent_withdrawn"),
        ({"status": "expired"}, "consent_expired"),
        ({"expires_at": NOON}, "consent_expired"),
        ({"receivers": []}, "consent_receiver"),
        ({"data_classes": [1]}, "consent_class"),
        ({"purposes": ["case_management"]}, "consent_purpose"),
        ({"status": "proposed"}, "consent_missing"),
    ],
)
def test_consent_that_does_not_cover_the_referral_is_refused_with_its_own_code(world, change, code):
    referral = drafted(world)
    with acting(world.actors["caseworker"]):
        Consent.objects.filter(pk=world.of.consent.pk).update(**change)

    with pytest.raises(NotNow) as refusal:
        step(world, referral, "send", "caseworker")

    assert refusal.value.code == code
    assert len(refusal.value.sentence) > 20


def test_an_excluded_partner_is_refused_though_the_network_is_named(world):
    referral = drafted(world)
    with acting(world.actors["caseworker"]):
        Consent.objects.filter(pk=world.of.consent.pk).update(
            receivers=[], receiver_class="network", excluded=[world.of.receiver.pk]
        )

    with pytest.raises(NotNow, match="consent_receiver"):
        step(world, referral, "send", "caseworker")


def test_wrong_facts_are_named(world):
    referral = received(world)

    for facts, field in (
        ({"reason": "other"}, "text"),
        ({"reason": "nonsense"}, "reason"),
        ({"reason": "duplicate", "surprise": 1}, "surprise"),
    ):
        with pytest.raises(Incomplete) as refusal:
            step(world, referral, "decline", "partner", **facts)
        assert list(refusal.value.fields) == [field]


def test_unreachable_needs_three_attempts_on_two_days(world):
    referral = started(world)

    with pytest.raises(Incomplete) as refusal:
        step(world, referral, "not_complete", "partner", outcome="client_unreachable", attempts=["2026-11-23"] * 3)
    assert list(refusal.value.fields) == ["attempts"]

    days = ["2026-11-20", "2026-11-20", "2026-11-21"]
    done = step(world, referral, "not_complete", "partner", outcome="client_unreachable", attempts=days)
    assert done.state == "not_completed"


def test_a_stranger_does_not_find_the_referral(world):
    referral = sent(world)

    for by in ("stranger", "hotline", "admin", "analyst", "other_team"):
        with pytest.raises(Referral.DoesNotExist):
            step(world, referral, "receive", by)


def test_the_steps_drawn_are_the_steps_taken(world):
    referral = received(world)

    def names(by):
        return [row.name for row in available(referral, world.actors[by])]

    assert names("partner") == ["ask", "accept", "waitlist", "decline"]
    assert names("caseworker") == ["cancel"]
    assert names("supervisor") == ["cancel", "mark_error"]
    assert names("coordinator") == []


def test_each_step_leaves_one_event_and_one_pointer(world):
    referral = received(world)

    with acting(world.actors["caseworker"]) as actor:
        kinds = [row.kind for row in Event.objects.visible_to(actor).filter(referral_id=referral.pk).order_by("at")]
    assert kinds.count("referral.sent") == 1
    assert kinds[-1] == "referral.received"
    with acting(world.actors["caseworker"]):
        assert Outbox._meta.db_table == "core_outbox"


def test_what_is_empty_is_not_announced_as_something_that_opens_later(world):
    assert drafted(world).share["caregiver"] == "after"

    referral = sent(world, service=service(world.of.receiver, name="Second"))

    assert referral.share["caregiver"] == "no"
    assert referral.share["name"] == "after"


def test_the_receiver_refers_on_from_a_case_of_its_own(world):
    first = accepted(world)
    onward = world.actors["partner_supervisor"]
    elsewhere = service(world.of.stranger, name="Elsewhere")
    agreement(world.of.receiver, world.of.stranger)
    someone = person(onward)
    its_consent = consent(onward, someone, world.of.stranger)
    its_case = case(onward, someone, caseworker=world.members["partner_supervisor"], parent_referral_id=first.pk)
    its_need = need(onward, its_case)

    second = drafted(world, need=its_need, service=elsewhere, consent=its_consent, by="partner_supervisor")

    assert second.parent_id == first.pk
    assert step(world, second, "send", "partner_supervisor").state == "sent"
    with acting(world.actors["stranger"]):
        assert not Packet.objects.filter(referral=first).exists()


@pytest.mark.parametrize("ended", [True, False])
def test_an_agreement_that_lapses_blocks_what_is_new_and_leaves_what_was_sent_readable(world, ended):
    first = received(world)
    second = drafted(world, need=need(world.actors["caseworker"], world.of.case))
    with acting(world.actors["coordinator"]) as actor:
        if ended:
            end_agreement(world.of.agreement.pk, actor=actor, at=NOON)
        else:
            Agreement.objects.filter(pk=world.of.agreement.pk).update(valid_to=NOON.date())

    with pytest.raises(NotNow) as refusal:
        step(world, second, "send", "caseworker", hours=30)

    assert refusal.value.code == "agreement_missing"
    assert [packet.stage for packet in read(world, "partner", Packet)] == ["now"]
    step(world, first, "accept", "partner", hours=31, worker=world.members["worker"].pk)
    assert len(read(world, "partner", Packet)) == 2, "what was frozen at sending opens with the acceptance"
    with acting(world.actors["caseworker"]):
        Grant.objects.filter(referral_id=first.pk).update(until=NOON.replace(year=2020))
    assert read(world, "partner", Packet) == [], "the grant's own end is the end of reading"


def test_only_who_accepted_a_referral_refers_on(world):
    first = received(world)
    with acting(world.actors["caseworker"]) as actor, pytest.raises(NotPermitted):
        draft_referral(
            world.of.need, actor=actor, at=NOON, service=service(world.of.receiver), urgency="urgent", parent=first
        )


@pytest.mark.parametrize(
    ("born", "precision", "asked"),
    [("2008-01-01", "day", False), ("2008-01-01", "year", True), ("2010-01-01", "day", True)],
)
def test_who_may_be_a_child_waits_for_a_supervisor(world, born, precision, asked):
    with acting(world.actors["caseworker"]):
        Person.objects.filter(pk=world.of.person.pk).update(birth_date=born, birth_precision=precision)
        fresh = Need.objects.select_related("case__person").get(pk=world.of.need.pk)

    assert drafted(world, need=fresh).approval_needed is asked
