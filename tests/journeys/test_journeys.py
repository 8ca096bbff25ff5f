"""The five journeys of DOMAIN over HTTP, with real commits and the worker's own role where time acts."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cases.models import Consent, Task
from core.actors import SYSTEM, acting
from core.outbox import relay
from notifications.models import Notice
from partners.models import Capacity, Service
from referral.escalation import sweep
from referral.models import Escalation, Referral
from tests.conftest import role
from tests.world import service

NOTE = "Two months without wages; we wrote to the employer."


def fresh(of):
    """Let the world's service be verified and its places confirmed now, not at the world's noon."""
    Service.objects.filter(pk=of.pk).update(verified_on=timezone.localdate())
    Capacity.objects.filter(pk=of.pk).update(updated_at=timezone.now())


@pytest.fixture
def ask(committed_world, settings):
    """Return ask(person, path, body) over HTTP: posts when there is a body; returns (status, answer)."""
    settings.REQUIRE_SECOND_FACTOR = False
    w = committed_world
    with acting(w.actors["caseworker"]):
        now = timezone.now()
        Consent.objects.filter(pk=w.of.consent.pk).update(
            given_at=now - timedelta(days=1), expires_at=now + timedelta(days=90)
        )
    fresh(w.of.service)
    clients = {}

    def request(person, path, body=None):
        if person not in clients:
            clients[person] = Client()
            clients[person].force_login(
                w.members[person].user, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        address = f"/api/v1/{path}"
        answer = (
            clients[person].get(address)
            if body is None
            else clients[person].post(address, json.dumps(body), content_type="application/json")
        )
        return answer.status_code, answer.json()

    return request


def draft(ask, w, *, of=None, need=None, urgency="urgent"):
    status, answer = ask(
        "caseworker",
        "referrals/",
        {
            "need": str((need or w.of.need).pk),
            "service": str((of or w.of.service).pk),
            "urgency": urgency,
            "consent": str(w.of.consent.pk),
            "note": NOTE,
        },
    )
    assert status == 201, answer
    return answer["id"]


def step(ask, person, pk, name, **facts):
    status, answer = ask(person, f"referrals/{pk}/steps/{name}/", facts)
    assert status == 200, answer
    return answer["state"]


def worker_runs(at):
    """Let the worker do all that is due at a time: tell, make tasks, sweep the clocks, tell again."""
    with role("WORKER_DATABASE_URL"):
        relay(at=at)
        sweep(at=at)
        relay(at=at)


def tasks_of(w, person):
    with acting(w.actors[person]) as actor:
        return set(Task.objects.visible_to(actor).filter(done_at=None).values_list("kind", flat=True))


def told(w, person):
    with acting(w.actors[person]) as actor:
        return set(Notice.objects.visible_to(actor).values_list("kind", flat=True))


def test_accepted_and_completed_closes_the_loop(ask, committed_world):
    w = committed_world
    pk = draft(ask, w)
    step(ask, "caseworker", pk, "send")
    worker_runs(timezone.now())
    assert "referral.sent" in told(w, "partner")

    step(ask, "partner", pk, "receive")
    step(ask, "partner", pk, "accept", worker=str(w.members["worker"].pk))
    step(ask, "partner", pk, "start", first_contact_on=timezone.localdate().isoformat())
    assert step(ask, "partner", pk, "complete", outcome="provided_full") == "completed"
    worker_runs(timezone.now())

    assert {"referral.accepted", "referral.completed"} <= told(w, "caseworker")
    assert "ask_client" in tasks_of(w, "caseworker")
    assert ask("caseworker", f"needs/{w.of.need.pk}/settle/", {"status": "met"})[1]["status"] == "met"


def test_declined_and_referred_again(ask, committed_world):
    w = committed_world
    other = service(w.of.receiver, name="Another")
    fresh(other)
    pk = draft(ask, w)
    step(ask, "caseworker", pk, "send")
    step(ask, "partner", pk, "receive")
    step(ask, "partner", pk, "decline", reason="no_interpretation", suggested_service=str(other.pk))

    status, offered = ask("caseworker", f"needs/{w.of.need.pk}/candidates/")
    assert status == 200
    assert str(other.pk) in json.dumps(offered)
    again = draft(ask, w, of=other)
    assert step(ask, "caseworker", again, "send") == "sent"


def test_no_answer_is_escalated_and_ends(ask, committed_world):
    w = committed_world
    pk = draft(ask, w, urgency="urgent")
    step(ask, "caseworker", pk, "send")
    for hours in (13, 26, 40, 60, 90, 120):
        worker_runs(timezone.now() + timedelta(hours=hours))

    with role("WORKER_DATABASE_URL"):
        stages = set(Escalation.objects.visible_to(SYSTEM).filter(referral_id=pk).values_list("stage", flat=True))
    assert {50, 100, 150, 200} <= stages
    assert ask("caseworker", f"referrals/{pk}/")[1]["state"] == "expired"
    assert ask("caseworker", f"needs/{w.of.need.pk}/")[1]["status"] == "open"
    assert "deadline.reached" in told(w, "partner_supervisor") & told(w, "caseworker")


def test_an_emergency_without_answer_calls_and_never_expires(ask, committed_world):
    w = committed_world
    pk = draft(ask, w, urgency="emergency")
    step(ask, "caseworker", pk, "send")
    for hours in (1, 3, 9, 48, 200):
        worker_runs(timezone.now() + timedelta(hours=hours))

    assert ask("caseworker", f"referrals/{pk}/")[1]["state"] == "sent"
    assert "call_now" in tasks_of(w, "caseworker")


def test_a_withdrawn_consent_acts_at_once(ask, committed_world):
    w = committed_world
    other = service(w.of.receiver, name="Another")
    fresh(other)
    waiting, running = draft(ask, w), draft(ask, w, of=other)
    for pk in (waiting, running):
        step(ask, "caseworker", pk, "send")
        step(ask, "partner", pk, "receive")
    step(ask, "partner", running, "accept", worker=str(w.members["worker"].pk))

    status, answer = ask("caseworker", f"consents/{w.of.consent.pk}/withdraw/", {})

    assert (status, answer["status"]) == (200, "withdrawn")
    with acting(w.actors["caseworker"]) as actor:
        states = Referral.objects.visible_to(actor).values_list("state", flat=True)
        assert set(states) == {"withdrawn"}
    for pk in (waiting, running):
        packet = ask("partner", f"referrals/{pk}/")[1]["packet"]
        assert not packet["now"]
        assert not packet["after"]
    worker_runs(timezone.now())
    assert "stop_processing" in tasks_of(w, "partner")


def test_approval_is_asked_for_and_given(ask, committed_world):
    w = committed_world
    with acting(w.actors["caseworker"]):
        Consent.objects.filter(pk=w.of.consent.pk).update(data_classes=[1, 2, 3, 4])
    shelter = service(w.of.receiver, name="Shelter", category="trafficking")
    fresh(shelter)
    pk = draft(ask, w, of=shelter, need=w.of.secret_need)

    status, answer = ask("caseworker", f"referrals/{pk}/steps/send/", {})
    assert (status, answer["code"]) == (409, "approval_needed")
    step(ask, "caseworker", pk, "submit")
    worker_runs(timezone.now())
    assert "approve_referral" in tasks_of(w, "supervisor")
    assert ask("caseworker", f"referrals/{pk}/steps/approve/", {})[0] == 403
    assert step(ask, "supervisor", pk, "approve") == "sent"
