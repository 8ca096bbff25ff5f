"""Beginning a case: drafts are one's own and end, finishing makes all or nothing and once, callers need no name."""

from datetime import timedelta

import pytest

from cases.actions.consents import DATA_CLASSES
from cases.actions.identity import add_name
from cases.actions.intake import (
    add_call,
    begin_draft,
    check_intake,
    discard_draft,
    finish_intake,
    link_case,
    log_call,
    purge_drafts,
    save_draft,
)
from cases.models import CallEntry, Case, Consent, IntakeDraft, MigrationStatus, Need, Person, Reminder
from cases.reach import moved_with_person
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event
from tests.clockwork import MONDAY, rolled_back
from tests.clockwork import network as small_network

FACTS = {
    "person": {"names": [{"full_as_written": "Zahra Karimi"}]},
    "consent": {
        "purposes": ["case_management"], "data_classes": list(DATA_CLASSES), "receiver_class": "network",
        "method": "written", "language": "prs", "text_version": "2026-1",
    },
    "safety": {"risk_level": "high"},
    "need": {"category": "shelter"},
}  # fmt: skip
CALL = {"said": "She is afraid", "channel": "phone_call", "risk_level": "critical", "minutes": 7}


@pytest.fixture
def act(network):
    with acting(network.actors["worker"]) as actor:
        yield {"actor": actor, "at": network.at}


def rows() -> list[int]:
    return [model.objects.count() for model in (Person, Consent, Case, Need)]


@pytest.mark.django_db
def test_finishing_makes_the_person_the_consent_the_case_and_the_need(act):
    draft = begin_draft(**act)
    case = finish_intake(draft.pk, facts=FACTS, **act)
    assert rows() == [1, 1, 1, 1]
    draft.refresh_from_db()
    assert (draft.data, draft.case_id, case.risk_level) == ({}, case.pk, "high")


@pytest.mark.django_db
def test_finishing_twice_gives_the_same_case(act):
    draft = begin_draft(**act)
    first = finish_intake(draft.pk, facts=FACTS, **act)
    assert finish_intake(draft.pk, facts=FACTS, **act).pk == first.pk
    assert rows() == [1, 1, 1, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "wrong"),
    [("person", {"names": []}), ("consent", {"method": "smoke"}), ("safety", {"risk_level": "x"}),
     ("need", {"category": "x"})],
)  # fmt: skip
def test_a_wrong_step_is_named_and_nothing_is_half_made(act, step, wrong):
    draft, facts = begin_draft(**act), FACTS | {step: FACTS[step] | wrong}
    for ask in (
        lambda: check_intake(draft, facts=facts, upto=step, **act),
        lambda: finish_intake(draft.pk, facts=facts, **act),
    ):
        with pytest.raises(Incomplete) as refused:
            ask()
        assert refused.value.facts["step"] == step
        assert rows() == [0, 0, 0, 0]


@pytest.mark.django_db
def test_a_check_leaves_nothing_behind(act):
    draft = begin_draft(**act)
    before = Event.objects.count()
    for step in FACTS:
        check_intake(draft, facts=FACTS, upto=step, **act)
    assert rows() == [0, 0, 0, 0]
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_a_draft_for_a_known_person_registers_nobody(network, act):
    person = network.person()
    draft = begin_draft(person=person, **act)
    assert finish_intake(draft.pk, facts={"safety": {"risk_level": "low"}}, **act).person_id == person.pk
    assert rows() == [1, 0, 1, 0]


@pytest.mark.django_db
def test_a_draft_keeps_what_was_typed_and_only_its_writer_sees_it(network):
    with acting(network.actors["worker"]) as actor:
        draft = begin_draft(actor=actor, at=network.at)
        save_draft(
            draft.pk, actor=actor, at=network.at, step="person", answers={"name_1": ["Зах"]}, next_step="consent"
        )
        draft.refresh_from_db()
        assert (draft.step, draft.data) == ("consent", {"person": {"name_1": ["Зах"]}})
    for name in ("mate", "supervisor", "stranger"):
        with acting(network.actors[name]) as actor:
            assert not IntakeDraft.objects.exists()
            for door in (
                lambda a=actor: discard_draft(draft.pk, actor=a),
                lambda a=actor: finish_intake(draft.pk, actor=a, at=network.at, facts=FACTS),
                lambda a=actor: save_draft(draft.pk, actor=a, at=network.at, step="person", answers={}),
            ):
                with pytest.raises((IntakeDraft.DoesNotExist, NotPermitted)):
                    door()
    with acting(network.actors["worker"]) as actor:
        discard_draft(draft.pk, actor=actor)
        assert not IntakeDraft.objects.exists()


@pytest.mark.django_db
def test_a_draft_is_bounded_and_begun_only_by_those_who_open_cases(network, act):
    draft = begin_draft(**act)
    with pytest.raises(NotNow) as refused:
        save_draft(draft.pk, step="need", answers={"description": ["x" * 60_001]}, **act)
    assert refused.value.code == "too_much"
    with acting(network.actors["focal"]) as actor, pytest.raises(NotPermitted):
        begin_draft(actor=actor, at=network.at)


@pytest.mark.django_db
def test_what_was_typed_is_unreadable_in_the_database(act):
    from django.db import connection

    begin_draft(data={"person": {"name_1": ["Zarifa-Canary"]}}, **act)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM cases_intakedraft")
        assert b"Canary" not in bytes(cursor.fetchone()[0])


def test_old_drafts_are_deleted_and_young_ones_are_not(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        world = small_network()
        home = {"organisation": world.sender, "member": world.members["worker"], "step": "person"}

        def draft(days, **facts):
            at = MONDAY - timedelta(days=days)
            return IntakeDraft.objects.create(**home, created_at=at, saved_at=at, **facts).pk

        young, old = draft(30), draft(31)
        done = draft(2, finished_at=MONDAY - timedelta(days=2), case=world.case)
        assert purge_drafts(at=MONDAY) == 2
        left = set(IntakeDraft.objects.values_list("pk", flat=True))
        assert (young in left, old in left, done in left) == (True, False, False)
        assert Case.objects.filter(pk=world.case.pk).exists()


@pytest.mark.django_db
def test_a_caller_without_a_name_gets_a_case_with_what_was_said(network):
    with acting(network.actors["hotline"]) as actor:
        draft = begin_draft(actor=actor, at=network.at, step="call")
        contact = {"contact_channel": "sms", "contact_value": "+375 29 000 00 00"}
        case = log_call(draft.pk, actor=actor, at=network.at, contact=contact, **CALL)
        assert log_call(draft.pk, actor=actor, at=network.at, **CALL).pk == case.pk
        assert (case.status, case.entry_point, case.risk_level) == ("intake", "hotline", "critical")
        assert (case.person.unnamed, case.person.names.count(), case.person.contact_channel) == (True, 0, "sms")
        assert [call.said for call in CallEntry.objects.filter(case=case)] == ["She is afraid"]
        add_call(case, actor=actor, at=network.at, **CALL)
        assert CallEntry.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "wrong"),
    [({"said": " "}, "said"), ({"said": "x" * 8001}, "said"), ({"channel": "none"}, "channel"),
     ({"risk_level": "x"}, "risk_level"), ({"minutes": -1}, "minutes"), ({"minutes": 1441}, "minutes")],
)  # fmt: skip
def test_a_wrong_call_is_refused_with_its_field(act, facts, wrong):
    draft = begin_draft(step="call", **act)
    with pytest.raises(Incomplete) as refused:
        log_call(draft.pk, **CALL | facts, **act)
    assert set(refused.value.fields) == {wrong}
    assert not Person.objects.exists()


@pytest.fixture
def called(act):
    return log_call(begin_draft(step="call", **act).pk, **CALL, **act)


@pytest.mark.django_db
def test_the_first_name_ends_that_a_caller_is_without_one(called, act):
    add_name(called.person_id, full_as_written="Zahra", **act)
    person = Person.objects.get(pk=called.person_id)
    assert (person.unnamed, person.names.get().is_primary) == (False, True)


@pytest.mark.django_db
def test_the_case_of_a_caller_is_linked_to_a_known_person_with_all_that_was_written(network, called, act):
    known, caller = network.person(), called.person_id
    network.consent(called.person)
    network.case(person=known)
    with acting(network.actors["mate"]) as mate:  # who did not take the call
        case = link_case(called.pk, actor=mate, at=network.at, person=known)
    assert case.person_id == known.pk
    assert Consent.objects.get().person_id == known.pk
    assert CallEntry.objects.filter(case__person=known).count() == 1
    assert set(Reminder.objects.values_list("person_id", flat=True)) == {known.pk}
    assert not MigrationStatus.objects.filter(person_id=caller).exists()
    assert Event.objects.filter(kind="case.linked", case_id=case.pk).exists()
    with pytest.raises(NotNow) as refused:
        link_case(case.pk, person=known, **act)
    assert refused.value.code == "same_person"


@pytest.mark.django_db
def test_a_case_of_somebody_with_a_name_is_not_linked_away(network, act):
    case, other = network.case(), network.person(name="Other")
    with pytest.raises(NotNow) as refused:
        link_case(case.pk, person=other, **act)
    assert refused.value.code == "person_named"


@pytest.mark.django_db
def test_a_case_is_linked_only_to_a_person_in_sight(network, called, act):
    hidden = network.person(by="other_team", name="Hidden")
    with acting(network.actors["worker"]) as actor, pytest.raises(Person.DoesNotExist):
        link_case(called.pk, actor=actor, at=network.at, person=hidden)


def test_every_table_about_a_person_moves_with_it():
    moved = {model.__name__ for model in moved_with_person()}
    assert {
        "Consent",
        "MigrationStatus",
        "PersonDocument",
        "ContactWay",
        "Relation",
        "BestInterests",
        "Reminder",
    } <= moved
