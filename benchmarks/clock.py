"""Medians of requests that take turns: what disturbs the machine disturbs both sides."""

from collections.abc import Callable
from statistics import median, quantiles

WARM_UP = 24  # every thread of the server has its connection, its templates and its plans


def in_turns(sides: dict[str, Callable[[], float]], *, rounds: int) -> dict[str, list[float]]:
    """Call each side `rounds` times after a warm-up, in turns, and return the seconds that each call gave."""
    names = list(sides)
    for name in names * WARM_UP:
        sides[name]()
    taken = {name: [] for name in names}
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            taken[name].append(sides[name]())
    return taken


def milliseconds(seconds: list[float]) -> str:
    """Return the median and the 95th percentile, as words."""
    return f"{median(seconds) * 1000:.1f} ms (p95 {quantiles(seconds, n=20)[-1] * 1000:.1f})"


def ratio(above: list[float], below: list[float]) -> float:
    """Return how many times as long the one side takes, by medians."""
    return median(above) / median(below)
