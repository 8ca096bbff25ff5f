"""The ways out of the house. Each is a `Channel`; `notifications/delivery.py` claims, asks it, writes the result."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

log = logging.getLogger(__name__)

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Done:
    """It left."""


@dataclass(frozen=True)
class Retry:
    """It did not leave now. `error` is a code without values; `after` what the other side asked to wait.

    `silent`: nothing answers there at all, so the rest of this round waits too.
    """

    error: str
    after: timedelta | None = None
    silent: bool = False


@dataclass(frozen=True)
class Dead:
    """It will never leave this way."""

    error: str


@dataclass(frozen=True)
class Dropped:
    """It need not leave any more."""

    why: str


Result = Done | Retry | Dead | Dropped
Send = Callable[[], Result]


class Channel(ABC):
    """One way out.

    `waits`: how long after each failed try the next one comes, so one try more than it has entries.
    `at_once`: how many sends run beside each other, each in a thread; what `prepare` returns then asks no database.
    """

    name = ""
    waits: tuple[timedelta, ...] = ()
    at_once = 1

    def due(self, rows: QuerySet, *, at: datetime) -> QuerySet:
        """Return those of the due deliveries that may be tried now."""
        return rows

    @abstractmethod
    def prepare(self, delivery, *, at: datetime) -> Send | Result:
        """Return what sends this delivery, or at once what became of it. Called with one claimed row."""

    def send(self, sends: list[Send | Result]) -> list[Result]:
        """Send what `prepare` returned, beside each other; return what became of each."""
        if len(sends) == 1:
            return [tried(sends[0])]
        with ThreadPoolExecutor(len(sends)) as pool:
            return list(pool.map(tried, sends))

    def settled(self, delivery, result: Result, *, at: datetime) -> None:
        """Keep what a result says about the other side, such as an address that is gone; most say nothing."""
        return None


def tried(send: Send | Result) -> Result:
    """Return what became of one send; whatever it raises is a failure that may pass."""
    if not callable(send):
        return send
    try:
        return send()
    except Exception as error:
        # The text of an exception may quote an address.
        log.warning("a delivery failed: %s", type(error).__name__)
        return Retry(type(error).__name__)
