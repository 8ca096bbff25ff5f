"""The question before registering, the list of pairs, two records side by side, and the way back."""

from datetime import date

import pytest
from django.urls import reverse

from cases.models import Case, DuplicateCandidate, IntakeDraft, MergeRecord, Person
from core.actors import acting
from tests.cases.browsing import readings
from tests.cases.test_duplicates_pairs import BORN
from tests.cases.test_pages_intake import PERSON, SAFETY
from tests.cases.test_pages_intake import begin as begin_draft

pytestmark = pytest.mark.django_db

SAME = PERSON | {"name_1": "Захра Карими", "name_2": "", "script_2": "", "kind_2": ""}


def known(network, **facts):
    facts = {"birth_date": date(1994, 5, 2), "birth_precision": "day", "sex": "female"} | facts
    return network.person(name="Zahra Karimi", **facts)


def begin(client, address=None, **facts):
    """Send the first step of a draft for a new person who may be known."""
    return client.post(address or begin_draft(client), SAME | facts)


def finish(client, answer):
    """Go on without consent, to the end."""
    safety = client.post(answer["Location"], {"go": "skip"})["Location"]
    return client.post(client.post(safety, SAFETY)["Location"], {"go": "skip"})


def count(network):
    with acting(network.actors["worker"]) as actor:
        return Person.objects.visible_to(actor).count()


def pair_of(network):
    network.person(name="Сяргей Навіцкі", **BORN)
    network.person(name="Sergei Novitskiy", **BORN)
    with acting(network.actors["worker"]) as actor:
        for person in Person.objects.visible_to(actor):
            network.case(person=person)
        return DuplicateCandidate.objects.visible_to(actor).get()


def test_who_may_be_known_already_is_shown_before_anybody_is_registered(network, worker):
    case = network.case(person=known(network))
    page = begin(worker)
    assert page.status_code == 422
    assert "The names are the same" in page.text
    assert reverse("cases:detail", args=[case.pk]) in page.text
    assert count(network) == 1


def test_the_answer_another_person_registers_and_is_kept(network, worker):
    one = known(network)
    page = begin(worker)
    assert f'name="not_same" value="{one.pk}"' in page.text
    answer = begin(worker, told="1", not_same=str(one.pk))
    assert answer["Location"].endswith("/consent/")
    finish(worker, answer)
    assert count(network) == 2
    with acting(network.actors["worker"]) as actor:
        assert DuplicateCandidate.objects.visible_to(actor).get().state == "dismissed"


def test_the_answer_the_same_person_goes_on_with_who_is_known(network, worker):
    one, address = known(network), begin_draft(worker)
    assert f'name="same" value="{one.pk}"' in begin(worker, address).text
    answer = worker.post(address, SAME | {"same": str(one.pk)})
    finish(worker, answer)
    assert count(network) == 1
    with acting(network.actors["worker"]):
        assert Case.objects.get().person_id == one.pk
        assert IntakeDraft.objects.get().finished_at  # the first draft, with what was typed, is gone


def test_nobody_is_asked_where_nobody_is_alike(network, worker):
    network.person(name="Oleg Ivanov")
    assert begin(worker).status_code == 302


def test_a_match_of_another_team_is_told_without_a_name_once(network, worker):
    known(network, by="other_team")
    page = begin(worker)
    assert "held by another team" in page.text
    assert "Zahra Karimi" not in page.text
    assert begin(worker, told="1").status_code == 302


def test_the_list_shows_open_pairs_with_reasons_and_who_asks_is_noted(network, worker, queries):
    pair = pair_of(network)
    page = worker.get(reverse("cases:duplicates"))
    assert "The same birth date" in page.text
    assert reverse("cases:duplicate", args=[pair.pk]) in page.text
    worker.get(reverse("cases:duplicate", args=[pair.pk]))
    assert {about for about, _class, _member in readings(network)} >= {pair.low_id, pair.high_id}


def test_a_caseworker_proposes_and_a_supervisor_merges_and_undoes(network, worker, sign_in):
    pair = pair_of(network)
    page = reverse("cases:duplicate", args=[pair.pk])
    shown = worker.get(page).text
    assert "Propose to merge" in shown
    assert "Merge into" not in shown
    worker.post(page, {"answer": "propose"})
    assert worker.post(page, {"answer": "low"}).status_code == 403
    supervisor = sign_in("supervisor")
    assert "Merging proposed" in supervisor.get(reverse("cases:duplicates")).text
    assert "Merge into" in supervisor.get(page).text
    assert supervisor.post(page, {"answer": "low"}).status_code == 302
    with acting(network.actors["supervisor"]) as actor:
        record = MergeRecord.objects.visible_to(actor).get()
        assert set(Case.objects.visible_to(actor).values_list("person_id", flat=True)) == {pair.low_id}
    listed = supervisor.get(reverse("cases:duplicates")).text
    assert reverse("cases:undo_merge", args=[record.pk]) in listed
    assert supervisor.post(reverse("cases:undo_merge", args=[record.pk])).status_code == 302
    with acting(network.actors["supervisor"]) as actor:
        assert len(set(Case.objects.visible_to(actor).values_list("person_id", flat=True))) == 2


def test_the_page_of_a_shell_leads_to_the_record_that_stays(network, sign_in):
    pair = pair_of(network)
    supervisor = sign_in("supervisor")
    supervisor.post(reverse("cases:duplicate", args=[pair.pk]), {"answer": "high"})
    answer = supervisor.get(reverse("cases:open", args=[pair.low_id]))
    assert answer["Location"] == reverse("cases:open", args=[pair.high_id])


def test_a_pair_of_others_is_not_found(network, sign_in):
    pair = pair_of(network)
    for name in ("stranger", "other_team"):
        assert sign_in(name).get(reverse("cases:duplicate", args=[pair.pk])).status_code == 404
