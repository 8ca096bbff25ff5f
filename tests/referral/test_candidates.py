"""The candidates of a need: in order, with their reasons, in a constant number of queries; narrowed; over the API."""

import pytest

from core.actors import acting
from core.models import User
from partners.models import Capacity, Service
from referral.candidates import find
from tests.referral.pages import url, words
from tests.world import NOON, service

pytestmark = pytest.mark.django_db


def found(world, **more):
    with acting(world.actors["caseworker"]) as actor:
        return find(world.of.need, actor=actor, at=NOON, **more)


def test_a_service_that_is_excluded_is_never_among_those_that_fit_and_says_why(world):
    men = service(world.of.receiver, name="For men only", sexes=["male"])
    full = service(world.of.receiver, name="Full", places=0, waiting_list=False)
    both = found(world)
    assert [row.service.pk for row in both.fitting] == [world.of.service.pk]
    why = {
        row.service.pk: (row.excluded, [r["text"] for r in row.reasons if r["tone"] == "stop"]) for row in both.unfit
    }
    assert why == {
        men.pk: (("sex",), ["Not for this sex: Male"]),
        full.pk: (("no_places",), ["No free places"]),
    }
    assert both.excluded_by == {"sex": 1, "no_places": 1}


def test_the_score_is_the_sum_of_what_is_explained(world):
    (row,) = found(world).fitting
    assert row.score == pytest.approx(sum(part.points for part in row.parts))
    assert row.score > 0


def test_the_queries_do_not_grow_with_the_services(world, queries):
    with queries() as few:
        found(world)
    for n in range(30):
        service(world.of.receiver, name=f"Service {n}", sexes=["male"] if n % 3 == 0 else [])
    with queries() as many:
        assert found(world).fit_count == 21
    assert len(many) <= len(few)


def test_one_service_can_be_asked_for_wherever_it_stands(world):
    last = [service(world.of.receiver, name=f"Service {n}") for n in range(15)][-1]
    Capacity.objects.filter(pk=last.pk).update(status="waitlist")
    assert last.pk not in {row.service.pk for row in found(world).fitting}
    assert [row.service.pk for row in found(world, only=last.pk).fitting] == [last.pk]


def test_a_service_further_down_can_be_chosen_and_one_that_does_not_fit_cannot(people):
    last = [service(people.world.of.receiver, name=f"Service {n}") for n in range(15)][-1]
    Capacity.objects.filter(pk=last.pk).update(status="waitlist")
    page = url("new", people.world.of.need.pk)
    assert "Show 6 more" in words(people.caseworker.get(page))
    assert "Show 6 more" not in words(people.caseworker.get(f"{page}?more=1"))
    assert people.caseworker.post(page, {"urgency": "urgent", "service": str(last.pk)}).status_code == 302
    Service.objects.filter(pk=last.pk).update(sexes=["male"])
    for wrong in (str(last.pk), "nonsense", ""):
        answer = people.caseworker.post(page, {"urgency": "urgent", "service": wrong})
        assert answer.status_code == 422
        assert "Choose a service from the list." in words(answer)


def test_the_page_narrows_by_place_language_and_hours(people):
    page = url("new", people.world.of.need.pk)
    Service.objects.filter(pk=people.world.of.service.pk).update(languages=["prs"])
    assert "1 service fits" in words(people.caseworker.get(f"{page}?language=prs&place=BY-MI"))
    assert "Nothing is left with these filters" in words(people.caseworker.get(f"{page}?language=rus"))
    assert "Nothing is left with these filters" in words(people.caseworker.get(f"{page}?open=on"))
    assert people.caseworker.get(f"{page}?place=XX").status_code == 200, "a filter that is none narrows nothing"


def test_the_api_gives_terms_reasons_and_what_excludes(world, signed_in_api):
    service(world.of.receiver, name="For men only", sexes=["male"])
    ask = signed_in_api("caseworker")
    body = ask(f"needs/{world.of.need.pk}/candidates/")
    (row,), (out,) = body["fitting"], body["unfit"]
    assert row["score"] == pytest.approx(sum(term["points"] for term in row["terms"]), abs=0.05)
    assert (out["rank"], out["excluded"], body["excluded_by"]) == (0, ["sex"], {"sex": 1})
    assert {"tone": "stop", "code": "sex_fails", "text": "Not for this sex: Male"} in out["reasons"]
    assert ask(f"needs/{world.of.need.pk}/candidates/?language=rus")["fit_count"] == 0
    assert ask(f"needs/{world.of.need.pk}/candidates/?place=XX", status=400)
    assert ask(f"needs/{world.of.need.pk}/candidates/?most=0", status=400)


def test_another_organisations_need_has_no_candidates(world, signed_in_api):
    assert signed_in_api("stranger")(f"needs/{world.of.need.pk}/candidates/", status=404)


@pytest.fixture
def signed_in_api(world, client, settings):
    settings.REQUIRE_SECOND_FACTOR = False

    def sign_in(who):
        user = User.objects.get(pk=world.actors[who].user_id)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

        def ask(path, status=200):
            answer = client.get(f"/api/v1/{path}")
            assert answer.status_code == status, answer.content
            return answer.json()

        return ask

    return sign_in
