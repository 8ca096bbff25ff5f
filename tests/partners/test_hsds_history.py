"""The history of public entries as HSDS metadata: valid, complete since they are public, naming no person."""

import csv
import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.actors import acting
from partners.actions import add_service, edit_service
from partners.models import Metadata, Service, ServiceChange
from tests.partners.test_hsds_published import get, needs_shared, schema_of

pytestmark = pytest.mark.django_db
KEEPER = "Ann Persona"


@pytest.fixture
def told(desk):
    """A public service whose entry was changed twice by a person with a name."""
    Service.objects.filter(pk=desk.service.pk).update(
        visibility="public", verified_on=timezone.localdate(), covers_country=True
    )
    change(desk, description="Advice about papers", minimum_age=18)
    change(desk, hours={"mo": ["09:00", "18:00"]}, after_hours_phone="+375 17 000 00 00")
    return desk


def change(desk, **facts):
    with acting(replace(desk.admin, name=KEEPER)) as keeper:
        edit_service(desk.service.pk, actor=keeper, at=timezone.now(), **facts)


def metadata(client, desk) -> list[dict]:
    return get(client, f"services/{desk.service.pk}").get("metadata", [])


def test_what_was_changed_is_told_field_by_field(told, client):
    lines = {line["field_name"]: line for line in metadata(client, told)}
    assert sorted(lines) == ["description", "minimum_age", "schedules"]
    assert (lines["minimum_age"]["previous_value"], lines["minimum_age"]["replacement_value"]) == ("", "18")
    assert lines["schedules"]["replacement_value"] == "mo 09:00-18:00"
    assert {line["last_action_type"] for line in lines.values()} == {"update"}
    assert {line["last_action_date"] for line in lines.values()} == {timezone.localdate().isoformat()}


@needs_shared
def test_it_is_valid_against_the_schema(told, client):
    schema_of("service").validate(get(client, f"services/{told.service.pk}"))
    for line in metadata(client, told):
        schema_of("metadata").validate(line)


def test_nobody_is_named(told, client, tmp_path):
    page = client.get(f"/hsds/v3/services/{told.service.pk}").content.decode()
    call_command("export_hsds", str(tmp_path / "out"), verbosity=0)
    package = (tmp_path / "out" / "metadata.csv").read_text()
    with acting(told.admin) as actor:
        names = set(ServiceChange.objects.visible_to(actor).values_list("by_name", flat=True))
        members = set(ServiceChange.objects.visible_to(actor).values_list("member_id", flat=True))
    assert names == {KEEPER}
    for secret in (*names, *filter(None, map(str, members))):
        assert secret not in page + package
    assert {line["updated_by"] for line in metadata(client, told)} == {told.ours.name}


def test_what_is_not_published_of_an_entry_has_no_history_either(told, client):
    assert "+375 17 000 00 00" not in json.dumps(metadata(client, told))


def test_what_was_said_before_it_was_public_stays_unsaid(told, client):
    change(told, visibility="network")
    change(told, description="A house that nobody may know of")
    change(told, visibility="public")
    assert metadata(client, told) == []
    change(told, description="Advice for everybody")
    (line,) = metadata(client, told)
    assert line["replacement_value"] == "Advice for everybody"
    with connection.cursor() as cursor:  # the database holds it, whoever asks the function for what
        Service.objects.filter(pk=told.service.pk).update(visibility="network")
        cursor.execute("SELECT count(*) FROM waymark.published_changes(%s::uuid[])", [[str(told.service.pk)]])
        assert cursor.fetchone() == (0,)


def test_a_new_public_service_begins_its_history(desk, client):
    with acting(desk.admin) as keeper:
        row = add_service(
            actor=keeper, at=timezone.now(), name="New", visibility="public", covers_country=True, category="legal"
        )
    (line,) = get(client, f"services/{row.pk}")["metadata"]
    assert (line["last_action_type"], line["field_name"], line["replacement_value"]) == ("create", "name", "New")


def test_the_package_with_its_history_can_be_read_back(told, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    call_command("export_hsds", str(first), verbosity=0)
    assert len((first / "metadata.csv").read_text().splitlines()) == 4
    call_command("import_hsds", str(first), verbosity=0)
    assert Metadata.objects.count() == 3
    call_command("export_hsds", str(second), verbosity=0)
    for file in sorted(first.iterdir()):
        assert (second / file.name).read_text() == file.read_text(), file.name


def test_a_history_from_elsewhere_is_kept_and_told_without_its_people(told, client, tmp_path):
    out = tmp_path / "out"
    call_command("export_hsds", str(out), verbosity=0)
    row = {
        "id": str(uuid4()), "resource_id": str(told.service.pk), "resource_type": "service",
        "last_action_date": "2011-01-01", "last_action_type": "update", "field_name": "name",
        "previous_value": "'=1+1", "replacement_value": "New", "updated_by": "Bob Persona",
    }  # fmt: skip
    with (out / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(row))
        writer.writeheader()
        writer.writerow(row)
    call_command("import_hsds", str(out), verbosity=0)
    first = metadata(client, told)[0]
    assert (first["id"], first["previous_value"], first["updated_by"]) == (row["id"], "=1+1", told.ours.name)
    again = tmp_path / "again"
    call_command("export_hsds", str(again), verbosity=0)
    assert "2011-01-01" in (again / "metadata.csv").read_text()
    assert not any("Bob Persona" in file.read_text() for file in again.iterdir())


def test_a_list_asks_no_more_for_many_histories(told, client, queries):
    def asked() -> int:
        with queries() as seen:
            get(client, "services", full="true")
        return len(seen)

    few = asked()
    for number in range(3):
        with acting(told.admin) as keeper:
            add_service(actor=keeper, at=timezone.now(), name=f"New {number}", visibility="public", covers_country=True)
    assert asked() == few
