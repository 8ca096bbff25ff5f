"""The public HSDS 3.1 API and its CSV package: for everybody, whole, and without what nobody may know."""

import io
import json
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from core.actors import Actor, acting
from partners.hsds.publishing import need_id
from partners.models import (
    Area,
    Capacity,
    Location,
    Organisation,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="shared data is not beside this clone")
HOME = "/hsds/v3/"


@pytest.fixture
def directory(desk):
    """A public service with all that belongs to one, at an open place and at a safe one."""
    now = timezone.now()
    Service.objects.filter(pk=desk.service.pk).update(
        visibility="public",
        verified_on=now.date(),
        minimum_age=18,
        languages=["rus", "bel"],
        translations={"ru": {"name": "Первая юридическая помощь"}},
        url="https://desk.example/first",
    )
    desk.service.refresh_from_db()
    Capacity.objects.create(service=desk.service, maximum=10, used=4, updated_at=now)
    ServiceArea.objects.create(service=desk.service, area=Area.objects.get(pk="BY-HR"))
    RequiredDocument.objects.create(service=desk.service, document="Passport")
    Phone.objects.create(service=desk.service, number="+375 17 200-00-00", extension="12")
    keeper = Actor(organisation_id=desk.ours.pk, permissions=frozenset({"service.manage", "place.read_safe"}))
    with acting(keeper):
        desk.office = Location.objects.create(
            organisation=desk.ours, name="Office", latitude=53.7, longitude=23.8, accessibility=["step_free"]
        )
        desk.safe = Location.objects.create(organisation=desk.ours, name="House of birches", confidential=True)
        for place in (desk.office, desk.safe):
            ServiceAtLocation.objects.create(service=desk.service, location=place)
    Schedule.objects.create(service=desk.service, freq="WEEKLY", byday="MO,TU", opens_at="09:00", timezone="+03:00")
    return desk


def get(client, path, **params) -> dict:
    answer = client.get(HOME + path, params)
    assert answer.status_code == 200, answer.content
    return answer.json()


def schema_of(name: str):
    def found(uri: str) -> Resource:
        contents = json.loads((SHARED / "spec" / "hsds" / uri.rsplit("/", 1)[-1]).read_text())
        return Resource.from_contents(contents, default_specification=DRAFT202012)

    contents = json.loads((SHARED / "spec" / "hsds" / f"{name}.json").read_text())
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(contents, registry=Registry(retrieve=found), format_checker=checker)


@needs_shared
def test_every_published_object_is_valid_against_the_schemas(directory, client):
    service = get(client, f"services/{directory.service.pk}")
    assert {"capacities", "languages", "phones", "required_documents", "schedules", "service_areas"} <= set(service)
    schema_of("service").validate(service)
    schema_of("organization").validate(get(client, f"organizations/{directory.ours.pk}"))
    for path, name in (
        ("services", "service"),
        ("organizations", "organization"),
        ("taxonomies", "taxonomy"),
        ("taxonomy_terms", "taxonomy_term"),
        ("service_at_locations", "service_at_location"),
    ):
        page = get(client, path, full="true") if "service" in path else get(client, path)
        assert page["contents"], path
        for found in page["contents"]:
            schema_of(name).validate(found)


@needs_shared
def test_a_real_directory_is_valid_when_published_again_and_reads_back_unchanged(client, tmp_path):
    call_command("import_hsds", str(SHARED / "hsds31_directory"), skip_invalid=True, verbosity=0)
    page = get(client, "services", full="true", per_page=100)
    assert page["total_items"] > 500
    for found in page["contents"]:
        schema_of("service").validate(found)
    call_command("export_hsds", str(tmp_path / "out"), verbosity=0)
    report = io.StringIO()
    call_command("import_hsds", str(tmp_path / "out"), verbosity=0, stdout=report)
    tables = [line.split() for line in report.getvalue().splitlines()[1:13]]
    assert sum(int(line[1]) for line in tables) > 5000
    assert all(line[2:4] == ["0", "0"] for line in tables), report.getvalue()


def test_a_safe_place_is_nowhere(directory, client, tmp_path):
    paths = (f"services/{directory.service.pk}", f"organizations/{directory.ours.pk}", "service_at_locations?full=true")
    told = [client.get(HOME + path).content.decode() for path in paths]
    call_command("export_hsds", str(tmp_path / "out"), verbosity=0)
    told += [file.read_text() for file in (tmp_path / "out").iterdir()]
    assert any(str(directory.office.pk) in text for text in told)
    assert not any(str(directory.safe.pk) in text or "birches" in text for text in told)
    assert get(client, "service_at_locations")["total_items"] == 1


def test_only_what_is_public_and_confirmed_is_published(directory, client):
    assert [found["id"] for found in get(client, "services")["contents"]] == [str(directory.service.pk)]
    assert client.get(f"{HOME}services/{directory.theirs.pk}").status_code == 404
    Service.objects.filter(pk=directory.service.pk).update(verified_on="2020-01-01")
    assert get(client, "services")["empty"] is True
    assert client.get(f"{HOME}services/{directory.service.pk}").status_code == 404


def test_a_list_answers_post_as_it_answers_get(directory, client):
    asked = {"search": "юридическая", "per_page": 1}
    by_get = get(client, "services", **asked)
    assert client.post(f"{HOME}services", asked).json() == by_get
    assert client.post(f"{HOME}services", json.dumps(asked), content_type="application/json").json() == by_get
    assert (by_get["total_items"], by_get["total_pages"], by_get["size"]) == (1, 1, 1)
    assert (by_get["first_page"], by_get["last_page"], by_get["empty"]) == (True, True, False)


def test_filters_add_up(directory, client):
    term = str(need_id("legal"))
    assert get(client, "services", taxonomy_term_id=term)["total_items"] == 1
    assert get(client, "services", taxonomy_term_id=str(need_id("shelter")))["total_items"] == 0
    assert get(client, "services", taxonomy_term_id=term, organization_id=str(directory.other.pk))["total_items"] == 0
    assert get(client, "services", modified_after="2999-01-01")["total_items"] == 0
    assert get(client, "organizations", taxonomy_term_id=term)["total_items"] == 1


@pytest.mark.parametrize(
    "asked", [{"page": "0"}, {"per_page": "101"}, {"taxonomy_id": "x"}, {"colour": "red"}, {"format": "xml"}]
)
def test_a_wrong_parameter_is_named(asked, client):
    answer = client.get(f"{HOME}services", asked)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]


def test_a_page_that_is_not_there_and_a_broken_body_are_refused(client, db):
    assert client.get(f"{HOME}services", {"page": 7}).status_code == 404
    assert client.post(f"{HOME}services", "[1]", content_type="application/json").status_code == 400
    assert client.post(f"{HOME}services", "{", content_type="application/json").status_code == 400


def test_names_follow_the_language_that_is_asked_for(directory, client):
    answer = client.get(f"{HOME}services/{directory.service.pk}", headers={"Accept-Language": "ru"})
    assert answer.json()["name"] == "Первая юридическая помощь"


def test_the_number_of_queries_does_not_grow_with_the_services(directory, client, queries):
    def asked() -> int:
        with queries() as seen:
            get(client, "services", full="true")
        return len(seen)

    few = asked()
    for number in range(5):
        more = Service.objects.get(pk=directory.service.pk)
        more.pk, more.name = UUID(int=number + 1), f"Advice {number}"
        more.save(force_insert=True)
        Phone.objects.create(service=more, number="1")
    assert asked() == few


def test_the_package_can_be_read_back(directory, tmp_path):
    Service.objects.filter(pk=directory.service.pk).update(description="=1+1", alternate_name="'quoted'")
    first, second = tmp_path / "first", tmp_path / "second"
    call_command("export_hsds", str(first), verbosity=0)
    assert "'=1+1" in (first / "services.csv").read_text()
    assert ",+375 17 200-00-00," in (first / "phones.csv").read_text()
    Service.objects.filter(pk=directory.service.pk).update(name="x", description="", alternate_name="", minimum_age=3)
    Phone.objects.all().delete()
    RequiredDocument.objects.all().delete()
    Organisation.objects.filter(pk=directory.ours.pk).update(name="y", description="")
    call_command("import_hsds", str(first), verbosity=0)
    call_command("export_hsds", str(second), verbosity=0)
    for file in sorted(first.iterdir()):
        assert (second / file.name).read_text() == file.read_text(), file.name


def test_a_folder_that_holds_something_is_left_alone(tmp_path, db):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_hsds", str(tmp_path))
