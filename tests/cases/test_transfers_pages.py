"""Handing a case over, seen: the pages of both sides, the API, and what the other side never reads."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from cases.disclosures import disclosures
from cases.models import Case, CaseTransfer
from core.actors import acting
from tests.cases.browsing import asked, readings
from tests.cases.handing import PURPOSES, offer, prepare, propose

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_organisations(network):
    prepare(network)


def test_a_case_is_offered_approved_and_taken_over_in_pages(network, sign_in):
    case = network.case()
    worker, supervisor, taker = sign_in("worker"), sign_in("supervisor"), sign_in("taker")
    url = reverse("cases:transfer_new", args=[case.pk])
    assert "has not agreed to it yet" in worker.get(url).content.decode()
    consent = network.consent(case.person, purposes=PURPOSES, data_classes=[2, 3])
    assert url in worker.get(reverse("cases:detail", args=[case.pk])).content.decode()
    facts = {"to": network.away.pk, "consent": consent.pk, "reason": "moved", "record": "supervisor", "note": "Call."}
    empty = worker.post(url, {**facts, "note": ""})
    assert empty.status_code == 422
    assert worker.post(url, facts).status_code == 302
    with acting(network.actors["worker"]) as actor:
        transfer = CaseTransfer.objects.visible_to(actor).get()
    assert worker.get(url).url == reverse("cases:transfer", args=[transfer.pk])
    queue = supervisor.get(reverse("cases:approvals"))
    (line,) = queue.context["rows"]
    page = supervisor.get(line["url"])
    assert reverse("cases:transfer", args=[transfer.pk]) in page.content.decode()
    assert supervisor.post(line["url"], {"answer": "approve", "note": ""}).status_code == 302
    assert "Harbour House" in taker.get(reverse("cases:transfers")).content.decode()
    assert "Harbour House" in taker.get(reverse("home")).content.decode()
    one = taker.get(reverse("cases:transfer", args=[transfer.pk])).content.decode()
    assert "Call." in one
    for secret in ("Zahra", case.reference):
        assert secret not in one
    accept = reverse("cases:transfer_accept", args=[transfer.pk])
    assert taker.get(accept).status_code == 200
    assert taker.post(accept, {"caseworker": network.members["worker"].pk}).status_code == 422
    done = taker.post(accept, {"caseworker": network.members["away_worker"].pk})
    with acting(network.actors["taker"]) as actor:
        theirs = Case.objects.visible_to(actor).get()
    assert done.url == reverse("cases:detail", args=[theirs.pk])
    assert "Zahra" in taker.get(done.url).content.decode()
    again = taker.post(accept, {"caseworker": network.members["away_worker"].pk})
    assert again.status_code == 409
    assert worker.get(reverse("cases:detail", args=[case.pk])).status_code == 404
    assert "Accepted" in worker.get(reverse("cases:transfer", args=[transfer.pk])).content.decode()


def test_a_decline_asks_why(network, sign_in):
    transfer = offer(network)
    taker = sign_in("taker")
    url = reverse("cases:transfer_decline", args=[transfer.pk])
    assert taker.get(url).status_code == 200
    assert taker.post(url, {"reason": "other"}).status_code == 422
    assert taker.post(url, {"reason": "no_capacity"}).status_code == 302
    assert "No capacity now" in sign_in("worker").get(reverse("cases:transfer", args=[transfer.pk])).content.decode()


def test_hidden_is_like_missing_and_a_colleague_of_the_receiver_sees_nothing(network, sign_in):
    transfer = propose(network, network.case())
    for name in ("taker", "away_worker", "stranger", "other_team"):
        client = sign_in(name)
        for page in ("transfer", "transfer_withdraw"):
            answer = (client.get if page == "transfer" else client.post)(reverse(f"cases:{page}", args=[transfer.pk]))
            assert answer.status_code == 404
        assert client.get(f"/api/v1/transfers/{transfer.pk}/").status_code in {403, 404}
    assert sign_in("away_focal").get(reverse("cases:transfers")).status_code == 403


def test_taking_back_is_one_button(network, sign_in):
    transfer = offer(network)
    worker = sign_in("worker")
    assert worker.post(reverse("cases:transfer_withdraw", args=[transfer.pk])).status_code == 302
    assert worker.post(reverse("cases:transfer_withdraw", args=[transfer.pk])).status_code == 409
    assert "Taken back" in worker.get(reverse("cases:transfers")).content.decode()


def test_looking_at_an_offer_of_class_3_leaves_a_trail(network, sign_in):
    transfer = offer(network, classes=(2, 3))
    sign_in("supervisor").get(reverse("cases:transfer", args=[transfer.pk]))
    assert (transfer.pk, 3, network.members["supervisor"].pk) in readings(network)


def test_the_pages_ask_a_bounded_number_of_queries(network, sign_in, queries):
    transfer = offer(network)
    for number in range(3):
        offer(network, network.case(person=network.person(name=f"Person {number}")))
    for name, url in (
        ("taker", reverse("cases:transfers")),
        ("taker", reverse("cases:transfer", args=[transfer.pk])),
        ("worker", reverse("cases:transfers")),
        ("worker", reverse("cases:transfer", args=[transfer.pk])),
    ):
        client = sign_in(name)
        client.get(url)
        with queries() as seen:
            assert client.get(url).status_code == 200
        assert len(asked(seen)) <= 12, (name, url)


def test_the_interface_for_machines_does_the_same(network, sign_in):
    case = network.case()
    consent = network.consent(case.person, purposes=PURPOSES, data_classes=[2])
    worker, taker = sign_in("worker"), sign_in("taker")
    body = {
        "case": str(case.pk), "to_organisation": str(network.away.pk), "consent": str(consent.pk), "reason": "moved",
        "note": "Call.",
    }  # fmt: skip

    def post(client: Client, path: str, facts=None):
        return client.post(f"/api/v1/transfers/{path}", json.dumps(facts or {}), content_type="application/json")

    made = post(worker, "", body)
    assert (made.status_code, made.json()["state"]) == (201, "proposed")
    pk = made.json()["id"]
    assert post(worker, "", body).status_code == 409
    assert post(worker, f"{pk}/withdraw/").json()["state"] == "withdrawn"
    transfer = offer(network, case, consent=consent)
    shown = taker.get(f"/api/v1/transfers/{transfer.pk}/").json()
    assert (shown["case"], shown["note"], shown["summary"]["risk"]) == (None, "Ask about her school.", "medium")
    assert post(taker, f"{transfer.pk}/decline/", {"reason": "nonsense"}).status_code == 422
    done = post(taker, f"{transfer.pk}/accept/", {"caseworker": str(network.members["away_worker"].pk)})
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    assert taker.get(f"/api/v1/cases/{done.json()['case']}/").status_code == 200
    assert [row["state"] for row in worker.get("/api/v1/transfers/").json()["results"]].count("accepted") == 1


def test_the_person_reads_who_was_offered_the_case(network):
    transfer = offer(network)
    with acting(network.actors["worker"]) as actor:
        (one,) = disclosures(transfer.case.person_id, actor=actor)
    assert (one.organisation, one.classes, one.reference) == ("Lantern Centre", [2], transfer.reference)
