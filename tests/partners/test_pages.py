"""Directory, service, capacity and administration pages, as people see them."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core.actors import acting
from core.models import Reading, User
from partners.models import (
    Agreement,
    ApiToken,
    Area,
    Capacity,
    Location,
    Member,
    Organisation,
    Proposal,
    Service,
    ServiceArea,
)
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
    Service.objects.update(verified_on=timezone.localdate())


def send(client, url, facts):
    """Post a part as a browser would: with the version that the page began from."""
    version = client.get(url).context["edit"].version
    return client.post(url, {"edit_version": version, **facts})


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
    assert names(client.get(url, {"places": "free"})) == ["Beds for women"]
    assert "No service found" in client.get(url, {"q": "nothing of the kind"}).content.decode()


def test_stale_closed_and_restricted_entries_are_shown_to_their_own_organisation_only(desk, enter):
    client, url = enter(desk.caseworker), reverse("partners:directory")
    page = reverse("partners:service", args=[desk.service.pk])
    for facts in (
        {"verified_on": timezone.localdate() - timedelta(days=181)},
        {"status": "temporarily closed"},
        {"visibility": "restricted"},
    ):
        Service.objects.filter(pk=desk.service.pk).update(
            verified_on=timezone.localdate(), status="active", visibility="network"
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
    "query", [{"q": "a\0b"}, {"q": "x" * 500}, {"category": "wrong"}, {"area": "XX"}, {"near": "XX"}, {"sort": "id"},
              {"language": "\u202e"}, {"after": "[1]"}, {"before": '["x","y","z","w"]'}]
)  # fmt: skip
def test_wrong_filters_break_nothing_and_an_old_link_still_opens(desk, enter, query):
    assert enter(desk.caseworker).get(reverse("partners:directory"), query).status_code == 200


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
            verified_on=timezone.localdate(),
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
    part = lambda name: reverse("partners:edit_part", args=[found.pk, name])  # noqa: E731
    assert client.get(reverse("partners:edit_service", args=[found.pk])).status_code == 302
    for name in ("about", "where", "when", "terms", "desk"):
        assert client.get(part(name)).status_code == 200, name
    assert client.get(part("nothing")).status_code == 404
    where = {"areas": ["BY-BR"], "districts": ["BY-MI-01", "BY-BR-02"], "remote_areas": ["BY-VI", "BY-BR"]}
    assert send(client, part("where"), where).status_code == 302
    when = {"own_hours": "on", "mo_opens": "10:00", "mo_closes": "14:00", "closed_dates": "2026-12-31"}
    assert send(client, part("when"), when).status_code == 302
    assert send(client, part("when"), {"own_hours": "on"}).status_code == 422
    assert send(client, part("when"), {"mo_opens": "10:00"}).status_code == 422
    assert send(client, part("when"), {"closed_dates": "soon"}).status_code == 422
    assert (
        send(client, part("when"), {"suspended_from": "2026-12-02", "suspended_until": "2026-12-01"}).status_code == 422
    )
    terms = {"languages": ["rus"], "interpreter": "on", "interpreter_languages": ["prs"], "documents": "Passport\nVisa"}
    assert send(client, part("terms"), terms | {"fees_description_ru": "Бесплатно"}).status_code == 302
    found.refresh_from_db()
    assert {(row.area_id, row.remotely) for row in found.servicearea_set.all()} == {
        ("BY-BR", False), ("BY-MI-01", False), ("BY-VI", True),
    }  # fmt: skip
    assert (found.languages, found.translations) == (["rus"], {"ru": {"fees_description": "Бесплатно"}})
    page = client.get(reverse("partners:service", args=[found.pk])).content.decode()
    assert "Monday 10:00–14:00" in page
    assert "Passport, Visa" in page
    history = client.get(reverse("partners:history", args=[found.pk])).content.decode()
    assert "Documents asked for" in history
    assert client.post(reverse("partners:undo", args=[found.pk])).status_code == 302
    found.refresh_from_db()
    assert (found.languages, found.requireddocument_set.count()) == ([], 0)
    Service.objects.update(verified_on=None)
    assert client.post(reverse("partners:verify_service", args=[found.pk])).status_code == 302
    found.refresh_from_db()
    assert found.verified_on == timezone.localdate()
    for name in ("verify_service", "undo"):
        assert client.post(reverse(f"partners:{name}", args=[desk.theirs.pk])).status_code == 404
    for name in ("edit_service", "history", "new_place"):
        assert client.get(reverse(f"partners:{name}", args=[desk.theirs.pk])).status_code == 404


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


def test_two_people_who_edit_one_part_at_once_see_both_versions(desk, enter):
    client, url = enter(desk.admin), reverse("partners:edit_part", args=[desk.service.pk, "desk"])
    opened = dict(client.get(url).context["edit"].hidden)
    assert send(client, url, {"intake_mode": "open", "phone": "1", "accepts_referrals": "on"}).status_code == 302
    late = client.post(url, opened | {"intake_mode": "open", "phone": "2", "accepts_referrals": "on"})
    assert late.status_code == 409
    assert "Somebody else saved this" in late.content.decode()


def test_a_confidential_place_is_on_no_page_and_in_no_answer_of_another_organisation(desk, enter):
    client = enter(desk.admin)
    url = reverse("partners:new_place", args=[desk.service.pk])
    secret = {
        "name": "Green door house",
        "confidential": "on",
        "safe_address": "Behind the old mill",
        "area": "BY-MI-01",
    }
    assert client.post(url, secret).status_code == 302
    page = reverse("partners:service", args=[desk.service.pk])
    assert "Green door house" in client.get(page).content.decode()
    with acting(desk.admin):
        place = Location.objects.get(name="Green door house")
    one = reverse("partners:place", args=[desk.service.pk, place.pk])
    assert "Behind the old mill" in client.get(one).content.decode()
    with acting(desk.admin):
        assert Reading.objects.filter(about=place.pk, field_class=4).exists() or not desk.admin.may("audit.read")
    other = enter(desk.caseworker)
    pages = [page, reverse("partners:directory"), f"{reverse('partners:directory')}?q=green+door+mill",
             f"/api/v1/services/{desk.service.pk}/", "/api/v1/services/", "/api/v1/organisations/"]  # fmt: skip
    for address in pages:
        text = other.get(address).content.decode()
        assert "Green door" not in text, address
        assert "old mill" not in text, address
    assert other.get(one).status_code == 403
    coordinator = enter(desk.coordinator)
    assert "Green door" not in coordinator.get(page).content.decode()


def test_all_places_are_confirmed_with_one_tap_and_many_are_said_on_one_page(desk, enter):
    client, old = enter(desk.focal), timezone.now() - timedelta(days=9)
    second = Service.objects.create(organisation=desk.ours, name="Second", category="legal")
    Capacity.objects.create(service=desk.service, status="capacity", maximum=5, used=3, updated_at=old)
    assert client.post(reverse("partners:confirm_capacity")).status_code == 302
    assert Capacity.objects.get(pk=desk.service.pk).updated_at > old
    url = reverse("partners:set_all")
    assert client.get(url).status_code == 200
    rows = {f"{desk.service.pk}-status": "waitlist", f"{second.pk}-status": "capacity", f"{second.pk}-free": "4"}
    assert client.post(url, rows).status_code == 302
    found = {row.pk: (row.status, row.maximum) for row in Capacity.objects.all()}
    assert found == {desk.service.pk: ("waitlist", 5), second.pk: ("capacity", 4)}
    assert client.post(url, rows | {f"{second.pk}-free": "-1"}).status_code == 422


def test_no_page_can_say_fewer_places_than_are_in_use(desk, enter):
    client = enter(desk.focal)
    Capacity.objects.create(service=desk.service, status="capacity", maximum=5, used=3, updated_at=timezone.now())
    one, many = reverse("partners:set_capacity", args=[desk.service.pk]), reverse("partners:set_all")
    key = str(desk.service.pk)
    for address, prefix in ((one, ""), (many, f"{key}-")):
        answer = client.post(address, {f"{prefix}status": "capacity", f"{prefix}free": "-1"})
        assert answer.status_code == 422
        assert "greater than or equal to 0" in answer.content.decode()
    client.post(one, {"status": "no_capacity", "free": "0", "maximum": "1"})  # free ones are said, never the whole
    found = Capacity.objects.get(pk=desk.service.pk)
    assert (found.maximum, found.used, found.free) == (3, 3, 0)


def test_an_entry_that_is_old_asks_its_keeper_and_warns_the_others(desk, enter):
    Service.objects.update(verified_on=timezone.localdate() - timedelta(days=160))
    page = reverse("partners:service", args=[desk.service.pk])
    assert "Is this entry still true?" in enter(desk.admin).get(page).content.decode()
    assert "Call before you send somebody." in enter(desk.caseworker).get(page).content.decode()
    Service.objects.update(verified_on=timezone.localdate() - timedelta(days=190))
    assert "This entry is hidden" in enter(desk.admin).get(page).content.decode()
    assert enter(desk.caseworker).get(page).status_code == 404


def test_partners_are_proposed_by_anybody_with_a_limit_and_decided_by_the_desk(desk, enter, client):
    facts = {"name": "Warm Hands", "type": "ngo", "about": "Showers", "contact": "A Person, a@x.test"}
    for _ in range(5):
        assert client.post(reverse("partners:join"), facts).status_code == 200
    assert client.post(reverse("partners:join"), facts).status_code == 429
    with acting(desk.coordinator):
        assert Proposal.objects.count() == 5
        row = Proposal.objects.order_by("proposed_at").first()
    desk_client = enter(desk.coordinator)
    assert "Warm Hands" in desk_client.get(reverse("partners:proposals")).content.decode()
    url = reverse("partners:proposal", args=[row.pk])
    assert "A Person" in desk_client.get(url).content.decode()
    assert desk_client.post(url, {"decision": "approve"}).status_code == 422
    assert desk_client.post(url, {"decision": "approve", "reason": "Known"}).status_code == 302
    assert Organisation.objects.get(name="Warm Hands").member_of_network
    assert enter(desk.caseworker).get(url).status_code == 403


def test_an_agreement_is_laid_before_its_parties_and_confirmed_on_its_page(desk, enter):
    client = enter(desk.coordinator)
    facts = {
        "title": "Between the two", "organisation_ids": [str(desk.ours.pk), str(desk.other.pk)],
        "purposes": ["referral_disclosure"], "data_classes": ["1", "2"], "countries": "by",
        "valid_from": "2026-11-01", "valid_to": "2030-11-01",
        "signed": SimpleUploadedFile("signed.pdf", b"signed by both"),
    }  # fmt: skip
    answer = client.post(reverse("partners:new_agreement"), facts)
    assert answer.status_code == 302
    with acting(desk.coordinator):
        row = Agreement.objects.get(title="Between the two")
    assert (row.status, row.countries, row.file_sha256) == ("proposed", ["BY"], sha256(b"signed by both").hexdigest())
    mine = enter(desk.admin)
    assert "Between the two" in mine.get(reverse("partners:agreements")).content.decode()
    page = reverse("partners:agreement", args=[row.pk])
    assert "Confirm for our organisation" in mine.get(page).content.decode()
    assert mine.post(reverse("partners:confirm_agreement", args=[row.pk])).status_code == 302
    assert "Confirm for our organisation" not in mine.get(page).content.decode()
    client = enter(desk.coordinator)
    assert client.post(reverse("partners:new_agreement"), {}).status_code == 422
    assert client.post(reverse("partners:end_agreement", args=[row.pk])).status_code == 302


def test_the_pages_of_the_directory_ask_few_questions(desk, enter, queries):
    client = enter(desk.admin)
    for address in (
        reverse("partners:directory") + "?q=legal", reverse("partners:service", args=[desk.service.pk]),
        reverse("partners:capacity"), reverse("partners:set_all"), reverse("partners:agreements"),
        reverse("partners:history", args=[desk.service.pk]),
    ):  # fmt: skip
        client.get(address)  # what a process keeps, such as the areas, is asked for once
        with queries() as seen:
            assert client.get(address).status_code == 200
        own = [query for query in seen if "waymark." not in query["sql"] or "partners_" in query["sql"]]
        assert len(own) <= 12, (address, len(own), [query["sql"][:90] for query in own])


@pytest.mark.parametrize(
    "words", ["legal advise", "legl advice", "юридическая", "yuridicheskaya", "јуридическая", "LEGAL", "advice legal"]
)
def test_words_find_a_service_with_slips_in_three_languages_and_in_other_letters(desk, enter, words):
    Service.objects.filter(pk=desk.service.pk).update(translations={"ru": {"name": "Юридическая помощь"}})
    Service.objects.get(pk=desk.service.pk).save()
    Service.objects.get(pk=desk.theirs.pk).save()
    assert names(enter(desk.caseworker).get(reverse("partners:directory"), {"q": words})) == ["First legal advice"]
