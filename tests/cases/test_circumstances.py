"""What is known of a person for eligibility; what is not written down stays unknown."""

from datetime import date, timedelta

import pytest

from cases.circumstances import facts_of
from cases.models import Assessment, Determinants, Household, Person, PersonDocument
from core.actors import acting
from tests.world import NOON, person

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def asked(world):
    """Return the facts of the world's case as its caseworker knows them, and write rows in between."""
    actor = world.actors["caseworker"]
    home = {"organisation_id": actor.organisation_id}

    def ask(*rows):
        with acting(actor):
            for row in rows:
                for name, value in home.items():
                    setattr(row, name, value)
                row.save(force_insert=row._state.adding)
            return facts_of(world.of.case, actor=actor, on=TODAY)

    return ask


def test_without_papers_and_household_both_are_unknown(asked, world):
    facts = asked()
    assert (facts.age, facts.sex, facts.languages) == (27, "female", {"prs"})
    assert (facts.migration_status, facts.documents, facts.no_documents, facts.household) == (
        "not_asked", frozenset(), False, None,
    )  # fmt: skip


def test_papers_count_while_they_are_valid(asked, world):
    def paper(kind, **facts):
        return PersonDocument(person=world.of.person, type=kind, recorded_at=NOON, **facts)

    facts = asked(
        paper("passport", valid_until=TODAY),
        paper("visa", valid_until=TODAY - timedelta(days=1)),
        paper("id_card", retired_at=NOON),
    )
    assert facts.documents == {"passport"}


def test_the_last_complete_assessment_can_say_that_there_are_no_papers(asked, world):
    def assessed(days, answer, *, done=True):
        at = NOON - timedelta(days=days)
        first = Assessment(
            case=world.of.case, tool="determinants", tool_version="1", held_on=at.date(), started_at=at
        )  # fmt: skip
        facts = asked(
            first,
            Determinants(case=world.of.case, assessment=first, field_class=3, answers={"no_documents": answer}),
        )
        if not done:
            return facts
        first.risk_level, first.next_due_on, first.completed_at = "low", TODAY, at
        return asked(first)

    assert assessed(9, "present").no_documents
    assert not assessed(5, "absent").no_documents
    assert not assessed(1, "present", done=False).no_documents, "a draft says nothing yet"


def member(world, born) -> Person:
    known = {"birth_date": date(born, 1, 1), "birth_precision": "day"} if born else {}
    unknown = {"birth_date": None, "birth_precision": "unknown"}
    return person(world.actors["caseworker"], name="Other", **(known or unknown))


@pytest.mark.parametrize(
    ("births", "kind"), [([], "single"), ([1990], "family"), ([1990, 2015], "family_with_children"), ([None], None)]
)
def test_a_household_is_what_its_members_are(asked, world, births, kind):
    members = [world.of.person.pk, *(member(world, born).pk for born in births)]
    assert asked(Household(member_ids=members, created_at=NOON)).household == kind


def test_a_member_whose_record_is_closed_to_us_leaves_it_unknown(asked, world):
    hidden = person(world.actors["stranger"], name="Hidden")
    members = [world.of.person.pk, member(world, 1990).pk, hidden.pk]
    assert asked(Household(member_ids=members, created_at=NOON)).household is None


def test_an_unaccompanied_child_is_one_while_it_is_a_child(asked, world):
    child = world.of.case.person
    child.unaccompanied = True
    assert asked().household is None
    child.birth_date = date(2012, 1, 1)
    assert asked().household == "unaccompanied_child"
    child.birth_date, child.birth_precision = None, "unknown"
    assert asked().household == "unaccompanied_child"
