"""Processes are killed, servers vanish, messages are doubled, others hang: nothing lost, nothing twice (F1 to F7)."""

import os
import re
import time

import pytest

from tests.faults import ground
from tests.faults.outside import Hook, Mail
from tests.faults.product import ROOT, Product, clock_library
from tests.faults.queue import environment
from tests.faults.storm import Storm, report, table

REPORT = ROOT / "var" / "faults" / "REPORT.md"


@pytest.fixture
def outside():
    mail, hook = Mail(), Hook()
    yield mail, hook
    mail.close()
    hook.close()


def variables(mail, hook) -> dict[str, str]:
    return {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail.port),
        "EGRESS_ALLOWED": f"127.0.0.1:{hook.port}",
        "EGRESS_HTTP": "1",
    }


@pytest.fixture
def beside(committed, broker, tmp_path, outside):
    """A function that starts a product on the database of this test and a broker of its own, and clients."""
    started = []

    def start(*, seed: int, warp: str = "", flows: int = 2) -> Storm:
        given = environment(broker, role="app")
        urls = {
            name: given[name] for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "WORKER_DATABASE_URL", "REDIS_URL")
        }
        product = Product(tmp_path / "var", urls=urls, warp=warp, **variables(*outside))
        started.append(product)
        return Storm(product.start(), *outside, seed=seed, flows=flows, broker=broker, ground=ground.make())

    yield start
    for product in started:
        product.end()


SHORT = {"web_worker": 1, "pool_child": 1, "worker": 1, "broker_comes_back_empty": 1, "messages_doubled": 1}


@pytest.mark.timeout(300)
def test_some_faults_lose_nothing_and_double_nothing(beside):
    storm = beside(seed=1, flows=1)
    storm.run(storm.plan(**SHORT))
    storm.settle()
    print(table(storm))
    assert storm.broken == [], storm.product.said()
    assert len(storm.done) == len(SHORT)
    assert {op.outcome for op in storm.clients.history} >= {"ok", "refused"}


# What is taken away in the product, under which faults, and what must notice it.
POWER = {
    "unlocked": ({}, "I3|was not told so"),
    "early": ({"pool_child": 6, "worker": 2}, "I4 an event that neither waits nor was told"),
    "unclaimed": ({"messages_doubled": 4}, "mail .* was sent . times"),
    "keyless": ({}, " stored, "),
    "unescalated": ({}, "I8 past its time"),
}


@pytest.mark.faults
@pytest.mark.timeout(600)
@pytest.mark.parametrize("warp", POWER)
def test_what_is_taken_away_is_noticed(beside, warp):
    """Power check: without the lock, the outbox, the claim, the key or the sweep, something is found."""
    plan, words = POWER[warp]
    storm = beside(seed=2, warp=warp, flows=4)
    storm.run(storm.plan(**plan) or [("nothing", lambda: time.sleep(10))])
    storm.grow_older("10 minutes", "g")
    storm.settle(within=20)
    assert any(re.search(words, line) for line in storm.broken), storm.broken


LONG = {
    "web_worker": 25, "web": 8, "worker": 12, "pool_child": 25, "beat": 8,
    "clock_of_web": 4, "clock_of_worker": 10,
    "broker_killed": 15, "broker_emptied": 14, "broker_comes_back_empty": 10, "broker_frozen": 6,
    "broker_frozen_long": 1,
    "database_killed": 14, "database_stopped_at_once": 6, "database_started_anew": 6, "database_session_killed": 4,
    "messages_doubled": 12, "mail_server": 11, "webhook_receiver": 9,
}  # fmt: skip


@pytest.mark.faults
@pytest.mark.timeout(1700)
def test_two_hundred_faults_lose_nothing_and_double_nothing(tmp_path, outside):
    """FAULTS_SEED chooses another plan, FAULTS_PART a part of it (0.1); the report goes to var/faults/REPORT.md."""
    seed, part = int(os.environ.get("FAULTS_SEED", "2026")), float(os.environ.get("FAULTS_PART", "1"))
    library = clock_library(tmp_path)
    assert library, "No C compiler was found, which makes the library that moves clocks: apt-get install gcc libc6-dev"
    clocks = {"LD_PRELOAD": str(library), "FAULTS_CLOCKS": str(tmp_path)}
    product = Product(tmp_path / "var", **variables(*outside), **clocks)
    try:
        storm = Storm(product.start(), *outside, seed=seed)
        began = time.monotonic()
        storm.run(storm.plan(**{kind: round(number * part) for kind, number in LONG.items()}), most=3)
        storm.settle()
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(report(storm, seconds=time.monotonic() - began))
        assert storm.broken == [], product.said()
        assert len(storm.done) == 200 or part != 1
    finally:
        product.end()
