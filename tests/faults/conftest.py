"""A broker and a worker of a test's own, as processes that it may kill."""

import pytest

from config import places
from tests.faults.queue import Broker, Worker


@pytest.fixture
def broker(tmp_path):
    started = Broker(tmp_path / "broker")
    yield started
    started.stop()
    places.remove(tmp_path / "broker")


@pytest.fixture
def worker(committed, broker, tmp_path):
    started = Worker(broker, tmp_path)
    yield started
    started.stop()
