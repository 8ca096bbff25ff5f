"""Forms of organisations and their answers in the database: who writes, who sees, and what stays."""

from datetime import date

import pytest
from django.db import Error, IntegrityError, connection, transaction

from cases.actions.answers import change_answers
from cases.actions.assessments import complete_assessment, save_assessment, start_assessment
from cases.actions.cases import add_need
from cases.actions.extensions import (
    discard_draft,
    draft_form,
    drop_field,
    load_fields,
    move_field,
    publish_form,
    retire_form,
    write_field,
)
from cases.actions.persons import register_person
from cases.answers import Column, columns, filter_choices, shown, values, where_answered
from cases.extensions.definition import Condition, Field, Option
from cases.models import AnswerIndex, Answers, Case, Form, Person
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from tests.world import NOON

WAYS = (Option("bus", {"en": "By bus"}), Option("foot", {"en": "On foot"}))
ARRIVED = Field("arrived", "choice", {"en": "How did the person arrive?"}, field_class=2, listed=True, options=WAYS)
SCAR = Field("scar", "text", {"en": "Marks on the body"}, field_class=4)
DEBT = Field("debt", "number", {"en": "Debt"}, required=True)


def publish(w, fields, *, subject="person", by="admin", scope="own") -> Form:
    with acting(w.actors[by]) as actor:
        form = load_fields(actor=actor, at=NOON, subject=subject, scope=scope, fields=list(fields))
        return publish_form(form.pk, actor=actor, at=NOON)


def answer(w, extra, *, by="caseworker", subject="person", row=None):
    with acting(w.actors[by]) as actor:
        change_answers(subject, row or w.of.person, actor=actor, at=NOON, extra=extra)


def seen(w, short, row=None) -> list[str]:
    with acting(w.actors[short]) as actor:
        about = (row or w.of.person).pk
        return [line.value for line in shown([about], actor).get(about, [])]


def test_answers_are_written_with_the_person_and_shown_in_words(world):
    publish(world, [ARRIVED, DEBT])
    with acting(world.actors["caseworker"]) as actor:
        extra = {"own": {"arrived": "bus", "debt": 300}}
        person = register_person(actor=actor, at=NOON, names=[{"full_as_written": "Zahra"}], extra=extra)
        assert [line.value for line in shown([person.pk], actor)[person.pk]] == ["By bus", "300"]
        assert AnswerIndex.objects.get(about=person.pk).choice == "bus"
    with connection.cursor() as cursor, acting(world.actors["caseworker"]):
        cursor.execute("SELECT document FROM cases_answers")
        assert b"300" not in bytes(cursor.fetchone()[0])


def test_a_person_with_a_wrong_answer_is_not_registered_at_all(world):
    publish(world, [ARRIVED, DEBT])
    for extra, fields in (
        ({}, {"extra_own_debt"}),
        ({"own": {"arrived": "plane", "debt": 1}}, {"extra_own_arrived"}),
        ({"own": {"debt": 1}, "network": {"x": 1}}, {"extra_network"}),
    ):
        with acting(world.actors["caseworker"]) as actor:
            with pytest.raises(Incomplete) as refused:
                register_person(actor=actor, at=NOON, names=[{"full_as_written": "Zahra"}], extra=extra)
            assert set(refused.value.fields) == fields
            assert Person.objects.visible_to(actor).count() == 1


def test_who_sees_the_person_sees_the_answers_and_class_4_only_the_named(world):
    publish(world, [ARRIVED, SCAR])
    answer(world, {"own": {"arrived": "foot", "scar": "left hand"}})
    assert seen(world, "caseworker") == seen(world, "supervisor") == ["On foot", "left hand"]
    assert seen(world, "colleague") == ["On foot"]
    for short in ("other_team", "partner", "worker", "stranger", "admin", "coordinator", "analyst"):
        assert seen(world, short) == [], short


def test_the_answers_to_a_class_4_need_follow_the_need(world):
    publish(world, [ARRIVED], subject="need")
    answer(world, {"own": {"arrived": "foot"}}, subject="need", row=world.of.secret_need)
    answer(world, {"own": {"arrived": "bus"}}, subject="need", row=world.of.need)
    assert seen(world, "caseworker", world.of.secret_need) == ["On foot"]
    assert seen(world, "colleague", world.of.secret_need) == []
    assert seen(world, "colleague", world.of.need) == ["By bus"]
    with acting(world.actors["caseworker"]):
        assert AnswerIndex.objects.filter(about=world.of.secret_need.pk).count() == 0


def test_a_colleague_who_is_not_named_changes_nothing_of_class_4(world):
    publish(world, [ARRIVED, SCAR])
    answer(world, {"own": {"arrived": "foot", "scar": "left hand"}})
    answer(world, {"own": {"arrived": "bus"}}, by="colleague")
    assert seen(world, "caseworker") == ["By bus", "left hand"]
    with pytest.raises(Incomplete) as refused:
        answer(world, {"own": {"scar": "right hand"}}, by="colleague")
    assert set(refused.value.fields) == {"extra_own_scar"}


def test_answers_keep_their_words_when_the_form_changes(world):
    publish(world, [ARRIVED, DEBT])
    answer(world, {"own": {"arrived": "foot", "debt": 5}})
    with acting(world.actors["admin"]) as actor:
        draft = draft_form(actor=actor, at=NOON, subject="person", scope="own")
        drop_field(draft.pk, actor=actor, at=NOON, code="debt")
        new = publish_form(draft.pk, actor=actor, at=NOON)
        assert new.version == 2
        assert set(Form.objects.values_list("version", "state")) == {(1, "retired"), (2, "published")}
    assert seen(world, "caseworker") == ["On foot", "5"]
    answer(world, {"own": {"arrived": "bus"}})
    with acting(world.actors["caseworker"]) as actor:
        lines = shown([world.of.person.pk], actor)[world.of.person.pk]
        assert [(line.value, line.retired) for line in lines] == [("By bus", False), ("5", True)]
        assert Answers.objects.get().form_id == new.pk


def test_a_published_form_does_not_change_not_even_by_a_back_door(world):
    form = publish(world, [ARRIVED])
    with acting(world.actors["admin"]) as actor:
        with pytest.raises(NotNow):
            write_field(form.pk, actor=actor, at=NOON, field=DEBT)
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            Form.objects.filter(pk=form.pk).update(definition=[])
        with pytest.raises(IntegrityError, match="draft to published"), transaction.atomic():
            Form.objects.filter(pk=form.pk).update(state="draft")
        assert Form.objects.filter(pk=form.pk).delete() == (0, {})


def test_only_administrators_make_forms_and_only_the_coordinator_those_of_the_network(world):
    for short, scope in (("caseworker", "own"), ("supervisor", "own"), ("admin", "network"), ("coordinator", "own")):
        with acting(world.actors[short]) as actor, pytest.raises(NotPermitted):
            draft_form(actor=actor, at=NOON, subject="person", scope=scope)
    form = publish(world, [ARRIVED])
    with acting(world.actors["stranger"]) as actor:
        assert not Form.objects.visible_to(actor).exists()
    for short in ("caseworker", "coordinator"):
        with acting(world.actors[short]) as actor, pytest.raises(NotPermitted):
            retire_form(form.pk, actor=actor, at=NOON)
    with acting(world.actors["caseworker"]), pytest.raises(Error), transaction.atomic():
        Form(subject="need", version=1, organisation=world.of.sender, created_at=NOON).save(force_insert=True)


def test_the_form_of_the_network_is_asked_beside_ones_own(world):
    publish(world, [DEBT], by="coordinator", scope="network")
    publish(world, [ARRIVED])
    answer(world, {"own": {"arrived": "foot"}, "network": {"debt": 7}})
    assert seen(world, "caseworker") == ["7", "On foot"]
    with acting(world.actors["admin"]) as actor:
        found = columns(Form.objects.filter(state="published").order_by("created_at", "pk"), up_to_class=2)
        assert found == [Column("own.arrived", "How did the person arrive?", 2)]
    with acting(world.actors["colleague"]) as actor:
        assert values([world.of.person.pk], actor)[world.of.person.pk] == {
            "own.arrived": "On foot",
            "network.debt": "7",
        }


def test_answering_needs_the_verb_of_the_subject(world):
    publish(world, [ARRIVED])
    with pytest.raises(NotPermitted):
        answer(world, {"own": {"arrived": "foot"}}, by="officer")
    with pytest.raises(Person.DoesNotExist):
        answer(world, {"own": {"arrived": "foot"}}, by="other_team")


def test_two_who_change_a_draft_at_once_lose_nothing(world):
    with acting(world.actors["admin"]) as actor:
        draft = draft_form(actor=actor, at=NOON, subject="need", scope="own")
        write_field(draft.pk, actor=actor, at=NOON, field=ARRIVED, revision=1)
        with pytest.raises(NotNow) as refused:
            write_field(draft.pk, actor=actor, at=NOON, field=DEBT, revision=1)
        assert refused.value.code == "form_changed"
        with pytest.raises(NotNow):
            draft_form(actor=actor, at=NOON, subject="need", scope="own")


def test_a_draft_is_put_in_order_published_and_retired(world):
    with acting(world.actors["admin"]) as actor:
        draft = draft_form(actor=actor, at=NOON, subject="need", scope="own")
        with pytest.raises(Incomplete):
            publish_form(draft.pk, actor=actor, at=NOON)
        for field in (ARRIVED, DEBT, SCAR):
            write_field(draft.pk, actor=actor, at=NOON, field=field)
        move_field(draft.pk, actor=actor, at=NOON, code="scar", by=-1)
        form = move_field(draft.pk, actor=actor, at=NOON, code="arrived", by=-1)
        assert [one.code for one in form.fields] == ["arrived", "scar", "debt"]
        drop_field(draft.pk, actor=actor, at=NOON, code="scar")
        publish_form(draft.pk, actor=actor, at=NOON)
        retire_form(draft.pk, actor=actor, at=NOON)
        again = draft_form(actor=actor, at=NOON, subject="need", scope="own")
        assert [one.code for one in again.fields] == ["arrived", "debt"]
        discard_draft(again.pk, actor=actor, at=NOON)
        assert Form.objects.count() == 1
    with acting(world.actors["caseworker"]) as actor:
        assert add_need(world.of.case, actor=actor, at=NOON, category="legal", extra=None)


def test_a_code_that_others_hang_on_is_renamed_with_them(world):
    if_debt = Field("since", "date", {"en": "Since"}, shown_if=Condition("debt", "answered"))
    with acting(world.actors["admin"]) as actor:
        draft = draft_form(actor=actor, at=NOON, subject="need", scope="own")
        write_field(draft.pk, actor=actor, at=NOON, field=DEBT)
        write_field(draft.pk, actor=actor, at=NOON, field=if_debt)
        renamed = Field("owed", "number", {"en": "Debt"})
        form = write_field(draft.pk, actor=actor, at=NOON, field=renamed, replaces="debt")
        assert form.fields[1].shown_if == Condition("owed", "answered")
        publish_form(draft.pk, actor=actor, at=NOON)
        draft = draft_form(actor=actor, at=NOON, subject="need", scope="own")
        with pytest.raises(Incomplete) as refused:
            write_field(draft.pk, actor=actor, at=NOON, field=DEBT, replaces="owed")
        assert set(refused.value.fields) == {"code"}


def test_days_and_many_choices_are_found_by(world):
    many = Field("needs", "multiple_choice", {"en": "Needs"}, field_class=1, options=ARRIVED.options)
    day = Field("since", "date", {"en": "Since"}, field_class=2)
    publish(world, [many, day, Field("note", "text", {"en": "Note"}, field_class=1)])
    answer(world, {"own": {"needs": ["bus", "foot"], "since": "2026-01-02", "note": "x"}})
    answer(world, {"own": {"needs": ["bus", "foot"], "since": "2026-01-02", "note": "y"}})
    with acting(world.actors["caseworker"]):
        found = set(AnswerIndex.objects.values_list("code", "choice", "day"))
    assert found == {("needs", "bus", None), ("needs", "foot", None), ("since", "", date(2026, 1, 2))}


def test_an_assessment_keeps_its_answers_as_it_was_completed(world):
    publish(world, [DEBT, SCAR], subject="assessment")
    with acting(world.actors["caseworker"]) as actor:
        row = start_assessment(world.of.case, actor=actor, at=NOON)
        save_assessment(row.pk, actor=actor, at=NOON, words={"individual": "Tired"})
        with pytest.raises(Incomplete) as refused:
            complete_assessment(row.pk, actor=actor, at=NOON, risk_level="high", extra={"own": {"scar": "left"}})
        assert set(refused.value.fields) == {"extra_own_debt"}
        extra = {"own": {"debt": 5, "scar": "left"}}
        complete_assessment(row.pk, actor=actor, at=NOON, risk_level="high", extra=extra)
        with pytest.raises(NotNow):
            change_answers("assessment", row, actor=actor, at=NOON, extra={"own": {"debt": 6}})
    assert seen(world, "supervisor", row) == ["5", "left"]
    assert seen(world, "colleague", row) == ["5"]


def test_cases_are_found_by_an_answer_that_is_offered_as_a_filter(world):
    met = Field("met", "yes_no", {"en": "Met before?"}, field_class=1, listed=True)
    publish(world, [ARRIVED, DEBT])
    publish(world, [met], subject="need", by="coordinator", scope="network")
    answer(world, {"own": {"arrived": "foot", "debt": 1}})
    answer(world, {"network": {"met": False}}, subject="need", row=world.of.need)
    with acting(world.actors["colleague"]) as actor:
        assert filter_choices(actor) == [
            ("need.network.met.yes", "Met before? Yes"),
            ("need.network.met.no", "Met before? No"),
            ("person.own.arrived.bus", "How did the person arrive? By bus"),
            ("person.own.arrived.foot", "How did the person arrive? On foot"),
        ]
        for value, number in (
            ("person.own.arrived.foot", 1),
            ("person.own.arrived.bus", 0),
            ("need.network.met.no", 1),
            ("need.network.met.yes", 0),
        ):
            assert Case.objects.visible_to(actor).filter(where_answered(value, actor)).count() == number


def test_after_a_merge_both_answers_are_read_and_the_next_saving_joins_them(world):
    publish(world, [ARRIVED, DEBT])
    answer(world, {"own": {"arrived": "foot", "debt": 1}})
    with acting(world.actors["caseworker"]) as actor:
        extra = {"own": {"arrived": "bus", "debt": 1}}
        other = register_person(actor=actor, at=NOON, names=[{"full_as_written": "Amina"}], extra=extra)
        # What a merge does: it moves the rows, whoever they are about by then.
        Answers.objects.filter(person=other).update(person=world.of.person)
        moved = list(AnswerIndex.objects.filter(person=other))
        AnswerIndex.objects.filter(person=other).delete()
        for row in moved:
            row.person = world.of.person
            row.save(force_insert=True)
    assert sorted(seen(world, "caseworker")) == ["1", "1", "By bus", "On foot"]
    answer(world, {"own": {"arrived": "bus", "debt": 2}})
    assert seen(world, "caseworker") == ["By bus", "2"]
    with acting(world.actors["caseworker"]):
        assert [row.choice for row in AnswerIndex.objects.filter(code="arrived")] == ["bus"]
