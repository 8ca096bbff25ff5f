"""Medians of requests that take turns: what disturbs the machine disturbs both sides."""

import time
from collections.abc import Callable
from statistics import median, quantiles

ENOUGH = 10  # rounds, however slow
WARM_UP = 24  # until every thread of the server has its connection and its templates


def in_turns(
    sides: dict[str, Callable[[], float]], *, rounds: int, warm_up: int = WARM_UP, within: float = 15
) -> dict[str, list[float]]:
    """Call each side in turns, and return the seconds that each call gave.

    After a warm-up there are `rounds` of them, or as many as fit into `within` seconds, ten at least.
    """
    names = list(sides)
    limit = time.monotonic() + within / 4
    for number in range(warm_up):
        if number and time.monotonic() > limit:
            break
        for name in names:
            sides[name]()
    taken = {name: [] for name in names}
    limit = time.monotonic() + within
    for number in range(rounds):
        if number >= ENOUGH and time.monotonic() > limit:
            break
        for name in names[number % len(names) :] + names[: number % len(names)]:
            taken[name].append(sides[name]())
    return taken


def milliseconds(seconds: list[float]) -> str:
    """Return the median and the 95th percentile, as words."""
    return f"{median(seconds) * 1000:.1f} ms (p95 {quantiles(seconds, n=20)[-1] * 1000:.1f})"


def ratio(above: list[float], below: list[float]) -> float:
    """Return how many times as long the one side takes, by medians."""
    return median(above) / median(below)
