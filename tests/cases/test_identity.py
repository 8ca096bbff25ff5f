"""Names, papers and status of a person: changed by version, put out of use, never lost."""

from datetime import date, timedelta

import pytest
from django.db import connection

from cases.actions.identity import (
    add_name,
    add_paper,
    change_name,
    change_paper,
    record_status,
    retire_name,
    retire_paper,
)
from cases.actions.persons import change_person
from cases.models import MigrationStatus, PersonDocument, PersonName, Reminder
from cases.search import search_persons
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.fields import blind_index

pytestmark = pytest.mark.django_db
FACTS = {
    "sex": "female", "birth_date": date(1994, 5, 2), "birth_precision": "day", "citizenships": ["AF"],
    "country_of_birth": "AF", "languages": [{"code": "prs", "level": "native", "interpreter": True}], "area": None,
}  # fmt: skip


@pytest.fixture
def act(network):
    with acting(network.actors["worker"]) as actor:
        yield {"actor": actor, "at": network.at}


def test_every_fact_of_registration_can_be_changed(network, act):
    person = change_person(network.person().pk, version=1, gender="woman", caregiver="An aunt", **FACTS, **act)
    person.refresh_from_db()
    assert (person.version, person.gender, person.sex, person.caregiver) == (2, "woman", "female", "An aunt")
    assert person.languages == FACTS["languages"]


def test_the_second_of_two_editors_is_told(network, act):
    person = network.person()
    change_person(person.pk, version=1, **FACTS, **act)
    with pytest.raises(NotNow) as refused:
        change_person(person.pk, version=1, **FACTS, **act)
    assert refused.value.code == "changed_since"


def test_gender_is_changed_only_by_those_whom_a_case_names(network):
    case = network.case()
    for name, may in {"worker": True, "supervisor": True, "mate": False}.items():
        with acting(network.actors[name]) as actor:
            if may:
                change_person(case.person_id, actor=actor, at=network.at, gender="woman", **FACTS)
            else:
                with pytest.raises(NotPermitted):
                    change_person(case.person_id, actor=actor, at=network.at, gender="man", **FACTS)


def test_gender_and_paper_numbers_are_unreadable_in_the_database(network, act):
    person = network.person()
    change_person(person.pk, gender="a-canary", **FACTS, **act)
    add_paper(person.pk, type="passport", number="MP 123-456", **act)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gender FROM cases_person UNION SELECT number FROM cases_persondocument")
        raw = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"canary" not in raw
    assert b"123" not in raw


def test_an_equal_number_is_found_by_its_blind_index_however_it_is_written(network, act):
    paper = add_paper(network.person().pk, type="passport", number="MP 123-456", **act)
    assert PersonDocument.objects.get(number_index=blind_index("mp123456")).pk == paper.pk
    assert "123456" not in paper.number_index
    assert blind_index(" - ") == ""


def test_names_are_added_in_their_script_and_found_by_it(network, act):
    person = network.person(name="Zahra Karimi")
    add_name(person.pk, full_as_written="زهرا کریمی", script="Arab", language="prs", father="کریم", **act)
    assert PersonName.objects.get(script="Arab").father == "کریم"
    assert [match.person_id for match in search_persons("زهرا", actor=act["actor"])] == [person.pk]


def test_a_new_name_and_changed_facts_are_compared_with_the_others_anew(network, act):
    person = network.person()
    for change in (
        lambda: add_name(person.pk, full_as_written="Zohra", **act),
        lambda: change_name(PersonName.objects.get(is_primary=True).pk, full_as_written="Sahra", **act),
        lambda: change_person(person.pk, **FACTS, **act),
    ):
        type(person).objects.filter(pk=person.pk).update(matched_at=network.at)
        change()
        person.refresh_from_db()
        assert person.matched_at is None


def test_there_is_always_one_main_name(network, act):
    person = network.person()
    second = add_name(person.pk, full_as_written="Захра", is_primary=True, **act)
    first = PersonName.objects.get(is_primary=False)
    change_name(first.pk, version=1, full_as_written="Zahra", is_primary=True, **act)
    assert PersonName.objects.get(is_primary=True).pk == first.pk
    change_name(first.pk, version=2, full_as_written="Zahra", is_primary=False, **act)
    assert PersonName.objects.get(is_primary=True).pk == first.pk
    retire_name(second.pk, **act)
    with pytest.raises(NotNow) as refused:
        retire_name(first.pk, **act)
    assert refused.value.code == "main_name"


def test_a_name_out_of_use_is_still_found_and_not_changed(network, act):
    person = network.person(name="Zahra Karimi")
    old = add_name(person.pk, full_as_written="Leila Moradi", **act)
    retire_name(old.pk, **act)
    assert [match.person_id for match in search_persons("Leila Moradi", actor=act["actor"])] == [person.pk]
    for door in (retire_name, lambda pk, **who: change_name(pk, full_as_written="Leila", **who)):
        with pytest.raises(NotNow) as refused:
            door(old.pk, **act)
        assert refused.value.code == "name_retired"


def test_names_and_papers_know_their_version(network, act):
    name = PersonName.objects.get(person=network.person())
    change_name(name.pk, version=1, full_as_written="Zahra K", **act)
    with pytest.raises(NotNow):
        change_name(name.pk, version=1, full_as_written="Zahra M", **act)
    paper = add_paper(name.person_id, type="visa", issuer="BY", **act)
    change_paper(paper.pk, version=1, type="visa", issuer="AF", **act)
    with pytest.raises(NotNow):
        change_paper(paper.pk, version=1, type="visa", **act)
    retire_paper(paper.pk, **act)
    with pytest.raises(NotNow):
        retire_paper(paper.pk, **act)


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"type": "library_card"}, "type"),
        ({"type": "passport", "issuer": "XX"}, "issuer"),
        ({"type": "passport", "number": "n" * 65}, "number"),
        ({"type": "passport", "number": "1\u202e2"}, "number"),
        ({"type": "passport", "note": "n" * 501}, "note"),
    ],
)
def test_a_wrong_paper_is_refused_with_its_field(network, act, facts, wrong):
    with pytest.raises(Incomplete) as refused:
        add_paper(network.person().pk, **facts, **act)
    assert set(refused.value.fields) == {wrong}


def test_a_status_is_history_and_plans_its_end(network, act):
    person, today = network.person(), network.today
    end = today + timedelta(days=100)
    record_status(person.pk, status="temporary_stay", until=end, basis="Work", **act)
    open_ = Reminder.objects.filter(kind="status_end", met_at=None)
    assert list(open_.values_list("due_on", flat=True)) == [end]
    later = end + timedelta(days=90)
    record_status(person.pk, status="temporary_residence", since=today, until=later, **act)
    assert list(open_.values_list("due_on", flat=True)) == [later]
    record_status(person.pk, status="not_asked", **act)
    assert not open_.exists()
    assert MigrationStatus.objects.filter(person=person).count() == 4


def test_a_status_names_a_paper_of_the_person_only(network, act):
    person, other = network.person(), network.person(name="Other")
    paper = add_paper(other.pk, type="residence_permit", **act)
    with pytest.raises(Incomplete) as refused:
        record_status(person.pk, status="refugee", document=paper, **act)
    assert set(refused.value.fields) == {"document"}


def test_a_status_does_not_end_before_it_begins(network, act):
    today = network.today
    facts = {"status": "refugee", "since": today, "until": today - timedelta(days=1)}
    with pytest.raises(Incomplete) as refused:
        record_status(network.person().pk, **facts, **act)
    assert set(refused.value.fields) == {"until"}


def test_one_change_of_status_is_not_recorded_twice_by_two_people(network, act):
    person = network.person()
    first = MigrationStatus.objects.get(person=person)
    record_status(person.pk, status="refugee", replaces=first.pk, **act | {"at": network.at + timedelta(minutes=1)})
    with pytest.raises(NotNow) as refused:
        record_status(person.pk, status="refugee", replaces=first.pk, **act)
    assert refused.value.code == "changed_since"


def test_nothing_of_a_hidden_person_can_be_changed(network):
    person = network.person()
    name = PersonName(pk=None)
    with acting(network.actors["worker"]):
        name = PersonName.objects.get(person=person)
    with acting(network.actors["other_team"]) as actor:
        who = {"actor": actor, "at": network.at}
        for call in (
            lambda: change_person(person.pk, **FACTS, **who),
            lambda: add_name(person.pk, full_as_written="X", **who),
            lambda: add_paper(person.pk, type="visa", **who),
            lambda: record_status(person.pk, status="refugee", **who),
        ):
            with pytest.raises(type(person).DoesNotExist):
                call()
        with pytest.raises(PersonName.DoesNotExist):
            retire_name(name.pk, **who)
