"""The trafficking screen yields a thought, never a verdict; who may say more is few (INV-6)."""

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases.actions.trafficking import record_screening, set_trafficking_status
from cases.models import Case, Screening, TraffickingStatus
from cases.models.trafficking import GROUPS
from cases.trafficking import CONTROL, DIMENSIONS, EXPLOITATION, MEANS, STRENGTHS, found, signs_for, suggests
from cases.words_trafficking import CONTROL_WORDS, EXPLOITATION_WORDS, MEANS_WORDS
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import Actor, acting
from core.models import Event
from partners.actions import set_entitlement
from partners.models import Organisation
from tests.cases.browsing import readings

pytestmark = pytest.mark.django_db


def screened(network, case, *, by="worker", **facts):
    with acting(network.actors[by]) as actor:
        terms = {"group": "adult_labour", "answers": {"papers_kept": "present"}} | facts
        return record_screening(case, actor=actor, at=network.at, **terms)


def said(network, case, status, *, by="worker", **facts):
    with acting(network.actors[by]) as actor:
        return set_trafficking_status(case, actor=actor, at=network.at, status=status, **facts)


def entitle(network, entitled=True):
    with acting(network.actors["coordinator"]) as actor:
        set_entitlement(network.home.pk, actor=actor, at=network.at, entitled=entitled)


def decided(network):
    return {"decision_body": "Police", "decided_on": timezone.localdate(network.at)}


def test_every_group_is_asked_in_six_dimensions_in_three_languages():
    for group in GROUPS:
        signs = signs_for(group).values()
        assert {sign.dimension for sign in signs} == set(DIMENSIONS)
        assert {sign.strength for sign in signs} <= set(STRENGTHS)
        assert all(text for sign in signs for _language, text in sign.words)
    assert (set(MEANS), set(CONTROL), set(EXPLOITATION)) == (
        set(MEANS_WORDS),
        set(CONTROL_WORDS),
        set(EXPLOITATION_WORDS),
    )


@pytest.mark.parametrize(("group", "present", "thought"), [
    ("adult_labour", ["papers_kept"], True),
    ("adult_labour", ["debt_grows"], False),
    ("adult_labour", ["debt_grows", "pay_was_other"], True),
    ("adult_labour", ["no_one_to_ask", "no_language_used"], False),
    ("adult_labour", [], False),
    ("child_labour", ["endless_hours"], True),
])  # fmt: skip
def test_signs_are_counted_by_strength_and_lead_to_a_thought(group, present, thought):
    answers = dict.fromkeys(present, "present") | {"locked_in": "absent", "violence_there": "unknown"}
    assert suggests(group, answers) is thought
    assert sum(sum(strengths.values()) for strengths in found(group, answers).values()) == len(present)


def test_a_screen_sets_nothing(network):
    case = network.case()
    screened(network, case, means=["AtWork"], control=["WithholdsDocuments"], exploitation=["ForcedLabour"])
    with acting(network.actors["worker"]):
        row = Screening.objects.get()
        assert (row.means, row.control, row.exploitation) == (["AtWork"], ["WithholdsDocuments"], ["ForcedLabour"])
        assert not TraffickingStatus.objects.exists()


def test_a_screen_refuses_what_it_does_not_ask(network):
    case = network.case()
    for facts in (
        {"group": "adult"},
        {"answers": {"child_works": "present"}},
        {"answers": {"papers_kept": "surely"}},
        {"means": ["ByMagic"]},
        {"control": ["ByMagic"]},
        {"exploitation": ["ByMagic"]},
        {"note": "x" * 4001},
    ):
        with pytest.raises(Incomplete):
            screened(network, case, **facts)
    with pytest.raises(NotNow):
        screened(network, case, answers={"papers_kept": "not_asked"})


def test_only_those_whom_the_case_names_screen_or_see_a_screen(network):
    case = network.case()
    row = screened(network, case)
    said(network, case, "possible", screening=row)
    with pytest.raises(NotPermitted):
        screened(network, case, by="mate")
    with pytest.raises(NotPermitted):
        said(network, case, "possible", by="mate")
    for who, sees in (("supervisor", 1), ("mate", 0), ("other_team", 0), ("stranger", 0), ("coordinator", 0)):
        with acting(network.actors[who]) as actor:
            for model in (Screening, TraffickingStatus):
                assert model.objects.visible_to(actor).count() == model.objects.count() == sees, who


def test_the_trail_that_the_team_reads_does_not_say_what_it_was(network):
    case = network.case()
    screened(network, case)
    said(network, case, "possible")
    with acting(network.actors["mate"]) as actor:
        rows = Event.objects.visible_to(actor).filter(case_id=case.pk).exclude(kind="case.opened")
        assert [(row.kind, row.facts) for row in rows] == [("case.restricted_changed", {})] * 2


def test_everybody_may_say_possible_and_nobody_more_without_being_entitled(network):
    case = network.case()
    assert said(network, case, "possible").decision_body == ""
    for status in ("actual", "not_victim"):
        with pytest.raises(NotPermitted) as refusal:
            said(network, case, status, **decided(network))
        assert refusal.value.code == "not_entitled"


def test_an_entitled_body_says_more_with_decision_body_and_day(network):
    case = network.case()
    entitle(network)
    for missing in ("decision_body", "decided_on"):
        with pytest.raises(Incomplete):
            said(network, case, "actual", **{k: v for k, v in decided(network).items() if k != missing})
    with pytest.raises(Incomplete):
        said(network, case, "actual", **decided(network) | {"decided_on": network.today + timedelta(days=3)})
    assert said(network, case, "actual", **decided(network)).status == "actual"
    entitle(network, entitled=False)
    with pytest.raises(NotPermitted):
        said(network, case, "not_victim", **decided(network))


def row_of(network, case, **facts):
    terms = {"status": "actual", **decided(network)} | facts
    return TraffickingStatus(organisation=network.home, case=case, at=network.at, **terms)


def test_the_database_refuses_an_identification_by_who_is_not_entitled(network):
    case = network.case()
    with acting(network.actors["worker"]), pytest.raises(Error, match="row-level security"), transaction.atomic():
        row_of(network, case).save(force_insert=True)


def test_the_database_refuses_an_identification_without_body_or_day(network):
    case = network.case()
    entitle(network)
    for wrong in ({"decision_body": ""}, {"decided_on": None}, {"status": "possible"}):
        with acting(network.actors["worker"]), pytest.raises(IntegrityError), transaction.atomic():
            row_of(network, case, **wrong).save(force_insert=True)


def test_what_was_said_is_not_changed_afterwards(network):
    case = network.case()
    said(network, case, "possible")
    with acting(network.actors["worker"]), pytest.raises(Error, match="permission denied"), transaction.atomic():
        TraffickingStatus.objects.update(status="not_victim")


def test_only_the_coordinator_entitles_by_door_and_by_database(network):
    for who in ("worker", "supervisor"):
        with acting(network.actors[who]) as actor, pytest.raises(NotPermitted):
            set_entitlement(network.home.pk, actor=actor, at=network.at, entitled=True)
    administrator = Actor(organisation_id=network.home.pk, permissions=frozenset({"member.manage"}))
    with acting(administrator), pytest.raises(Error, match="coordinator"), transaction.atomic():
        Organisation.objects.filter(pk=network.home.pk).update(may_identify_victims=True)
    with acting(administrator), pytest.raises(Error, match="coordinator"), transaction.atomic():
        Organisation.objects.create(name="Self-made", may_identify_victims=True)


def test_the_pages_ask_show_and_prompt(network, worker):
    case = network.case()
    page, screen = (reverse(f"cases:{name}", args=[case.pk]) for name in ("trafficking", "screen"))
    assert "Nobody has asked yet" in worker.get(page).text
    assert "An adult, about work" in worker.get(screen).text
    assert "Somebody keeps the papers" in worker.get(screen, {"group": "adult_labour"}).text
    assert worker.post(screen, {"group": "adult_labour"}).status_code == 409
    answers = {"group": "adult_labour", "papers_kept": "present", "control": ["WithholdsDocuments"]}
    assert worker.post(screen, answers)["Location"] == page
    text = worker.get(page).text
    assert "The signs are a reason to think of trafficking" in text
    assert "Papers are kept back" in text
    status = reverse("cases:trafficking_status", args=[case.pk])
    assert "Identified victim" not in worker.get(status).text
    assert worker.post(status, {"status": "actual"}).status_code == 422
    worker.post(status, {"status": "possible"})
    assert "Possible victim" in worker.get(page).text


def test_a_colleague_without_class_4_gets_the_answer_of_a_page_that_is_not_there(network, sign_in):
    case = network.case()
    screened(network, case)
    for name in ("trafficking", "screen", "trafficking_status"):
        assert sign_in("mate").get(reverse(f"cases:{name}", args=[case.pk])).status_code == 404


def test_reading_a_screen_leaves_a_trail_of_class_4(network, worker):
    case = network.case()
    worker.get(reverse("cases:trafficking", args=[case.pk]))
    assert readings(network) == [(case.pk, 4, network.members["worker"].pk)]


def test_a_closed_case_is_not_screened(network):
    case = network.case()
    with acting(network.actors["worker"]):
        Case.objects.filter(pk=case.pk).update(status="closed", closed_at=network.at, closure_reason="moved")
    with pytest.raises(NotNow):
        screened(network, case)


def test_the_coordinator_entitles_from_a_page_and_others_have_none(network, sign_in):
    page = reverse("partners:entitlements")
    desk = sign_in("coordinator")
    assert "Harbour House" in desk.get(page).text
    desk.post(reverse("partners:entitle", args=[network.home.pk]), {"entitled": "1"})
    assert Organisation.objects.get(pk=network.home.pk).may_identify_victims
    desk.post(reverse("partners:entitle", args=[network.home.pk]), {"entitled": "0"})
    assert not Organisation.objects.get(pk=network.home.pk).may_identify_victims
    assert sign_in("supervisor").get(page).status_code == 403
