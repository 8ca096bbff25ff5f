"""The list of notices, the bell and the mailbox, after a referral was sent through the real door."""

from uuid import uuid4

import pytest

from core import outbox
from core.actors import SYSTEM, acting
from notifications.delivery import deliver
from notifications.models import MailboxMessage, Notice
from referral.models import Referral
from tests.conftest import role
from tests.referral.steps import sent
from tests.world import NOON, build

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def world(committed, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    return build()


@pytest.fixture
def told(world, as_worker, settings):
    """An urgent referral was sent, and its receiver was told."""
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    made = sent(world)
    with as_worker():
        outbox.relay(at=NOON)
        deliver(at=NOON)
    return made


def page(client, world, who, path):
    client.force_login(world.members[who].user, backend=BACKEND)
    return client.get(path)


def test_nothing_to_tell_says_what_will_come(client, world):
    answer = page(client, world, "partner", "/notices/")
    assert answer.status_code == 200
    assert "No notices yet" in answer.content.decode()


def test_the_partner_is_told_of_a_sent_referral_and_nobody_else_is(client, world, told):
    text = page(client, world, "partner", "/notices/").content.decode()
    assert "Referral sent" in text
    assert "New:" in text
    assert f"{told.reference} · Legal advice" in text
    assert "Хайдари" not in text
    for who in ("caseworker", "stranger", "coordinator", "worker"):
        assert "Referral sent" not in page(client, world, who, "/notices/").content.decode()


def test_looking_at_the_list_or_the_bell_reads_nothing_off(client, world, told):
    for path in ("/notices/", "/notices/bell/", "/notices/"):
        page(client, world, "partner", path)
    assert "1 unread" in page(client, world, "partner", "/notices/bell/").content.decode()


def test_opening_a_notice_marks_it_and_leads_to_the_referral(client, world, told, as_worker):
    page(client, world, "partner", "/notices/")
    with as_worker():
        notice = Notice.objects.get(recipient=world.members["partner"])
    answer = client.post(f"/notices/{notice.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, f"/referrals/{told.pk}/")
    assert "nothing new" in client.get("/notices/bell/").content.decode()


def test_a_notice_about_what_one_may_no_longer_see_says_so(client, world, told, as_worker):
    with as_worker():
        notice = Notice.objects.get(recipient=world.members["partner"])
        with acting(SYSTEM):
            Referral.objects.filter(pk=told.pk).update(state="entered_in_error")
    text = page(client, world, "partner", "/notices/").content.decode()
    assert told.reference not in text
    answer = client.post(f"/notices/{notice.pk}/open/", follow=True)
    assert answer.status_code == 200
    assert "You cannot see any more" in answer.content.decode()


def test_the_list_asks_the_same_number_of_questions_for_one_notice_and_for_many(
    client, world, told, as_worker, queries
):
    def count():
        with queries() as seen:
            page(client, world, "partner", "/notices/")
        return len(seen)

    count()
    one = count()
    with as_worker():
        row = Notice.objects.get(recipient=world.members["partner"])
        for _ in range(10):
            row.pk, row.event_id = uuid4(), uuid4()
            row.save(force_insert=True)
    assert count() == one


def test_somebody_elses_notice_is_not_there(client, world, told, as_worker):
    with as_worker():
        notice = Notice.objects.get(recipient=world.members["partner"])
    page(client, world, "partner_supervisor", "/notices/")
    assert client.post(f"/notices/{notice.pk}/open/").status_code == 404
    with as_worker():
        assert Notice.objects.get(pk=notice.pk).read_at is None


def test_all_can_be_marked_as_read_at_once_and_only_ones_own(client, world, told, as_worker):
    page(client, world, "partner", "/notices/")
    answer = client.post("/notices/read/", follow=True)
    assert "1 notice marked as read" in answer.content.decode()
    with as_worker():
        assert Notice.objects.filter(read_at=None).count() == Notice.objects.count() - 1 > 0


def test_marking_needs_a_post(client, world, told):
    assert page(client, world, "partner", "/notices/read/").status_code == 405


def test_the_mailbox_shows_the_mails_of_the_demonstration_and_exists_only_there(client, world, told, settings):
    settings.DEMO = True
    text = page(client, world, "partner", "/notices/mailbox/").content.decode()
    assert "Waymark: something urgent waits for you" in text
    assert MailboxMessage.objects.count() == 2
    settings.DEMO = False
    assert page(client, world, "partner", "/notices/mailbox/").status_code == 404


def test_what_was_told_of_one_referral_lies_together_and_older_notices_are_folded(client, world, told, as_worker):
    with as_worker():
        row = Notice.objects.get(recipient=world.members["partner"])
        for _ in range(2):
            row.pk, row.event_id, row.kind = uuid4(), uuid4(), "message.written"
            row.save(force_insert=True)
        row.pk, row.event_id, row.kind, row.referral_id = uuid4(), uuid4(), "import.done", None
        row.save(force_insert=True)
    text = page(client, world, "partner", "/notices/").content.decode()
    assert text.count("2 more notices about it, 2 new") == 1
    assert text.count("more notice") == 1


def test_the_bell_is_not_sent_again_while_nothing_changed_and_costs_the_same_however_much_waits(
    client, world, told, queries
):
    first = page(client, world, "partner", "/notices/bell/")
    assert '"If-None-Match": "\\"en-1\\""' in first.content.decode()
    assert first["ETag"] == '"en-1"'
    with queries() as seen:
        same = client.get("/notices/bell/", headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert client.get("/notices/bell/", headers={"If-None-Match": '"en-999"'}).status_code == 200
    with role("WORKER_DATABASE_URL"):
        one = Notice.objects.filter(recipient=world.members["partner"]).first()
        for _ in range(30):
            one.pk, one.event_id = uuid4(), uuid4()
            one.save(force_insert=True)
    with queries() as more:
        changed = client.get("/notices/bell/", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "31 unread" in changed.content.decode()
    assert len(more) == len(seen)
