"""What the directory says of one's own organisation, and two people who change it at once."""

import pytest
from django.test import Client
from django.urls import reverse

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import Actor, acting
from core.models import Event
from partners.actions import change_organisation
from partners.identity import actor_of_member
from partners.models import Organisation
from tests.cases.browsing import carried
from tests.partners.conftest import AT, member

pytestmark = pytest.mark.django_db


def home(desk) -> Organisation:
    return Organisation.objects.get(pk=desk.ours.pk)


@pytest.fixture
def sign_in(desk, settings):
    settings.REQUIRE_SECOND_FACTOR = False

    def client_of(role, email):
        client = Client()
        client.force_login(member(desk.ours, role, email).user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return client_of


@pytest.fixture
def admins(sign_in):
    return sign_in("organisation_admin", "one@example.org"), sign_in("organisation_admin", "two@example.org")


URL = "partners:organisation"


def test_the_second_of_two_sees_both_versions_and_loses_nothing(desk, admins):
    first, second, url = *admins, reverse(URL)
    mine, theirs = carried(first, url), carried(second, url)
    assert first.post(url, mine | {"phone": "+375 17 200 00 01"}).status_code == 302
    page = second.post(url, theirs | {"phone": "+375 17 200 00 02"})
    assert page.status_code == 409
    assert "+375 17 200 00 01" in page.text
    assert "+375 17 200 00 02" in page.text
    assert home(desk).phone == "+375 17 200 00 01"
    (difference,) = page.context["edit"].differences
    chosen = dict(page.context["edit"].hidden) | {"phone": "+375 17 200 00 02", difference["name"]: "mine"}
    assert second.post(url, chosen).status_code == 302
    assert home(desk).phone == "+375 17 200 00 02"


def test_what_different_people_changed_fits_together(desk, admins):
    first, second, url = *admins, reverse(URL)
    mine, theirs = carried(first, url), carried(second, url)
    first.post(url, mine | {"short_name": "Harbour"})
    page = second.post(url, theirs | {"description": "A house by the sea."})
    assert (page.status_code, page.context["edit"].taken) == (409, ["Short name"])
    whole = dict(page.context["edit"].hidden) | {"short_name": "Harbour", "description": "A house by the sea."}
    assert second.post(url, whole).status_code == 302
    assert (home(desk).short_name, home(desk).description) == ("Harbour", "A house by the sea.")


def test_only_who_keeps_the_entry_changes_it_and_the_name_stays_with_the_desk(desk, sign_in, admins):
    assert sign_in("caseworker", "c@example.org").get(reverse(URL)).status_code == 403
    worker = actor_of_member(member(desk.ours, "caseworker", "d@example.org"))
    with acting(worker), pytest.raises(NotPermitted):
        change_organisation(actor=worker, at=AT, phone="1")
    admins[0].post(reverse(URL), carried(admins[0], reverse(URL)) | {"name": "Somebody else", "phone": "112"})
    assert (home(desk).name, home(desk).phone) == ("Sunny Lane Legal Desk", "112")
    assert Organisation.objects.get(pk=desk.other.pk).phone == ""


def test_what_is_wrong_is_said_beside_its_field_and_a_change_is_remembered(desk, admins):
    url = reverse(URL)
    assert admins[0].post(url, carried(admins[0], url) | {"email": "no mail"}).status_code == 422
    assert admins[0].post(url, carried(admins[0], url) | {"email": "desk@example.org"}).status_code == 302
    keeper = Actor(organisation_id=desk.ours.pk, permissions=frozenset({"event.read"}))
    with acting(keeper):
        assert Event.objects.filter(kind="organisation.changed").get().about == desk.ours.pk


def test_the_door_checks_for_itself(desk):
    keeper = Actor(organisation_id=desk.ours.pk, permissions=frozenset({"service.manage"}))
    with acting(keeper):
        with pytest.raises(Incomplete) as refused:
            change_organisation(actor=keeper, at=AT, website="not a page")
        assert "website" in refused.value.fields
        with pytest.raises(NotNow):
            change_organisation(actor=keeper, at=AT, version=99, phone="1")
