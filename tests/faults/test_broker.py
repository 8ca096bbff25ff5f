"""Redis may die, forget everything, or stop answering: nothing is lost, nothing is doubled, no page waits."""

import os
import signal
import subprocess
import sys
from uuid import uuid4

import pytest
from django.db import transaction

from config.processes import wait_for
from core import events
from core.actors import SYSTEM
from core.models import Outbox
from notifications.models import Delivery, MailboxMessage, Notice
from tests.clockwork import MONDAY, network
from tests.conftest import role
from tests.faults.queue import ROOT, environment

RING = """
import time, django
django.setup()
from config.celery import ring
for _ in range(3):
    began = time.monotonic()
    ring()
    print(time.monotonic() - began)
"""


def record(world, count):
    for _ in range(count):
        with transaction.atomic():
            events.record(
                "case.reassigned", actor=SYSTEM, at=MONDAY, about=uuid4(), case_id=world.case.pk, urgency="urgent"
            )  # fmt: skip


@pytest.mark.timeout(300)
def test_every_notice_arrives_once_though_the_broker_dies_and_comes_back_empty(worker, broker):
    with role("WORKER_DATABASE_URL"):
        world = network()
        record(world, 5)
        assert wait_for(lambda: MailboxMessage.objects.count() == 5, within=90, every=0.2), worker.said()
        broker.kill()
        record(world, 5)
        assert Outbox.objects.count() == 5
        broker.lose_everything()
        assert wait_for(lambda: MailboxMessage.objects.count() == 10, within=60, every=0.2), worker.said()
        record(world, 5)
        assert wait_for(lambda: MailboxMessage.objects.count() == 15, within=60, every=0.2), worker.said()
        assert Notice.objects.count() == 15
        assert set(Delivery.objects.values_list("status", "attempts")) == {("sent", 1)}
        assert not Outbox.objects.exists()


@pytest.mark.parametrize("how", ["dead", "deaf"])
def test_a_request_waits_less_than_a_second_for_a_broker_that_is_away_and_the_next_one_not_at_all(
    committed, broker, how
):
    if how == "dead":
        broker.kill()
    else:
        os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        done = subprocess.run(
            [sys.executable, "-c", RING],
            cwd=ROOT, env=environment(broker, role="app") | {"DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    finally:
        if how == "deaf":
            os.kill(broker.process.pid, signal.SIGCONT)
    first, *others = map(float, done.stdout.split())
    assert first < 1
    assert max(others) < 0.01
    assert "the bell is silent" in done.stderr
    assert "Traceback" not in done.stderr
