"""Directory, service, capacity and administration pages, as people see them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import acting
from core.models import User
from partners.models import ApiToken, Area, Capacity, Member, Organisation, Service, ServiceArea
from tests.partners.conftest import member

pytestmark = pytest.mark.django_db
PASSWORD = "long enough words"


@pytest.fixture
def enter(client):
    def signed_in(actor):
        client.force_login(
            User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return signed_in


@pytest.fixture(autouse=True)
def _today(settings, desk):
    settings.REQUIRE_SECOND_FACTOR = False
    Service.objects.update(verified_on=timezone.now().date())


def names(response) -> list[str]:
    return [item["name"] for item in response.context["items"]]


def test_the_directory_finds_by_word_need_region_language_and_free_places(desk, enter):
    client, url = enter(desk.caseworker), reverse("partners:directory")
    Service.objects.filter(pk=desk.theirs.pk).update(
        covers_country=False, languages=["prs"], translations={"ru": {"name": "Приют для женщин"}}
    )
    ServiceArea.objects.create(service=desk.theirs, area=Area.objects.get(pk="BY-MI-01"))
    Capacity.objects.create(service=desk.theirs, status="capacity", maximum=2, used=1, updated_at=timezone.now())
    Service.objects.get(pk=desk.theirs.pk).save()
    assert names(client.get(url)) == ["Beds for women", "First legal advice"]
    assert names(client.get(url, {"q": "legal first"})) == ["First legal advice"]
    assert names(client.get(url, {"q": "приют"})) == ["Beds for women"]
    assert names(client.get(url, {"category": "shelter"})) == ["Beds for women"]
    assert names(client.get(url, {"language": "prs"})) == ["Beds for women"]
    assert names(client.get(url, {"area": "BY-MI"})) == ["Beds for women", "First legal advice"]
    assert names(client.get(url, {"area": "BY-VI"})) == ["First legal advice"]
    assert names(client.get(url, {"free": "on"})) == ["Beds for women"]
    assert "No service found" in client.get(url, {"q": "nothing of the kind"}).content.decode()


def test_stale_closed_and_restricted_entries_are_shown_to_their_own_organisation_only(desk, enter):
    client, url = enter(desk.caseworker), reverse("partners:directory")
    page = reverse("partners:service", args=[desk.service.pk])
    for facts in (
        {"verified_on": timezone.now().date() - timedelta(days=181)},
        {"status": "temporarily closed"},
        {"visibility": "restricted"},
    ):
        Service.objects.filter(pk=desk.service.pk).update(
            verified_on=timezone.now().date(), status="active", visibility="network"
        )
        assert client.get(page).status_code == 200
        Service.objects.filter(pk=desk.service.pk).update(**facts)
        assert names(client.get(url)) == ["Beds for women"]
        assert client.get(page).status_code == 404
    assert enter(desk.focal).get(page).status_code == 200


def test_imported_entries_can_only_be_looked_up(desk, enter):
    imported = Service.objects.create(
        organisation=Organisation.objects.create(name="From a file"), name="Aid", status="active", visibility="public"
    )
    client = enter(desk.caseworker)
    assert names(client.get(reverse("partners:directory")))[-1] == "Aid"
    assert "Not in the network" in client.get(reverse("partners:service", args=[imported.pk])).content.decode()


@pytest.mark.parametrize(
    "query", [{"q": "a\0b"}, {"q": "x" * 101}, {"category": "wrong"}, {"area": "XX"}, {"language": "\u202e"}]
)
def test_wrong_filters_are_named_and_break_nothing(desk, enter, query):
    assert enter(desk.caseworker).get(reverse("partners:directory"), query).status_code == 400


def test_unknown_services_are_not_found(desk, enter):
    assert enter(desk.caseworker).get(reverse("partners:service", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("name", ["directory", "capacity", "people"])
def test_the_number_of_queries_does_not_grow_with_the_rows(desk, enter, queries, name):
    client, url = enter(desk.admin), reverse(f"partners:{name}")
    client.get(url)
    with queries() as few:
        assert client.get(url).status_code == 200
    for number in range(20):
        row = Service.objects.create(
            organisation=desk.ours, name=f"S{number}", status="active", accepts_referrals=True,
            verified_on=timezone.now().date(),
        )  # fmt: skip
        ServiceArea.objects.create(service=row, area_id="BY-MI")
        Capacity.objects.create(service=row, maximum=3, updated_at=timezone.now())
        member(desk.ours, "caseworker", f"m{number}@partners.test")
    with queries() as many:
        assert client.get(url).status_code == 200
    # Inside a test each transaction is a savepoint; those two statements each do not exist in production.
    real = [query["sql"][:140] for query in many if "SAVEPOINT" not in query["sql"]]
    assert len(many) == len(few)
    assert len(real) <= 12, "\n".join(real)


def test_one_tap_says_how_many_places_are_free(desk, enter):
    client = enter(desk.focal)
    page = client.get(reverse("partners:capacity"))
    assert "until then nobody can be sure" in page.content.decode()
    url = reverse("partners:set_capacity", args=[desk.service.pk])
    assert client.post(url, {"status": "capacity", "free": "3"}).status_code == 302
    assert Capacity.objects.get().free == 3
    assert "Goes stale" in client.get(reverse("partners:capacity")).content.decode()


def test_a_wrong_number_is_said_beside_the_form(desk, enter):
    client, url = enter(desk.focal), reverse("partners:set_capacity", args=[desk.service.pk])
    assert client.post(url, {"status": "capacity", "free": "-1"}).status_code == 422
    assert client.post(url, {"status": "so so"}).status_code == 422
    assert not Capacity.objects.exists()


def test_capacity_of_others_is_not_found_and_caseworkers_have_no_such_page(desk, enter):
    client = enter(desk.focal)
    url = reverse("partners:set_capacity", args=[desk.theirs.pk])
    assert client.post(url, {"status": "capacity"}).status_code == 404
    assert enter(desk.caseworker).get(reverse("partners:capacity")).status_code == 403


def test_an_administrator_adds_changes_and_closes_a_member(desk, enter):
    client = enter(desk.admin)
    facts = {"name": "New One", "email": "new@partners.test", "role": "caseworker"}
    assert client.post(reverse("partners:add_member"), facts).status_code == 302
    with acting(desk.admin):
        found = Member.objects.get(name="New One")
    assert client.post(reverse("partners:member", args=[found.pk]), {"role": "focal_point"}).status_code == 302
    assert "New One" in client.get(reverse("partners:people")).content.decode()
    assert client.post(reverse("partners:close_member", args=[found.pk])).status_code == 302
    assert "New One" not in client.get(reverse("partners:people")).content.decode()


def test_the_last_administrator_reads_why_the_membership_stays(desk, enter):
    answer = enter(desk.admin).post(reverse("partners:close_member", args=[desk.admin.member_id]))
    assert answer.status_code == 409
    assert "last administrator" in answer.content.decode()


def test_members_of_others_are_not_found(desk, enter):
    client = enter(desk.admin)
    for name in ("member", "close_member"):
        assert client.post(reverse(f"partners:{name}", args=[desk.caseworker.member_id])).status_code == 404
    assert enter(desk.caseworker).get(reverse("partners:people")).status_code == 403


def test_an_administrator_adds_and_changes_and_confirms_a_service(desk, enter):
    client = enter(desk.admin)
    facts = {"name": "Court help", "description": "x", "category": "legal", "status": "active", "areas": ["BY-MI"]}
    assert client.post(reverse("partners:add_service"), facts).status_code == 302
    found = Service.objects.get(name="Court help")
    assert [row.area_id for row in found.servicearea_set.all()] == ["BY-MI"]
    url = reverse("partners:edit_service", args=[found.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, facts | {"minimum_age": "60", "maximum_age": "18"}).status_code == 422
    assert client.post(url, facts | {"areas": ["BY-BR"], "languages": ["rus"]}).status_code == 302
    found.refresh_from_db()
    assert ([row.area_id for row in found.servicearea_set.all()], found.languages) == (["BY-BR"], ["rus"])
    Service.objects.update(verified_on=None)
    assert client.post(reverse("partners:verify_service", args=[found.pk])).status_code == 302
    found.refresh_from_db()
    assert found.verified_on == timezone.now().date()
    for name in ("edit_service", "verify_service"):
        assert client.post(reverse(f"partners:{name}", args=[desk.theirs.pk])).status_code == 404


def test_a_token_is_shown_once_and_can_be_withdrawn(desk, enter):
    client = enter(desk.admin)
    page = client.post(reverse("partners:add_token"), {"name": "Ours", "scopes": ["referrals:read"], "days": "30"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert secret not in client.get(reverse("partners:tokens")).content.decode()
    with acting(desk.admin):
        token = ApiToken.objects.get()
    assert client.post(reverse("partners:revoke_token", args=[token.pk])).status_code == 302
    assert "Withdrawn" in client.get(reverse("partners:tokens")).content.decode()
    assert client.post(reverse("partners:add_token"), {"name": "x", "days": "0"}).status_code == 422
