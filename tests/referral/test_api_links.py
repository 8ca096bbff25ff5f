"""Answer links over the API: made with their secrets given once, and withdrawn."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.referral.linking import PAPER, sent_to_bare


@pytest.fixture
def w(people):
    cache.clear()
    return people.world


def post(client, path, body):
    return client.post(path, body, content_type="application/json")


def test_a_link_is_made_and_withdrawn(w, people):
    referral = sent_to_bare(w)
    path = f"/api/v1/referrals/{referral.pk}/link/"

    made = post(people.caseworker, path, PAPER)

    assert made.status_code == 201, made.content
    body = made.json()
    assert set(body) == {"id", "way", "code_way", "expires_at", "url", "code"}
    opened = Client().post("/answer/" + body["url"].split("/answer/")[1], {"code": body["code"]})
    assert opened.status_code == 302
    assert post(people.caseworker, f"{path}withdraw/", {}).status_code == 200
    assert post(people.caseworker, f"{path}withdraw/", {}).status_code == 409


def test_wrong_facts_are_named_and_others_may_not(w, people):
    referral = sent_to_bare(w)
    path = f"/api/v1/referrals/{referral.pk}/link/"

    wrong = post(people.caseworker, path, PAPER | {"way": "email", "address": "else@where.test"})
    assert wrong.status_code == 422
    assert "address" in wrong.content.decode()
    assert post(people.caseworker, path, PAPER | {"way": "pigeon"}).status_code in {400, 422}
    assert post(people.stranger, path, PAPER).status_code == 404
    assert post(people.hotline, path, PAPER).status_code == 403
