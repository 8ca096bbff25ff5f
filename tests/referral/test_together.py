"""A household or a group from one sheet: each by an own referral and consent, sent once; what is missing is listed."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from cases.actions.households import join_household
from cases.models import Grant, Need
from core.actions import Incomplete, NotNow
from core.actors import acting
from referral.models import Batch, BatchRow, Packet, Referral
from referral.together import Sheet, people_for, send_together
from tests.referral.pages import url, words
from tests.world import NOON, case, consent, need, person, service

NOTE = "Employer keeps the papers of all of them."


def family(w, *, agrees=True, name="Фарид Хайдари"):
    """Add a husband with a case and the same need to the person's household; return his need."""
    mine = w.actors["caseworker"]
    other = person(mine, name=name, sex="male")
    where = case(mine, other, team=w.of.team, caseworker=w.members["caseworker"], supervisor=w.members["supervisor"])
    row = need(mine, where)
    if agrees:
        consent(mine, other, w.of.receiver)
    with acting(mine) as actor:
        join_household(other.pk, actor=actor, at=NOON, other=w.of.person)
    return row


def read(w, *rows, by="caseworker"):
    with acting(w.actors[by]) as actor:
        found = Need.objects.visible_to(actor).select_related("case__person__area").in_bulk([row.pk for row in rows])
    return [found[row.pk] for row in rows]


def send(w, *rows, key=None, note=NOTE, of="service", by="caseworker"):
    needs = read(w, *rows, by=by)
    sheet = Sheet(service=getattr(w.of, of) if of else None, urgency="urgent", note=note)
    with acting(w.actors[by]) as actor:
        return send_together(needs, actor=actor, at=NOON, key=key or uuid4(), begun=needs[0], sheet=sheet)


def results(w, batch, by="caseworker"):
    with acting(w.actors[by]) as actor:
        return {row.need_id: (row.state, row.refusal) for row in BatchRow.objects.visible_to(actor).filter(batch=batch)}


@pytest.mark.django_db
def test_each_person_has_a_referral_and_a_packet_of_its_own(world):
    w = world
    his = family(w)
    batch = send(w, w.of.need, his)
    assert results(w, batch) == {w.of.need.pk: ("sent", ""), his.pk: ("sent", "")}
    with acting(w.actors["caseworker"]) as actor:
        for row in Referral.objects.visible_to(actor).select_related("case"):
            parts = {part.stage: part.fields for part in Packet.objects.visible_to(actor).filter(referral=row)}
            assert parts["now"]["case_code"] == row.case.reference
            assert parts["now"]["sex_age"]["sex"] == ("female" if row.need_id == w.of.need.pk else "male")
            assert ("Амина" in parts["after"]["name"]) == (row.need_id == w.of.need.pk)
            assert row.consent.person_id == row.case.person_id


@pytest.mark.django_db
def test_who_lacks_a_consent_is_listed_and_the_others_are_sent(world):
    w = world
    his = family(w, agrees=False)
    batch = send(w, w.of.need, his)
    assert results(w, batch) == {w.of.need.pk: ("sent", ""), his.pk: ("refused", "consent_missing")}
    with acting(w.actors["caseworker"]) as actor:
        assert [row.need_id for row in Referral.objects.visible_to(actor)] == [w.of.need.pk]


@pytest.mark.django_db
def test_the_best_service_is_chosen_for_each_person(world):
    w = world
    his = family(w)
    for_men = service(w.of.receiver, name="For men", sexes=["male"])
    type(w.of.service).objects.filter(pk=w.of.service.pk).update(sexes=["female"])
    send(w, w.of.need, his, of="")
    with acting(w.actors["caseworker"]) as actor:
        chosen = dict(Referral.objects.visible_to(actor).values_list("need_id", "service_id"))
    assert chosen == {w.of.need.pk: w.of.service.pk, his.pk: for_men.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("note", ["Амина was told yesterday", "Talk to ХАЙДАРИ first"])
def test_the_common_words_name_nobody_of_the_sheet(world, note):
    w = world
    with pytest.raises(Incomplete) as refusal:
        send(w, w.of.need, family(w), note=note)
    assert refusal.value.code == "note_names_somebody"
    with acting(w.actors["caseworker"]) as actor:
        assert not Referral.objects.visible_to(actor).exists()


@pytest.mark.django_db
def test_only_people_whom_the_actor_sees_are_on_the_sheet(world):
    w = world
    his = family(w)
    (mine,) = read(w, w.of.need)
    with acting(w.actors["caseworker"]) as actor:
        found, unseen = people_for(mine, actor=actor)
        assert ({one.need.pk for one in found}, unseen) == ({w.of.need.pk, his.pk}, 0)
        Grant.objects.filter(case_id=his.case_id).update(closed_at=NOON, close_reason="sealed")
        found, unseen = people_for(mine, actor=actor)
        assert ([one.need.pk for one in found], unseen) == ([w.of.need.pk], 1)


def test_a_sheet_that_is_posted_twice_at_once_is_sent_once(committed_world):
    w = committed_world
    his, key = family(w), uuid4()

    def attempt(_number):
        try:
            send(w, w.of.need, his, key=key)
            return "sent"
        except NotNow as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == ["sent", "sent_already"]
    with acting(w.actors["caseworker"]) as actor:
        assert Referral.objects.visible_to(actor).count() == 2


def test_the_page_previews_each_person_sends_once_and_lists_what_is_missing(people):
    w = people.world
    his = family(w, agrees=False)
    address = url("together", w.of.need.pk)
    page = people.caseworker.get(address)
    assert "Амина Хайдари" in words(page)
    assert "Фарид Хайдари" in words(page)
    key = page.context["form"]["key"].value()
    sheet = {"key": str(key), "needs": [str(w.of.need.pk), str(his.pk)], "urgency": "urgent", "note": NOTE}
    sheet["service"] = str(w.of.service.pk)
    shown = words(people.caseworker.post(address, sheet | {"preview": "1"}))
    assert "Ask the person and record the consent" in shown
    assert "All checks hold now" in shown
    assert people.caseworker.post(address, sheet | {"send": "1"}).status_code == 422
    sent = people.caseworker.post(address, sheet | {"send": "1", "seen": "on"})
    assert sent.url == url("batch", key)
    assert "Sent: 1. Wait for approval: 0. Not sent: 1." in words(people.caseworker.get(sent.url))
    assert "needs consent" in words(people.caseworker.get(sent.url))
    again = people.caseworker.post(address, sheet | {"send": "1", "seen": "on"})
    assert again.url == url("batch", key)
    with acting(w.actors["caseworker"]) as actor:
        assert Batch.objects.visible_to(actor).count() == 1
        assert Referral.objects.visible_to(actor).count() == 1
    for who in (people.partner_supervisor, people.stranger, people.other_team):
        assert who.get(sent.url).status_code == 404
        assert who.get(address).status_code == 404
