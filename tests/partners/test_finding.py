"""The list of services: filters, orders, kept views, pages by cursor; what is confidential is not measured from."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor, acting
from core.models import SavedView, User
from partners.directory import open_at
from partners.hours import calendar_of, now
from partners.models import Capacity, Location, Organisation, Schedule, Service, ServiceArea, ServiceAtLocation

pytestmark = pytest.mark.django_db
URL = "/directory/"
MINSK = ZoneInfo("Europe/Minsk")


@pytest.fixture
def client(desk, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client = Client()

    user = User.objects.get(pk=desk.caseworker.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    Service.objects.update(verified_on=timezone.localdate())
    return client


def names(client, **query):
    answer = client.get(URL, query)
    assert answer.status_code == 200
    return [item["name"] for item in answer.context["items"]]


def place(service, latitude, longitude, **facts):
    keeper = Actor(
        organisation_id=service.organisation_id, permissions=frozenset({"service.manage", "place.read_safe"})
    )
    with acting(keeper):
        site = Location(organisation_id=service.organisation_id, latitude=latitude, longitude=longitude, **facts)
        site.save(force_insert=True)
        ServiceAtLocation.objects.create(service=service, location=site)


def test_filters_by_cost_accessibility_freshness_and_places(desk, client):
    Service.objects.filter(pk=desk.theirs.pk).update(
        cost="free", verified_on=timezone.localdate() - timedelta(days=160)
    )
    place(desk.service, 53.9, 27.5, accessibility=["step_free"])
    Capacity.objects.create(service=desk.service, status="capacity", maximum=2, used=1, updated_at=timezone.now())
    assert names(client, cost="free") == ["Beds for women"]
    assert names(client, access="step_free") == ["First legal advice"]
    assert names(client, fresh="recent") == ["First legal advice"]
    assert names(client, fresh="old") == ["Beds for women"]
    assert names(client, places="free") == ["First legal advice"]
    assert names(client, places="takes", fresh="known") == ["First legal advice"]
    page = client.get(URL, {"cost": "paid"}).content.decode()
    assert "No service fits all of this" in page


def test_a_district_finds_its_own_and_those_of_its_oblast(desk, client):
    Service.objects.update(covers_country=False)
    ServiceArea.objects.create(service=desk.service, area_id="BY-MI-01")
    ServiceArea.objects.create(service=desk.theirs, area_id="BY-MI")
    assert names(client, area="BY-MI-01") == ["Beds for women", "First legal advice"]
    assert names(client, area="BY-MI-02") == ["Beds for women"]
    assert names(client, area="BY-BR") == []


def test_orders_by_name_confirmation_places_and_distance(desk, client):
    third = Service.objects.create(
        organisation=desk.ours, name="A third one", category="legal", accepts_referrals=True, covers_country=True,
        verified_on=timezone.localdate() - timedelta(days=20),
    )  # fmt: skip
    for service, free in ((desk.service, 1), (desk.theirs, 7)):
        Capacity.objects.create(service=service, status="capacity", maximum=free, updated_at=timezone.now())
    assert names(client, sort="name") == ["A third one", "Beds for women", "First legal advice"]
    assert names(client, sort="-name") == ["First legal advice", "Beds for women", "A third one"]
    assert names(client, sort="fresh")[-1] == "A third one"
    assert names(client, sort="places") == ["Beds for women", "First legal advice", "A third one"]
    place(desk.service, 52.1, 23.7)  # Brest
    place(third, 53.9, 27.57)  # Minsk
    assert names(client, sort="near", near="BY-HM") == ["A third one", "First legal advice", "Beds for women"]
    assert names(client, sort="near", near="BY-BR") == ["First legal advice", "A third one", "Beds for women"]
    items = client.get(URL, {"sort": "near", "near": "BY-HM"}).context["items"]
    assert [item["away"] for item in items][1:] == ["323 km away", ""]


def test_a_confidential_place_is_not_measured_from_not_even_for_its_own_people(desk, client, settings):

    place(desk.theirs, None, None, confidential=True, accessibility=["step_free"])
    own = Client()
    user = User.objects.get(pk=desk.caseworker.user_id)
    own.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    items = own.get(URL, {"sort": "near", "near": "BY-HM"}).context["items"]
    assert [item["away"] for item in items] == ["", ""]
    assert names(own, access="step_free") == []


def test_pages_go_on_and_back_by_cursor_and_the_address_holds_no_words_of_a_row(desk, client):
    for number in range(60):
        Service.objects.create(
            organisation=desk.ours, name=f"S{number:02}", category="legal", accepts_referrals=True,
            covers_country=True, verified_on=timezone.localdate(),
        )  # fmt: skip
    seen, address = [], URL + "?sort=name&category=legal"
    while address:
        page = client.get(address).context["page"]
        seen += [row.name for row in page.rows]
        address = page.next_url
        assert "S2" not in address
    assert len(seen) == len(set(seen)) == 61
    last = client.get(URL, {"sort": "-name", "category": "legal"}).context["page"]
    assert last.rows[0].name == "S59"


def test_a_state_of_the_list_is_kept_as_a_view(desk, client):
    query = "q=legal&category=legal&sort=name"
    answer = client.post(reverse("keep_view"), {"name": "partners:directory", "query": query, "label": "My lawyers"})
    assert answer.status_code == 302
    with acting(desk.caseworker) as actor:
        assert SavedView.objects.visible_to(actor).get().query == "category=legal&q=legal&sort=name"
    page = client.get(URL)
    assert "My lawyers" in page.content.decode()


def test_words_with_slips_and_in_other_scripts_find_and_keep_the_filters(desk, client):
    for service in Service.objects.all():
        service.save()
    assert names(client, q="legl advise") == ["First legal advice"]
    assert names(client, q="юридическая") == ["First legal advice"]
    page = client.get(URL, {"q": "legal", "cost": "paid", "sort": "name"}).content.decode()
    assert '<input type="hidden" name="cost" value="paid">' in page
    assert '<input type="hidden" name="sort" value="name">' in page


WEEK = {"mo": ["10:00", "14:00"], "sa": ["09:00", "12:00"]}


@pytest.mark.parametrize("moment", [
    (2026, 11, 23, 9, 59), (2026, 11, 23, 10, 0), (2026, 11, 23, 13, 59), (2026, 11, 23, 14, 0), (2026, 11, 24, 11, 0),
    (2026, 11, 28, 10, 0), (2026, 12, 25, 11, 0), (2026, 12, 28, 11, 0), (2026, 5, 1, 11, 0),
])  # fmt: skip
def test_open_now_says_of_all_what_the_hours_of_one_say(desk, moment):
    """The condition in the database against `partners.hours.now`, service by service."""
    at = datetime(*moment, tzinfo=MINSK)
    Organisation.objects.filter(pk=desk.ours.pk).update(opening_hours=WEEK)
    Organisation.objects.filter(pk=desk.other.pk).update(closures=["2026-12-28"])
    facts = {"organisation": desk.other, "category": "legal"}
    rows = [
        desk.service,
        desk.theirs,
        Service.objects.create(name="Always", open_on_holidays=True, **facts),
        Service.objects.create(name="Closed days", closed_dates=["2026-11-23"], **facts),
        Service.objects.create(name="Paused", suspended_from="2026-11-01", suspended_until="2026-11-30", **facts),
    ]
    own = Service.objects.create(name="Own hours", **facts)
    Schedule.objects.create(service=own, freq="WEEKLY", byday="MO,FR,SA", opens_at="08:00", closes_at="23:59")
    rows.append(own)
    for row in Service.objects.filter(pk__in=[row.pk for row in rows]).select_related("organisation"):
        calendar = calendar_of(row, row.organisation, list(Schedule.objects.filter(service=row)))
        said = now(calendar, at).is_open and not row.paused(at.date())
        assert Service.objects.filter(open_at(at), pk=row.pk).exists() == said, row.name


def test_the_list_asks_as_often_for_sixty_as_for_two(desk, client, queries):
    query = {"q": "legal", "open": "now", "area": "BY-MI-01", "sort": "near", "near": "BY-HM"}
    client.get(URL, query)
    with queries() as few:
        client.get(URL, query)
    for number in range(30):
        Service(organisation=desk.ours, name=f"Legal {number}", covers_country=True).save()
    with queries() as many:
        client.get(URL, query)
    real = [one["sql"][:120] for one in many if "SAVEPOINT" not in one["sql"]]
    assert len(many) == len(few)
    assert len(real) <= 12, "\n".join(real)
