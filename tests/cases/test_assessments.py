"""Assessments: dated, saved as one goes, kept once completed; class 4 has readers of its own."""

import pytest
from django.db import IntegrityError, transaction

from cases.actions.assessments import complete_assessment, save_assessment, start_assessment
from cases.determinants import LEVELS, asked, changes, factors, floor, higher, is_lower
from cases.models import Assessment, Case, Determinants
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.codelists import codes
from core.models import Event

pytestmark = pytest.mark.django_db


def begun(network, case, *, by="worker"):
    with acting(network.actors[by]) as actor:
        return start_assessment(case, actor=actor, at=network.at)


def saved(network, row, *, by="worker", **facts):
    with acting(network.actors[by]) as actor:
        return save_assessment(row.pk, actor=actor, at=network.at, **facts)


def answers(network, row, *, by="worker", field_class=3) -> dict:
    with acting(network.actors[by]) as actor:
        part = Determinants.objects.visible_to(actor).filter(assessment=row, field_class=field_class).first()
        return part and part.answers


def test_the_list_holds_risk_and_protection_on_each_level_in_three_languages():
    for level in LEVELS:
        assert {factor.kind for factor in asked(3, level)} == {"risk", "protective"}
    for factor in factors().values():
        assert factor.field_class in {3, 4}
        assert all(text for _language, text in factor.words)
        assert factor.floor in {"", "high", "critical"}
    assert {"survivor_gbv", "possible_trafficking", "sogi_risk", "detained"} <= {f.code for f in asked(4)}
    assert set(codes("vulnerability_flag")) - set(factors()) == {"other"}  # each level has a text for the rest


def test_the_signs_mean_the_gravest_level_among_them():
    assert floor({"threat_removal": "present", "danger_now": "present", "homeless": "present"}) == "critical"
    assert floor({"threat_removal": "absent", "homeless": "present"}) == ""
    assert (higher("low", "high"), is_lower("low", "medium"), is_lower("high", "high")) == ("high", True, False)


def test_a_change_is_an_answer_that_differs_and_not_asked_is_an_answer():
    found = changes({"homeless": "present", "isolated": "absent"}, {"homeless": "present", "copes": "present"})
    assert [(change.factor.code, change.before, change.now) for change in found] == [
        ("copes", "not_asked", "present"),
        ("isolated", "absent", "not_asked"),
    ]


def test_a_draft_keeps_what_each_page_saved(network):
    row = begun(network, network.case())
    saved(network, row, answers={"homeless": "present"}, words={"community": "Sleeps at the station"})
    saved(network, row, answers={"copes": "unknown", "homeless": "not_asked"}, wishes="A bed")
    assert answers(network, row) == {"copes": "unknown"}
    with acting(network.actors["worker"]):
        assert Assessment.objects.get(pk=row.pk).wishes == "A bed"
        assert Determinants.objects.get(assessment=row, field_class=3).words == {"community": "Sleeps at the station"}


def test_a_new_one_starts_from_the_last(network):
    case = network.case()
    first = network.assessed(case, homeless="present", restricted={"detained": "present"})
    second = begun(network, case)
    assert second.previous_id == first.pk
    assert answers(network, second) == {"homeless": "present"}
    assert answers(network, second, field_class=4) == {"detained": "present"}


def test_there_is_one_draft_a_case(network):
    case = network.case()
    begun(network, case)
    with pytest.raises(NotNow) as refusal:
        begun(network, case)
    assert refusal.value.code == "draft_exists"


def test_a_completed_assessment_is_kept_by_the_door_and_by_the_database(network):
    row = network.assessed(network.case(), homeless="present")
    with pytest.raises(NotNow) as refusal:
        saved(network, row, answers={"homeless": "absent"})
    assert refusal.value.code == "assessment_completed"
    with acting(network.actors["worker"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assessment.objects.filter(pk=row.pk).update(wishes="Something else")
        with pytest.raises(IntegrityError), transaction.atomic():
            Determinants.objects.filter(assessment=row).update(answers={})


def test_an_assessment_without_any_answer_is_not_completed(network):
    row = begun(network, network.case())
    with acting(network.actors["worker"]) as actor, pytest.raises(NotNow) as refusal:
        complete_assessment(row.pk, actor=actor, at=network.at, risk_level="medium")
    assert refusal.value.code == "nothing_asked"


def test_answers_have_their_page_and_their_words_a_limit(network):
    row = begun(network, network.case())
    for facts in (
        {"answers": {"homeless": "perhaps"}},
        {"answers": {"detained": "present"}},  # class 4 does not belong to a page of class 3
        {"answers": {"homeless": "present"}, "field_class": 4},
        {"words": {"community": "x" * 4001}},
        {"words": {"elsewhere": "x"}},
        {"wishes": "x" * 2001},
        {"held_on": network.today.replace(year=network.at.year + 1)},
    ):
        with pytest.raises(Incomplete):
            saved(network, row, **facts)


def test_who_saves_an_old_page_is_told(network):
    row = begun(network, network.case())
    saved(network, row, answers={"homeless": "present"}, version=1)
    with pytest.raises(NotNow) as refusal:
        saved(network, row, answers={"homeless": "absent"}, version=1)
    assert refusal.value.code == "changed_since"
    assert answers(network, row) == {"homeless": "present"}


def test_a_colleague_of_the_team_reads_without_class_4_and_does_not_assess(network):
    case = network.case()
    row = network.assessed(case, homeless="present", restricted={"detained": "present"})
    assert answers(network, row, by="mate") == {"homeless": "present"}
    assert answers(network, row, by="mate", field_class=4) is None
    assert answers(network, row, by="supervisor", field_class=4) == {"detained": "present"}
    with pytest.raises(NotPermitted) as refusal:
        begun(network, case, by="mate")
    assert refusal.value.code == "not_named"


def test_nobody_of_another_team_or_organisation_sees_an_assessment(network):
    network.assessed(network.case())
    for who in ("other_team", "stranger", "coordinator"):
        with acting(network.actors[who]) as actor:
            assert not Assessment.objects.visible_to(actor).exists()
            assert not Assessment.objects.exists()
            assert not Determinants.objects.exists()


def test_a_closed_case_is_not_assessed(network):
    case = network.case()
    with acting(network.actors["worker"]):
        Case.objects.filter(pk=case.pk).update(status="closed", closed_at=network.at, closure_reason="moved")
    with pytest.raises(NotNow) as refusal:
        begun(network, case)
    assert refusal.value.code == "case_closed"


def test_events_of_an_assessment_hold_no_answer(network):
    case = network.case()
    network.assessed(case, restricted={"detained": "present"})
    with acting(network.actors["worker"]):
        facts = [event.facts for event in Event.objects.filter(kind__startswith="assessment.")]
    assert [fact for fact in facts if fact] == [{"risk": "medium"}]
