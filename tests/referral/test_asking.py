"""A question of the receiver (T5): only for what its packet does not have, and a new class of data needs consent."""

import pytest

from core.actions import Incomplete, NotNow
from core.actors import acting
from referral import sharing
from referral.asking import askable
from referral.models import Packet, Referral
from tests.referral.pages import step as post
from tests.referral.pages import url, words
from tests.referral.steps import received, step
from tests.world import build, consent

WHY = "Does she have papers?"


@pytest.fixture
def world(db):
    return build()


def asked(w, *lines, **facts):
    return step(w, received(w, **facts), "ask", "partner", hours=2, text=WHY, asked=list(lines))


def reply(w, referral, **facts):
    return step(w, referral, "reply", "caseworker", hours=3, text="She agrees", **facts)


def lines_of(w, referral, version, by="partner"):
    with acting(w.actors[by]) as actor:
        return set(sharing.version_of(referral, actor, version).get("now", {}))


def narrow(w, *classes):
    """A consent to the same partner for these classes only."""
    return consent(w.actors["caseworker"], w.of.person, w.of.receiver, data_classes=list(classes))


def rests_on(w, referral, row):
    with acting(w.actors["caseworker"]):
        Referral.objects.filter(pk=referral.pk).update(consent=row)


def test_every_line_can_be_asked_for_unless_the_packet_has_it(world):
    referral = received(world)
    can = {line.code for line in askable(referral)}
    sent_lines = {code for code, choice in referral.share.items() if choice != "no"}
    assert can
    assert not can & sent_lines
    assert can | sent_lines == {line.code for line in sharing.FIELDS}


@pytest.mark.parametrize("lines", [["note"], ["language"], ["name"], ["migration_status", "case_code"], ["x"], "risk"])
def test_what_is_in_the_packet_or_unknown_is_not_asked_for(world, lines):
    referral = received(world)
    with pytest.raises(Incomplete) as refused:
        step(world, referral, "ask", "partner", hours=2, text=WHY, asked=lines)
    assert "asked" in refused.value.fields


def test_a_reply_adds_what_was_asked_for_as_the_next_version(world):
    referral = reply(world, asked(world, "migration_status", "risk"), give=["migration_status"])
    assert (referral.state, referral.packet_version, referral.amendment_waits) == ("received", 2, True)
    assert "migration_status" not in lines_of(world, referral, 1)
    assert lines_of(world, referral, 2) - lines_of(world, referral, 1) == {"migration_status"}


def test_a_reply_in_words_adds_nothing(world):
    referral = reply(world, asked(world, "risk"))
    assert (referral.state, referral.packet_version) == ("received", 1)


def test_nothing_is_added_that_was_not_asked_for(world):
    referral = asked(world, "risk")
    with pytest.raises(Incomplete) as refused:
        reply(world, referral, give=["risk", "citizenship"])
    assert "give" in refused.value.fields
    with acting(world.actors["caseworker"]) as actor:
        assert Packet.objects.visible_to(actor).count() == 2


def test_a_new_class_of_data_needs_consent_and_a_wider_one_opens_it(world):
    referral = asked(world, "migration_status", consent=narrow(world, 1, 2, 3))
    rests_on(world, referral, narrow(world, 1, 2))
    with pytest.raises(NotNow) as refused:
        reply(world, referral, give=["migration_status"])
    assert refused.value.code == "consent_class"
    wide = narrow(world, 1, 2, 3)
    done = reply(world, referral, give=["migration_status"], consent=wide.pk)
    assert (done.consent_id, done.packet_version) == (wide.pk, 2)


def test_the_consent_of_somebody_else_is_not_taken(world):
    referral = asked(world, "risk")
    for other in ("not an id", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(Incomplete) as refused:
            reply(world, referral, give=["risk"], consent=other)
        assert "consent" in refused.value.fields


def test_what_was_given_is_not_asked_for_again(world):
    referral = reply(world, asked(world, "risk"), give=["risk"])
    assert "risk" not in {line.code for line in askable(referral)}


def test_a_partner_ticks_lines_and_the_sender_adds_them_on_the_page(people):
    referral = received(people.world)
    page = people.partner.get(url("step", referral.pk, "ask"))
    assert {code for code, _label in page.context["form"].fields["asked"].choices} >= {"risk", "migration_status"}
    assert "language" not in dict(page.context["form"].fields["asked"].choices)
    assert post(people.partner, referral, "ask", text=WHY, asked=["migration_status"]).status_code == 302
    page = people.caseworker.get(url("detail", referral.pk))
    assert "Asked for: Migration status" in words(page)
    form = people.caseworker.get(url("step", referral.pk, "reply")).context["form"]
    assert [code for code, _label in form.fields["give"].choices] == ["migration_status"]
    facts = {"text": "She agrees", "give": ["migration_status"], "consent": str(people.world.of.consent.pk)}
    assert people.caseworker.post(url("step", referral.pk, "reply"), facts).status_code == 302
    assert "Migration status" in words(people.partner.get(url("changes", referral.pk)))


def test_a_reply_that_the_consent_does_not_cover_keeps_what_was_written(people):
    w = people.world
    referral = asked(w, "migration_status")
    rests_on(w, referral, narrow(w, 1, 2))
    facts = {"text": "She has a stamp", "give": ["migration_status"]}
    page = people.caseworker.post(url("step", referral.pk, "reply"), facts)
    assert page.status_code == 422
    assert "does not cover everything" in words(page)
    assert "She has a stamp" in page.content.decode()


def test_a_question_for_lines_over_the_api(people):
    referral = received(people.world)
    address = f"/api/v1/referrals/{referral.pk}/"
    wrong = people.partner.post(
        f"{address}steps/ask/", {"text": WHY, "asked": ["language"]}, content_type="application/json"
    )
    assert wrong.status_code == 422
    body = {"text": WHY, "asked": ["risk"]}
    right = people.partner.post(f"{address}steps/ask/", body, content_type="application/json")
    assert right.json()["asked_fields"] == ["risk"]
    body = {"text": "Yes", "give": ["risk"]}
    answer = people.caseworker.post(f"{address}steps/reply/", body, content_type="application/json")
    assert answer.json()["packet_version"] == 2
