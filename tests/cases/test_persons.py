"""Registering a person: little is asked, and what is said is checked."""

from datetime import date, timedelta

import pytest

from cases.actions.persons import change_contact, register_person
from cases.models import MigrationStatus, Person, PersonName
from core.actions import Incomplete, NotPermitted
from core.actors import acting
from core.models import Event
from partners.models import Area

pytestmark = pytest.mark.django_db
NAME = {"full_as_written": "Zahra Karimi"}


def register(network, *, by="worker", names=(NAME,), **facts):
    with acting(network.actors[by]) as actor:
        return register_person(actor=actor, at=network.at, names=names, **facts)


def refused(network, **facts) -> set[str]:
    with pytest.raises(Incomplete) as refusal:
        register(network, **facts)
    return set(refusal.value.fields)


def test_one_name_is_enough(network):
    person = register(network)
    with acting(network.actors["worker"]):
        name = PersonName.objects.get(person=person)
        assert (name.is_primary, name.kind, name.script) == (True, "legal", "Zyyy")
        assert name.search_key
        assert MigrationStatus.objects.get(person=person).status == "not_asked"


def test_the_event_of_a_registration_holds_no_name(network):
    person = register(network)
    with acting(network.actors["worker"]):
        event = Event.objects.get(about=person.pk)
    assert (event.kind, event.facts) == ("person.registered", {})


def test_names_in_several_scripts_keep_their_kind_and_parts(network):
    names = [
        {"full_as_written": "زهرا کریمی", "script": "Arab", "given": "زهرا", "family": "کریمی"},
        {"full_as_written": "Zahra", "kind": "preferred", "script": "Latn", "is_primary": True},
    ]
    person = register(network, names=names)
    with acting(network.actors["worker"]):
        stored = {name.kind: name for name in PersonName.objects.filter(person=person)}
    assert stored["preferred"].is_primary
    assert not stored["legal"].is_primary
    assert stored["legal"].family == "کریمی"


@pytest.mark.parametrize(
    "names",
    [
        (),
        ({"full_as_written": "  "},),
        ({"full_as_written": "Za\0hra"},),
        ({"full_as_written": "Za\u202ehra"},),
        ({"full_as_written": "a" * 256},),
        (NAME | {"kind": "nickname"},),
        (NAME | {"script": "Xxxx"},),
        (NAME | {"language": "english"},),
        (NAME | {"surname": "Karimi"},),
        (NAME | {"is_primary": True}, NAME | {"is_primary": True}),
        ("Zahra",),
    ],
)
def test_a_wrong_name_is_named_as_the_reason(network, names):
    assert refused(network, names=names) == {"names"}


def test_a_name_of_255_characters_is_kept(network):
    assert register(network, names=[{"full_as_written": "я" * 255}])


def test_marks_of_right_to_left_text_are_kept(network):
    assert register(network, names=[{"full_as_written": "زهرا\u200fکریمی"}])


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"sex": "woman"}, "sex"),
        ({"birth_precision": "day"}, "birth_date"),
        ({"birth_date": date(1990, 1, 1)}, "birth_precision"),
        ({"birth_date": date(1990, 1, 1), "birth_precision": "decade"}, "birth_precision"),
        ({"birth_date": date(1800, 1, 1), "birth_precision": "year"}, "birth_date"),
        ({"birth_date": "1990-01-01", "birth_precision": "day"}, "birth_date"),
        ({"citizenships": ["AF", "QQ"]}, "citizenships"),
        ({"country_of_birth": "QQ"}, "country_of_birth"),
        ({"languages": [{"code": "farsi"}]}, "languages"),
        ({"languages": [{"code": "prs", "level": "fluent"}]}, "languages"),
        ({"languages": [{"code": "prs"}, {"code": "prs"}]}, "languages"),
        ({"languages": ["prs"]}, "languages"),
        ({"area": "XX-YY"}, "area"),
        ({"migration_status": "illegal"}, "migration_status"),
        ({"contact_channel": "pigeon"}, "contact_channel"),
        ({"contact_channel": "sms"}, "contact_value"),
        ({"contact_warning": "never\0"}, "contact_warning"),
        ({"contact_hours": "h" * 101}, "contact_hours"),
        ({"status_basis": "b" * 2001}, "status_basis"),
    ],
)
def test_a_wrong_answer_is_named_as_the_reason(network, facts, field):
    assert field in refused(network, **facts)


def test_dates_in_the_future_are_refused(network):
    tomorrow = network.today + timedelta(days=2)
    wrong = refused(network, birth_date=tomorrow, birth_precision="day", status_since=tomorrow)
    assert wrong == {"birth_date", "status_since"}


def test_all_that_is_wrong_is_said_at_once(network):
    assert refused(network, names=(), sex="x", contact_channel="sms") == {"names", "sex", "contact_value"}


@pytest.mark.parametrize("channel", ["none", "in_person"])
def test_some_ways_of_contact_need_no_number(network, channel):
    assert register(network, contact_channel=channel).contact_channel == channel


def test_an_area_is_taken_as_a_row_or_as_its_code(network):
    area = Area.objects.first()
    assert register(network, area=area).area_id == register(network, area=area.pk).area_id == area.pk


@pytest.mark.parametrize("role", ["focal", "coordinator"])
def test_roles_without_the_verb_register_nobody(network, role):
    with pytest.raises(NotPermitted):
        register(network, by=role)


def test_the_safe_contact_is_replaced_as_a_whole(network):
    person = register(network, contact_channel="sms", contact_value="+375290000000", contact_warning="No voice mail")
    with acting(network.actors["worker"]) as actor:
        change_contact(person.pk, actor=actor, at=network.at, contact_channel="none")
        changed = Person.objects.get(pk=person.pk)
        assert (changed.contact_channel, changed.contact_value, changed.contact_warning) == ("none", "", "")
        assert changed.version == 2
        assert Event.objects.filter(kind="person.contact_changed", about=person.pk).exists()


def test_a_contact_of_a_hidden_person_cannot_be_changed(network):
    person = register(network)
    with acting(network.actors["other_team"]) as actor, pytest.raises(Person.DoesNotExist):
        change_contact(person.pk, actor=actor, at=network.at, contact_channel="none")


def test_contact_details_are_unreadable_in_the_database(network, django_db_blocker):
    from django.db import connection

    person = register(network, contact_channel="sms", contact_value="+375290000000")
    with acting(network.actors["worker"]), connection.cursor() as cursor:
        cursor.execute("SELECT contact_value FROM cases_person WHERE id = %s", [person.pk])
        assert b"375" not in bytes(cursor.fetchone()[0])
