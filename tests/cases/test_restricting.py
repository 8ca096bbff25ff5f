"""A restriction that was granted blocks the use of the data until it is lifted (DOMAIN 12)."""

import pytest
from django.urls import reverse

from cases.actions.requests import answer_request, lift_restriction, record_request
from cases.exports import LISTINGS
from cases.models import Person
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import Actor, acting
from partners.identity import actor_of_member
from referral.conversation import write_message
from referral.guards import gates
from tests import world as make
from tests.cases.conftest import enrol
from tests.cases.handing import PURPOSES, offer, prepare
from tests.referral.steps import drafted, received, sent, step

pytestmark = pytest.mark.django_db
NOON = make.NOON
ASKED = {"kind": "restriction", "identity_check": "known", "note": "Not now"}


def ask(actor, person, at):
    with acting(actor):
        return record_request(person.pk, actor=actor, at=at, **ASKED)


def grant(actor, row, at, **facts):
    with acting(actor):
        return answer_request(row.pk, actor=actor, at=at, answer="We stop using it.", **facts)


def restrict(w):
    supervisor = w.actors["supervisor"]
    return grant(supervisor, ask(supervisor, w.of.person, NOON), NOON)


def lift(w, row):
    with acting(w.actors["supervisor"]) as actor:
        return lift_restriction(row.pk, actor=actor, at=NOON, answer="We use it again.")


def test_nothing_is_sent_until_it_is_lifted(world):
    draft = drafted(world)
    row = restrict(world)
    with pytest.raises(NotNow) as refused:
        step(world, draft, "send", "caseworker")
    assert refused.value.code == "processing_restricted"
    lift(world, row)
    assert step(world, draft, "send", "caseworker").state == "sent"


def test_a_request_that_is_open_or_refused_blocks_nothing(world):
    supervisor = world.actors["supervisor"]
    row = ask(supervisor, world.of.person, NOON)
    sent(world)
    grant(supervisor, row, NOON, refused=True)
    with acting(supervisor):
        assert Person.objects.get(pk=world.of.person.pk).restricted_at is None


def test_nothing_new_is_told_on_a_referral_that_runs(world):
    referral = received(world)
    step(world, referral, "ask", "partner", hours=1, text="Which school?")
    restrict(world)
    with pytest.raises(NotNow):
        step(world, referral, "reply", "caseworker", hours=2, text="The third.")
    with acting(world.actors["caseworker"]) as actor, pytest.raises(NotNow):
        write_message(referral.pk, actor=actor, at=NOON, text="The third.")
    with acting(world.actors["partner"]) as actor:
        write_message(referral.pk, actor=actor, at=NOON, text="And now?")


def test_the_gate_of_consent_says_why(world):
    draft = drafted(world)
    restrict(world)
    with acting(world.actors["caseworker"]) as actor:
        draft.case.person.refresh_from_db()
        first = gates(draft, actor=actor, at=NOON)[0]
    assert (first.code, first.refusal) == ("G1", "processing_restricted")


def test_lists_leave_the_person_out(world):
    sent(world)
    actor = world.actors["supervisor"]

    def listed():
        with acting(actor):
            return [LISTINGS[code].rows(actor, {"state": "all"}).count() for code in ("persons", "cases", "referrals")]

    assert listed() == [1, 1, 1]
    row = restrict(world)
    assert listed() == [0, 0, 0]
    lift(world, row)
    assert listed() == [1, 1, 1]


def test_the_case_is_not_handed_over(network):
    prepare(network)
    case = network.case()
    network.consent(case.person, purposes=PURPOSES, data_classes=[2, 3, 4])
    supervisor = network.actors["supervisor"]
    grant(supervisor, ask(supervisor, case.person, network.at), network.at)
    with pytest.raises(NotNow) as refused:
        offer(network, case)
    assert refused.value.code == "processing_restricted"


def test_who_answers_for_rights_without_seeing_the_person_restricts_it_too(network):
    case = network.case()
    _user, member = enrol(network.home, name="officer", role="data_protection_officer")
    officer = actor_of_member(member)
    row = ask(network.actors["worker"], case.person, network.at)
    grant(officer, row, network.at)
    with acting(network.actors["worker"]):
        assert Person.objects.get(pk=case.person_id).restricted_at == network.at


def test_it_is_lifted_once_by_a_person_with_words(network):
    case = network.case()
    row = ask(network.actors["worker"], case.person, network.at)
    supervisor = network.actors["supervisor"]
    with acting(supervisor), pytest.raises(NotNow):
        lift_restriction(row.pk, actor=supervisor, at=network.at, answer="x")
    grant(supervisor, row, network.at)
    token = Actor(organisation_id=network.home.pk, token_id=case.pk, permissions=supervisor.permissions)
    with acting(token), pytest.raises(NotPermitted):
        lift_restriction(row.pk, actor=token, at=network.at, answer="x")
    with acting(supervisor):
        with pytest.raises(Incomplete):
            lift_restriction(row.pk, actor=supervisor, at=network.at, answer="")
        lift_restriction(row.pk, actor=supervisor, at=network.at, answer="x")
        with pytest.raises(NotNow):
            lift_restriction(row.pk, actor=supervisor, at=network.at, answer="x")


def test_pages_show_it_and_one_lifts_it(network, sign_in):
    case = network.case()
    row = ask(network.actors["worker"], case.person, network.at)
    supervisor, url = sign_in("supervisor"), reverse("cases:detail", args=[case.pk])
    words = "not to be used for now"
    assert words not in supervisor.get(url).content.decode()
    supervisor.post(reverse("cases:answer_request", args=[row.pk]), {"answer": "We stop."})
    for page in (url, reverse("cases:request", args=[row.pk]), reverse("cases:plan", args=[case.pk])):
        assert words in supervisor.get(page).content.decode()
    assert "In force" in supervisor.get(reverse("cases:rights", args=[case.pk])).content.decode()
    lift_url = reverse("cases:lift_use", args=[row.pk])
    assert supervisor.post(lift_url, {"answer": "Again."}).status_code == 302
    assert words not in supervisor.get(url).content.decode()
