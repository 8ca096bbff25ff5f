"""Answer links: made by the sender, opened with a code, used once; whoever holds one sees one referral (ADR 16)."""

import json
import re

import pytest
from django.db import connection

from core.access import PROTECTED
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import Actor, acting
from core.models import Event
from referral import links
from referral.amending import amend
from referral.lifecycle import advance, available
from referral.models import AnswerLink, Correction, Referral, StepTaken
from tests.conftest import role
from tests.referral.linking import answered, bare_partner, holder, linked, opened, sent_to_bare
from tests.referral.steps import accepted, drafted, received, sent, step
from tests.world import NOON, member, need, service


def stored(made) -> AnswerLink:
    with acting(holder(made)) as actor:
        return AnswerLink.objects.visible_to(actor).get()


def test_the_token_has_192_random_bits_and_neither_it_nor_the_code_is_stored(world):
    _, made = linked(world)

    with acting(world.actors["caseworker"]), connection.cursor() as cursor:
        cursor.execute("SELECT l::text FROM referral_answerlink l")
        row = cursor.fetchone()[0]
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", made.token)
    assert re.fullmatch(r"\d{6}", made.code)
    assert made.token not in row
    assert made.code not in row.split("(")[1].split(",")


def test_a_link_answers_once_in_the_name_of_the_partner(world):
    referral, made = linked(world)
    session = opened(made)

    done = answered(made, session)

    assert (done.state, done.worker_name, done.worker_id) == ("accepted", "Father Piotr", None)
    with acting(world.actors["caseworker"]) as actor:
        last = StepTaken.objects.visible_to(actor).filter(referral=referral).latest("number")
        link = AnswerLink.objects.visible_to(actor).get()
        kinds = list(Event.objects.visible_to(actor).filter(about=link.pk).order_by("recorded_at").values_list("kind"))
    assert (last.name, last.actor_name, last.organisation_id) == ("accept", "Sister Maria, kitchen", world.of.bare.pk)
    assert (link.used_for, link.step_number) == ("accept", last.number)
    assert kinds == [("link.made",), ("link.opened",), ("link.used",)]
    with pytest.raises(NotNow) as refused:
        answered(made, session, "start", hours=1.1, first_contact_on=NOON.date())
    assert refused.value.code == "link_used"


def test_opening_is_receipt_and_a_place_is_reserved_on_acceptance(world):
    referral, made = linked(world)
    session = opened(made)

    with acting(world.actors["caseworker"]) as actor:
        assert Referral.objects.visible_to(actor).get(pk=referral.pk).state == "received"
    answered(made, session)

    world.of.bare_service.capacity.refresh_from_db()
    assert world.of.bare_service.capacity.used == 1


def test_a_wrong_code_opens_nothing_and_the_fifth_closes_the_link(world):
    referral, made = linked(world)
    wrong = "000000" if made.code != "000000" else "111111"
    with acting(holder(made)) as actor:
        tried = [links.open_link(actor=actor, at=NOON, code=wrong) for _ in range(5)]
        assert tried == [""] * 5
        with pytest.raises(NotNow, match="link_over"):
            links.open_link(actor=actor, at=NOON, code=made.code)
    assert links.standing(stored(made), at=NOON) == "locked"
    with acting(world.actors["caseworker"]) as actor:
        found = Event.objects.visible_to(actor).filter(referral_id=referral.pk, kind__startswith="link.")
        assert list(found.order_by("recorded_at").values_list("kind", flat=True)) == [
            "link.made", "link.tried", "link.tried", "link.tried", "link.tried", "link.locked",
        ]  # fmt: skip


def test_blanks_in_a_code_do_not_count(world):
    _, made = linked(world)

    with acting(holder(made)) as actor:
        assert links.open_link(actor=actor, at=NOON, code=f" {made.code[:3]} {made.code[3:]} ")


@pytest.mark.parametrize("hours", [48, 60])
def test_after_its_time_a_link_opens_nothing(world, hours):
    _, made = linked(world)
    with pytest.raises(NotNow, match="link_over"):
        opened(made, hours=hours)


def test_a_session_ends_before_the_link_does(world):
    _, made = linked(world)
    session = opened(made)

    with pytest.raises(NotNow, match="other_device"):
        answered(made, session, hours=1.5)
    assert answered(made, opened(made, hours=2), hours=2.4).state == "accepted"


def test_the_last_device_that_entered_the_code_is_the_one_that_answers(world):
    _, made = linked(world)
    first, second = opened(made), opened(made)

    with pytest.raises(NotNow, match="other_device"):
        answered(made, first)
    with pytest.raises(NotNow, match="other_device"):
        answered(made, "")
    assert answered(made, second).state == "accepted"


def test_a_withdrawn_link_and_one_that_was_renewed_are_nobody(world):
    referral, first = linked(world)
    session = opened(first)
    actor = holder(first)
    _, second = linked(world, referral, later=1)
    assert links.holder_of(first.token) is None
    with acting(actor):  # one that began to act before it was withdrawn
        assert not Referral.objects.visible_to(actor).exists()
        with pytest.raises(NotNow, match="link_over"):
            links.answer_link(actor=actor, at=NOON, session=session, step="accept", name="X", packet_version=1)

    with acting(world.actors["caseworker"]) as sender:
        links.withdraw_link(referral.pk, actor=sender, at=NOON)
        with pytest.raises(NotNow, match="no_open_link"):
            links.withdraw_link(referral.pk, actor=sender, at=NOON)
    assert links.holder_of(second.token) is None
    assert links.holder_of("") is None


def test_a_cancelled_referral_ends_its_link(world):
    referral, made = linked(world)
    step(world, referral, "cancel", "caseworker", text="Found another way")

    with pytest.raises(NotNow, match="link_over"):
        opened(made)


def test_declining_needs_a_coded_reason_and_writes_no_correction_that_nobody_could_settle(committed_world):
    referral, made = linked(committed_world)
    session = opened(made)

    with pytest.raises(Incomplete):
        answered(made, session, "decline")
    done = answered(made, session, "decline", reason="no_capacity")

    assert (done.state, done.reason) == ("declined", "no_capacity")
    with role("WORKER_DATABASE_URL"):
        assert not Correction.objects.filter(referral_id=referral.pk).exists()


def test_a_question_uses_the_link_up_and_a_new_one_carries_the_answer(world):
    referral, made = linked(world)
    assert answered(made, opened(made), "ask", text="Is lunch enough?").state == "info_requested"
    with pytest.raises(NotNow, match="wrong_state"):
        linked(world, referral)
    step(world, referral, "reply", "caseworker", hours=2, text="Yes")

    _, again = linked(world, referral, later=2)
    assert answered(again, opened(again, hours=3), hours=3).state == "accepted"


def test_after_acceptance_a_new_link_reports_how_it_went_on(world):
    referral, made = linked(world)
    answered(made, opened(made))
    _, second = linked(world, referral, later=2)
    answered(second, opened(second, hours=3), "start", hours=3, first_contact_on=NOON.date())
    _, third = linked(world, referral, later=4)

    done = answered(third, opened(third, hours=5), "complete", hours=5, outcome="provided_full")

    assert done.state == "completed"


def test_the_name_of_who_answers_is_asked_for(world):
    _, made = linked(world)
    session = opened(made)
    for name in ("", "x" * 121, "a\u202eb"):
        with pytest.raises(Incomplete) as refused:
            answered(made, session, name=name)
        assert set(refused.value.fields) == {"name"}
    with pytest.raises(Incomplete) as refused:
        answered(made, session, worker="")
    assert set(refused.value.fields) == {"worker"}


def test_what_was_corrected_is_read_before_it_is_answered(world):
    referral, made = linked(world)
    session = opened(made)
    with acting(world.actors["caseworker"]) as actor:
        amend(referral.pk, actor=actor, at=NOON, reason="Better known", note="She came with a child")

    with pytest.raises(NotNow, match="change_not_seen"):
        answered(made, session, packet_version=1)
    done = answered(made, session, packet_version=2)
    assert (done.state, done.amendment_waits) == ("accepted", False)


def test_only_the_sending_side_makes_a_link_and_only_when_the_partner_is_to_act(world):
    w = world
    referral = sent_to_bare(w)
    with pytest.raises(Referral.DoesNotExist):
        linked(w, referral, by="other_team")
    with pytest.raises(NotPermitted):
        linked(w, referral, by="hotline")
    with pytest.raises(Referral.DoesNotExist):
        linked(w, referral, by="stranger")
    mine = received(w)
    with pytest.raises(NotNow, match="wrong_state"):
        linked(w, mine, by="partner_supervisor")  # may send, but is not the sender of this one
    with pytest.raises(NotNow, match="wrong_state"):
        linked(w, drafted(w, need=need(w.actors["caseworker"], w.of.case)))


def test_mail_and_message_go_to_addresses_of_the_directory_only(world):
    referral = sent_to_bare(world)
    for field, facts in (
        ("address", {"way": "email", "address": "somebody@else.test"}),
        ("address", {"way": "email"}),
        ("number", {"code_way": "sms", "number": "+375291112299"}),
        ("way", {"way": "post"}),
        ("code_way", {"code_way": "email"}),
        ("hours", {"hours": 5}),
        ("language", {"language": "xx"}),
    ):
        with pytest.raises(Incomplete) as refused:
            linked(world, referral, **facts)
        assert set(refused.value.fields) == {field}
    assert links.numbers_of(referral) == ["+375291112233"]


def test_a_link_may_do_two_things_and_sees_one_referral_and_nothing_else_of_the_partner(committed_world):
    """The partner has people, referrals and messages of its own; the link is for one referral only."""
    w = committed_world
    other = accepted(w)
    step(w, sent(w, service=service(w.of.receiver, name="S")), "receive", "partner")
    mine = sent(w, service=service(w.of.receiver, name="Third"))
    _, made = linked(w, mine)
    opened(made)
    actor = holder(made)
    assert actor.permissions == {"referral.answer_linked", "account.ask"}

    seen = {}
    with acting(actor):
        for model, protection in PROTECTED.items():
            if protection.read is None:
                continue
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT to_jsonb(t) FROM "{model._meta.db_table}" t')
                seen[model.__name__] = [json.loads(row[0]) for row in cursor.fetchall()]
    found = {name: rows for name, rows in seen.items() if rows}
    assert set(found) <= {"Referral", "Packet", "StepTaken", "Deadline", "AnswerLink", "Grant"}, sorted(found)
    assert [row["id"] for row in found.pop("Referral")] == [str(mine.pk)]
    assert [row["id"] for row in found.pop("AnswerLink")] == [str(made.link.pk)]
    assert {row["stage"] for row in found["Packet"]} == {"now"}
    # A grant is ids: which cases of whom are open to the partner, not what stands in them.
    assert str(mine.pk) in {row["referral_id"] for row in found.pop("Grant")}
    for rows in found.values():
        assert {row["referral_id"] for row in rows} == {str(mine.pk)}
    assert str(other.pk) not in str(found)


def test_a_link_takes_no_step_that_is_not_the_partners(world):
    _, made = linked(world)
    opened(made)
    with acting(holder(made)) as actor:
        own = Referral.objects.visible_to(actor).get()
        assert {one.name for one in available(own, actor)} == {"ask", "accept", "waitlist", "decline"}
        for name in ("cancel", "reply", "expire", "withdraw", "mark_error"):
            with pytest.raises(NotPermitted):
                advance(own.pk, name, actor=actor, at=NOON)


def test_an_organisation_that_was_closed_has_no_links(world):
    _, made = linked(world)
    world.of.bare.status = "suspended"
    world.of.bare.save()

    assert links.holder_of(made.token) is None


def test_without_a_desk_a_referral_is_sent_only_when_a_link_was_chosen(world):
    bare_partner(world)
    facts = {"service": world.of.bare_service, "consent": world.of.bare_consent}
    referral = drafted(world, **facts)
    with pytest.raises(NotNow, match="no_focal_point"):
        step(world, referral, "send", "caseworker")
    member(world.of.bare, "focal_point")
    assert step(world, referral, "send", "caseworker").state == "sent"


def test_nobody_acts_with_the_verb_of_a_link_alone(world):
    referral, _made = linked(world)
    forged = Actor(organisation_id=world.of.bare.pk, permissions=frozenset({"referral.answer_linked"}))

    with acting(forged):
        assert not Referral.objects.visible_to(forged).exists()
        with pytest.raises(Referral.DoesNotExist):
            advance(referral.pk, "receive", actor=forged, at=NOON)
