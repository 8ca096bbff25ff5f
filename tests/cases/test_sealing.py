"""Sealed cases: named people only; lists, search and counts know nothing of them (DOMAIN 7)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.actions.absences import open_cover
from cases.actions.cases import own_grants, reassign_case
from cases.actions.plans import add_task
from cases.actions.sealing import seal_case, sealed_elsewhere, unseal_case
from cases.models import Absence, Case, Person, Task
from cases.search import search_persons
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import Actor, acting
from partners.actions import change_member, close_member
from partners.identity import actor_of_member
from partners.roles import permissions_of
from tests.cases.conftest import enrol

pytestmark = pytest.mark.django_db


def seal(network, case, *names, by="supervisor"):
    with acting(network.actors[by]) as actor:
        return seal_case(case.pk, actor=actor, at=network.at, members=[network.members[name] for name in names])


def seen_by(network, case) -> set[str]:
    found = set()
    for name, actor in network.actors.items():
        with acting(actor):
            if Case.objects.filter(pk=case.pk).exists():  # the policy alone
                assert Case.objects.visible_to(actor).filter(pk=case.pk).exists()
                found.add(name)
    return found


def test_only_those_named_see_a_sealed_case(network):
    case = network.case()
    assert {"worker", "mate", "supervisor"} <= seen_by(network, case)
    seal(network, case, "worker", "other_team")
    assert seen_by(network, case) == {"worker", "other_team"}


def test_a_supervisor_who_is_not_named_learns_a_number_only(network, sign_in):
    case = network.case(person=network.person(by="mate", name="Zahra Karimi"), by="mate")
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["worker"])
    seal(network, case, "worker")
    for name in ("supervisor", "mate", "other_team"):  # mate registered the person
        with acting(network.actors[name]) as actor:
            assert not Person.objects.filter(pk=case.person_id).exists()
            found = search_persons("Zahra Karimi", actor=actor)
            assert (list(found), found.hidden) == ([], 0)
    with acting(network.actors["worker"]) as actor:
        assert len(search_persons("Zahra Karimi", actor=actor)) == 1
    with acting(network.actors["supervisor"]) as actor:
        assert sealed_elsewhere(actor) == 1
    with acting(network.actors["mate"]) as actor:
        assert sealed_elsewhere(actor) == 0
    supervisor = sign_in("supervisor")
    page = supervisor.get(reverse("cases:list"))
    assert "1 sealed case is not in your sight." in page.text
    assert case.reference not in page.text
    assert supervisor.get(reverse("cases:detail", args=[case.pk])).status_code == 404
    assert "sealed" not in sign_in("mate").get(reverse("cases:list")).text


def test_the_list_is_changed_and_the_case_unsealed(network):
    case = network.case()
    seal(network, case, "worker", "supervisor")
    seal(network, case, "worker", "supervisor", "other_team")
    assert seen_by(network, case) == {"worker", "supervisor", "other_team"}
    with acting(network.actors["supervisor"]) as actor:
        opened = unseal_case(case.pk, actor=actor, at=network.at)
        with pytest.raises(NotNow):
            unseal_case(case.pk, actor=actor, at=network.at)
    assert opened.sealed_at is None
    assert {"worker", "mate", "supervisor"} <= seen_by(network, case)
    assert "other_team" not in seen_by(network, case)


@pytest.mark.parametrize("names", [(), ("supervisor",), ("worker", "focal"), ("worker", "stranger")])
def test_a_list_without_a_reader_or_the_caseworker_is_refused(network, names):
    case = network.case()
    with pytest.raises(Incomplete) as refusal:
        seal(network, case, *names)
    assert set(refusal.value.fields) == {"members"}
    assert "mate" in seen_by(network, case)


def test_a_caseworker_seals_nothing_and_a_supervisor_only_what_names_it(network):
    case = network.case()
    with pytest.raises(NotPermitted):
        seal(network, case, "worker", by="worker")
    network.users["second"], network.members["second"] = enrol(
        network.home, name="second", role="supervisor", team=network.teams["north"]
    )
    network.actors["second"] = actor_of_member(network.members["second"])
    with pytest.raises(NotPermitted):  # of the team, not named
        seal(network, case, "worker", "second", by="second")


def test_a_sealed_case_is_not_given_away_by_the_usual_door(network):
    case = network.case()
    seal(network, case, "worker", "supervisor")
    with acting(network.actors["supervisor"]) as actor, pytest.raises(NotNow) as refusal:
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["mate"])
    assert refusal.value.code == "sealed"


def test_the_database_keeps_the_seal_whichever_door_forgets_it(network):
    case = network.case()
    sealed = seal(network, case, "worker", "supervisor")
    with acting(network.actors["supervisor"]):
        for grant in own_grants(sealed, at=network.at, whole=False):
            with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
                grant.save(force_insert=True)


def test_open_tasks_go_to_the_caseworker(network):
    case = network.case()
    with acting(network.actors["mate"]) as actor:
        add_task(case, actor=actor, at=network.at, text="Call Zahra")
    seal(network, case, "worker", "supervisor")
    with acting(network.actors["mate"]):
        assert not Task.objects.exists()
    with acting(network.actors["worker"]):
        assert Task.objects.get().assignee_id == network.members["worker"].pk


def test_the_last_reader_neither_leaves_nor_loses_the_right_to_read(network):
    case = network.case()
    seal(network, case, "worker")
    admin = Actor(organisation_id=network.home.pk, permissions=permissions_of("organisation_admin"))
    worker = network.members["worker"]
    with acting(admin):
        with pytest.raises(NotNow) as refusal:
            close_member(worker.pk, actor=admin, at=network.at)
        assert refusal.value.code == "last_reader"
        with pytest.raises(NotNow):
            change_member(worker.pk, actor=admin, at=network.at, role="focal_point")
        change_member(worker.pk, actor=admin, at=network.at, role="supervisor")
        close_member(network.members["mate"].pk, actor=admin, at=network.at)


def test_the_page_seals_and_opens_again(network, sign_in):
    case, supervisor = network.case(), sign_in("supervisor")
    url = reverse("cases:seal", args=[case.pk])
    assert supervisor.get(url).status_code == 200
    assert supervisor.post(url, {}).status_code == 422
    chosen = [str(network.members[name].pk) for name in ("worker", "supervisor")]
    assert supervisor.post(url, {"members": chosen})["Location"] == reverse("cases:detail", args=[case.pk])
    assert sign_in("mate").get(reverse("cases:detail", args=[case.pk])).status_code == 404
    assert sign_in("worker").get(url).status_code == 403
    assert supervisor.post(reverse("cases:unseal", args=[case.pk])).status_code == 302
    assert sign_in("mate").get(reverse("cases:detail", args=[case.pk])).status_code == 200


def test_who_stands_in_for_an_absent_colleague_does_not_come_in(network):
    case = network.case()
    seal(network, case, "worker", "supervisor")
    today = network.today
    away = Absence(
        organisation=network.home,
        member=network.members["worker"],
        substitute=network.members["other_team"],
        from_on=today,
        until_on=today,
        created_at=network.at,
    )
    with acting(network.actors["supervisor"]) as actor:
        away.save(force_insert=True)
        assert open_cover(away, actor=actor, at=network.at) == 0
    assert seen_by(network, case) == {"worker", "supervisor"}
