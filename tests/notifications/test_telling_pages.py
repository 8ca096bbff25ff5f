"""The proof on the pages: colleagues by name, the other side without; what reached nobody is settled or sent again."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Task
from core.actors import SYSTEM, acting
from core.models import Event
from notifications import untold
from notifications.consumers import notify
from notifications.models import Delivery, Untold
from tests.conftest import role
from tests.referral.steps import sent
from tests.world import member


@pytest.fixture
def told(committed_world, settings):
    """The world with one referral that was sent and told."""
    settings.REQUIRE_SECOND_FACTOR = False
    w = committed_world
    w.made = sent(w)
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        notify(Event.objects.get(kind="referral.sent"), at=timezone.now())
    return w


def browser(w, who):
    client = Client()
    client.force_login(w.members[who].user)
    return client


def dead_letter(w):
    """Let the mails of the referral fail for good."""
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        for row in Delivery.objects.filter(recipient__isnull=False).select_related("recipient"):
            Delivery.objects.filter(pk=row.pk).update(status="failed", attempts=9)
            untold.never_arrived(row, at=timezone.now())
        return Untold.objects.get().pk


def test_the_receiver_sees_colleagues_by_name_and_the_sender_only_that_they_were_told(told):
    url = reverse("notifications:of_referral", args=[told.made.pk])
    ours = browser(told, "partner").get(url).content.decode()
    theirs = browser(told, "caseworker").get(url).content.decode()
    names = {told.members[name].name for name in ("partner", "partner_supervisor")}
    assert all(name in ours for name in names)
    assert not any(name in theirs for name in names)
    assert "Receiver partner, 2 people" in theirs
    assert "e-mail: waits" in theirs


def test_who_may_not_see_the_referral_or_the_case_finds_no_page(told):
    client = browser(told, "stranger")
    assert client.get(reverse("notifications:of_referral", args=[told.made.pk])).status_code == 404
    assert client.get(reverse("notifications:of_case", args=[told.of.case.pk])).status_code == 404


def test_the_database_itself_answers_none_but_the_two_sides_and_the_desk(told):
    from notifications.proof import told_of

    for who, seen in (("caseworker", True), ("partner", True), ("coordinator", True), ("stranger", False)):
        with acting(told.actors[who]):
            assert bool(told_of(referral_id=told.made.pk)) == seen, who


def test_a_page_takes_a_constant_number_of_queries(told, queries):
    url = reverse("notifications:of_referral", args=[told.made.pk])
    client = browser(told, "partner")
    client.get(url)
    with queries() as few:
        client.get(url)
    for _ in range(5):
        member(told.of.receiver, "focal_point")
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        notify(Event.objects.get(kind="referral.sent"), at=timezone.now())
    with queries() as many:
        client.get(url)
    assert len(few) == len(many) <= 12


def test_the_supervisor_settles_a_dead_letter_and_its_task_ends(told):
    pk = dead_letter(told)
    client = browser(told, "partner_supervisor")
    assert "Receiver partner" in client.get(reverse("notifications:undelivered")).content.decode()
    assert client.post(reverse("notifications:settle_untold", args=[pk])).status_code == 302
    assert client.post(reverse("notifications:settle_untold", args=[pk])).status_code == 409
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        untold.follow(Event.objects.get(kind="untold.settled"), at=timezone.now())
        assert Task.objects.get(kind="delivery_failed").done_by_id == told.members["partner_supervisor"].pk


def test_what_failed_is_sent_again_by_hand_and_comes_back_if_it_fails_again(told):
    pk = dead_letter(told)
    assert browser(told, "partner_supervisor").post(reverse("notifications:send_again", args=[pk])).status_code == 302
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        untold.follow(Event.objects.get(kind="notice.tried_again"), at=timezone.now())
        rows = Delivery.objects.filter(recipient__isnull=False)
        assert set(rows.values_list("status", "attempts")) == {("waiting", 0)}
        Untold.objects.update(settled_at=timezone.now())
        Task.objects.update(done_at=timezone.now())
    assert dead_letter(told) == pk
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        assert Untold.objects.get().settled_at is None
        assert Task.objects.get(kind="delivery_failed").done_at is None


def test_a_dead_letter_of_others_is_hidden_and_a_caseworker_has_no_such_page(told):
    pk = dead_letter(told)
    assert browser(told, "supervisor").post(reverse("notifications:settle_untold", args=[pk])).status_code == 404
    assert browser(told, "caseworker").get(reverse("notifications:undelivered")).status_code == 403
    assert browser(told, "coordinator").get(reverse("notifications:undelivered")).status_code == 200


def test_who_keeps_the_system_running_sees_numbers_and_sends_all_that_failed_again(told):
    admin = member(told.of.network, "system_admin")
    told.members["system"] = admin
    dead_letter(told)
    client = browser(told, "system")
    page = client.get(reverse("notifications:operation")).content.decode()
    assert "Send all failed again" in page
    assert not [word for word in ("Receiver partner", str(told.made.pk), told.made.reference) if word in page]
    assert client.post(reverse("notifications:again")).status_code == 302
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        untold.follow(Event.objects.get(kind="notice.tried_again"), at=timezone.now())
        assert not Delivery.objects.filter(status="failed").exists()
    assert browser(told, "supervisor").post(reverse("notifications:again")).status_code == 403
