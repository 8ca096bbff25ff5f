"""One clock for all: the database's. A process whose own clock is wrong decides nothing by it (RELIABILITY F6)."""

import time
from contextvars import ContextVar
from datetime import datetime

from django.db import OperationalError, connection

LIMIT = 60.0  # seconds that a server's clock may differ from the database's before it stops writing

_skew: ContextVar[float] = ContextVar("skew", default=0.0)


class WrongClock(OperationalError):
    """This server's clock is wrong: what it wrote would begin and end at the wrong time. Answered 503."""


def now() -> datetime:
    """Return the moment by the clock of the database (aware, UTC): what jobs go by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def compare(seconds: float) -> bool:
    """Note how far this process is ahead of the database, which has just said the `seconds` since 1970.

    Returns whether the two agree.
    """
    _skew.set(time.time() - seconds)
    return abs(_skew.get()) <= LIMIT


def demand_right() -> None:
    """Raise WrongClock when this process's clock is off by more than a minute."""
    if abs(_skew.get()) > LIMIT:
        raise WrongClock(f"the clock of this server is off by {_skew.get():.0f} s")
