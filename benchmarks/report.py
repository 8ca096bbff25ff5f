"""The table: what, measured, goal, met or missed; and RESULTS.md."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).resolve().parent / "RESULTS.md"


@dataclass(kw_only=True)
class Result:
    """One line of the table. `value` is None for what could not be measured here; `detail` then says why."""

    what: str
    value: float | None
    goal: float
    detail: str
    unit: str = ""
    reason: str = ""  # of a miss: the profile, in Markdown
    more: bool = False  # the goal is a least, not a most: shares that should be found

    @property
    def verdict(self) -> str:
        """Return met, missed, or not measured."""
        if self.value is None:
            return "not measured"
        return "met" if (self.value >= self.goal if self.more else self.value <= self.goal) else "missed"

    def cells(self) -> list[str]:
        """Return the line's cells."""
        value = "" if self.value is None else f"{self.value:.2f}" if not self.unit else f"{self.value:.0f} {self.unit}"
        if self.more and self.value is not None:
            value = f"{self.value:.3f}"  # 0.996 must not look like 1.00
        goal = f"{'≥' if self.more else '≤'} {self.goal:g} {self.unit}".strip()
        return [self.what, value, goal, self.verdict, self.detail]


HEADER = ["What", "Ratio", "Goal", "", "Details"]


def plain(results: list[Result]) -> str:
    """Return the table for a terminal."""
    lines = [HEADER, *(result.cells() for result in results)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False)) + "  " + line[4]
        for line in lines
    )


def markdown(results: list[Result], *, postgres: str, setting: list[str]) -> str:
    """Return RESULTS.md: no host name, no path."""
    rows = [HEADER, ["---"] * 5, *(result.cells() for result in results)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    facts = [
        f"{datetime.now(UTC):%Y-%m-%d}, {len(os.sched_getaffinity(0))} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, PostgreSQL {postgres}",
        *setting,
    ]
    parts = ["# What was measured", "`make bench` writes this file.", "\n".join(f"- {fact}" for fact in facts), table]
    missed = [result for result in results if result.reason]
    if missed:
        parts.append("## Goals missed, and why")
        parts += [f"### {result.what}\n\n{result.reason}" for result in missed]
    return "\n\n".join(parts) + "\n"
