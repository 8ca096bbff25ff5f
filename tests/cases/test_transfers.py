"""Handing a case over to another organisation: who agrees, what crosses, who reads on (DOMAIN 3; INV-2, 4, 5, 7)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.actions.appointments import add_appointment
from cases.actions.approvals import take_back_approval
from cases.actions.cases import add_need, reassign_case
from cases.actions.consents import withdraw_consent
from cases.actions.households import record_best_interests
from cases.actions.plans import add_task
from cases.actions.records import add_note
from cases.actions.sealing import seal_case
from cases.actions.takeovers import accept_transfer, decline_transfer
from cases.actions.transfers import withdraw_transfer
from cases.models import (
    Appointment,
    Approval,
    Case,
    CaseTransfer,
    Consent,
    ContactWay,
    Grant,
    MigrationStatus,
    Need,
    Note,
    Person,
    PersonName,
    Retention,
    Task,
)
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from partners.models import Agreement
from tests.cases.handing import PURPOSES, accept, agree, approve, of, offer, prepare, propose

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_organisations(network):
    prepare(network)


def test_a_case_goes_when_both_supervisors_and_the_person_agree(network):
    case = network.case(risk_level="high")
    transfer = propose(network, case)
    assert of(network, "taker", CaseTransfer) == []  # not before our own supervisor agrees
    approve(network, transfer)
    (offered,) = of(network, "taker", CaseTransfer)
    assert (offered.state, offered.summary["risk"]) == ("approved", "high")
    taken = accept(network, transfer)
    (new,) = of(network, "away_worker", Case)
    assert (new.pk, new.organisation_id, new.status, new.risk_level) == (
        taken.new_case_id,
        network.away.pk,
        "intake",
        "high",
    )
    assert new.caseworker_id == network.members["away_worker"].pk
    (old,) = of(network, "supervisor", Case, pk=case.pk)
    assert (old.status, old.closure_reason, old.organisation_id) == ("transferred", "transferred", network.home.pk)
    assert old.closed_at == network.at


def test_what_the_receiver_decides_by_holds_no_name_date_or_number(network):
    person = network.person(
        name="Zahra Karimi", birth_date=date(1999, 3, 8), birth_precision="day", contact_channel="phone_call",
        contact_value="+375291234567",
    )  # fmt: skip
    case = network.case(person=person)
    with acting(network.actors["worker"]) as actor:
        add_need(case, actor=actor, at=network.at, category="legal", description="Wages of Karimi")
        add_need(case, actor=actor, at=network.at, category="trafficking")
    offer(network, case, classes=(2, 3, 4))
    (offered,) = of(network, "taker", CaseTransfer)
    told = repr(offered.summary)
    for secret in ("Zahra", "Karimi", "1999", "37529", case.reference, person.reference, "trafficking"):
        assert secret not in told
    assert (offered.summary["needs"], offered.summary["restricted"], offered.summary["age"]) == (["legal"], 1, "18-29")
    assert of(network, "taker", Case) == of(network, "taker", Person) == []
    for name in ("away_worker", "away_focal"):
        assert of(network, name, CaseTransfer) == []


def test_what_the_consent_covers_crosses_and_words_of_the_sender_stay(network):
    person = network.person(
        name="Zahra Karimi", contact_channel="sms", contact_value="+375291234567", contact_warning="Not after six",
        migration_status="asylum_seeker",
    )  # fmt: skip
    case = network.case(person=person)
    with acting(network.actors["worker"]) as actor:
        add_need(case, actor=actor, at=network.at, category="health", description="Words about her health")
        add_need(case, actor=actor, at=network.at, category="trafficking")
        add_note(case, actor=actor, at=network.at, kind="call", text="An internal note", field_class=4)
        add_note(case, actor=actor, at=network.at, kind="call", text="Another internal note")
        kept = add_task(case, actor=actor, at=network.at, text="Not to be handed over")
        goes = add_task(case, actor=actor, at=network.at, text="Bring the school papers")
        add_appointment(case, actor=actor, at=network.at, kind="office", starts_at=network.at + timedelta(days=2))
    accept(network, offer(network, case, classes=(2, 3), tasks=[goes.pk]))
    (theirs,) = of(network, "away_worker", Person)
    assert (theirs.contact_value, theirs.contact_warning) == ("+375291234567", "Not after six")
    assert [row.full_as_written for row in of(network, "away_worker", PersonName)] == ["Zahra Karimi"]
    assert [row.status for row in of(network, "away_worker", MigrationStatus)] == ["asylum_seeker"]
    assert [(row.category, row.description) for row in of(network, "away_worker", Need)] == [("health", "")]
    (note,) = of(network, "away_worker", Note)
    assert "Ask about her school." in note.text
    assert "internal" not in note.text
    assert [row.text for row in of(network, "away_worker", Task)] == ["Bring the school papers"]
    ours = of(network, "supervisor", Task)
    assert {row.pk for row in ours} == {kept.pk, goes.pk}
    assert all(row.done_at and row.done_by_id is None and row.assignee_id is None for row in ours)
    assert [row.attendance for row in of(network, "supervisor", Appointment)] == ["cancelled_by_us"]


def test_a_class_that_was_not_chosen_stays_although_the_consent_covers_it(network):
    person = network.person(migration_status="asylum_seeker")
    case = network.case(person=person)
    with acting(network.actors["worker"]) as actor:
        add_need(case, actor=actor, at=network.at, category="trafficking")
        add_need(case, actor=actor, at=network.at, category="food_nfi")
    accept(network, offer(network, case))
    assert [row.status for row in of(network, "away_worker", MigrationStatus)] == ["not_asked"]
    assert [row.category for row in of(network, "away_worker", Need)] == ["food_nfi"]


@pytest.mark.parametrize(("classes", "crosses"), [((2, 3), ""), ((2, 3, 4), "in her own words")])
def test_class_4_of_the_person_crosses_only_when_it_was_chosen(network, classes, crosses):
    case = network.case()
    with acting(network.actors["worker"]) as actor:
        Person.objects.visible_to(actor).filter(pk=case.person_id).update(gender="in her own words")
    accept(network, offer(network, case, classes=classes))
    assert [row.gender for row in of(network, "away_worker", Person)] == [crosses]


def test_unsafe_ways_cross_as_unsafe(network):
    case = network.case()
    with acting(network.actors["worker"]):
        ContactWay(
            person=case.person, organisation=network.home, channel="sms", value="+375290000001", safe=False,
            recorded_at=network.at,
        ).save(force_insert=True)  # fmt: skip
    accept(network, offer(network, case))
    assert [(row.value, row.safe) for row in of(network, "away_worker", ContactWay)] == [("+375290000001", False)]


@pytest.mark.parametrize(("record", "readers"), [("supervisor", {"supervisor"}), ("nobody", set())])
def test_the_senders_people_stop_reading(network, record, readers):
    case = network.case(person=network.person(by="worker"))
    accept(network, offer(network, case, record=record))
    seen = {name for name in network.actors if of(network, name, Case, pk=case.pk)}
    assert seen == readers
    assert {name for name in network.actors if of(network, name, Person, pk=case.person_id)} == readers
    with acting(network.actors["worker"]) as actor:
        full = Grant.objects.visible_to(actor).filter(case=case, closed_at=None, level="full")
        assert full.count() == len(readers)


def test_the_sender_keeps_its_record_for_its_time_and_its_consents_end(network):
    case = network.case()
    accept(network, offer(network, case))
    dates = of(network, "supervisor", Retention, case=case, ended_at=None)
    assert [row.kind for row in dates] == ["case"]
    assert {row.status for row in of(network, "supervisor", Consent)} == {"expired"}


def test_nothing_is_left_in_the_row_that_both_sides_read(network):
    transfer = offer(network)
    accept(network, transfer)
    for name in ("worker", "supervisor", "taker"):
        (row,) = of(network, name, CaseTransfer)
        assert (row.state, row.note, row.summary, row.task_ids) == ("accepted", "", {}, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda network, case: network.consent(case.person, data_classes=[2]), "consent_missing"),
        (
            lambda network, case: network.consent(
                case.person, purposes=PURPOSES, data_classes=[2], receiver_class="", receivers=[network.home.pk]
            ),
            "consent_receiver",
        ),
        (lambda network, case: network.consent(network.person(), purposes=PURPOSES), "consent_missing"),
        (lambda network, case: network.consent(case.person, purposes=PURPOSES, data_classes=[2]), "consent_class"),
    ],
)
def test_without_consent_that_covers_it_no_case_goes(network, change, code):
    case = network.case()
    with pytest.raises(NotNow) as refused:
        propose(network, case, consent=change(network, case), classes=(2, 3))
    assert refused.value.code == code


def test_without_an_agreement_on_transfers_no_case_goes(network):
    with acting(network.actors["coordinator"]):
        Agreement.objects.all().update(purposes=["referral_disclosure"])
    case = network.case()
    with pytest.raises(NotNow) as refused:
        propose(network, case)
    assert refused.value.code == "agreement_missing"
    agree(network, categories=["legal"])
    with acting(network.actors["worker"]) as actor:
        add_need(case, actor=actor, at=network.at, category="health")
    with pytest.raises(NotNow):
        propose(network, case, classes=(2, 3))


def test_a_child_goes_only_after_its_best_interests_are_recorded(network):
    child = network.person(birth_date=date(2015, 1, 1), birth_precision="day", unaccompanied=True)
    case = network.case(person=child)
    consent = network.consent(
        child, purposes=PURPOSES, data_classes=[2, 3], given_by="guardian", representative="A guardian"
    )
    with pytest.raises(NotNow) as refused:
        propose(network, case, consent=consent)
    assert refused.value.code == "best_interests_missing"
    with acting(network.actors["worker"]) as actor:
        record_best_interests(
            child.pk, actor=actor, at=network.at, kind="bia", on=network.today, decision="in_favour",
            text="", decided_by="A panel",
        )  # fmt: skip
    transfer = propose(network, case, consent=consent)
    approve(network, transfer)
    with acting(network.actors["worker"]) as actor:  # the decision changes while the offer waits
        record_best_interests(
            child.pk, actor=actor, at=network.at + timedelta(hours=1), kind="bid", on=network.today,
            decision="against", text="", decided_by="A panel",
        )  # fmt: skip
    with pytest.raises(NotNow) as refused:
        accept(network, transfer, at=network.at + timedelta(hours=2))
    assert refused.value.code == "transfer_stale"
    assert "child" not in refused.value.sentence.lower()


def test_a_sealed_case_stays(network):
    case = network.case()
    consent = network.consent(case.person, purposes=PURPOSES, data_classes=[2])
    with acting(network.actors["supervisor"]) as actor:
        seal_case(case.pk, actor=actor, at=network.at, members=[network.members["worker"], network.members["mate"]])
    with pytest.raises(NotNow) as refused:
        propose(network, case, consent=consent)
    assert refused.value.code == "sealed"


def test_who_is_not_named_does_not_propose(network):
    case = network.case()
    consent = network.consent(case.person, purposes=PURPOSES, data_classes=[2])
    with pytest.raises(NotPermitted):
        propose(network, case, by="mate", consent=consent)


def test_a_supervisor_offers_at_once_and_who_asked_does_not_approve(network):
    case = network.case()
    transfer = propose(network, case, by="supervisor")
    assert transfer.state == "approved"
    assert of(network, "supervisor", Approval) == []


def test_sent_back_it_is_over_and_can_be_asked_again(network):
    case = network.case()
    transfer = propose(network, case)
    approve(network, transfer, answer="send_back", note="Call them first.")
    assert [row.state for row in of(network, "worker", CaseTransfer)] == ["sent_back"]
    assert of(network, "taker", CaseTransfer) == []
    propose(network, case)


def test_the_receivers_supervisor_alone_answers(network):
    transfer = offer(network)
    with acting(network.actors["away_worker"]) as actor, pytest.raises(NotPermitted):
        accept_transfer(transfer.pk, actor=actor, at=network.at, caseworker=network.members["away_worker"])
    with acting(network.actors["supervisor"]) as actor, pytest.raises(NotPermitted):
        accept_transfer(transfer.pk, actor=actor, at=network.at, caseworker=network.members["worker"])
    with pytest.raises(Incomplete):
        accept(network, transfer, worker="worker")
    with pytest.raises(Incomplete):
        accept(network, transfer, worker=None)
    with pytest.raises(Incomplete):
        accept(network, transfer, worker="away_focal")


def test_a_no_says_why_and_what_was_told_goes(network):
    transfer = offer(network)
    with acting(network.actors["taker"]) as actor:
        with pytest.raises(Incomplete):
            decline_transfer(transfer.pk, actor=actor, at=network.at, reason="other")
        decline_transfer(transfer.pk, actor=actor, at=network.at, reason="no_capacity")
    (row,) = of(network, "taker", CaseTransfer)
    assert (row.state, row.summary, row.note) == ("declined", {}, "")
    with pytest.raises(NotNow):
        accept(network, transfer)
    assert of(network, "worker", Case)[0].status == "intake"


def test_an_offer_taken_back_cannot_be_accepted(network):
    transfer = offer(network)
    with acting(network.actors["taker"]) as actor, pytest.raises(NotPermitted):
        withdraw_transfer(transfer.pk, actor=actor, at=network.at)
    with acting(network.actors["worker"]) as actor:
        withdraw_transfer(transfer.pk, actor=actor, at=network.at)
    assert of(network, "taker", CaseTransfer)[0].summary == {}
    with pytest.raises(NotNow):
        accept(network, transfer)


def test_taking_the_request_back_ends_the_offer_with_it(network):
    transfer = propose(network, network.case())
    with acting(network.actors["worker"]) as actor:
        withdraw_transfer(transfer.pk, actor=actor, at=network.at)
        assert [row.status for row in Approval.objects.visible_to(actor)] == ["dropped"]
    other = propose(network, network.case(person=network.person(name="Another One")))
    with acting(network.actors["worker"]) as actor:
        waits = Approval.objects.visible_to(actor).get(about=other.pk)
        take_back_approval(waits.pk, actor=actor, at=network.at)
    with acting(network.actors["worker"]) as actor:
        assert CaseTransfer.objects.visible_to(actor).get(pk=other.pk).state == "withdrawn"


def test_a_withdrawn_consent_takes_the_offer_back_at_once(network):
    transfer = offer(network)
    with acting(network.actors["worker"]) as actor:
        withdraw_consent(transfer.consent_id, actor=actor, at=network.at)
    (row,) = of(network, "taker", CaseTransfer)
    assert (row.state, row.summary) == ("withdrawn", {})


def test_who_approved_must_still_see_the_case(network):
    transfer = offer(network)
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(transfer.case_id, actor=actor, at=network.at, caseworker=network.members["other_team"])
    with pytest.raises(NotNow) as refused:
        accept(network, transfer)
    assert refused.value.code == "transfer_stale"
    assert of(network, "away_worker", Case) == []


def test_an_offer_without_an_answer_ends_after_two_weeks(network):
    transfer = offer(network)
    late = network.at + timedelta(days=14)
    with pytest.raises(NotNow):
        accept(network, transfer, at=late)


def test_the_database_takes_no_second_answer(network):
    transfer = offer(network)
    accept(network, transfer)
    with acting(network.actors["taker"]), pytest.raises(IntegrityError), transaction.atomic():
        CaseTransfer.objects.filter(pk=transfer.pk).update(state="approved", new_case=None)
