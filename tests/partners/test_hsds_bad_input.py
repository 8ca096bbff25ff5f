"""Bad HSDS packages: each wrong cell is named with file, line, column and reason, and nothing is loaded."""

from uuid import UUID, uuid4

import pytest

from core.actors import acting
from partners.hsds.checking import _in_circles
from partners.hsds.tables import IMPORTER
from partners.models import Metadata, Organisation, Service, TaxonomyTerm
from tests.partners.test_hsds import ORGANISATION, PLACE, SERVICE, folder, refused, run, service, write

pytestmark = pytest.mark.django_db
__all__ = ["folder"]  # a fixture of the other file
NOBODY = str(UUID(int=0))


def term(**more) -> dict:
    return {"id": str(uuid4()), "name": "Law", "description": "x", **more}


def line(kind: str, **more) -> dict:
    """A right row of a table that the small directory does not hold."""
    rows = {
        "organizations": {"id": ORGANISATION, "name": "Org", "description": "x"},
        "services": service(),
        "locations": {"id": PLACE, "location_type": "physical", "latitude": "53.9", "longitude": "27.5"},
        "taxonomy_terms": term(),
        "attributes": {"link_id": SERVICE, "link_entity": "service", "taxonomy_term_id": NOBODY},
        "phones": {"number": "+375 17 200-00-00", "service_id": SERVICE},
        "schedules": {"service_id": SERVICE, "freq": "WEEKLY", "valid_from": "2026-01-31"},
        "service_areas": {"service_id": SERVICE, "name": "Minsk"},
        "required_documents": {"service_id": SERVICE, "document": "Passport"},
        "addresses": {
            "location_id": PLACE, "address_1": "Street 1", "city": "Minsk", "state_province": "Minsk",
            "postal_code": "220000", "country": "BY", "address_type": "physical",
        },
        "metadata": {
            "resource_id": SERVICE, "resource_type": "service", "last_action_date": "2026-01-31",
            "last_action_type": "update", "field_name": "name", "previous_value": "", "replacement_value": "New",
            "updated_by": "Desk",
        },
    }  # fmt: skip
    return {"id": str(uuid4()), **rows[kind], **more}


WRONG = [
    # References that lead nowhere
    ("services", {"organization_id": NOBODY}, "organization_id", "which is not there"),
    ("phones", {"service_id": NOBODY}, "service_id", "which is not there"),
    ("phones", {"location_id": NOBODY}, "location_id", "which is not there"),
    ("schedules", {"service_at_location_id": NOBODY}, "service_at_location_id", "which is not there"),
    ("service_areas", {"service_id": NOBODY}, "service_id", "which is not there"),
    ("required_documents", {"service_id": NOBODY}, "service_id", "which is not there"),
    ("addresses", {"location_id": NOBODY}, "location_id", "which is not there"),
    ("attributes", {}, "taxonomy_term_id", "which is not there"),
    ("taxonomy_terms", {"taxonomy_id": NOBODY}, "taxonomy_id", "which is not there"),
    ("taxonomy_terms", {"parent_id": NOBODY}, "parent_id", "which is not there"),
    ("metadata", {"resource_id": NOBODY}, "resource_id", "which is not there"),
    ("services", {"organization_id": "org-1"}, "organization_id", "not a UUID"),
    ("services", {"organization_id": ""}, "organization_id", "required"),
    # Too long
    ("organizations", {"name": "н" * 10_000}, "name", "10000 characters; at most 255"),
    ("services", {"name": "x" * 10_000}, "name", "10000 characters; at most 255"),
    ("locations", {"name": "x" * 10_000}, "name", "10000 characters; at most 255"),
    ("required_documents", {"document": "x" * 10_000}, "document", "10000 characters; at most 255"),
    ("phones", {"number": "1" * 10_000}, "number", "10000 characters; at most 64"),
    # Formulas, in text and in what should be something else
    *(("organizations", {"name": f"{sign}HYPERLINK(1)"}, "name", "begins like a formula") for sign in "=+-@\t"),
    ("organizations", {"name": "  =1+1"}, "name", "begins like a formula"),
    ("organizations", {"name": "＝1+1"}, "name", "begins like a formula"),
    ("services", {"description": "\n@SUM(1)"}, "description", "begins like a formula"),
    ("services", {"url": "=cmd|' /C calc'!A0"}, "url", "begins like a formula"),
    # Whom it takes contradicts itself
    ("services", {"minimum_age": "60", "maximum_age": "18"}, "minimum_age", "above the highest age, 18"),
    ("services", {"minimum_age": "200"}, "minimum_age", "nobody is 200"),
    ("services", {"minimum_age": "-1"}, "minimum_age", "not an age"),
    ("services", {"maximum_age": "17.5"}, "maximum_age", "not an age"),
    # Dates
    ("services", {"assured_date": "31.12.2025"}, "assured_date", "not a date"),
    ("services", {"assured_date": "2026-02-30"}, "assured_date", "not a date"),
    ("schedules", {"valid_from": "tomorrow"}, "valid_from", "not a date"),
    ("metadata", {"last_action_date": "yesterday"}, "last_action_date", "not a date"),
    # Addresses of the web and of mail
    ("services", {"url": "javascript:alert(1)"}, "url", "not a web address"),
    ("services", {"url": "http://"}, "url", "not a web address"),
    ("organizations", {"website": "ftp://files.example"}, "website", "not a web address"),
    ("organizations", {"email": "desk at example"}, "email", "not an e-mail address"),
    # Places that are not on the earth
    ("locations", {"latitude": "90.01"}, "latitude", "not a latitude"),
    ("locations", {"longitude": "-180.01"}, "longitude", "not a longitude"),
    ("locations", {"latitude": "NaN"}, "latitude", "not a latitude"),
    ("locations", {"longitude": "inf"}, "longitude", "not a longitude"),
    ("locations", {"latitude": "53,9"}, "latitude", "not a latitude"),
    # Codes and numbers
    ("services", {"status": "Active"}, "status", "none of"),
    ("locations", {"location_type": "secret"}, "location_type", "none of"),
    ("schedules", {"freq": "DAILY"}, "freq", "none of"),
    ("services", {"name": "a\u202eb"}, "name", "control character"),
    ("services", {"name": "a\x07b"}, "name", "control character"),
]


@pytest.mark.parametrize(("kind", "wrong", "column", "reason"), WRONG)
def test_a_wrong_cell_is_named_and_nothing_is_loaded(folder, kind, wrong, column, reason):
    write(folder, f"{kind}.csv", [line(kind, **wrong)])
    message = refused(folder)
    (found,) = [text for text in message.splitlines() if f"column {column}: " in text and f"{kind}.csv" in text]
    assert found.startswith(f"{kind}.csv, line 2, column {column}: ")
    assert reason in found
    assert "Nothing was loaded" in message


@pytest.mark.parametrize(("kind", "wrong", "column", "reason"), WRONG)
def test_with_skip_invalid_the_row_alone_is_left_out(folder, kind, wrong, column, reason):
    write(folder, f"{kind}.csv", [line(kind, **wrong)])
    report = run(folder, skip_invalid=True)
    assert f"{kind}.csv, line 2, column {column}: " in report
    if kind != "organizations":
        assert Organisation.objects.count() == 1


@pytest.mark.parametrize("kind", ["organizations", "services", "locations", "taxonomy_terms", "phones", "metadata"])
def test_one_id_twice_is_named_in_every_table(folder, kind):
    one = line(kind)
    write(folder, f"{kind}.csv", [one, one | {"name": "Other"} if "name" in one else one])
    assert f"{kind}.csv, line 3, column id: the id of line 2 again" in refused(folder)


@pytest.mark.parametrize("file", ["organizations.csv", "services.csv", "locations.csv"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id,name\n1,Мінск\n".encode("utf-16"), "line 1: this is UTF-16"),
        ("id,name\n1,Мінск\n".encode("utf-16-le"), "line 1: a NUL character"),
        ("id,name\n1,Минск\n".encode("cp1251"), "line 2: byte 10 is not UTF-8"),
        (b"id,name\n1,a\n2,\xd0\n", "line 3: byte 14 is not UTF-8"),
        (b"id,name\n1,\xed\xa0\x80\n", "line 2: byte 10 is not UTF-8"),
        (b"id,id\n1,2\n", "line 1: a column name stands twice"),
        (b"name\nx\n", "line 1: the column id is missing"),
    ],
)
def test_a_file_in_another_encoding_or_without_its_columns_says_where(folder, file, content, reason):
    (folder / file).write_bytes(content)
    message = refused(folder, skip_invalid=True)  # a file that cannot be read is never left out silently
    assert f"{file}, {reason}" in message


@pytest.mark.parametrize("length", [1, 2, 3])
def test_terms_that_stand_above_themselves_are_named(folder, length):
    keys = [str(uuid4()) for _ in range(length)]
    circle = [term(id=key, parent_id=keys[(place + 1) % length]) for place, key in enumerate(keys)]
    below, right = term(parent_id=keys[0]), term(parent_id="")
    write(folder, "taxonomy_terms.csv", [*circle, below, right])
    message = refused(folder)
    for place in range(length):
        assert f"taxonomy_terms.csv, line {place + 2}, column parent_id: " in message
    assert message.count("stands below") == length
    run(folder, skip_invalid=True)
    assert [str(pk) for pk in TaxonomyTerm.objects.values_list("pk", flat=True)] == [right["id"]]


def test_a_circle_that_closes_in_the_database_is_named(folder):
    first, second = term(), term()
    write(folder, "taxonomy_terms.csv", [first, second | {"parent_id": first["id"]}])
    run(folder)
    write(folder, "taxonomy_terms.csv", [first | {"parent_id": second["id"]}])
    report = run(folder, skip_invalid=True)
    assert "taxonomy_terms.csv, line 2, column parent_id: " in report
    assert TaxonomyTerm.objects.get(pk=first["id"]).parent_id is None


def test_a_long_chain_is_no_circle():
    keys = [uuid4() for _ in range(5000)]
    assert _in_circles(dict(zip(keys, [*keys[1:], None], strict=True))) == set()


def test_text_behind_an_apostrophe_and_numbers_are_no_formulas(folder):
    write(folder, "organizations.csv", [line("organizations", name="'=1+1", description="- one")])
    assert "column description: begins like a formula" in refused(folder)
    write(folder, "organizations.csv", [line("organizations", name="'=1+1", description="'- one")])
    write(folder, "phones.csv", [line("phones")])
    write(folder, "locations.csv", [line("locations", latitude="-53.9")])
    run(folder)
    found = Organisation.objects.get()
    assert (found.name, found.description) == ("=1+1", "- one")


def test_right_rows_of_every_table_are_loaded(folder):
    """Else the tests above would prove nothing about their one wrong cell."""
    known = term()
    write(folder, "taxonomy_terms.csv", [known])
    for kind in ("phones", "schedules", "service_areas", "required_documents", "addresses", "metadata"):
        write(folder, f"{kind}.csv", [line(kind)])
    write(folder, "attributes.csv", [line("attributes", taxonomy_term_id=known["id"])])
    assert "Left out" not in run(folder)
    with acting(IMPORTER):
        assert (Service.objects.count(), Metadata.objects.count()) == (1, 1)
