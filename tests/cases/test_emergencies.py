"""Break-glass: one case, one hour, ended by the clock alone, told at once, reviewed by somebody else (DOMAIN 7)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases.actions.cases import reassign_case
from cases.actions.emergencies import break_glass, end_emergency, review_emergency
from cases.actions.sealing import seal_case
from cases.models import Case, Emergency, Grant
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event
from partners.identity import actor_of_member
from tests.cases.browsing import readings
from tests.cases.conftest import enrol

pytestmark = pytest.mark.django_db


def open_(network, case, *, by="other_team", at=None, reason="danger_to_life", **facts):
    with acting(network.actors[by]) as actor:
        return break_glass(
            actor=actor, at=at or network.at, reference=getattr(case, "reference", case), reason=reason, **facts
        )


def sees(network, case, by="other_team") -> bool:
    with acting(network.actors[by]) as actor:
        return Case.objects.filter(pk=case.pk).exists() and Case.objects.visible_to(actor).filter(pk=case.pk).exists()


def test_one_case_is_open_for_an_hour_and_no_second_one(network):
    case, second = network.case(), network.case()
    assert not sees(network, case)
    opened = open_(network, case)
    assert (opened.until - opened.opened_at, opened.repeated) == (timedelta(minutes=60), False)
    assert sees(network, case)
    assert not sees(network, second)


def test_it_ends_by_the_clock_without_any_sweep(network):
    case = network.case()
    open_(network, case, at=timezone.now() - timedelta(minutes=61))
    assert not sees(network, case)
    with acting(network.actors["other_team"]) as actor:
        grant = Grant.objects.visible_to(actor).get(basis="break_glass")
        assert grant.closed_at is None
        with connection.cursor() as cursor:  # the policy itself, without our filter
            cursor.execute("SELECT count(*) FROM cases_case WHERE id = %s", [case.pk])
            assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("number", ["C-00000000", "nonsense", "%", "C-_______"])
def test_a_forged_number_is_refused_like_a_missing_or_foreign_or_closed_one(network, sign_in, number):
    closed = network.case()
    with acting(network.actors["worker"]):
        Case.objects.filter(pk=closed.pk).update(status="closed", closed_at=network.at, closure_reason="moved")
    client, pages = sign_in("other_team"), set()
    for wrong in (number, closed.reference):
        answer = client.post(reverse("cases:break_glass"), {"reference": wrong, "reason": "violence"})
        assert answer.status_code == 422
        pages.add(answer.text.replace(wrong, "").replace(str(answer.context["csrf_token"]), ""))
    assert len({page.split("<main")[1] if "<main" in page else page for page in pages}) == 1
    network.users["far"], network.members["far"] = enrol(network.away, name="far", role="caseworker")
    network.actors["far"] = actor_of_member(network.members["far"])
    with pytest.raises(Incomplete) as refusal:
        open_(network, network.case(), by="far")
    assert refusal.value.code == "no_such_case"


def test_names_are_not_searched(network):
    network.case(person=network.person(name="Zahra Karimi"))
    with pytest.raises(Incomplete) as refusal:
        open_(network, "Zahra Karimi")
    assert set(refusal.value.fields) == {"reference"}


def test_a_reason_is_coded_and_another_one_needs_words(network):
    case = network.case()
    for facts in ({"reason": "curious"}, {"reason": "other"}, {"reason": "other", "note": " "}):
        with pytest.raises(Incomplete):
            open_(network, case, **facts)
    assert open_(network, case, reason="other", note="She called from the border").note


def test_three_within_a_day_are_the_most(network):
    for _ in range(3):
        open_(network, network.case())
    with pytest.raises(NotNow) as refusal:
        open_(network, network.case())
    assert refusal.value.code == "too_often"
    open_(network, network.case(), at=network.at + timedelta(hours=25))


def test_what_is_open_already_is_not_opened_again_and_a_repetition_is_marked(network):
    case = network.case()
    with pytest.raises(NotNow):
        open_(network, case, by="mate")
    open_(network, case, at=timezone.now() - timedelta(hours=3))
    assert open_(network, case).repeated


@pytest.mark.parametrize("short", ["hotline", "focal", "coordinator"])
def test_who_does_not_work_on_cases_opens_none(network, short):
    with pytest.raises(NotPermitted):
        open_(network, network.case(), by=short)


def test_an_hour_does_not_make_itself_longer(network):
    network.users["lead"], network.members["lead"] = enrol(
        network.home, name="lead", role="supervisor", team=network.teams["south"]
    )
    network.actors["lead"] = actor_of_member(network.members["lead"])
    case = network.case()
    open_(network, case, by="lead")
    with acting(network.actors["lead"]) as actor:
        with pytest.raises(NotPermitted):
            reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["lead"])
        with pytest.raises(NotPermitted):
            seal_case(case.pk, actor=actor, at=network.at, members=[network.members["lead"]])


def test_an_opening_stands_in_the_trail_of_the_case_and_is_told_without_pointing_at_it(network):
    case = network.case()
    opened = open_(network, case)
    with acting(network.actors["other_team"]):
        event = Event.objects.get(kind="emergency.opened")
        on_the_case = Event.objects.get(kind="case.opened_in_emergency")
    assert (event.about, event.facts["urgency"], event.case_id) == (opened.pk, "emergency", None)
    assert on_the_case.case_id == case.pk


def test_every_look_leaves_a_trail_and_every_page_shows_the_time_left(network, sign_in):
    case = network.case()
    client = sign_in("other_team")
    answer = client.post(
        reverse("cases:break_glass"), {"reference": case.reference.lower(), "reason": "violence"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse("cases:detail", args=[case.pk])
    for name in ("detail", "task", "contact", "assessment"):
        assert "Open to you in an emergency" in client.get(reverse(f"cases:{name}", args=[case.pk])).text, name
    mine = [row for row in readings(network) if row[2] == network.members["other_team"].pk and row[0] == case.pk]
    assert len(mine) == 5
    assert "Open to you in an emergency" not in sign_in("worker").get(reverse("cases:detail", args=[case.pk])).text


def test_it_is_ended_early_by_who_opened_it(network):
    case = network.case()
    opened = open_(network, case)
    with acting(network.actors["worker"]) as actor, pytest.raises(Emergency.DoesNotExist):
        end_emergency(opened.pk, actor=actor, at=network.at)
    with acting(network.actors["other_team"]) as actor:
        end_emergency(opened.pk, actor=actor, at=network.at)
        with pytest.raises(NotNow):
            end_emergency(opened.pk, actor=actor, at=network.at)
    assert not sees(network, case)


def test_somebody_else_reviews_once(network, sign_in):
    opened = open_(network, network.case(), at=timezone.now())
    own = open_(network, network.case(by="other_team"), by="supervisor")
    with acting(network.actors["supervisor"]) as actor:
        with pytest.raises(NotPermitted):
            review_emergency(own.pk, actor=actor, at=network.at, verdict="justified")
        with pytest.raises(IntegrityError, match="emergency_needs_four_eyes"), transaction.atomic():
            Emergency.objects.filter(pk=own.pk).update(
                verdict="justified", reviewed_by_id=actor.member_id, reviewed_at=network.at
            )
    supervisor, url = sign_in("supervisor"), reverse("cases:emergency", args=[opened.pk])
    assert url in supervisor.get(reverse("cases:emergencies")).text
    assert supervisor.post(url, {"verdict": "not_justified"}).status_code == 422
    assert supervisor.post(url, {"verdict": "not_justified", "note": "Nobody was in danger."}).status_code == 302
    assert supervisor.post(url, {"verdict": "justified"}).status_code == 409
    assert "Nobody was in danger." in sign_in("other_team").get(url).text
    assert sign_in("mate").get(url).status_code == 404
