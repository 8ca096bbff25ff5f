"""A worker may be killed at any moment: what it held is done by the next one, once."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from config.processes import wait_for
from core import events
from core.actors import SYSTEM, acting
from core.models import Event, Feed, Outbox
from notifications.delivery import MAYBE_TWICE, deliver
from notifications.models import Delivery, MailboxMessage, Notice
from tests.clockwork import MONDAY, network
from tests.conftest import role

EVENTS = 160


@pytest.mark.timeout(300)
def test_a_worker_killed_in_the_middle_of_its_work_loses_nothing_and_doubles_nothing(worker, settings):
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    with role("WORKER_DATABASE_URL"):
        world = network()
        with acting(SYSTEM):
            for _ in range(EVENTS):
                events.record(
                    "case.reassigned", actor=SYSTEM, at=MONDAY, about=uuid4(), case_id=world.case.pk,
                    organisations=[world.sender.pk], urgency="urgent",
                )  # fmt: skip
        assert wait_for(lambda: Outbox.objects.count() < EVENTS, within=90, every=0.005), worker.said()
        worker.kill()
        left = Outbox.objects.count()
        assert 0 < left < EVENTS
        assert Feed.objects.count() == Notice.objects.count() == EVENTS - left
        worker.start()
        assert wait_for(lambda: not Outbox.objects.exists(), within=90, every=0.1), worker.said()
        assert wait_for(MailboxMessage.objects.all().exists, within=60, every=0.005), worker.said()
        worker.kill()
        deliver(at=timezone.now() + timedelta(minutes=10), limit=EVENTS * 2)
        assert Event.objects.count() == Feed.objects.count() == Notice.objects.count() == EVENTS
        assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
        sent = Counter(line for text in MailboxMessage.objects.values_list("text", flat=True) for line in codes(text))
        assert set(sent) == set(Delivery.objects.values_list("code", flat=True))
        marked = set(Delivery.objects.filter(error=MAYBE_TWICE).values_list("code", flat=True))
        assert {code for code, times in sent.items() if times > 1} <= marked
        assert len(marked) <= 20


def codes(text: str) -> list[str]:
    return [word for word in text.split() if word.startswith("N-")]
