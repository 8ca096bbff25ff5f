"""A way that is not safe cannot be used: not by a page, not by a message, not by a partner."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from cases.actions.contacts import add_way, change_way, retire_way, reveal_way
from cases.actions.persons import change_contact
from cases.contacts import safe_ways, usable_contact
from cases.models import ContactWay
from core.actions import Incomplete, NotNow
from core.actors import acting
from core.models import Event
from referral import sharing
from tests.cases.browsing import readings

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # 10:30 in Minsk
NIGHT = MORNING + timedelta(hours=13)
AGREED, OTHER = "+375 29 111 11 11", "+375 29 222 22 22"


@pytest.fixture
def act(network):
    with acting(network.actors["worker"]) as actor:
        yield {"actor": actor, "at": network.at}


@pytest.fixture
def known(network):
    return network.person(contact_channel="sms", contact_value=AGREED)


def value(person, at=MORNING, **more):
    person.refresh_from_db()
    found = usable_contact(person, at=at, **more)
    return found.value if found else None


def test_the_agreed_way_comes_first_then_another_safe_one(known, act):
    add_way(known.pk, channel="phone_call", value=OTHER, safe=True, **act)
    assert value(known) == AGREED
    assert value(known, channels=frozenset({"phone_call"})) == OTHER
    assert value(known, channels=frozenset({"email"})) is None


def test_an_unsafe_way_is_never_usable(known, act):
    add_way(known.pk, channel="phone_call", value=OTHER, **act)
    assert value(known, channels=frozenset({"phone_call"})) is None
    assert [way.value for way in safe_ways(known)] == [AGREED]


def test_a_number_known_as_unsafe_is_unsafe_wherever_it_stands(known, act):
    add_way(known.pk, channel="messenger", value=OTHER, safe=True, **act)
    add_way(known.pk, channel="phone_call", value="375-29-1111111", **act)
    assert value(known) == OTHER


def test_do_not_contact_closes_every_way(known, act):
    add_way(known.pk, channel="phone_call", value=OTHER, safe=True, **act)
    change_contact(known.pk, contact_channel="none", **act)
    assert value(known) is None


def test_outside_the_safe_hours_nothing_is_usable(known, act):
    day = {"contact_channel": "sms", "contact_value": AGREED}
    change_contact(known.pk, contact_from=time(10), contact_to=time(12), **day, **act)
    assert (value(known), value(known, NIGHT)) == (AGREED, None)
    change_contact(known.pk, contact_from=time(22), contact_to=time(6), **day, **act)
    assert (value(known), value(known, NIGHT)) == (None, AGREED)


def test_hours_that_only_people_can_read_let_no_machine_send(known, act):
    change_contact(known.pk, contact_channel="sms", contact_value=AGREED, contact_hours="when he is at work", **act)
    assert value(known) is None


def test_a_retired_way_leads_nowhere(known, act):
    way = add_way(known.pk, channel="phone_call", value=OTHER, safe=True, **act)
    retire_way(way.pk, **act)
    assert value(known, channels=frozenset({"phone_call"})) is None
    with pytest.raises(NotNow):
        retire_way(way.pk, **act)


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"channel": "none"}, "channel"),
        ({"channel": "sms"}, "value"),
        ({"channel": "sms", "value": "1" * 256}, "value"),
        ({"channel": "in_person", "time_from": time(10)}, "time_from"),
        ({"channel": "in_person", "time_from": time(10), "time_to": time(10)}, "time_from"),
        ({"channel": "in_person", "warning": "w" * 1001}, "warning"),
    ],
)
def test_a_wrong_way_is_refused_with_its_field(known, act, facts, wrong):
    with pytest.raises(Incomplete) as refused:
        add_way(known.pk, **facts, **act)
    assert set(refused.value.fields) == {wrong}


def test_a_change_can_leave_the_number_unseen(known, act):
    way = add_way(known.pk, channel="phone_call", value=OTHER, **act)
    change_way(way.pk, version=1, channel="phone_call", warning="The husband answers", **act)
    way.refresh_from_db()
    assert (way.value, way.warning, way.version) == (OTHER, "The husband answers", 2)
    with pytest.raises(NotNow):
        change_way(way.pk, version=1, channel="phone_call", **act)


def test_looking_up_an_unsafe_number_needs_a_coded_reason_and_leaves_it(known, act):
    way = add_way(known.pk, channel="phone_call", value=OTHER, **act)
    with pytest.raises(Incomplete):
        reveal_way(way.pk, reason="curious", **act)
    assert reveal_way(way.pk, reason="danger", **act).value == OTHER
    assert Event.objects.get(kind="person.way_revealed").facts["reason"] == "danger"


def test_the_page_shows_no_unsafe_number_before_it_is_looked_up(network, worker):
    case = network.case(person=network.person(contact_channel="sms", contact_value=AGREED))
    with acting(network.actors["worker"]) as actor:
        way = add_way(case.person_id, actor=actor, at=network.at, channel="phone_call", value=OTHER)
        add_way(case.person_id, actor=actor, at=network.at, channel="messenger", value=AGREED)
    for url in (reverse("cases:person", args=[case.pk]), reverse("cases:detail", args=[case.pk]),
                reverse("cases:way", args=[way.pk]), reverse("cases:reveal", args=[way.pk])):  # fmt: skip
        page = worker.get(url).text
        assert OTHER not in page, url
        assert AGREED not in page, url
        assert "tel:" not in page
    assert worker.post(reverse("cases:reveal", args=[way.pk]), {}).status_code == 422
    assert OTHER in worker.post(reverse("cases:reveal", args=[way.pk]), {"reason": "correct"}).text
    assert (way.pk, 4, network.members["worker"].pk) in readings(network)


def test_changing_an_unsafe_way_on_its_page_keeps_its_number(network, worker):
    case = network.case(person=network.person(contact_channel="sms", contact_value=AGREED))
    with acting(network.actors["worker"]) as actor:
        way = add_way(case.person_id, actor=actor, at=network.at, channel="phone_call", value=OTHER)
    url = reverse("cases:way", args=[way.pk])
    carried = dict(worker.get(url).context["edit"].hidden)
    assert OTHER not in str(carried)
    assert worker.post(url, carried | {"channel": "phone_call", "warning": "He answers"}).status_code == 302
    with acting(network.actors["worker"]):
        assert ContactWay.objects.get().value == OTHER


def test_a_partner_gets_a_safe_way_or_none(network, act, known):
    def shared():
        known.refresh_from_db()
        return sharing._contact(sharing.About(None, None, known, network.today))

    add_way(known.pk, channel="phone_call", value=OTHER, **act)
    assert shared()["value"] == AGREED
    add_way(known.pk, channel="messenger", value=AGREED, **act)
    assert shared() == {"channel": "none"}
