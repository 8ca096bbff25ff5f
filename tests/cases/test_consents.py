"""Consent: what must be said, who may give it, and what its withdrawal closes."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from cases.actions.consents import renew_consent, withdraw_consent
from cases.models import Consent, Grant, Person
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event
from referral.models import Packet, Referral
from tests.referral.steps import accepted, received
from tests.world import NOON

pytestmark = pytest.mark.django_db


def refused(network, person=None, **facts) -> set[str]:
    with pytest.raises(Incomplete) as refusal:
        network.consent(person or network.person(), **facts)
    return set(refusal.value.fields)


def years_ago(network, years: int) -> date:
    today = network.today
    return today.replace(year=today.year - years, day=1)


def packet_grant(network, case, consent):
    grant = Grant(
        case=case,
        owner=network.home,
        organisation=network.away,
        level="packet",
        basis="referral",
        referral_id=uuid4(),
        consent=consent,
        opened_at=network.at,
    )
    with acting(network.actors["worker"]):
        grant.save(force_insert=True)
    return grant


def test_a_consent_lasts_a_year_unless_said_otherwise(network):
    consent = network.consent(network.person(), expires_at=None)
    assert consent.expires_at - consent.given_at == timedelta(days=365)
    assert consent.holds(network.at)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"purposes": []}, "purposes"),
        ({"purposes": ["marketing"]}, "purposes"),
        ({"data_classes": [0]}, "data_classes"),
        ({"data_classes": []}, "data_classes"),
        ({"receiver_class": ""}, "receivers"),
        ({"receiver_class": "everybody"}, "receiver_class"),
        ({"receivers": [uuid4()]}, "receivers"),
        ({"excluded": [uuid4()]}, "excluded"),
        ({"method": "nod"}, "method"),
        ({"method": "representative"}, "method"),
        ({"language": "dari"}, "language"),
        ({"text_version": ""}, "text_version"),
        ({"given_by": "neighbour", "representative": "N."}, "given_by"),
        ({"given_by": "parent"}, "representative"),
        ({"evidence": "a\0"}, "evidence"),
    ],
)
def test_a_wrong_answer_is_named_as_the_reason(network, facts, field):
    assert refused(network, **facts) == {field}


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_consent_ends_within_twelve_months(network, days):
    assert refused(network, expires_at=network.at + timedelta(days=days)) == {"expires_at"}


def test_nobody_is_both_receiver_and_excluded(network):
    assert refused(network, receivers=[network.away.pk], excluded=[network.away.pk]) == {"excluded"}


def test_case_work_alone_names_no_receiver(network):
    consent = network.consent(network.person(), purposes=["case_management"], data_classes=[], receiver_class="")
    assert not consent.covers_receiver(network.away.pk)


def test_below_sixteen_a_representative_consents(network):
    child = network.person(birth_date=years_ago(network, 15), birth_precision="day")
    assert refused(network, child) == {"given_by"}
    assert network.consent(child, given_by="guardian", representative="Laila, aunt", assent=True).assent is True


def test_at_sixteen_a_person_consents_alone(network):
    assert network.consent(network.person(birth_date=years_ago(network, 16), birth_precision="day"))


def test_a_birth_year_that_may_mean_fifteen_counts_as_fifteen(network):
    born = date(network.at.year - 16, 1, 1)
    if (network.at.month, network.at.day) == (12, 31):
        born = born.replace(year=born.year + 1)
    assert refused(network, network.person(birth_date=born, birth_precision="year")) == {"given_by"}


def test_consent_of_a_hidden_person_cannot_be_recorded(network):
    with pytest.raises(Person.DoesNotExist):
        network.consent(network.person(), by="other_team")


def test_roles_without_the_verb_record_no_consent(network):
    with pytest.raises(NotPermitted):
        network.consent(network.person(), by="focal")


def test_withdrawal_closes_every_grant_of_that_consent_and_no_other(network):
    case = network.case()
    withdrawn, kept = network.consent(case.person), network.consent(case.person)
    closes, stays = packet_grant(network, case, withdrawn), packet_grant(network, case, kept)
    with acting(network.actors["worker"]) as actor:
        result = withdraw_consent(withdrawn.pk, actor=actor, at=network.at)
        assert (result.status, result.withdrawn_at) == ("withdrawn", network.at)
        closed = Grant.objects.get(pk=closes.pk)
        assert (closed.closed_at, closed.close_reason) == (network.at, "consent_withdrawn")
        assert Grant.objects.get(pk=stays.pk).closed_at is None
        assert Grant.objects.filter(case=case, level="full", closed_at=None).exists()
        assert Event.objects.filter(kind="consent.withdrawn", about=withdrawn.pk).exists()
    assert not result.holds(network.at)


def test_a_consent_is_withdrawn_once(network):
    consent = network.consent(network.person())
    with acting(network.actors["worker"]) as actor:
        withdraw_consent(consent.pk, actor=actor, at=network.at)
        with pytest.raises(NotNow):
            withdraw_consent(consent.pk, actor=actor, at=network.at)


def test_a_hidden_consent_cannot_be_withdrawn(network):
    consent = network.consent(network.person())
    with acting(network.actors["other_team"]) as actor, pytest.raises(Consent.DoesNotExist):
        withdraw_consent(consent.pk, actor=actor, at=network.at)


def renewed(w, **terms):
    with acting(w.actors["caseworker"]) as actor:
        terms = {
            "purposes": ["case_management", "referral_disclosure"],
            "receivers": [w.of.receiver.pk],
            "data_classes": [1, 2, 3],
            "method": "written",
            "language": "prs",
            "text_version": "2026-2",
        } | terms
        return renew_consent(w.of.consent.pk, actor=actor, at=NOON, **terms)


def test_a_newer_consent_takes_over_what_it_covers_without_a_gap(world):
    running = accepted(world)
    fresh = renewed(world)
    with acting(world.actors["caseworker"]):
        assert Consent.objects.get(pk=world.of.consent.pk).status == "superseded"
        assert fresh.replaces_id == world.of.consent.pk
        referral = Referral.objects.get(pk=running.pk)
        assert (referral.consent_id, referral.state) == (fresh.pk, "accepted")
        grant = Grant.objects.get(referral_id=running.pk, closed_at=None)
        assert (grant.consent_id, grant.until) == (fresh.pk, fresh.expires_at)
    with acting(world.actors["worker"]) as actor:
        assert Packet.objects.visible_to(actor).filter(referral=running).exists()
    with acting(world.actors["caseworker"]) as actor, pytest.raises(NotNow):
        renew_consent(world.of.consent.pk, actor=actor, at=NOON)


@pytest.mark.parametrize(
    "narrower",
    [
        {"purposes": ["case_management"], "receivers": [], "data_classes": []},
        {"data_classes": [1]},
    ],
)
def test_what_a_newer_consent_does_not_cover_ends_as_if_it_were_withdrawn(world, narrower):
    running = received(world)
    renewed(world, **narrower)
    with acting(world.actors["caseworker"]):
        assert Referral.objects.get(pk=running.pk).state == "withdrawn"
        assert not Grant.objects.filter(referral_id=running.pk, closed_at=None).exists()
    with acting(world.actors["partner"]) as actor:
        assert not Packet.objects.visible_to(actor).filter(referral=running).exists()
