"""What partners showed: summed up by the worker, smoothed, never from a few, and worth what the paper says."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import DatabaseError

from core.actors import acting
from core.models import Event
from partners.eligibility import Facts
from partners.models import Area, Capacity, Location, Organisation, Schedule, ServiceArea, ServiceAtLocation
from referral import standing as sums
from referral.matching import FEWEST, USUAL_ACCEPTANCE, USUAL_HOURS, kilometres
from referral.models import Referral, ServiceStanding
from tests.conftest import role
from tests.referral.asking import KNOWN, asked, change, value
from tests.world import NOON, service

BREST, MINSK_DISTRICT = "BY-BR", "BY-MI-12"


def standing(world, **facts) -> None:
    row = {"acceptance": 0.7, "answer_hours": 24, "computed_at": NOON, **facts}
    with role("WORKER_DATABASE_URL"):
        ServiceStanding.objects.update_or_create(service_id=world.of.service.pk, defaults=row)


@pytest.fixture
def kept(committed_world):
    """The world in real rows: the worker writes on a connection of its own."""
    return committed_world


def test_what_a_partner_showed_counts_and_the_urgency_says_how_much(kept):
    standing(kept, acceptance=0.9, answer_hours=12, fairness=0.5)
    assert value(kept, "acceptance") == pytest.approx(0.9)
    assert value(kept, "fairness") == pytest.approx(0.5)
    assert value(kept, "answer") == pytest.approx(72 / 84)
    assert value(kept, "answer", urgency="emergency") == pytest.approx(4 / 16)


def test_opening_hours_count_when_it_is_urgent(kept):
    hour = timedelta(hours=1)
    for opens, closes, known in ((-hour, hour, 1.0), (hour, 2 * hour, 0.0), (-2 * hour, -hour, 0.5)):
        standing(kept, opens_at=NOON + opens, closes_at=NOON + closes)
        assert value(kept, "open_now") == pytest.approx(1)
        assert value(kept, "open_now", urgency="urgent") == pytest.approx(0.5 + 0.5 * known)
        assert value(kept, "open_now", urgency="emergency") == pytest.approx(known)
        assert asked(kept, open_now=True).fit_count == (known == 1.0)


def test_distance_is_to_the_nearest_open_place_and_else_by_area(kept):
    district, brest = Area.objects.get(pk=MINSK_DISTRICT), Area.objects.get(pk=BREST)
    minsk = (district.latitude, district.longitude)
    standing(kept, latitudes=[brest.latitude, minsk[0]], longitudes=[brest.longitude, minsk[1]])
    assert value(kept, "distance", area=district) == pytest.approx(1)
    standing(kept, latitudes=[brest.latitude], longitudes=[brest.longitude])
    km = kilometres(minsk, (brest.latitude, brest.longitude))
    assert 320 < km < 340, "Minsk to Brest"
    assert value(kept, "distance", area=district) == pytest.approx(1 / (1 + km / 50))
    standing(kept, latitudes=[], longitudes=[])  # as of a place that is kept confidential
    assert value(kept, "distance", area=district) == pytest.approx(0.5)
    change(kept, covers_country=False)
    ServiceArea.objects.create(service=kept.of.service, area_id="BY-MI")
    assert value(kept, "distance", area=district) == pytest.approx(0.6)
    assert value(kept, "distance", dataclasses.replace(KNOWN, areas=frozenset({"BY-BR"}))) == pytest.approx(0.2)
    assert value(kept, "distance", Facts()) == pytest.approx(0.5)


def refreshed(w) -> ServiceStanding:
    with role("WORKER_DATABASE_URL"):
        assert sums.refresh(at=NOON) >= 1
        return ServiceStanding.objects.get(pk=w.of.service.pk)


def answered(w, number: int, kind: str, *, hours: float, first: int = 0, to=None) -> None:
    """Referrals of ten days ago to the world's service, and when they got their first answer."""
    to = to or w.of.service
    sent = NOON - timedelta(days=10)
    with role("WORKER_DATABASE_URL"):
        for n in range(first, first + number):
            row = Referral(
                reference=f"R-{kind[9:12]}{n:05d}", case=w.of.case, need=w.of.need, sender=w.of.sender,
                receiver_id=to.organisation_id, service=to, consent=w.of.consent, category="legal", field_class=2,
                urgency="urgent", state="cancelled", state_since=sent, created_at=sent, sent_at=sent,
            )  # fmt: skip
            row.save(force_insert=True)
            for late in (0, 300):  # only the first answer counts
                Event(
                    kind=kind, about=row.pk, referral_id=row.pk, organisation_ids=[], facts={},
                    at=sent + timedelta(hours=hours + late),
                ).save(force_insert=True)  # fmt: skip


def test_few_answers_say_nothing_of_the_service(kept):
    answered(kept, FEWEST - 1, "referral.accepted", hours=1)
    found = refreshed(kept)
    assert (found.acceptance, found.answer_hours, found.observed) == (USUAL_ACCEPTANCE, USUAL_HOURS, False)


def test_more_answers_are_drawn_to_what_is_usual_and_rounded(kept):
    answered(kept, 12, "referral.accepted", hours=4)
    answered(kept, 3, "referral.declined", hours=4)
    answered(kept, 5, "referral.expired", hours=90)
    found = refreshed(kept)
    everywhere = (0.7 * 10 + 12) / 30
    of_the_need = (everywhere * 10 + 12) / 30
    assert found.acceptance == round(20 * (of_the_need * 10 + 12) / 30) / 20
    hours = (24 * 10 + 60) / 25
    hours = (hours * 10 + 60) / 25
    assert found.answer_hours == round((hours * 10 + 60) / 25)
    assert found.observed
    again = refreshed(kept)
    assert (again.acceptance, again.answer_hours) == (found.acceptance, found.answer_hours), "twice changes nothing"


def test_one_more_referral_of_one_person_is_not_told_by_a_figure(kept):
    answered(kept, 40, "referral.accepted", hours=5)
    before = refreshed(kept)
    answered(kept, 1, "referral.declined", hours=6)
    after = refreshed(kept)
    assert (before.acceptance, before.answer_hours) == (after.acceptance, after.answer_hours)


def test_a_partner_above_its_share_of_places_goes_down(kept):
    other = service(Organisation.objects.get(pk=kept.of.stranger.pk), name="Other legal advice")
    Capacity.objects.filter(pk__in=[other.pk, kept.of.service.pk]).update(maximum=5)
    answered(kept, 60, "referral.accepted", hours=5)
    assert refreshed(kept).fairness == round(20 * (30 + 10) / (60 + 10)) / 20
    with role("WORKER_DATABASE_URL"):
        assert ServiceStanding.objects.get(pk=other.pk).fairness == 1


def test_places_that_are_kept_confidential_are_not_in_it(kept):
    for n, facts in enumerate(({"latitude": 53.9, "longitude": 27.5}, {"confidential": True})):
        with role("WORKER_DATABASE_URL"):
            place = Location(organisation=kept.of.receiver, name=str(n), **facts)
            place.save(force_insert=True)
            ServiceAtLocation.objects.create(service=kept.of.service, location=place)
    found = refreshed(kept)
    assert (found.latitudes, found.longitudes) == ([53.9], [27.5])


def test_it_knows_when_the_organisation_is_open(kept):
    Organisation.objects.filter(pk=kept.of.receiver.pk).update(opening_hours={"mo": ["09:00", "18:00"]})
    found = refreshed(kept)  # a Monday, noon in Minsk
    assert found.opens_at < NOON < found.closes_at
    Organisation.objects.filter(pk=kept.of.receiver.pk).update(closures=[NOON.date().isoformat()])
    assert refreshed(kept).opens_at.date() == (NOON + timedelta(days=7)).date()


def test_hours_and_closed_days_of_the_service_itself_come_first(kept):
    Organisation.objects.filter(pk=kept.of.receiver.pk).update(opening_hours={"mo": ["09:00", "18:00"]})
    with role("WORKER_DATABASE_URL"):
        week = Schedule.objects.create(
            service=kept.of.service, freq="WEEKLY", byday="TU", opens_at="20:00", closes_at="22:00"
        )
    tuesday = NOON.date() + timedelta(days=1)
    assert refreshed(kept).opens_at.date() == tuesday
    with role("WORKER_DATABASE_URL"):
        week.delete()
    assert refreshed(kept).opens_at < NOON, "without hours of its own those of the organisation count"
    change(kept, closed_dates=[NOON.date()])
    assert refreshed(kept).opens_at.date() == NOON.date() + timedelta(days=7)


def test_the_web_cannot_write_it(kept):
    standing(kept)
    with acting(kept.actors["coordinator"]), pytest.raises(DatabaseError):
        ServiceStanding.objects.visible_to(kept.actors["coordinator"]).update(acceptance=1)
