"""Correcting what was sent: both versions are kept, guarded, compared, and read before the receiver answers."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from cases.models import Grant
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event
from referral.amending import acknowledge, amend, changes
from referral.drafting import set_share
from referral.models import Amendment, Packet, Referral
from tests.referral.pages import step as post
from tests.referral.pages import url, words
from tests.referral.racing import Racers, accepting, signed_in
from tests.referral.steps import NOTE, accepted, drafted, received, sent, started, step
from tests.world import NOON, agreement, build, consent, need, service

WHY = "We know more since the visit"
FRESH = "She also needs an interpreter for the court."
LATER = NOON + timedelta(hours=5)


@pytest.fixture
def world(db):
    return build()


def corrected(w, referral, by="caseworker", at=LATER, **facts):
    with acting(w.actors[by]) as actor:
        return amend(referral.pk, actor=actor, at=at, **{"reason": WHY, "note": FRESH, **facts})


def read(w, referral, by="partner", **facts):
    with acting(w.actors[by]) as actor:
        return acknowledge(referral.pk, actor=actor, at=LATER, **facts)


def compared(w, referral, by):
    with acting(w.actors[by]) as actor:
        row = Referral.objects.visible_to(actor).get(pk=referral.pk)
        return changes(row, actor)


def refused(code, call):
    with pytest.raises(NotNow) as refusal:
        call()
    assert refusal.value.code == code


def test_a_correction_is_a_new_version_beside_the_one_that_was_sent(world):
    referral = received(world)
    row = corrected(world, referral)
    assert (row.version, row.fields) == (2, ["note"])
    with acting(world.actors["caseworker"]) as actor:
        parts = Packet.objects.visible_to(actor).filter(referral=referral, stage="now").order_by("version")
        assert [part.fields["note"] for part in parts] == [NOTE, FRESH]
        logged = Event.objects.visible_to(actor).get(kind="referral.amended", referral_id=referral.pk)
    assert logged.facts["packet_version"] == 2
    assert FRESH not in str(logged.facts)


def test_no_version_can_be_changed_or_taken_away(world):
    referral = received(world)
    corrected(world, referral)
    with acting(world.actors["caseworker"]):
        for statement in ("UPDATE referral_packet SET version = 9", "DELETE FROM referral_packet"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_each_side_reads_old_and_new_beside_each_other(world):
    referral = received(world)
    corrected(world, referral)
    for by in ("caseworker", "partner"):
        (change,) = compared(world, referral, by)
        assert change["reason"] == WHY
        assert [(line["old"], line["new"]) for line in change["lines"]] == [(NOTE, FRESH)]
    with acting(world.actors["stranger"]) as actor:
        assert not Amendment.objects.visible_to(actor).exists()
    with acting(world.actors["coordinator"]) as actor:
        assert not Amendment.objects.visible_to(actor).exists()


def test_what_opens_after_acceptance_stays_closed_in_a_correction_too(world):
    referral = received(world)
    with acting(world.actors["caseworker"]):
        world.of.person.contact_value = "+375291111111"
        world.of.person.save(update_fields=["contact_value"])
    corrected(world, referral, note=None)
    (change,) = compared(world, referral, "partner")
    assert change["lines"][0]["code"] == "contact"
    assert change["lines"][0]["old"] is change["lines"][0]["new"] is None
    read(world, referral)
    step(world, referral, "accept", "partner", hours=6, worker=world.members["worker"].pk)
    (change,) = compared(world, referral, "worker")
    assert "+375290000000" in change["lines"][0]["old"]
    assert "+375291111111" in change["lines"][0]["new"]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("accept", {"worker": True}),
        ("decline", {"reason": "duplicate"}),
        ("ask", {"text": "x"}),
        ("waitlist", {"expected_on": "2026-12-01"}),
    ],
)
def test_the_receiver_answers_only_after_it_has_read_the_correction(world, name, facts):
    referral = received(world)
    corrected(world, referral)
    if "worker" in facts:
        facts = {"worker": world.members["worker"].pk}
    refused("change_not_seen", lambda: step(world, referral, name, "partner", hours=6, **facts))
    read(world, referral)
    assert step(world, referral, name, "partner", hours=6, **facts).state != "received"


def test_the_result_of_a_running_service_waits_for_the_reading_as_well(world):
    referral = started(world)
    corrected(world, referral)
    refused("change_not_seen", lambda: step(world, referral, "complete", "worker", outcome="provided_full"))
    read(world, referral, by="worker")
    assert step(world, referral, "complete", "worker", outcome="provided_full").state == "completed"


def test_only_who_answers_for_the_receiver_acknowledges_and_only_what_it_has_read(world):
    referral = received(world)
    corrected(world, referral)
    for by in ("caseworker", "supervisor"):
        with pytest.raises(NotPermitted):
            read(world, referral, by=by)
    with pytest.raises(Referral.DoesNotExist):
        read(world, referral, by="stranger")
    with pytest.raises(Referral.DoesNotExist):
        read(world, referral, by="worker")  # not named: it does not see it
    corrected(world, referral, note="And once more")
    refused("changed_meanwhile", lambda: read(world, referral, version=2))
    read(world, referral, version=3)
    refused("nothing_waits", lambda: read(world, referral))
    assert {change["seen_by"] for change in compared(world, referral, "caseworker")} == {"Partner"}


def test_only_the_sender_corrects_and_only_what_was_sent_and_is_open(world):
    draft = drafted(world)
    refused("wrong_state", lambda: corrected(world, draft))
    referral = step(world, draft, "send", "caseworker")
    with pytest.raises(NotPermitted):
        corrected(world, referral, by="partner_supervisor")
    with pytest.raises(NotPermitted):
        corrected(world, referral, by="partner")
    with pytest.raises(Referral.DoesNotExist):
        corrected(world, referral, by="stranger")
    done = step(world, referral, "cancel", "caseworker", text="x")
    refused("wrong_state", lambda: corrected(world, done))


def test_a_correction_says_why_and_changes_something(world):
    referral = received(world)
    for facts, field in (({"reason": " "}, "reason"), ({"share": {"risk": "perhaps"}}, "risk"), ({"note": ""}, "note")):
        with pytest.raises(Incomplete) as refusal:
            corrected(world, referral, **facts)
        assert field in refusal.value.fields
    with pytest.raises(Incomplete) as refusal:
        corrected(world, referral, note=None)
    assert refusal.value.code == "nothing_changed"


def test_a_new_class_of_data_needs_consent_and_agreement(world):
    asks = service(world.of.receiver, name="Asks", asks_for=["migration_status"])
    plain = consent(world.actors["caseworker"], world.of.person, world.of.receiver, data_classes=[1, 2])
    referral = drafted(world, service=asks, consent=plain)
    with acting(world.actors["caseworker"]) as actor:
        set_share(referral.pk, actor=actor, at=NOON, share={"migration_status": "no"})
    step(world, referral, "send", "caseworker")
    more = {"share": {"migration_status": "now"}}
    refused("consent_class", lambda: corrected(world, referral, **more))
    refused("beyond_need", lambda: corrected(world, referral, share={"citizenship": "now"}))
    row = corrected(world, referral, consent=world.of.consent, **more)
    assert "migration_status" in row.fields
    with acting(world.actors["caseworker"]) as actor:
        grant = Grant.objects.visible_to(actor).get(referral_id=referral.pk, closed_at=None)
    assert grant.consent_id == world.of.consent.pk


def test_without_an_agreement_or_a_consent_nothing_more_is_disclosed(world):
    referral = received(world)
    with acting(world.actors["caseworker"]):
        type(world.of.consent).objects.filter(pk=world.of.consent.pk).update(expires_at=NOON + timedelta(hours=2))
    refused("consent_expired", lambda: corrected(world, referral))


def test_what_needs_approval_needs_it_in_a_correction(world):
    mine = world.actors["caseworker"]
    referral = received(world)
    with acting(mine):
        type(world.of.case).objects.filter(pk=world.of.case.pk).update(risk_level="critical")
    # The risk was not critical when it was sent, and is not disclosed: what was approved is the sending.
    row = corrected(world, referral)
    assert row.version == 2
    asks = service(world.of.receiver, name="House", asks_for=["risk"], category="gbv")
    whole = consent(mine, world.of.person, world.of.receiver, data_classes=[1, 2, 3, 4])
    secret = need(mine, world.of.case, category="gbv")
    second = drafted(world, need=secret, service=asks, consent=whole)
    step(world, second, "submit", "caseworker")
    step(world, second, "approve", "supervisor")
    assert corrected(world, second).version == 2  # approved at sending for the same reasons


def test_a_form_that_was_open_during_a_correction_says_so(people):
    referral = received(people.world)
    page = people.partner.get(url("step", referral.pk, "accept"))
    version = page.context["form"]["version"].value()
    corrected(people.world, referral)
    facts = {"version": version, "worker": str(people.world.members["worker"].pk)}
    answer = people.partner.post(url("step", referral.pk, "accept"), facts)
    assert answer.status_code == 409
    assert "Read what changed" in words(answer)


def test_the_sender_corrects_on_a_page_and_the_partner_reads_it(people):
    referral = received(people.world)
    assert "Correct what was sent" in words(people.caseworker.get(url("detail", referral.pk)))
    page = people.caseworker.get(url("amend", referral.pk))
    form = page.context["form"]
    assert form["note"].value() == NOTE
    facts = {name: form[name].value() or "" for name in form.fields} | {"note": FRESH}
    shown = people.caseworker.post(url("amend", referral.pk), facts | {"preview": "1"})
    assert shown.status_code == 200
    assert FRESH in words(shown)
    assert NOTE in words(shown)
    missing = people.caseworker.post(url("amend", referral.pk), facts | {"amend": "1"})
    assert missing.status_code == 422
    answer = people.caseworker.post(url("amend", referral.pk), facts | {"amend": "1", "reason": WHY})
    assert answer.status_code == 302
    assert "Changed since you saw it" in words(people.partner.get(url("detail", referral.pk)))
    assert "The sender corrected something" in words(people.partner.get("/"))
    page = people.partner.get(url("changes", referral.pk))
    assert WHY in words(page)
    assert people.partner.post(url("changes", referral.pk), {"version": 2}).status_code == 302
    assert post(people.partner, referral, "decline", reason="duplicate").status_code == 302
    assert "read by Partner" in words(people.caseworker.get(url("changes", referral.pk)))


def test_who_is_on_no_side_sees_no_comparison(people):
    referral = received(people.world)
    corrected(people.world, referral)
    assert people.stranger.get(url("changes", referral.pk)).status_code == 404
    page = people.coordinator.get(url("changes", referral.pk))
    assert page.status_code in {403, 404}
    assert FRESH not in page.content.decode()
    assert people.partner_supervisor.get(url("amend", referral.pk)).status_code == 404


def test_a_correction_over_the_api_and_its_reading(people):
    referral = received(people.world)
    address = f"/api/v1/referrals/{referral.pk}/"
    body = {"reason": WHY, "note": FRESH}
    answer = people.caseworker.post(f"{address}amend/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["amendments"][0]["lines"][0]["new"] == FRESH
    read_by = people.partner.get(address).json()
    assert read_by["amendment_waits"] is True
    assert read_by["allowed_steps"] == []
    assert read_by["next_steps"][0]["code"] == "acknowledge"
    wrong = people.partner.post(f"{address}acknowledge/", {"version": 1}, content_type="application/json")
    assert wrong.status_code == 409
    right = people.partner.post(f"{address}acknowledge/", {"version": 2}, content_type="application/json")
    assert "accept" in right.json()["allowed_steps"]


def test_a_correction_and_an_acceptance_at_once_leave_one_order(committed_world, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    w = committed_world
    plenty = service(w.of.receiver, places=None, name="Plenty")
    rows = [received(w, service=plenty, need=need(w.actors["caseworker"], w.of.case)) for _ in range(30)]
    partner, worker = signed_in(w, "partner"), signed_in(w, "caseworker")

    def correcting(referral):
        def call():
            body = {"reason": WHY, "note": FRESH}
            return worker.post(f"/api/v1/referrals/{referral.pk}/amend/", body, content_type="application/json")

        return call

    with Racers(2) as racers:
        for referral in rows:
            (status, answer), fixed = racers.run([accepting(partner, referral, w, "worker"), correcting(referral)])
            assert fixed.status_code == 200, fixed.content
            now = partner.get(f"/api/v1/referrals/{referral.pk}/").json()
            assert now["amendment_waits"] is True
            if status == 200:
                assert now["state"] == "accepted"
            else:
                assert (status, answer["code"]) == (409, "change_not_seen")
                assert now["state"] == "received"


def test_an_accepted_referral_can_be_corrected_for_the_worker(world):
    referral = accepted(world)
    corrected(world, referral, at=LATER)
    (change,) = compared(world, referral, "worker")
    assert change["lines"][0]["new"] == FRESH
    refused(
        "change_not_seen",
        lambda: step(world, referral, "start", "worker", hours=6, first_contact_on=NOON.date()),
    )
    agreement(world.of.sender, world.of.receiver)  # a second one changes nothing
    assert sent(world, need=need(world.actors["caseworker"], world.of.case)).packet_version == 1
