"""The query that puts services in order finds what the evaluator finds; each term is worth what the paper says."""

import dataclasses
from datetime import timedelta
from random import Random

import pytest

from core.actors import acting
from partners.conditions import conditions_of
from partners.eligibility import HOUSEHOLDS, RULES, Facts, evaluate
from partners.models import Area, Capacity, Service, ServiceArea
from partners.models.services import ASKED
from referral.matching import DEFAULTS, TERMS
from referral.ranking import NO_PLACES, ask
from tests.referral.asking import KNOWN, asked, change, value, wanted
from tests.world import NOON, organisation

pytestmark = pytest.mark.django_db
BREST, MINSK_DISTRICT = "BY-BR", "BY-MI-12"

PEOPLE = {
    "nothing is known": Facts(),
    "all is known": KNOWN,
    "no papers": dataclasses.replace(KNOWN, documents=frozenset(), no_documents=True),
    "a child": Facts(age=15, sex="male", household="unaccompanied_child", languages=frozenset({"fas", "rus"})),
    "only the oblast": Facts(areas=frozenset({"BY-BR"}), citizenships=frozenset({"BY"}), migration_status="national"),
}


def crowd(number: int) -> list[Service]:
    """Services with random conditions, places and areas."""
    dice, body = Random(4), organisation("Crowd")

    def some(codes, most=2):
        return dice.sample(list(codes), k=dice.choice([0, 0, *range(1, most + 1)]))

    rows = [
        Service(
            organisation=body, name=f"Service {n}", category="legal", accepts_referrals=True, verified_on=NOON.date(),
            minimum_age=dice.choice([None, None, 0, 16, 18, 28]), maximum_age=dice.choice([None, None, 30, 99]),
            sexes=some(ASKED["sexes"]), migration_statuses=some(ASKED["migration_statuses"], 6),
            citizenships=some(["AF", "BY", "UA"]), residence_areas=some(["BY-MI", "BY-BR", "BY-MI-12"]),
            document_types=some(["passport", "visa"]), household_types=some(HOUSEHOLDS),
            languages=some(["prs", "rus", "fas"]), interpreter=dice.random() < 0.3,
            interpreter_languages=some(["prs", "ara"]), covers_country=dice.random() < 0.4,
            waiting_list=dice.random() < 0.5, soft_rules=some(RULES, 9),
        )
        for n in range(number)
    ]  # fmt: skip
    Service.objects.bulk_create(rows)
    ServiceArea.objects.bulk_create(
        ServiceArea(service=row, area_id=area, name="")
        for row in rows
        for area in dice.sample(["BY-MI", "BY-BR", "BY-HO", None], k=dice.choice([0, 1, 2]))
    )
    Capacity.objects.bulk_create(
        Capacity(
            service=row, status=dice.choice(["capacity", "no_capacity", "waitlist", "assessment_required"]),
            maximum=4, used=dice.choice([0, 2, 4]), updated_at=NOON - timedelta(days=dice.choice([1, 9])),
        )
        for row in rows[: number // 2]
    )  # fmt: skip
    return rows


def test_sql_and_the_evaluator_find_the_same_of_every_service_for_every_person(world):
    rows = crowd(150)
    for name, facts in PEOPLE.items():
        found = asked(world, facts)
        seen = {row.key: row for row in (*found.fitting, *found.unfit)}
        for service in Service.objects.filter(pk__in=[row.pk for row in rows]).prefetch_related("servicearea_set"):
            fit = evaluate(facts, conditions_of(service))
            excluded = {finding.rule for finding in fit.findings if finding.excludes}
            row = seen.pop(service.pk)
            assert set(row.excluded) - {NO_PLACES} == excluded, (name, service.name)
            assert row.values["fit"] == pytest.approx(fit.share), (name, service.name)
        assert set(seen) == {world.of.service.pk}
        assert all(0 <= value <= 1 for row in (*found.fitting, *found.unfit) for value in row.values.values())
        assert not any(row.excluded for row in found.fitting)
        assert all(row.excluded for row in found.unfit)
        assert (found.fit_count, found.unfit_count) == (len(found.fitting), len(found.unfit))
        assert sum(found.excluded_by.values()) == sum(len(row.excluded) for row in found.unfit)


def test_the_order_does_not_depend_on_the_order_of_rows(world):
    rows = crowd(60)
    before = [row.key for row in asked(world).fitting]
    for row in Random(9).sample(rows, k=40):  # an update moves the row in the table
        Service.objects.filter(pk=row.pk).update(description="moved")
    assert [row.key for row in asked(world).fitting] == before
    with acting(world.actors["caseworker"]) as actor:
        few = ask(wanted(), DEFAULTS, actor=actor, at=NOON, most=5)
    assert [row.key for row in few.fitting] == before[:5]


@pytest.mark.parametrize(
    ("facts", "worth"),
    [
        ({"status": "capacity", "maximum": 10, "used": 0}, 1.0),
        ({"status": "capacity", "maximum": 10, "used": 9}, 0.6),
        ({"status": "capacity", "maximum": None}, 0.8),
        ({"status": "assessment_required", "maximum": 3}, 0.4),
        ({"status": "waitlist", "maximum": 3}, 0.2),
        ({"status": "capacity", "maximum": 3, "used": 3}, 0.2),
        ({"status": "no_capacity"}, 0.0),
        ({"status": "capacity", "updated_at": NOON - timedelta(days=8)}, 0.3),
    ],
)
def test_places_are_worth_what_the_paper_says(world, facts, worth):
    Capacity.objects.filter(pk=world.of.service.pk).update(**facts)
    assert value(world, "places") == pytest.approx(worth)


def test_a_full_service_without_a_waiting_list_does_not_fit(world):
    Capacity.objects.filter(pk=world.of.service.pk).update(maximum=2, used=2)
    assert asked(world).fit_count == 1
    change(world, waiting_list=False)
    found = asked(world)
    assert (found.fit_count, found.unfit[0].excluded, found.excluded_by) == (0, (NO_PLACES,), {NO_PLACES: 1})


@pytest.mark.parametrize(
    ("facts", "worth"),
    [
        ({"languages": ["prs"]}, 1.0), ({"languages": ["rus"], "interpreter": True}, 0.7),
        ({"languages": ["rus"], "interpreter": True, "interpreter_languages": ["prs"]}, 0.7),
        ({"languages": ["prs"], "interpreter": True, "interpreter_languages": ["prs"]}, 1.0),
        ({"languages": [], "interpreter": True, "interpreter_languages": ["ara"]}, 0.0),
        ({"languages": ["rus"]}, 0.0), ({"languages": []}, 0.5),
    ],
)  # fmt: skip
def test_a_shared_language_is_worth_most_then_an_interpreter(world, facts, worth):
    change(world, **facts)
    assert value(world, "language") == pytest.approx(worth)
    any_language = facts.get("interpreter") and not facts.get("interpreter_languages")
    assert value(world, "language", Facts()) == pytest.approx(0.7 if any_language else 0.5)


def test_filters_narrow_what_is_offered(world):
    change(world, languages=["prs"], covers_country=False)
    ServiceArea.objects.create(service=world.of.service, area_id="BY-MI")
    district, brest = Area.objects.get(pk=MINSK_DISTRICT), Area.objects.get(pk=BREST)
    assert asked(world, place=district, language="prs").fit_count == 1
    assert asked(world, place=brest).fit_count == 0
    assert asked(world, language="rus").fit_count == 0
    change(world, interpreter=True, interpreter_languages=["ukr"])
    assert [asked(world, language=code).fit_count for code in ("ukr", "rus")] == [1, 0]


def test_a_restricted_service_is_offered_to_its_own_organisation_only(world):
    change(world, visibility="restricted")
    assert asked(world).fit_count == 0
    actor = world.actors["partner"]
    with acting(actor):
        assert ask(wanted(), DEFAULTS, actor=actor, at=NOON).fit_count == 1


def test_every_term_has_a_value(world):
    assert set(asked(world).fitting[0].values) == set(TERMS)
