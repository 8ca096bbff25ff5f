"""Importing HSDS directories: real ones, wrong ones, the same one twice."""

import csv
import io
import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.actors import Actor, acting
from partners.hsds.tables import IMPORTER
from partners.models import (
    Attribute,
    Capacity,
    Location,
    Organisation,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="shared data is not beside this clone")

ORGANISATION, SERVICE, PLACE = str(uuid4()), str(uuid4()), str(uuid4())


def run(folder, **options) -> str:
    out = io.StringIO()
    call_command("import_hsds", str(folder), stdout=out, stderr=out, verbosity=0, **options)
    return out.getvalue()


def refused(folder, **options) -> str:
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_hsds", str(folder), stdout=out, stderr=out, verbosity=0, **options)
    assert not Organisation.objects.exists()
    return out.getvalue() + str(error.value)


@pytest.fixture
def folder(tmp_path):
    """A small right directory: one organisation, one service, one place."""
    write(tmp_path, "organizations.csv", [{"id": ORGANISATION, "name": "Тест", "description": "One\nTwo"}])
    write(tmp_path, "services.csv", [service()])
    write(
        tmp_path, "locations.csv", [{"id": PLACE, "location_type": "physical", "latitude": "53.9", "longitude": "27.5"}]
    )
    write(tmp_path, "service_at_location.csv", [{"id": str(uuid4()), "service_id": SERVICE, "location_id": PLACE}])
    return tmp_path


def service(**more) -> dict:
    return {"id": SERVICE, "organization_id": ORGANISATION, "name": "Advice", "status": "active", **more}


def write(folder, name, rows, *, encoding="utf-8"):
    with (folder / name).open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)


def test_a_right_directory_is_loaded_and_cannot_be_referred_to(folder):
    run(folder)
    found = Service.objects.get()
    assert found.organisation.description == "One\nTwo"
    assert not found.accepts_referrals
    assert not found.organisation.member_of_network
    with acting(IMPORTER):
        assert ServiceAtLocation.objects.get().location.latitude == 53.9


def test_running_it_again_changes_nothing(folder):
    run(folder)
    before = list(Service.objects.values())
    report = run(folder)
    assert list(Service.objects.values()) == before
    assert [line.split()[1:] for line in report.splitlines() if line.startswith("service ")] == [
        ["1", "0", "0", "1", "0"]
    ]


def test_a_package_says_nothing_about_places_in_use(folder):
    run(folder)
    Capacity.objects.create(service_id=SERVICE, status="capacity", maximum=5, used=3, updated_at=timezone.now())
    rows = [{"id": str(uuid4()), "service_id": SERVICE, "available": "1", "maximum": "1", "updated": "2026-11-01"}]
    write(folder, "service_capacities.csv", rows)
    run(folder)
    found = Capacity.objects.get()
    assert (found.maximum, found.used) == (5, 3)


def test_a_changed_row_is_changed_and_keeps_what_hsds_does_not_know(folder):
    run(folder)
    Service.objects.update(category="legal", accepts_referrals=True)
    write(folder, "services.csv", [service(name="Advice and more")])
    report = run(folder)
    found = Service.objects.get()
    assert (found.name, found.category, found.accepts_referrals, found.version) == ("Advice and more", "legal", True, 2)
    assert [line.split()[1:] for line in report.splitlines() if line.startswith("service ")] == [
        ["1", "0", "1", "0", "0"]
    ]


@pytest.mark.parametrize(
    ("wrong", "column", "reason"),
    [
        ({"id": "12"}, "id", "is not a UUID"),
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 256}, "name", "at most 255"),
        ({"status": "open"}, "status", "is none of"),
        ({"minimum_age": "grown up"}, "minimum_age", "not an age"),
        ({"minimum_age": "60", "maximum_age": "18"}, "minimum_age", "above the highest age"),
        ({"assured_date": "31/12/2025"}, "assured_date", "not a date"),
        ({"url": "Age 60 or older"}, "url", "not a web address"),
        ({"email": "write to us"}, "email", "not an e-mail"),
        ({"organization_id": str(uuid4())}, "organization_id", "not there"),
        ({"name": "a\u202eb"}, "name", "control character"),
    ],
)
def test_a_wrong_row_is_named_with_file_line_column_and_reason(folder, wrong, column, reason):
    write(folder, "services.csv", [service(id=str(uuid4())), service(**wrong)])
    message = refused(folder)
    assert "services.csv, line 3" in message
    assert f"column {column}: " in message
    assert reason in message


def test_lines_are_counted_as_an_editor_does_when_values_hold_line_ends(folder):
    rows = [service(id=str(uuid4()), description="1\n2\n3"), service(status="wrong")]
    write(folder, "services.csv", rows)
    assert "services.csv, line 5, column status" in refused(folder)


def test_one_id_twice_is_named(folder):
    write(folder, "services.csv", [service(), service()])
    assert "services.csv, line 3, column id: the id of line 2 again" in refused(folder)


def test_a_row_with_too_many_values_is_named(folder):
    (folder / "organizations.csv").write_text(f"id,name,description\n{ORGANISATION},a,b,c\n", encoding="utf-8")
    assert "organizations.csv, line 2" in refused(folder)


def test_skip_invalid_leaves_out_the_wrong_row_and_what_depends_on_it(folder):
    right = str(uuid4())
    write(folder, "services.csv", [service(status="wrong"), service(id=right)])
    report = run(folder, skip_invalid=True)
    assert [str(pk) for pk in Service.objects.values_list("pk", flat=True)] == [right]
    assert not ServiceAtLocation.objects.exists()
    assert "services.csv, line 2, column status" in report
    assert f"service_at_location.csv, line 2, column service_id: refers to the service {SERVICE}" in report


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id,name,description\n".encode("utf-16"), "UTF-16"),
        ("id,name,description\n1,Мінск,x\n".encode("cp1251"), "line 2: byte"),
        (b"id,name,description\n1,a\0b,x\n", "line 2: a NUL"),
        (b"", "line 1: the line with the column names is missing"),
        (b"id,name\n", "line 1: the column description is missing"),
        (b'id,name,description\n1,"a,b', "line 2"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(folder, content, reason):
    (folder / "organizations.csv").write_bytes(content)
    assert reason in refused(folder)


def test_a_byte_order_mark_does_no_harm(folder):
    write(folder, "organizations.csv", [{"id": ORGANISATION, "name": "Тест", "description": "x"}], encoding="utf-8-sig")
    run(folder)
    assert Organisation.objects.get().name == "Тест"


def test_a_missing_and_an_empty_folder_are_refused(tmp_path):
    assert "no such folder" in refused(tmp_path / "nowhere")
    assert "no HSDS tables" in refused(tmp_path)


def test_nothing_of_a_confidential_place_is_imported(folder):
    home = Organisation.objects.create(name="Safe house", member_of_network=True)
    keeper = Actor(organisation_id=home.pk, permissions=frozenset({"service.manage", "place.read_safe"}))
    with acting(keeper):
        Location(id=PLACE, organisation=home, confidential=True, safe_address="Nobody knows").save(force_insert=True)
    run(folder, skip_invalid=True)
    with acting(keeper):
        place = Location.objects.visible_to(keeper).get(pk=PLACE)
    assert (place.latitude, place.safe_address) == (None, "Nobody knows")


def test_web_addresses_without_scheme_get_one(folder):
    write(folder, "services.csv", [service(url="www.example.org/help"), service(id=str(uuid4()), url="N/A")])
    run(folder)
    assert sorted(Service.objects.values_list("url", flat=True)) == ["", "http://www.example.org/help"]


def test_compiled_json_is_read_with_what_stands_inside(tmp_path):
    organisation = {
        "id": ORGANISATION,
        "name": "Org",
        "description": "x",
        "phones": [{"id": str(uuid4()), "number": "+375 17 000 00 00"}],
        "services": [
            {
                "id": SERVICE,
                "name": "Advice",
                "status": "active",
                "minimum_age": 16,
                "schedules": [{"id": str(uuid4()), "freq": "WEEKLY", "byday": "MO"}],
                "service_at_locations": [
                    {"id": str(uuid4()), "location": {"id": PLACE, "location_type": "physical", "name": "Here"}}
                ],
                "attributes": [
                    {
                        "id": str(uuid4()),
                        "taxonomy_term": {
                            "id": str(uuid4()),
                            "name": "Law",
                            "description": "x",
                            "taxonomy_detail": {"id": str(uuid4()), "name": "Ours", "description": "x"},
                        },
                    }
                ],
            }
        ],
    }
    (tmp_path / "organizations.json").write_text(json.dumps({"contents": [organisation]}), encoding="utf-8")
    run(tmp_path)
    assert Service.objects.get().minimum_age == 16
    assert Phone.objects.get().organisation_id == Organisation.objects.get().pk
    assert Schedule.objects.get().service_id == Service.objects.get().pk
    with acting(IMPORTER):
        assert ServiceAtLocation.objects.get().location.name == "Here"
    assert Attribute.objects.get().taxonomy_term.taxonomy.name == "Ours"


def test_wrong_json_says_where(tmp_path):
    (tmp_path / "services.json").write_text('[{"id": 1,}]', encoding="utf-8")
    assert "services.json, line 1, character" in refused(tmp_path)
    (tmp_path / "services.json").write_text(json.dumps([service(status="wrong")]), encoding="utf-8")
    assert "services.json, line $[0], column status" in refused(tmp_path)


@needs_shared
def test_the_published_examples_are_read_and_their_impossible_latitude_is_named():
    message = refused(SHARED / "spec" / "hsds" / "examples")
    assert "column latitude: '100' is not a latitude" in message


@needs_shared
def test_a_real_directory_is_loaded_but_for_its_one_wrong_row():
    folder = SHARED / "hsds31_directory"
    message = refused(folder)
    assert "services.csv, line 1275, column minimum_age" in message
    run(folder, skip_invalid=True)
    with acting(IMPORTER):
        counts = (Organisation.objects.count(), Service.objects.count(), Location.objects.count())
    assert counts == (222, 1126, 980)
    assert ServiceArea.objects.filter(name="").count() == 0
    second = run(folder, skip_invalid=True)
    tables = [line.split() for line in second.splitlines()[1:13]]
    assert all(line[2:4] == ["0", "0"] for line in tables), second
